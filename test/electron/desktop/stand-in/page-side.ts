// What the preload finds in the page: the renderer's half of `electron`. Messages go over a WebSocket to main's side. A
// port that main hands over is one end of a channel made here, its other end relayed over a WebSocket of its own.
import { makeFrames } from '../../../../shared/rpc/frame.ts';

/** The page's globals that are used here; the tests around have no DOM. */
interface Target { addEventListener(type: string, listener: (event: { readonly data: unknown }) => void): void; close(): void }
interface Port extends Target { postMessage(message: unknown): void; start(): void }
declare const MessageChannel: new () => { readonly port1: Port; readonly port2: Port };
declare const WebSocket: new (url: string) => Target & { binaryType: string; send(data: string | Uint8Array): void };
declare const location: { readonly host: string; readonly href: string };

type Listener = (event: { readonly ports: readonly Port[] }, ...args: readonly unknown[]) => void;

const listeners = new Map<string, Listener[]>();
const encoder = new TextEncoder(), decoder = new TextDecoder();
const frames = makeFrames({ encode: (t) => encoder.encode(t), decode: (b) => decoder.decode(b) });

function relayed(id: string): Port {
  const { port1, port2 } = new MessageChannel();
  const socket = new WebSocket(`ws://${location.host}/stand-in/ports/${id}`);
  socket.binaryType = 'arraybuffer';
  socket.addEventListener('open', () => {
    port1.addEventListener('message', (e) => socket.send(Uint8Array.from(frames.encode(e.data))));
    port1.start();
  });
  socket.addEventListener('message', (e) => { if (e.data instanceof ArrayBuffer) port1.postMessage(frames.decode(new Uint8Array(e.data))); });
  socket.addEventListener('close', () => port1.close());
  port1.addEventListener('close', () => socket.close());
  return port2;
}

/** Called before the preload, with the name under which main knows this window. Answers how messages are sent. */
function begin(name: string): (channel: string, args: readonly unknown[]) => void {
  const socket = new WebSocket(`ws://${location.host}/stand-in/windows/${name}`);
  const opened = new Promise<void>((resolve) => { socket.addEventListener('open', () => resolve()); });
  socket.addEventListener('message', (e) => {
    const { channel, message, ids }: { channel: string; message: unknown; ids: readonly string[] } = JSON.parse(String(e.data));
    const ports = ids.map(relayed);
    for (const listener of listeners.get(channel) ?? []) listener({ ports }, message);
  });
  return (channel, args) => { void opened.then(() => socket.send(JSON.stringify({ url: location.href, channel, args }))); };
}

/** The `require` of a sandboxed preload, which has one module. */
export function requireFor(window: string): (name: string) => unknown {
  const send = begin(window);
  const electron = {
    contextBridge: { exposeInMainWorld: (key: string, value: unknown) => { Object.defineProperty(globalThis, key, { value: Object.freeze(value), enumerable: true }); } },
    ipcRenderer: {
      send: (channel: string, ...args: readonly unknown[]) => send(channel, args),
      on: (channel: string, listener: Listener) => { listeners.set(channel, [...listeners.get(channel) ?? [], listener]); },
    },
  };
  return (name) => {
    if (name !== 'electron') throw new Error(`A sandboxed preload has no module ${name}.`);
    return electron;
  };
}

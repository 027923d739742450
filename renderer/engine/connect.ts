// The page's pipes to its host: MessagePorts that the desktop hands over, WebSockets on the web host. Everything above
// speaks through the same two clients.
import { connect as connectClient } from '../../shared/rpc/connect.ts';
import type { Client, Contract } from '../../shared/rpc/contract.ts';
import { makeFrames } from '../../shared/rpc/frame.ts';
import type { Pipe } from '../../shared/rpc/pipe.ts';

export type ServiceName = 'host' | 'inference';
declare global { interface Window { readonly regionmed?: { readonly host: 'desktop'; readonly connect: (service: ServiceName) => void } } }

const encoder = new TextEncoder(), decoder = new TextDecoder();
const frames = makeFrames({ encode: (t) => encoder.encode(t), decode: (b) => decoder.decode(b) });

function socketPipe(service: ServiceName): Promise<Pipe> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://${location.host}/rpc/${service}`);
    socket.binaryType = 'arraybuffer';
    // Closed before it was open is no connection either; afterwards a rejection says nothing any more.
    for (const kind of ['error', 'close']) socket.addEventListener(kind, () => reject(new Error('no connection')), { once: true });
    socket.addEventListener('open', () => resolve({
      send: (message) => { if (socket.readyState === WebSocket.OPEN) socket.send(Uint8Array.from(frames.encode(message))); },
      receive: (onMessage, onClose) => {
        socket.addEventListener('message', (e: MessageEvent<unknown>) => { if (e.data instanceof ArrayBuffer) onMessage(frames.decode(new Uint8Array(e.data))); });
        if (socket.readyState > WebSocket.OPEN) onClose(); else socket.addEventListener('close', onClose, { once: true });
      },
      close: () => socket.close(),
    }), { once: true });
  });
}

function portPipe(service: ServiceName, ask: (service: ServiceName) => void): Promise<Pipe> {
  return new Promise((resolve) => {
    const arrived = (e: MessageEvent<unknown>): void => {
      const data = e.data;
      const [port] = e.ports;
      if (e.source !== window || port === undefined || typeof data !== 'object' || data === null || !('regionmedPort' in data) || data.regionmedPort !== service) return;
      // One port for one who asked: another that waits for the same service gets the next.
      e.stopImmediatePropagation();
      window.removeEventListener('message', arrived);
      resolve({
        send: (message) => port.postMessage(message),
        receive: (onMessage, onClose) => { port.addEventListener('message', (m: MessageEvent<unknown>) => onMessage(m.data)); port.addEventListener('close', onClose, { once: true }); port.start(); },
        close: () => port.close(),
      });
    };
    window.addEventListener('message', arrived);
    ask(service);
  });
}

/** A client of one service. Rejects when the host is not there; `onClose` tells when it goes away later. */
export async function connectTo<C extends Contract>(service: ServiceName, contract: C, onClose: () => void): Promise<Client<C> & { close(): void }> {
  const pipe = window.regionmed === undefined ? await socketPipe(service) : await portPipe(service, window.regionmed.connect);
  return connectClient(contract, { ...pipe, receive: (onMessage, closed) => pipe.receive(onMessage, () => { closed(); onClose(); }) });
}

// A pipe over a MessagePort, whichever kind: the page's, Node's, or Electron's MessagePortMain. They differ in how
// they listen; structural types keep `electron` out of here.
import type { Pipe } from '../../shared/rpc/pipe.ts';

/** Electron's MessagePortMain and utilityProcess's parentPort, and Node's MessagePort: event emitters. */
export interface EmitterPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  start?(): void;
  close?(): void;
}

/** @param unwrap Electron delivers { data } events, Node the value itself. */
export function emitterPortPipe(port: EmitterPort, unwrap: (message: unknown) => unknown = (m) => m): Pipe {
  let open = true;
  return {
    send: (message) => { if (open) port.postMessage(message); },
    receive: (onMessage, onClose) => {
      port.on('message', (m) => { if (open) onMessage(unwrap(m)); });
      port.on('close', () => { if (open) { open = false; onClose(); } });
      port.start?.();
    },
    close: () => { open = false; port.close?.(); },
  };
}

/** What Electron's ports deliver. */
export const eventData = (event: unknown): unknown => (typeof event === 'object' && event !== null && 'data' in event ? event.data : event);

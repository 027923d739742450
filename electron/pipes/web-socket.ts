// The host's end of a page's WebSocket, with typed arrays framed; and the relay that lets a page speak to an engine.
import type { WebSocket } from 'ws';
import { makeFrames } from '../../shared/rpc/frame.ts';
import type { Pipe } from '../../shared/rpc/pipe.ts';

const encoder = new TextEncoder(), decoder = new TextDecoder();
export const frames = makeFrames({ encode: (t) => encoder.encode(t), decode: (b) => decoder.decode(b) });

export function webSocketPipe(socket: WebSocket): Pipe {
  return {
    send: (message) => { if (socket.readyState === socket.OPEN) socket.send(frames.encode(message)); },
    receive: (onMessage, onClose) => {
      socket.on('message', (data: Buffer | ArrayBuffer | Buffer[]) => {
        const bytes = Array.isArray(data) ? Buffer.concat(data) : data instanceof ArrayBuffer ? new Uint8Array(data) : data;
        let message: unknown;
        try { message = frames.decode(bytes); } catch { socket.close(1003, 'not a frame'); return; }
        onMessage(message);
      });
      // A broken frame or one too large: the socket closes itself, and that is told; unheard, the error would end the program.
      socket.on('error', () => socket.terminate());
      socket.once('close', () => onClose());
    },
    close: () => socket.close(),
  };
}

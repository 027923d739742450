// The pipe between a host and an engine that is a child process, both ends. Advanced serialization is structured
// clone, so typed arrays arrive as typed arrays.
import type { ChildProcess } from 'node:child_process';
import type { Pipe } from '../../shared/rpc/pipe.ts';

/** The host's end. */
export function childPipe(child: ChildProcess): Pipe {
  let open = true;
  return {
    send: (message) => { if (open && child.connected && typeof message === 'object' && message !== null) child.send(message, () => { /* a dead child is told by exit */ }); },
    receive: (onMessage, onClose) => {
      const gone = (): void => { if (open) { open = false; onClose(); } };
      child.on('message', onMessage);
      child.once('exit', gone);
      // A process that could not be started tells no exit; unheard, the error would end the host.
      child.on('error', gone);
    },
    close: () => { open = false; child.kill(); },
  };
}

/** The engine's end: this process's channel to its parent. When the parent is gone the engine ends. */
export function parentPipe(): Pipe {
  let open = true;
  return {
    send: (message) => { if (open && process.connected && process.send !== undefined && typeof message === 'object' && message !== null) process.send(message); },
    receive: (onMessage, onClose) => {
      process.on('message', onMessage);
      process.once('disconnect', () => { open = false; onClose(); });
    },
    close: () => { open = false; if (process.connected) process.disconnect(); },
  };
}

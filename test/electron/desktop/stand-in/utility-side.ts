// Gives a forked engine the `process.parentPort` of Electron's utility process, and ends it with its parent.
import { EventEmitter } from 'node:events';

const port = Object.assign(new EventEmitter(), { postMessage: (message: unknown): void => { if (process.connected) process.send?.(message); } });
process.on('message', (data) => port.emit('message', { data, ports: [] }));
process.once('disconnect', () => process.exit(0));
Object.defineProperty(process, 'parentPort', { value: port });

// How an engine finds its host: over the utility process's parent port on the desktop, over the fork's channel
// elsewhere. And the workspace it was started for.
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Pipe } from '../../shared/rpc/pipe.ts';
import { parentPipe } from '../pipes/child-process.ts';
import { emitterPortPipe, eventData, type EmitterPort } from '../pipes/message-port.ts';

const isPort = (v: unknown): v is EmitterPort => typeof v === 'object' && v !== null && 'postMessage' in v && 'on' in v;

/** An engine ends with its host: there is nobody else to answer to. */
export function hostPipe(): Pipe {
  const port: unknown = Reflect.get(process, 'parentPort');
  const pipe = isPort(port) ? emitterPortPipe(port, eventData) : parentPipe();
  return { ...pipe, receive: (onMessage, onClose) => pipe.receive(onMessage, () => { onClose(); process.exit(0); }) };
}

export function engineArguments(): { workspace: string; blobPath: (sha256: string) => string } {
  const { values } = parseArgs({ options: { workspace: { type: 'string', default: '.' } }, strict: false });
  const workspace = String(values.workspace);
  return { workspace, blobPath: (sha256) => path.join(workspace, 'blobs', sha256.slice(0, 2), sha256) };
}

/** Reports bugs of an engine where its host's log sees them. */
export const reportBug = (error: unknown, method: string): void => { process.stderr.write(`${method}: ${error instanceof Error ? error.stack ?? error.message : String(error)}\n`); };

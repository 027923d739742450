// Engines as child processes of Node: how the web host and the command line start them.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { childPipe } from '../pipes/child-process.ts';
import type { EngineName, EngineProcess } from './engines.ts';

/** A StartEngine, which also starts the doctor's engine for the command line. */
export const forkEngine = (engine: EngineName | 'doctor', workspace: string): EngineProcess => {
  const entry = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? `../engine/${engine}.ts` : `./engine/${engine}.mjs`, import.meta.url));
  const child = fork(entry, ['--workspace', workspace], { serialization: 'advanced', stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  return {
    pipe: childPipe(child), pid: child.pid, kill: () => { child.kill(); },
    onExit: (listener) => {
      child.once('exit', (code, signal) => listener(signal === null ? `It ended with code ${code}.` : `It was ended by ${signal}.`));
      child.once('error', (error) => { if (child.pid === undefined) listener(`It could not be started: ${error.message}.`); });
    },
  };
};

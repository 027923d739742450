// Runs one of the program's own TypeScript entries with the right Node: `node build/run.mjs electron/cli.ts …`.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { giveUp, root, withSetup } from './setup.mjs';

await withSetup(() => {
  const [entry, ...rest] = process.argv.slice(2);
  if (entry === undefined) giveUp('Say which entry to run, for example electron/cli.ts.');
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', path.join(root, entry), ...rest], { stdio: 'inherit' });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, () => { child.kill(signal); });
  return new Promise((resolve) => { child.once('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1))); });
});

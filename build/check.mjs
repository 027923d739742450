// `npm run check`: types, lint, dependencies and dead code, in parallel.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { root, say, withSetup } from './setup.mjs';

const bin = (/** @type {string} */ name) => path.join(root, 'node_modules', '.bin', name);
/** @type {readonly { name: string, command: string, args: readonly string[] }[]} */
const checks = [
  ...['shared', 'models', 'electron', 'renderer', 'build', 'test', 'test/renderer'].map((folder) => ({ name: `types of ${folder}`, command: bin('tsc'), args: ['-p', folder] })),
  { name: 'lint', command: bin('oxlint'), args: ['-c', 'build/oxlint.json', '--type-aware', '--deny-warnings', '--ignore-pattern', 'test/fixtures/dependencies/**'] },
  { name: 'dependencies', command: process.execPath, args: ['build/dependencies.mjs'] },
  { name: 'dead code', command: bin('knip'), args: ['--config', 'build/knip.json', '--no-progress'] },
];

/** Runs every check; answers how many failed. What a failing one printed is shown. */
export async function runChecks() {
  const began = performance.now();
  const results = await Promise.all(checks.map(({ name, command, args }) => new Promise((/** @type {(failed: number) => void} */ resolve) => {
    const child = spawn(command, args, { cwd: root, shell: process.platform === 'win32', env: { ...process.env, FORCE_COLOR: '0' } });
    let text = '';
    for (const out of [child.stdout, child.stderr]) out.setEncoding('utf8').on('data', (/** @type {string} */ part) => { text += part; });
    child.once('error', (error) => { say(`✕ ${name}: ${error.message}`); resolve(1); });
    child.once('exit', (code) => {
      if (code === 0) { resolve(0); return; }
      say(`✕ ${name}\n${text.trim()}\n`);
      resolve(1);
    });
  })));
  const failed = results.reduce((a, b) => a + b, 0);
  say(`${checks.length - failed} of ${checks.length} checks passed in ${((performance.now() - began) / 1000).toFixed(1)} s`);
  return failed;
}

if (process.argv[1] === import.meta.filename) await withSetup(async () => (await runChecks() === 0 ? 0 : 1));

// `npm test`: sets up what is missing, then the checks, the unit tests and the tests in a browser. The last line says
// how many passed. `npm test -- unit` or `-- e2e` runs a part; further words go to Vitest or Playwright.
import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { browserForTests } from './browser.mjs';
import { buildIfStale } from './bundle.mjs';
import { runChecks } from './check.mjs';
import { root, say, withSetup } from './setup.mjs';

/** @typedef {{ passed: number, failed: number, skipped: number }} Count */

/** @param {string} command @param {readonly string[]} args @param {Record<string, string>} env @returns {Promise<number>} */
const run = (command, args, env = {}) => new Promise((resolve) => {
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, ...env } });
  child.once('error', () => resolve(1));
  child.once('exit', (code) => resolve(code ?? 1));
});

/** A report file, read once and removed; null when the runner wrote none. @param {string} file @returns {any} */
function report(file) {
  try { return JSON.parse(readFileSync(file, 'utf8')); } catch { return null; } finally { rmSync(file, { force: true }); }
}

/** @param {readonly string[]} more @returns {Promise<Count>} */
async function unit(more) {
  const file = path.join(os.tmpdir(), `regionmed-unit-${process.pid}.json`);
  const code = await run(process.execPath, [path.join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', '--config', 'test/vitest.config.ts', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`, ...more], { NO_COLOR: '1' });
  const r = report(file);
  const failed = r?.numFailedTests ?? 0;
  // A file that could not be loaded, or a runner that died, has failed even where no test has.
  return { passed: r?.numPassedTests ?? 0, failed: code !== 0 && failed === 0 ? 1 : failed, skipped: (r?.numPendingTests ?? 0) + (r?.numTodoTests ?? 0) };
}

/** @param {readonly string[]} more @returns {Promise<Count>} */
async function e2e(more) {
  const browser = await browserForTests();
  if (browser === null) {
    say('No Chromium was found and none could be installed. Install Chromium or Chrome, or name one in REGIONMED_CHROMIUM, then start again.');
    return { passed: 0, failed: 1, skipped: 0 };
  }
  say(`Tests in ${browser}.`);
  const file = path.join(os.tmpdir(), `regionmed-e2e-${process.pid}.json`);
  const code = await run(process.execPath, [path.join(root, 'node_modules', '@playwright', 'test', 'cli.js'), 'test', '-c', 'test/playwright.config.ts', '--reporter=list,json', ...more], { REGIONMED_CHROMIUM: browser, PLAYWRIGHT_JSON_OUTPUT_FILE: file, NO_COLOR: '1' });
  const stats = report(file)?.stats;
  const failed = (stats?.unexpected ?? 0) + (stats?.flaky ?? 0);
  return { passed: stats?.expected ?? 0, failed: code !== 0 && failed === 0 ? 1 : failed, skipped: stats?.skipped ?? 0 };
}

await withSetup(async () => {
  const began = performance.now();
  const [part = 'all', ...more] = process.argv.slice(2);
  const all = part === 'all';
  const failedChecks = all ? await runChecks() : 0;
  await buildIfStale();
  /** @type {Count[]} */
  const counts = [{ passed: 0, failed: failedChecks, skipped: 0 }];
  // Chromium also brings the software Vulkan driver that the WebGPU tests run on.
  if (all) await browserForTests();
  if (all || part === 'unit') counts.push(await unit(more));
  if (all || part === 'e2e') counts.push(await e2e(more));
  const sum = (/** @type {keyof Count} */ k) => counts.reduce((n, c) => n + c[k], 0);
  say(`${((performance.now() - began) / 60_000).toFixed(1)} minutes`);
  process.stdout.write(`${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped\n`);
  return sum('failed') === 0 ? 0 : 1;
});

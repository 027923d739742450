// What every command of the checkout begins with: a Node that is new enough, and packages as the lock file says. It
// must itself run on an old Node with nothing installed, so it uses Node's own modules only.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
/** node:sqlite without a flag, TypeScript without a build step. */
const oldestNode = 24;
/** These scripts themselves: import.meta.filename. */
const oldestForSetup = 20;

/** @param {string} text */
export const say = (text) => { process.stderr.write(`${text}\n`); };

/** A sentence with its remedy, then the end. @param {string} sentence @returns {never} */
export function giveUp(sentence) { say(sentence); process.exit(1); }

const majorOf = (/** @type {string} */ version) => Number(version.replace(/^v/, '').split('.')[0]);

/** The Node that runs the program: this one, or the one among the packages. @returns {string | null} */
function node() {
  if (majorOf(process.versions.node) >= oldestNode) return process.execPath;
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const packaged = path.join(root, 'node_modules', `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`, 'bin', name);
  return existsSync(packaged) ? packaged : null;
}

/** Installs with the lock file when what is installed is not what it says. */
function install() {
  const lock = createHash('sha256').update(readFileSync(path.join(root, 'package-lock.json'))).digest('hex');
  const stamp = path.join(root, 'node_modules', '.regionmed-lock');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  say('Installing packages as package-lock.json says (npm ci)…');
  const npm = process.env['npm_execpath'];
  const done = npm === undefined || !npm.endsWith('npm-cli.js')
    ? spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' })
    : spawnSync(process.execPath, [npm, 'ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root, stdio: ['ignore', 2, 2] });
  if (done.status !== 0) giveUp('The packages could not be installed. Check that the npm registry (or your mirror of it) can be reached, then start again.');
  writeFileSync(stamp, lock);
}

/**
 * Makes sure of packages and Node, then runs `work` under a Node that is new enough: in this process, or in a second
 * one that runs the same command again.
 * @param {() => Promise<number>} work answers the exit code
 */
export async function withSetup(work) {
  const platform = `${process.platform}-${process.arch}`;
  if (!['linux-x64', 'linux-arm64', 'win32-x64', 'win32-arm64', 'darwin-arm64'].includes(platform)) {
    giveUp(`This computer (${platform}) is not supported: the inference library has no build for it. Use Windows or Linux (x64 or arm64), or a Mac with an Apple chip.`);
  }
  if (majorOf(process.versions.node) < oldestForSetup) giveUp(`Node ${process.versions.node} is too old: install version ${oldestNode} from your software centre or nodejs.org, then start again.`);
  if (process.env['REGIONMED_SETUP'] !== 'done') install();
  const right = node();
  if (right === null) giveUp(`Node ${process.versions.node} is too old: version ${oldestNode} or newer is needed, and the packages bring none for ${platform}. Install it from your software centre or nodejs.org, then start again.`);
  process.env['REGIONMED_SETUP'] = 'done';
  // Tools started from here find the packaged programs, the right Node first.
  process.env['PATH'] = [path.dirname(right), path.join(root, 'node_modules', '.bin'), process.env['PATH'] ?? ''].join(path.delimiter);
  if (right !== process.execPath) {
    const again = spawnSync(right, process.argv.slice(1), { cwd: process.cwd(), stdio: 'inherit' });
    process.exit(again.status ?? 1);
  }
  process.exitCode = await work();
}

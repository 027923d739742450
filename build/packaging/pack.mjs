// Calls electron-builder with build/electron-builder.yml. Its own log goes to a file; what went wrong is answered in
// one line.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from '../setup.mjs';
import { makeDistribution } from './hand-made-distribution.mjs';

/** @typedef {'linux' | 'win' | 'mac'} Platform as electron-builder names them */
/** @type {Platform} */
export const here = process.platform === 'win32' ? 'win' : process.platform === 'darwin' ? 'mac' : 'linux';

/** A program on the path, or null. @param {string} name @returns {string | null} */
export function onPath(name) {
  for (const folder of (process.env['PATH'] ?? '').split(path.delimiter)) {
    const file = path.join(folder, name);
    try { accessSync(file, constants.X_OK); return file; } catch { /* the next one */ }
  }
  return null;
}

/** Debian's and Node's own tools where they can do what would else be downloaded. */
function tools() {
  const own = (/** @type {string} */ name) => path.join(import.meta.dirname, name);
  const linux = process.platform === 'linux';
  return {
    ...(linux && onPath('dpkg-deb') !== null ? { CUSTOM_FPM_PATH: own('fpm-by-dpkg.mjs') } : {}),
    ...(linux ? { ELECTRON_BUILDER_7ZIP_PATH: onPath('7za') ?? own('seven-zip-by-gzip.mjs') } : {}),
  };
}

/**
 * @param {{ platform: Platform, target: string, output: string, prepackaged?: string, config?: Readonly<Record<string, string>> }} o
 * `target` 'dir' packs the unpacked program; another target wraps `prepackaged`, such a folder, up.
 * @returns {string | null} what went wrong
 */
export function pack({ platform, target, output, prepackaged, config = {} }) {
  const log = path.join(output, `${platform}-${target}.log`);
  mkdirSync(output, { recursive: true });
  const settings = { 'directories.output': output, ...config };
  const cli = fileURLToPath(import.meta.resolve('electron-builder/cli.js'));
  const args = [`--${platform}`, target, `--${process.arch}`, '--config', path.join('build', 'electron-builder.yml'), ...(prepackaged === undefined ? [] : ['--prepackaged', prepackaged]), ...Object.entries(settings).map(([k, v]) => `-c.${k}=${v}`)];
  const done = spawnSync(process.execPath, [cli, ...args], { cwd: root, encoding: 'utf8', env: { ...process.env, ...tools(), FORCE_COLOR: '0' } });
  const said = `${done.stdout}${done.stderr}`;
  writeFileSync(log, said);
  if (done.status === 0) { for (const left of [log, path.join(output, 'builder-debug.yml')]) rmSync(left, { force: true }); return null; }
  const reason = said.split('\n').find((line) => line.includes('⨯'))?.replace(/^\s*⨯\s*/, '').trim() ?? `electron-builder ended with code ${done.status}`;
  return `${reason.slice(0, 200)} (log: ${path.relative(root, log)})`;
}

/**
 * The unpacked file set of a package without Electron, to look at its contents. Answers the folder.
 * @param {'linux' | 'win'} platform @param {string} output
 */
export function packContents(platform, output) {
  const distribution = path.join(output, 'hand-made-distribution');
  makeDistribution(distribution, platform);
  // What would edit the executable is left out: there is none.
  const wrong = pack({ platform, target: 'dir', output, config: { electronDist: distribution, disableAsarIntegrity: 'true', 'win.signAndEditExecutable': 'false' } });
  rmSync(distribution, { recursive: true, force: true });
  if (wrong !== null) throw new Error(wrong);
  return path.join(output, process.arch === 'x64' ? `${platform}-unpacked` : `${platform}-${process.arch}-unpacked`);
}

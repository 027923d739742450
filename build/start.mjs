// `npm start`: sets up what is missing, then opens the program: in Electron's window where its binary is here or can be
// fetched, else in a browser window on this computer alone. `--headless` serves without opening.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { systemBrowser } from './browser.mjs';
import { buildIfStale } from './bundle.mjs';
import { giveUp, root, say, withSetup } from './setup.mjs';

const help = `npm start -- [--workspace DIR] [--headless] [--web] [--port N]

  --workspace DIR   where images, decisions and models are kept (default: ${defaultWorkspace()})
  --headless        serve on 127.0.0.1 and print the address, open nothing
  --web             a browser window even where Electron is there
  --port N          first port to try (default 47613); the page's own store belongs to the port`;

function defaultWorkspace() {
  const base = process.platform === 'win32' ? process.env['LOCALAPPDATA'] ?? path.join(os.homedir(), 'AppData', 'Local') : process.platform === 'darwin' ? path.join(os.homedir(), 'Library', 'Application Support') : process.env['XDG_DATA_HOME'] ?? path.join(os.homedir(), '.local', 'share');
  return path.join(base, 'RegionMed Studio', 'workspace');
}

/** Electron's binary, fetched when it can be; null where it cannot. @returns {string | null} */
function electronBinary() {
  const folder = path.join(root, 'node_modules', 'electron');
  const override = process.env['ELECTRON_OVERRIDE_DIST_PATH'];
  const name = process.platform === 'win32' ? 'electron.exe' : process.platform === 'darwin' ? 'Electron.app/Contents/MacOS/Electron' : 'electron';
  if (override !== undefined) return path.join(override, name);
  const binary = path.join(folder, 'dist', name);
  if (existsSync(binary)) return binary;
  say('Fetching Electron’s binary (once)…');
  spawnSync(process.execPath, [path.join(folder, 'install.js')], { stdio: 'ignore', timeout: 180_000 });
  return existsSync(binary) ? binary : null;
}

await withSetup(async () => {
  const { values } = parseArgs({ options: { workspace: { type: 'string' }, headless: { type: 'boolean', default: false }, web: { type: 'boolean', default: false }, port: { type: 'string' }, help: { type: 'boolean', default: false } } });
  if (values.help) { process.stdout.write(`${help}\n`); return 0; }
  const workspace = path.resolve(values.workspace ?? defaultWorkspace());
  await buildIfStale();
  const electron = values.headless || values.web ? null : electronBinary();
  if (electron !== null) {
    const sandbox = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    return finished(spawn(electron, [root, ...sandbox, '--workspace', workspace], { stdio: 'inherit' }));
  }
  if (!values.headless && !values.web) say('Electron’s binary is not here and cannot be fetched: RegionMed Studio opens in a browser window instead.');
  const host = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', path.join(root, 'electron', 'loopback.ts'), '--workspace', workspace, ...(values.port === undefined ? [] : ['--port', values.port])], { stdio: ['ignore', 'pipe', 'inherit'] });
  host.stdout.setEncoding('utf8').on('data', (/** @type {string} */ line) => {
    const told = /"url":"([^"]+)"/.exec(line);
    if (told?.[1] === undefined) return;
    say(`RegionMed Studio serves the workspace ${workspace} on this computer only.`);
    if (values.headless) { process.stdout.write(`${told[1]}\n`); say('Open this address; it can be used once. Ctrl C ends the program.'); return; }
    open(told[1]);
  });
  return finished(host);
});

/** @param {string} url */
function open(url) {
  const browser = systemBrowser();
  say('Opening the browser. Ctrl C here ends the program; everything saved stays.');
  const asRoot = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const [command, args] = browser !== null ? [browser, [`--app=${url}`, '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', ...asRoot]]
    : process.platform === 'win32' ? ['explorer', [url]] : process.platform === 'darwin' ? ['open', [url]] : ['xdg-open', [url]];
  const window = spawn(command, args, { stdio: 'ignore', detached: true });
  // Without a display, or without a browser, the address is all there is.
  const failed = () => say(`No browser window could be opened. Open this address yourself, it can be used once: ${url}`);
  window.on('error', failed);
  window.on('exit', (code) => { if (code !== 0) failed(); });
  window.unref();
}

/** @param {import('node:child_process').ChildProcess} child @returns {Promise<number>} */
function finished(child) {
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, () => { child.kill(signal); });
  child.on('error', () => giveUp('The program could not be started. Run "npm ci" and start again.'));
  return new Promise((resolve) => { child.once('exit', (code) => resolve(code ?? 0)); });
}

// The desktop's main process and its window with a fake `electron`: what it asks of Electron is looked at, and what it
// answers on the app scheme and on its ports is the real host over a real workspace.
import { EventEmitter } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { eventData, emitterPortPipe } from '../../../electron/pipes/message-port.ts';
import { Host } from '../../../electron/host/open.ts';
import { hostContract } from '../../../shared/contracts/host.ts';
import { connect } from '../../../shared/rpc/connect.ts';
import { fakeElectron, type FakeElectron, type FakeWindow } from './fake-electron.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const page = 'app://regionmed/';
let workspace = '', argv: string[] = [], running: FakeElectron | null = null;

beforeEach(() => {
  workspace = mkdtempSync(path.join(tmpdir(), 'regionmed-main-'));
  argv = process.argv;
  process.argv = ['electron', root, '--workspace', workspace];
});
afterEach(async () => {
  if (running !== null) await quit(running);
  running = null;
  process.argv = argv;
  rmSync(workspace, { recursive: true, force: true });
});

/** Imports the real main with a fresh fake and waits until it has shown a window, told an error or quit. */
async function startMain(fake: FakeElectron): Promise<FakeElectron> {
  vi.resetModules();
  vi.doMock('electron', () => fake.module);
  await import('../../../electron/main.ts');
  await vi.waitFor(() => expect(fake.windows.length + fake.module.dialog.showErrorBox.mock.calls.length + fake.module.app.quit.mock.calls.length).toBeGreaterThan(0));
  if (fake.windows.length > 0) running = fake;
  return fake;
}

async function quit({ module }: FakeElectron): Promise<void> {
  const prevented = vi.fn();
  module.app.emit('will-quit', { preventDefault: prevented });
  await vi.waitFor(() => expect(module.app.exit).toHaveBeenCalledWith(0));
  expect(prevented).toHaveBeenCalled();
}

const windowOf = ({ windows }: FakeElectron): FakeWindow => {
  const [first] = windows;
  if (first === undefined) throw new Error('no window was opened');
  return first;
};
function get(fake: FakeElectron, url: string, method = 'GET', body: ReadableStream | null = null): Promise<Response> {
  const handler = fake.handlers.get('app');
  if (handler === undefined) throw new Error('the app scheme is not handled');
  return handler({ url, method, body });
}
/** As the page's preload does: asks for a port, and answers what the page's window was handed. */
function askForPort(fake: FakeElectron, service: unknown, frame: { url: string } | null = { url: page }) {
  const { webContents } = windowOf(fake);
  fake.module.ipcMain.emit('connect', { senderFrame: frame, sender: webContents }, service);
  return webContents.posted;
}

describe('the window', () => {
  it('has no Node, its own context and a sandbox, and shows when it is ready', async () => {
    const fake = await startMain(fakeElectron()), window = windowOf(fake);
    // Dictionaries are asked of the program's own scheme, which has none: nothing goes out.
    expect(fake.module.session.defaultSession.setSpellCheckerDictionaryDownloadURL).toHaveBeenCalledWith(expect.stringMatching(/^app:\/\/regionmed\//));
    expect(window.options.webPreferences).toEqual({ preload: path.join(root, 'dist', 'electron', 'preload.cjs'), contextIsolation: true, sandbox: true, nodeIntegration: false, webSecurity: true, spellcheck: true });
    expect(window.options.show).toBe(false);
    expect(window.shown).toEqual([`load ${page}`]);
    window.emit('ready-to-show');
    expect(window.shown).toEqual([`load ${page}`, 'show']);
  });

  it('opens no further windows', async () => {
    const { webContents } = windowOf(await startMain(fakeElectron()));
    expect(webContents.openHandler?.({ url: page })).toEqual({ action: 'deny' });
  });

  it.each([['https://example.org/', true], ['file:///etc/passwd', true], ['data:text/html,x', true], ['app://other/', true], ['app://regionmed.example.org/', true], ['app://regionmed/index.html', false], ['app://regionmed/#worklist', false]])('navigation to %s prevented: %s', async (url, prevented) => {
    const { webContents } = windowOf(await startMain(fakeElectron()));
    const event = { preventDefault: vi.fn() };
    webContents.emit('will-navigate', event, url);
    expect(event.preventDefault.mock.calls.length > 0).toBe(prevented);
  });

  it('refuses every permission, asked for or looked up', async () => {
    const { module } = await startMain(fakeElectron());
    const { setPermissionRequestHandler, setPermissionCheckHandler } = module.session.defaultSession;
    const allow = vi.fn();
    for (const permission of ['media', 'geolocation', 'notifications', 'fileSystem']) {
      setPermissionRequestHandler.mock.calls[0]?.[0](null, permission, allow);
      expect(setPermissionCheckHandler.mock.calls[0]?.[0](null, permission)).toBe(false);
    }
    expect(allow.mock.calls).toEqual([[false], [false], [false], [false]]);
  });
});

describe('the app scheme', () => {
  it('is standard and secure, so that the page has one origin', async () => {
    const { module } = await startMain(fakeElectron());
    expect(module.protocol.registerSchemesAsPrivileged).toHaveBeenCalledWith([{ scheme: 'app', privileges: expect.objectContaining({ standard: true, secure: true }) }]);
  });

  it.each(['../package.json', '..%2f..%2fpackage.json', '..%2f..%2f..%2f..%2f..%2f..%2fetc%2fpasswd', '%2fetc%2fpasswd', 'assets/..%2f..%2f..%2fpackage.json', 'blobs/..%2fworkspace.json', 'exports/..%2fjournal.sqlite', '%00', 'nothing.js'])('does not answer %s', async (pathname) => {
    const response = await get(await startMain(fakeElectron()), `${page}${pathname}`);
    expect([400, 404]).toContain(response.status);
    expect(await response.text()).toMatch(/^(There is no such|This address)/);
  });

  it('takes files only for an upload that was begun', async () => {
    const response = await get(await startMain(fakeElectron()), `${page}uploads/unknown/a.png`, 'PUT', new Blob(['x']).stream());
    expect(response.status).toBe(403);
  });
});

describe('ports', () => {
  it('are handed to our own frame and answer', async () => {
    const forked = new EventEmitter();
    const fake = await startMain(fakeElectron({ fork: () => Object.assign(forked, { pid: 1, postMessage: vi.fn(), kill: vi.fn() }) }));
    const [handed] = askForPort(fake, 'host');
    const [port] = handed?.ports ?? [];
    if (port === undefined) throw new Error('no port was handed over');
    const client = connect(hostContract, emitterPortPipe(port, eventData));
    const info = await client.info({});
    expect(info).toMatchObject({ workspace, host: 'desktop', seq: 0 });
    // Who asks starts the inference engine: as a process of Electron's own, from the built code.
    const [entry, args] = fake.module.utilityProcess.fork.mock.calls[0] ?? [];
    expect([entry, args]).toEqual([path.join(root, 'dist', 'electron', 'engine', 'inference.mjs'), ['--workspace', workspace]]);
    port.close();
  });

  it.each([['another page', { url: 'https://example.org/' }], ['a look-alike', { url: 'app://regionmed.example.org/' }], ['a frame that is gone', null]])('are not handed to %s', async (_, frame) => {
    expect(askForPort(await startMain(fakeElectron()), 'host', frame)).toEqual([]);
  });

  it.each(['training', 'fs', '', null, { toString: () => 'host' }])('are not made for the service %j', async (service) => {
    expect(askForPort(await startMain(fakeElectron()), service)).toEqual([]);
  });
});

describe('the program', () => {
  it('opens no workspace as a second instance, and quits', async () => {
    const { module, windows } = await startMain(fakeElectron({ firstInstance: false }));
    expect(module.app.quit).toHaveBeenCalledOnce();
    expect(windows).toEqual([]);
    // The workspace is free: nothing of it was opened.
    const host = await Host.open({ workspace, baseBundle: path.join(root, 'models', 'bundles', 'base'), startEngine: () => { throw new Error('not here'); }, kind: 'web' });
    await host.close();
  });

  it('keeps the workspace where npm start has it, unless it is told another', async () => {
    process.argv = ['electron', root];
    for (const name of ['XDG_DATA_HOME', 'LOCALAPPDATA']) vi.stubEnv(name, workspace);
    const fake = fakeElectron({ folders: { appData: workspace } });
    await startMain(fake);
    expect(existsSync(path.join(workspace, 'RegionMed Studio', 'workspace', 'journal.sqlite'))).toBe(true);
    vi.unstubAllEnvs();
  });

  it('brings its window to the front when it is started again', async () => {
    const fake = await startMain(fakeElectron());
    fake.module.app.emit('second-instance');
    expect(fake.windows).toHaveLength(1);
    expect(windowOf(fake).shown).toContain('focus');
  });

  it('tells in a sentence why it cannot start', async () => {
    const other = await Host.open({ workspace, baseBundle: path.join(root, 'models', 'bundles', 'base'), startEngine: () => { throw new Error('not here'); }, kind: 'web' });
    const { module, windows } = await startMain(fakeElectron());
    expect(windows).toEqual([]);
    const [title, text] = module.dialog.showErrorBox.mock.calls[0] ?? [];
    expect(title).toBe('RegionMed Studio cannot start');
    expect(text).toMatch(/workspace.*\. .+\.$/s);
    expect(module.app.exit).toHaveBeenCalledWith(1);
    await other.close();
  });

  it('quits with its last window', async () => {
    const { module } = await startMain(fakeElectron());
    module.app.emit('window-all-closed');
    expect(module.app.quit).toHaveBeenCalledOnce();
  });
});

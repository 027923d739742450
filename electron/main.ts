// The desktop host: Electron's main process. It opens the workspace, serves the page and blobs on a scheme of its own,
// starts engines as utility processes, and hands the page ports to the services.
import { homedir } from 'node:os';
import path from 'node:path';
import { app, dialog, ipcMain, Menu, MessageChannelMain, protocol, utilityProcess } from 'electron';
import { hostContract } from '../shared/contracts/host.ts';
import { describeError, toWireError } from '../shared/errors.ts';
import { serve } from '../shared/rpc/serve.ts';
import { serveInference } from './host/inference-for-page.ts';
import type { StartEngine } from './host/engines.ts';
import { Host } from './host/open.ts';
import { handleRequest } from './host/requests.ts';
import { ownFiles } from './own-files.ts';
import { emitterPortPipe, eventData } from './pipes/message-port.ts';
import { showWindow } from './windows.ts';

const address = 'app://regionmed/';
// A standard, secure scheme gives the page one origin for ever: without it IndexedDB would have no stable home.
protocol.registerSchemesAsPrivileged([{ scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true } }]);

const own = ownFiles(import.meta.url);
const option = (name: string): string | undefined => { const at = process.argv.indexOf(`--${name}`); return at < 0 ? undefined : process.argv[at + 1]; };

/** Where the workspace lies unless --workspace says otherwise: where `npm start` has it too. On Windows the local folder: a roaming one is copied at every log-on. */
function standardWorkspace(): string {
  const home = homedir();
  const base = process.platform === 'win32' ? process.env['LOCALAPPDATA'] ?? path.join(home, 'AppData', 'Local') : process.platform === 'darwin' ? app.getPath('appData') : process.env['XDG_DATA_HOME'] ?? path.join(home, '.local', 'share');
  return path.join(base, 'RegionMed Studio', 'workspace');
}

const startEngine: StartEngine = (engine, workspace) => {
  const child = utilityProcess.fork(path.join(own.code, 'engine', `${engine}.mjs`), ['--workspace', workspace], { serviceName: `RegionMed ${engine}` });
  return {
    pid: child.pid, kill: () => { child.kill(); }, onExit: (listener) => { child.once('exit', (code) => listener(`It ended with code ${code}.`)); },
    pipe: emitterPortPipe({
      postMessage: (m) => child.postMessage(m),
      on: (event: 'message' | 'close', listener: (message: unknown) => void) => (event === 'message' ? child.on('message', listener) : child.once('exit', listener)),
    }, (m) => m),
  };
};

async function start(): Promise<void> {
  const host = await Host.open({ workspace: option('workspace') ?? standardWorkspace(), baseBundle: own.baseBundle, startEngine, kind: 'desktop' });
  protocol.handle('app', (request) => handleRequest(host, own.page, request.method, new URL(request.url).pathname, request.body));
  ipcMain.on('connect', (event, service: unknown) => {
    if (!event.senderFrame?.url.startsWith(address)) return;
    const { port1, port2 } = new MessageChannelMain();
    const pipe = emitterPortPipe({
      postMessage: (m) => port1.postMessage(m), start: () => port1.start(), close: () => port1.close(),
      on: (name: 'message' | 'close', listener: (message: unknown) => void) => (name === 'message' ? port1.on('message', listener) : port1.on('close', () => listener(undefined))),
    }, eventData);
    if (service === 'host') serve(hostContract, host.service, pipe);
    else if (service === 'inference') serveInference(host, pipe);
    else return;
    event.sender.postMessage('port', service, [port2]);
  });
  Menu.setApplicationMenu(Menu.buildFromTemplate([
    { role: 'fileMenu' }, { role: 'editMenu' }, { role: 'viewMenu' }, { role: 'windowMenu' },
    { role: 'help', submenu: [{ label: 'About RegionMed Studio', click: () => { void dialog.showMessageBox({ message: 'RegionMed Studio', detail: 'Decision support for annotation, not a diagnosis.' }); } }] },
  ]));
  const show = (): void => { showWindow(path.join(own.code, 'preload.cjs'), address); };
  show();
  app.on('activate', show);
  app.on('second-instance', show);
  app.on('will-quit', (event) => {
    event.preventDefault();
    void host.close().finally(() => app.exit(0));
  });
}

// One workspace, one program: a second start only brings the first one's window to the front.
if (app.requestSingleInstanceLock()) {
  app.on('window-all-closed', () => { app.quit(); });
  app.whenReady().then(start).catch((error: unknown) => {
    const wire = toWireError(error);
    dialog.showErrorBox('RegionMed Studio cannot start', `${wire.message} ${describeError(wire.code).remedy}`);
    app.exit(1);
  });
} else app.quit();

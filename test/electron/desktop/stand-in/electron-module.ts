// The part of the `electron` module that the program's main process uses (and Playwright with it). A name that is not
// here fails to import, so a new use of Electron cannot pass unseen.
import { fork, type ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { fileURLToPath } from 'node:url';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { Chromium, type SchemeHandler, type ShownWindow } from './chromium.ts';

let chromium: Chromium | null = null, folder = '', ready = false, quitting = false;
const browser = (): Chromium => { if (chromium === null) throw new Error('This can be done only after app is ready.'); return chromium; };

interface Preventable { preventDefault(): void }
/** Emits an event that listeners may prevent; answers whether one did. */
function prevented(emitter: EventEmitter, name: string): boolean {
  let stop = false;
  emitter.emit(name, { preventDefault: () => { stop = true; } } satisfies Preventable);
  return stop;
}

class App extends EventEmitter {
  readonly commandLine = { appendSwitch: (): void => { /* Chromium gets its own */ } };
  readonly isPackaged = false;
  getAppPath(): string { return folder; }
  getPath(name: string): string { throw new Error(`The stand-in has no folder "${name}": give --workspace.`); }
  requestSingleInstanceLock(): boolean { return true; }
  isReady(): boolean { return ready; }
  whenReady(): Promise<void> { return ready ? Promise.resolve() : new Promise((resolve) => { this.once('stand-in-ready', resolve); }); }
  quit(): void {
    if (quitting) return;
    quitting = true;
    for (const window of BrowserWindow.all) window.destroy();
    if (!prevented(this, 'will-quit')) this.exit(0);
  }
  exit(code = 0): void { void (chromium?.close() ?? Promise.resolve()).finally(() => process.exit(code)); }
}
export const app = new App();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => app.quit());

/** Called when main was loaded: from here on the application is ready. */
export async function become(application: string): Promise<void> {
  folder = application;
  chromium = await Chromium.start(handlers);
  process.stderr.write(`DevTools listening on ${chromium.endpoint}\n`);
  ready = true;
  app.emit('stand-in-ready');
  app.emit('ready', {}, {});
}

const handlers = new Map<string, SchemeHandler>();
export const protocol = {
  registerSchemesAsPrivileged: (): void => { if (ready) throw new Error('Schemes are registered before app is ready.'); },
  handle: (scheme: string, handler: SchemeHandler): void => { handlers.set(scheme, handler); },
};

export const ipcMain = new EventEmitter();

class MessagePortMain extends EventEmitter {
  readonly port: MessagePort;
  constructor(port: MessagePort) {
    super();
    this.port = port;
    port.on('close', () => this.emit('close'));
    // Messages wait until start(), as Electron's do.
  }
  start(): void { this.port.on('message', (data: unknown) => this.emit('message', { data, ports: [] })); }
  postMessage(message: unknown): void { this.port.postMessage(message); }
  close(): void { this.port.close(); }
}
export class MessageChannelMain {
  readonly port1: MessagePortMain;
  readonly port2: MessagePortMain;
  constructor() { const { port1, port2 } = new MessageChannel(); this.port1 = new MessagePortMain(port1); this.port2 = new MessagePortMain(port2); }
}

type OpenHandler = (details: { url: string }) => { action: 'allow' | 'deny' };
class WebContents extends EventEmitter {
  readonly window: BrowserWindow;
  openHandler: OpenHandler = () => ({ action: 'allow' });
  constructor(window: BrowserWindow) { super(); this.window = window; }
  setWindowOpenHandler(handler: OpenHandler): void { this.openHandler = handler; }
  postMessage(channel: string, message: unknown, ports: readonly MessagePortMain[] = []): void { void this.window.shown.then((shown) => shown.deliver(channel, message, ports.map((p) => p.port))); }
  isDestroyed(): boolean { return this.window.isDestroyed(); }
  close(): void { this.window.close(); }
}

interface WindowOptions { readonly width?: number; readonly height?: number; readonly webPreferences?: { readonly preload?: string } }
export class BrowserWindow extends EventEmitter {
  static readonly all = new Set<BrowserWindow>();
  static getAllWindows(): BrowserWindow[] { return [...BrowserWindow.all]; }
  static fromWebContents(contents: WebContents | null): BrowserWindow | null { return contents?.window ?? null; }

  readonly webContents = new WebContents(this);
  readonly shown: Promise<ShownWindow>;
  targetId: string | null = null;
  constructor({ width = 800, height = 600, webPreferences = {} }: WindowOptions) {
    super();
    BrowserWindow.all.add(this);
    this.shown = this.#open(width, height, webPreferences.preload ?? null);
  }
  async #open(width: number, height: number, preload: string | null): Promise<ShownWindow> {
    const shown = await browser().open({ width, height, preload, onMessage: (channel, args, url) => { ipcMain.emit(channel, { sender: this.webContents, senderFrame: { url } }, ...args); } });
    const { page } = shown;
    this.targetId = shown.targetId;
    page.on('popup', (popup) => { if (this.webContents.openHandler({ url: popup.url() }).action === 'deny') void popup.close(); });
    page.on('close', () => this.#closed());
    return shown;
  }
  async loadURL(url: string): Promise<void> {
    const { page } = await this.shown;
    await page.goto(browser().shownAs(url));
    this.emit('ready-to-show');
  }
  #closed(): void {
    if (!BrowserWindow.all.delete(this)) return;
    this.emit('closed');
    if (BrowserWindow.all.size === 0 && !quitting) app.emit('window-all-closed');
  }
  close(): void { if (!prevented(this, 'close')) this.destroy(); }
  destroy(): void { void this.shown.then(({ page }) => page.close()).catch(() => undefined); this.#closed(); }
  isDestroyed(): boolean { return !BrowserWindow.all.has(this); }
  isMinimized(): boolean { return false; }
  restore(): void { /* never minimised */ }
  show(): void { this.emit('show'); }
  focus(): void { this.emit('focus'); }
}
export const webContents = { fromDevToolsTargetId: (id: string): WebContents | null => BrowserWindow.getAllWindows().find((w) => w.targetId === id)?.webContents ?? null };

export const utilityProcess = {
  fork(entry: string, args: readonly string[]): EventEmitter {
    // The engine finds `process.parentPort`, as it does in Electron's utility process.
    const child: ChildProcess = fork(entry, args, { serialization: 'advanced', execArgv: ['--disable-warning=ExperimentalWarning', '--import', fileURLToPath(new URL('./utility-side.ts', import.meta.url))], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    const shown = Object.assign(new EventEmitter(), { pid: child.pid, kill: () => child.kill(), postMessage: (message: unknown) => { if (child.connected && typeof message === 'object' && message !== null) child.send(message); } });
    child.on('message', (message) => shown.emit('message', message));
    child.once('exit', (code) => shown.emit('exit', code ?? 1));
    return shown;
  },
};

export const session = { defaultSession: { setPermissionRequestHandler: (): void => { /* not proved here */ }, setPermissionCheckHandler: (): void => { /* not proved here */ }, setSpellCheckerDictionaryDownloadURL: (): void => { /* not proved here */ }, setSpellCheckerLanguages: (): void => { /* not proved here */ } } };
export const Menu = { buildFromTemplate: (template: unknown): unknown => template, setApplicationMenu: (): void => { /* no menus */ } };
export const dialog = {
  showErrorBox: (title: string, text: string): void => { process.stderr.write(`${title}: ${text}\n`); },
  showMessageBox: (): Promise<{ response: number }> => Promise.resolve({ response: 0 }),
};

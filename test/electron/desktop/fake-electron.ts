// A fake `electron` module that records what main, windows and preload ask of Electron, so that a test can look at it
// and play Electron's part: emit its events, send its messages. Ports are Node's own, wrapped as Electron's are.
import { EventEmitter } from 'node:events';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { vi } from 'vitest';

/** Electron's MessagePortMain: an emitter whose messages come as { data }. */
export class FakePort extends EventEmitter {
  readonly #port: MessagePort;
  constructor(port: MessagePort) {
    super();
    this.#port = port;
    port.on('message', (data: unknown) => { this.emit('message', { data, ports: [] }); });
    port.on('close', () => { this.emit('close'); });
  }
  postMessage(message: unknown): void { this.#port.postMessage(message); }
  start(): void { this.#port.start(); }
  close(): void { this.#port.close(); }
}

export class FakeWebContents extends EventEmitter {
  openHandler: ((details: { url: string }) => { action: string }) | null = null;
  /** What was posted to the page: channel, message, ports. */
  readonly posted: { channel: string; message: unknown; ports: readonly FakePort[] }[] = [];
  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void { this.openHandler = handler; }
  postMessage(channel: string, message: unknown, ports: readonly FakePort[]): void { this.posted.push({ channel, message, ports }); }
}

export interface FakeWindow extends EventEmitter {
  readonly options: { readonly webPreferences: Readonly<Record<string, unknown>>; readonly show: boolean };
  readonly webContents: FakeWebContents;
  readonly shown: readonly string[];
}

type Fork = (entry: string, args: readonly string[]) => EventEmitter;
type Handler = (request: { url: string; method: string; body: ReadableStream | null }) => Promise<Response>;

/** @param firstInstance whether this process gets the single-instance lock. @param fork plays the engine's process. @param folders what getPath answers */
export function fakeElectron({ firstInstance = true, fork = () => new EventEmitter(), folders = {} }: { firstInstance?: boolean; fork?: Fork; folders?: Readonly<Record<string, string>> } = {}) {
  const windows: FakeWindow[] = [];
  class BrowserWindow extends EventEmitter implements FakeWindow {
    readonly options: FakeWindow['options'];
    readonly webContents = new FakeWebContents();
    readonly shown: string[] = [];
    minimised = false;
    constructor(options: FakeWindow['options']) { super(); this.options = options; windows.push(this); }
    loadURL(url: string): Promise<void> { this.shown.push(`load ${url}`); return Promise.resolve(); }
    show(): void { this.shown.push('show'); }
    focus(): void { this.shown.push('focus'); }
    restore(): void { this.minimised = false; }
    isMinimized(): boolean { return this.minimised; }
    isDestroyed(): boolean { return false; }
  }
  class MessageChannelMain {
    readonly port1: FakePort;
    readonly port2: FakePort;
    constructor() { const { port1, port2 } = new MessageChannel(); this.port1 = new FakePort(port1); this.port2 = new FakePort(port2); }
  }
  const handlers = new Map<string, Handler>();
  const app = Object.assign(new EventEmitter(), {
    getPath: (name: string): string => { const folder = folders[name]; if (folder === undefined) throw new Error(`the fake has no folder ${name}`); return folder; },
    requestSingleInstanceLock: () => firstInstance,
    whenReady: () => Promise.resolve(),
    quit: vi.fn(), exit: vi.fn<(code: number) => void>(),
  });
  const module = {
    app, BrowserWindow, MessageChannelMain, ipcMain: new EventEmitter(),
    dialog: { showErrorBox: vi.fn<(title: string, text: string) => void>(), showMessageBox: vi.fn() },
    Menu: { buildFromTemplate: (template: unknown) => template, setApplicationMenu: vi.fn() },
    protocol: { registerSchemesAsPrivileged: vi.fn(), handle: (scheme: string, handler: Handler) => { handlers.set(scheme, handler); } },
    session: { defaultSession: { setPermissionRequestHandler: vi.fn(), setPermissionCheckHandler: vi.fn(), setSpellCheckerDictionaryDownloadURL: vi.fn(), setSpellCheckerLanguages: vi.fn() } },
    utilityProcess: { fork: vi.fn(fork) },
    contextBridge: { exposeInMainWorld: vi.fn<(name: string, api: unknown) => void>() },
    ipcRenderer: Object.assign(new EventEmitter(), { send: vi.fn<(channel: string, ...rest: readonly unknown[]) => void>() }),
  };
  return { module, windows, handlers };
}
export type FakeElectron = ReturnType<typeof fakeElectron>;

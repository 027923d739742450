// The stand-in's window: headless Chromium. It cannot be taught a scheme, so app://regionmed/x is shown as
// http://regionmed.app.localhost/x, a secure context with an origin of its own, served by the scheme's real handler.
import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { MessagePort } from 'node:worker_threads';
import { build } from 'esbuild';
import { chromium, type Browser, type Page } from 'playwright';
import { WebSocketServer, type WebSocket } from 'ws';
import { z } from 'zod';
import { webSocketPipe } from '../../../../electron/pipes/web-socket.ts';
import { systemBrowser } from '../../../../build/browser.mjs';

export interface SchemeRequest { readonly url: string; readonly method: string; readonly body: ReadableStream | null }
export type SchemeHandler = (request: SchemeRequest) => Promise<Response>;
export interface OpenOptions {
  readonly width: number;
  readonly height: number;
  readonly preload: string | null;
  /** A message of the preload; `url` is its frame's, on the scheme. */
  readonly onMessage: (channel: string, args: readonly unknown[], url: string) => void;
}

export interface ShownWindow { readonly page: Page; readonly targetId: string; deliver(channel: string, message: unknown, ports: readonly MessagePort[]): void }

const domain = '.localhost';
const fromPage = z.object({ url: z.string(), channel: z.string(), args: z.array(z.unknown()) });
const onScheme = (shown: string): string => shown.replace(/^http:\/\/([^/]+)\.([a-z]+)\.localhost/, '$2://$1');

export class Chromium {
  readonly endpoint: string;
  readonly #process: ChildProcess;
  readonly #browser: Browser;
  readonly #server: Relay;
  readonly #profile: string;
  #pageSide: string | null = null;
  private constructor(endpoint: string, child: ChildProcess, browser: Browser, server: Relay, profile: string) {
    this.endpoint = endpoint;
    this.#process = child;
    this.#browser = browser;
    this.#server = server;
    this.#profile = profile;
  }

  static async start(handlers: ReadonlyMap<string, SchemeHandler>): Promise<Chromium> {
    const executable = systemBrowser() ?? chromium.executablePath();
    const server = await startRelay(handlers);
    const profile = mkdtempSync(path.join(os.tmpdir(), 'regionmed-stand-in-'));
    const child = spawn(executable, [
      '--headless=new', '--remote-debugging-port=0', `--user-data-dir=${profile}`, '--no-startup-window', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--password-store=basic',
      `--host-resolver-rules=MAP *${domain}:80 127.0.0.1:${server.port}`, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ], { stdio: ['ignore', 'ignore', 'pipe'] });
    process.once('exit', () => { child.kill('SIGKILL'); rmSync(profile, { recursive: true, force: true, maxRetries: 5 }); });
    const endpoint = await new Promise<string>((resolve, reject) => {
      createInterface({ input: child.stderr }).on('line', (line) => { const told = /^DevTools listening on (ws:.*)$/.exec(line)?.[1]; if (told !== undefined) resolve(told); });
      child.once('error', reject).once('exit', (code) => reject(new Error(`Chromium ended with code ${code}`)));
    });
    return new Chromium(endpoint, child, await chromium.connectOverCDP(endpoint), server, profile);
  }

  shownAs(url: string): string { const m = /^([a-z]+):\/\/([^/]*)(.*)$/.exec(url); return m === null ? url : `http://${m[2]}.${m[1]}${domain}${m[3]}`; }

  async open({ width, height, preload, onMessage }: OpenOptions): Promise<ShownWindow> {
    const [context] = this.#browser.contexts();
    if (context === undefined) throw new Error('Chromium has no context');
    const page = await context.newPage();
    const { targetInfo } = await (await context.newCDPSession(page)).send('Target.getTargetInfo');
    await page.setViewportSize({ width, height });
    // Messages go by sockets: Playwright's own view of a page lags behind the first scripts of a document.
    const name = randomUUID();
    this.#server.windows.set(name, { onMessage, socket: null });
    if (preload !== null) {
      const content = `if (location.hostname.endsWith(${JSON.stringify(domain)})) { ${await this.#bundled()}\n(function (require, module, exports) { ${readFileSync(preload, 'utf8')}\n})(standIn.requireFor(${JSON.stringify(name)}), { exports: {} }, {}); }`;
      await page.addInitScript({ content });
    }
    return {
      page, targetId: targetInfo.targetId,
      deliver: (channel, message, ports) => {
        // Each port waits under a name for the page's socket.
        const ids = ports.map((port) => { const id = randomUUID(); this.#server.ports.set(id, port); return id; });
        this.#server.windows.get(name)?.socket?.send(JSON.stringify({ channel, message, ids }));
      },
    };
  }

  async #bundled(): Promise<string> {
    if (this.#pageSide === null) {
      // The page's policy has no evaluation; whether there is some is asked before it holds.
      const built = await build({ entryPoints: [fileURLToPath(new URL('./page-side.ts', import.meta.url))], bundle: true, format: 'iife', globalName: 'standIn', write: false, logLevel: 'error', banner: { js: 'globalThis.__zod_globalConfig = { jitless: true };' } });
      this.#pageSide = built.outputFiles[0]?.text ?? '';
    }
    return this.#pageSide;
  }

  async close(): Promise<void> {
    const gone = new Promise((resolve) => { this.#process.once('exit', resolve); });
    if (this.#process.exitCode === null) { this.#process.kill('SIGTERM'); await gone; }
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

interface Relay {
  readonly port: number;
  /** Ports that wait for the page to fetch them. */
  readonly ports: Map<string, MessagePort>;
  readonly windows: Map<string, { readonly onMessage: OpenOptions['onMessage']; socket: WebSocket | null }>;
}

/** Answers for every scheme with its handler, and joins the page's sockets to the ports that wait for them. */
async function startRelay(handlers: ReadonlyMap<string, SchemeHandler>): Promise<Relay> {
  const ports: Relay['ports'] = new Map(), windows: Relay['windows'] = new Map();
  const server = http.createServer((req, res) => {
    const url = onScheme(`http://${req.headers.host}${req.url}`), handler = handlers.get(url.slice(0, url.indexOf(':')));
    if (handler === undefined) { res.writeHead(404).end(); return; }
    const body: ReadableStream | null = req.method === 'PUT' ? Readable.toWeb(req) : null;
    handler({ url, method: req.method ?? 'GET', body }).then((response) => {
      res.writeHead(response.status, Object.fromEntries(response.headers));
      if (response.body === null) res.end(); else Readable.fromWeb(response.body).on('error', () => res.destroy()).pipe(res);
    }).catch(() => res.writeHead(500).end());
  });
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (req, socket, head) => {
    const [, kind, id = ''] = /^\/stand-in\/(ports|windows)\/(.+)$/.exec(req.url ?? '') ?? [];
    const window = kind === 'windows' ? windows.get(id) : undefined, port = kind === 'ports' ? ports.get(id) : undefined;
    if (window !== undefined) {
      sockets.handleUpgrade(req, socket, head, (ws) => {
        window.socket = ws;
        ws.on('message', (data: Buffer) => { const { url, channel, args } = fromPage.parse(JSON.parse(data.toString())); window.onMessage(channel, args, onScheme(url)); });
      });
      return;
    }
    if (port === undefined) { socket.destroy(); return; }
    ports.delete(id);
    sockets.handleUpgrade(req, socket, head, (ws) => {
      const pipe = webSocketPipe(ws);
      pipe.receive((message) => port.postMessage(message), () => port.close());
      port.on('message', (message: unknown) => pipe.send(message));
      port.on('close', () => pipe.close());
    });
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('the stand-in has no port');
  return { port: address.port, ports, windows };
}

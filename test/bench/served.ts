// The program as a person starts it without Electron: the web host in a process of its own, spoken to as the page does,
// with the cookie and over a WebSocket. What its processes took at most is read while they live.
import { spawn, type ChildProcess } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { webSocketPipe } from '../../electron/pipes/web-socket.ts';
import { hostContract, type HostContract, type ImportReport } from '../../shared/contracts/host.ts';
import { connect } from '../../shared/rpc/connect.ts';
import type { Client } from '../../shared/rpc/contract.ts';
import { root } from './results.ts';

const ready = z.object({ ready: z.literal(true), url: z.string(), port: z.number() });
/** As `npm start` runs it, and as it is installed. */
export const entries = { source: path.join(root, 'electron', 'loopback.ts'), built: path.join(root, 'dist', 'electron', 'loopback.mjs') } as const;

export class Served {
  readonly origin: string;
  readonly cookie: { readonly name: string; readonly value: string };
  /** Milliseconds from the process's start to the line that says where it is served. */
  readonly readyAfter: number;
  readonly began: number;
  readonly #process: ChildProcess;

  private constructor(process_: ChildProcess, began: number, readyAfter: number, origin: string, cookie: Served['cookie']) {
    this.#process = process_;
    this.began = began;
    this.readyAfter = readyAfter;
    this.origin = origin;
    this.cookie = cookie;
  }

  static async start(workspace: string, entry: string = entries.source): Promise<Served> {
    const began = performance.now();
    const host = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', entry, '--workspace', workspace, '--port', '0', '--page', path.join(root, 'dist', 'renderer')], { stdio: ['ignore', 'pipe', 'inherit'] });
    const { url, port } = await new Promise<z.infer<typeof ready>>((resolve, reject) => {
      createInterface({ input: host.stdout }).once('line', (line) => resolve(ready.parse(JSON.parse(line))));
      host.once('exit', (code) => reject(new Error(`the host ended with code ${code}`)));
    });
    const readyAfter = performance.now() - began;
    const set = (await fetch(url, { redirect: 'manual' })).headers.get('set-cookie') ?? '';
    const [name = '', value = ''] = (set.split(';')[0] ?? '').split('=');
    return new Served(host, began, readyAfter, `http://127.0.0.1:${port}`, { name, value });
  }

  get #headers(): { cookie: string; origin: string } { return { cookie: `${this.cookie.name}=${this.cookie.value}`, origin: this.origin }; }

  async client(): Promise<Client<HostContract> & { readonly close: () => void }> {
    const socket = new WebSocket(`${this.origin.replace('http', 'ws')}/rpc/host`, { headers: this.#headers, perMessageDeflate: false });
    await new Promise((resolve, reject) => { socket.once('open', resolve); socket.once('error', reject); });
    return connect(hostContract, webSocketPipe(socket));
  }

  /** Sends files as the page does when they are dropped, and imports them. */
  async upload(client: Client<HostContract>, files: readonly string[]): Promise<ImportReport> {
    const { upload } = await client.beginUpload({});
    for (const [i, file] of files.entries()) {
      const { status } = await fetch(`${this.origin}/uploads/${upload}/${i}-${encodeURIComponent(path.basename(file))}`, { method: 'PUT', headers: this.#headers, body: new Uint8Array(await readFile(file)) });
      if (status >= 300) throw new Error(`${path.basename(file)} was answered with ${status}`);
    }
    return client.importUpload({ upload, annotations: 'truth' });
  }

  /** The most memory each process held at once so far (VmHWM), in bytes; null where the system does not tell. */
  async peaks(): Promise<{ host: number; inference: number | null; training: number | null } | null> {
    const pid = this.#process.pid;
    if (process.platform !== 'linux' || pid === undefined) return null;
    const processes = await Promise.all((await readdir('/proc')).filter((n) => /^\d+$/.test(n)).map(async (n) => ({ n, parent: await statusOf(n, 'PPid'), command: await readFile(`/proc/${n}/cmdline`, 'utf8').catch(() => '') })));
    const engine = async (name: string): Promise<number | null> => {
      // Under its entry's name, or under the title it gave itself.
      const found = processes.find((p) => p.parent === pid && (p.command.includes(`engine/${name}.`) || p.command.startsWith(`regionmed ${name}`)));
      return found === undefined ? null : bytesOf(found.n);
    };
    return { host: await bytesOf(String(pid)), inference: await engine('inference'), training: await engine('training') };
  }

  /** As a power cut would: no word to the host, nothing flushed by it. */
  kill(): Promise<void> { return this.#end('SIGKILL'); }
  stop(): Promise<void> { return this.#end('SIGTERM'); }
  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const gone = new Promise((resolve) => { this.#process.once('exit', resolve); });
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    this.#process.kill(signal);
    await gone;
  }
}

const bytesOf = async (pid: string): Promise<number> => (await statusOf(pid, 'VmHWM')) * 1024;
/** A number of /proc/PID/status; NaN when the process is gone. */
async function statusOf(pid: string, field: string): Promise<number> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? Number.NaN);
}

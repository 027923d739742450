// The program as a person has it: a workspace, a host that serves it, a page in a real browser. Tests drive the page,
// kill the host and start it again; the journal is read beside it to see what was really stored.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createInterface } from 'node:readline';
import { _electron, chromium, test as base, type BrowserContext, type ElectronApplication, type Page } from '@playwright/test';
import { z } from 'zod';
import type { CaseRow } from '../../shared/domain/case.ts';
import { row, type Row } from '../../shared/domain/diff.ts';
import type { Box } from '../../shared/domain/geometry.ts';
import type { MeasurementRow } from '../../shared/domain/measurement.ts';
import type { NoteRow } from '../../shared/domain/note.ts';
import type { ReadingRow } from '../../shared/domain/reading.ts';
import type { RegionRow } from '../../shared/domain/region.ts';

export interface HostOptions { kind: 'web' | 'electron' }
const root = path.join(import.meta.dirname, '..', '..');
const ready = z.object({ ready: z.literal(true), url: z.string(), port: z.number() });
/** As root Chromium cannot sandbox; without a network it must not look for updates. */
const browserArguments = ['--disable-background-networking', '--disable-component-update', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])];

export class Program {
  readonly workspace: string;
  readonly kind: HostOptions['kind'];
  #host: ChildProcess | null = null;
  #electron: ElectronApplication | null = null;
  #context: BrowserContext | null = null;
  #page: Page | null = null;
  #port = 0;
  readonly problems: string[] = [];
  readonly #profile: string;

  /** @param profile where the browser keeps its own: beside the workspace when left out */
  constructor(kind: HostOptions['kind'], workspace: string, profile = path.join(workspace, '..', 'profile')) { this.kind = kind; this.workspace = workspace; this.#profile = profile; }

  get page(): Page {
    if (this.#page === null) throw new Error('the program is not started');
    return this.#page;
  }

  /** Starts the host; the second time on the same port, so that the page's own store is found again. */
  async start(): Promise<Page> {
    if (this.kind === 'electron') {
      this.#electron = await _electron.launch({ args: [root, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), '--workspace', this.workspace, `--user-data-dir=${this.#profile}`] });
      this.#page = await this.#electron.firstWindow();
      return this.#page;
    }
    const host = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', path.join(root, 'electron', 'loopback.ts'), '--workspace', this.workspace, '--port', String(this.#port)], { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#host = host;
    const { url, port } = await new Promise<z.infer<typeof ready>>((resolve, reject) => {
      createInterface({ input: host.stdout }).once('line', (line) => resolve(ready.parse(JSON.parse(line))));
      host.once('exit', (code) => reject(new Error(`the host ended with code ${code}`)));
    });
    this.#port = port;
    if (this.#context === null) {
      const executablePath = process.env['REGIONMED_CHROMIUM'] ?? '/usr/bin/chromium';
      this.#context = await chromium.launchPersistentContext(this.#profile, { executablePath, args: browserArguments, viewport: { width: 1366, height: 768 } });
      this.#page = this.#context.pages()[0] ?? await this.#context.newPage();
      this.#page.on('pageerror', (error) => this.problems.push(error.message));
    }
    await this.page.goto(url);
    return this.page;
  }

  /** As a power cut would: no word to the host, nothing flushed by it. */
  async kill(): Promise<void> {
    const process_ = this.#electron?.process() ?? this.#host;
    if (process_ === null || process_ === undefined) throw new Error('the program is not started');
    const gone = new Promise((resolve) => { process_.once('exit', resolve); });
    process_.kill('SIGKILL');
    await gone;
  }

  async close(): Promise<void> {
    await this.#context?.close();
    await this.#electron?.close().catch(() => undefined);
    const host = this.#host;
    if (host !== null && host.exitCode === null && host.signalCode === null) {
      const gone = new Promise((resolve) => { host.once('exit', resolve); });
      host.kill('SIGTERM');
      await gone;
    }
  }

  /** Imported ground truth, which the page never sees: the boxes of a case. */
  truth(): (caseId: string) => Box[] {
    const db = new DatabaseSync(path.join(this.workspace, 'journal.sqlite'), { readOnly: true });
    try {
      const rows = db.prepare(`SELECT body FROM rows WHERE source = 'truth'`).all().map((r) => row.parse(JSON.parse(z.object({ body: z.string() }).parse(r).body)));
      return (caseId) => rows.flatMap((r) => (r.table === 'regions' && r.caseId === caseId ? [r.box] : []));
    } finally {
      db.close();
    }
  }

  /** What was measured, in the order of its making. */
  measurements(): MeasurementRow[] {
    const db = new DatabaseSync(path.join(this.workspace, 'journal.sqlite'), { readOnly: true });
    try {
      const rows = db.prepare(`SELECT body FROM rows WHERE kind = 'measurements'`).all().map((r) => row.parse(JSON.parse(z.object({ body: z.string() }).parse(r).body)));
      return rows.filter((r): r is MeasurementRow => r.table === 'measurements').sort((a, b) => a.order - b.order);
    } finally {
      db.close();
    }
  }

  /** What the journal holds now: its number of records and its rows, ground truth left out. */
  stored(): { seq: number; cases: CaseRow[]; regions: RegionRow[]; notes: NoteRow[]; readings: ReadingRow[]; commands: { id: string; name: string }[] } {
    const db = new DatabaseSync(path.join(this.workspace, 'journal.sqlite'), { readOnly: true });
    try {
      const body = z.object({ body: z.string() });
      const rows: Row[] = db.prepare('SELECT body FROM rows').all().map((r) => row.parse(JSON.parse(body.parse(r).body)));
      const commands = db.prepare('SELECT body FROM records ORDER BY seq').all().map((r) => z.object({ id: z.string(), name: z.string() }).parse(JSON.parse(body.parse(r).body)));
      return {
        seq: commands.length, commands,
        cases: rows.filter((r): r is CaseRow => r.table === 'cases'), notes: rows.filter((r): r is NoteRow => r.table === 'notes'), readings: rows.filter((r): r is ReadingRow => r.table === 'readings'), regions: rows.filter((r): r is RegionRow => r.table === 'regions' && r.source !== 'truth').sort((a, b) => a.order - b.order),
      };
    } finally {
      db.close();
    }
  }
}

/** A program with an empty workspace whose split is known: the salt decides which patients are the holdout. */
export const test = base.extend<HostOptions & { program: Program; salt: string }>({
  kind: ['web', { option: true }],
  salt: ['e2e', { option: true }],
  program: async ({ kind, salt }, provide, info) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'regionmed-e2e-')), workspace = path.join(folder, 'workspace');
    await mkdir(workspace);
    await writeFile(path.join(workspace, 'workspace.json'), JSON.stringify({ format: 1, id: `e2e-${salt}`, salt, createdAt: '2026-01-01T00:00:00.000Z' }));
    const program = new Program(kind, workspace);
    await provide(program);
    // What the person saw last, in the log of the run: where only that is kept, a failure can still be understood.
    if (info.status !== info.expectedStatus) process.stdout.write(`${await program.page.locator('body').innerText().catch(() => 'there is no page')}\n`);
    await program.close();
    await rm(folder, { recursive: true, force: true });
    if (program.problems.length > 0) throw new Error(`the page reported: ${program.problems.join('; ')}`);
  },
});
export { expect } from '@playwright/test';

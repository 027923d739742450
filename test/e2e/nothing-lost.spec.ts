// Any sequence of commands, undo, redo, lost connections, restarts, crashes, reloads and wipes of IndexedDB gives the state
// that the journal says, in two tabs at once: the page's own working copy, sync and commands in a real browser against a
// real host and its journal on the disk. Seeded; REGIONMED_SEQUENCES says how many sequences, and then failures are shrunk; REGIONMED_PATH
// runs again the one that a failure named.
import { cpSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium, type BrowserContext, type Page } from '@playwright/test';
import { build } from 'esbuild';
import fc from 'fast-check';
import { WebSocketServer } from 'ws';
import { z } from 'zod';
import { Host } from '../../electron/host/open.ts';
import { webSocketPipe } from '../../electron/pipes/web-socket.ts';
import { hostContract } from '../../shared/contracts/host.ts';
import { emptyDiff, type Row } from '../../shared/domain/diff.ts';
import { storeProposals } from '../../shared/domain/commands/case.ts';
import type { CommandName, JournalRecord } from '../../shared/domain/command.ts';
import { AppError } from '../../shared/errors.ts';
import { serve } from '../../shared/rpc/serve.ts';
import { baseBundle } from '../bench/grounds.ts';
import { boxOf, caseOf, commandOf, proposalOf } from '../electron/host/rows.ts';
import { inOrder, replayed, rowsIn } from '../electron/host/whole-journal.ts';
import { browserArguments } from '../bench/browser.ts';
import { expect, test } from './program.ts';

const cases = ['case a', 'case b', 'case c'];
const openHost = (workspace: string): Promise<Host> => Host.open({ workspace, baseBundle, kind: 'web', startEngine: () => { throw new AppError('engine-failed', 'There is no engine here.'); } });
/** A host with a door of its own: only its engines are missing, for nothing here asks a network. */
class Site {
  readonly #top: string;
  readonly #port: number;
  #life = 0;
  #host: Host;
  readonly #server: http.Server;
  readonly #sockets: WebSocketServer;

  private constructor(top: string, host: Host, server: http.Server, sockets: WebSocketServer, port: number) { this.#top = top; this.#host = host; this.#server = server; this.#sockets = sockets; this.#port = port; }

  static async open(): Promise<Site> {
    const top = await mkdtemp(path.join(tmpdir(), 'regionmed-lost-')), host = await openHost(path.join(top, '0'));
    for (const [k, id] of cases.entries()) {
      host.journal.appendOne(commandOf(`import ${id}`, 'importCase', id, { ...emptyDiff, added: [caseOf(id)] }));
      host.journal.appendOne(commandOf(`truth ${id}`, 'importTruth', id, { ...emptyDiff, added: [{ ...proposalOf(id, `truth of ${id}`, boxOf(1, 1, 10, 10)), source: 'truth', proposal: null }] }));
      if (k < 2) host.journal.appendOne(commandOf(`propose ${id}`, 'storeProposals', id, storeProposals(host.journal.case(id), [], proposals(id, 0), null)));
    }
    const server = http.createServer((_, res) => { res.setHeader('Content-Type', 'text/html').end('<!doctype html><title>tab</title>'); }), sockets = new WebSocketServer({ noServer: true });
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
    const { port } = z.custom<AddressInfo>((a) => typeof a === 'object').parse(server.address());
    const site = new Site(top, host, server, sockets, port);
    server.on('upgrade', (req, socket, head) => { socket.on('error', () => socket.destroy()); sockets.handleUpgrade(req, socket, head, (ws) => { serve(hostContract, site.#host.service, webSocketPipe(ws), { onBug: (error) => { throw error; } }); }); });
    return site;
  }
  get host(): Host { return this.#host; }
  get url(): string { return `http://127.0.0.1:${this.#port}/`; }
  get file(): string { return path.join(this.#top, String(this.#life), 'journal.sqlite'); }

  #cut(): void { for (const ws of this.#sockets.clients) ws.terminate(); }
  /** Closed and opened again. */
  async restart(): Promise<void> { this.#cut(); await this.#host.close(); this.#host = await openHost(path.join(this.#top, String(this.#life))); }
  /** Goes on from the files as they lie at this moment, as after a crash: nothing is closed before they are taken. */
  async crash(): Promise<void> {
    const [before, after] = [path.join(this.#top, String(this.#life)), path.join(this.#top, String(this.#life + 1))], left = this.#host;
    cpSync(before, after, { recursive: true, filter: (from) => !path.basename(from).startsWith('lock.sqlite') && !from.endsWith('-shm') });
    this.#cut();
    this.#life++;
    this.#host = await openHost(after);
    await left.close();
  }
  /** The network proposes anew, where nobody has begun. */
  propose(at: number, n: number): void {
    const id = cases[at % cases.length] ?? '', { journal } = this.#host;
    try {
      journal.appendOne(commandOf(crypto.randomUUID(), 'storeProposals', id, storeProposals(journal.case(id), journal.regionsOf(id), proposals(id, journal.seq + n), null)));
    } catch (error) { if (!(error instanceof AppError && error.code === 'conflict')) throw error; }
  }
  async close(): Promise<void> { this.#cut(); await this.#host.close(); this.#sockets.close(); await new Promise((resolve) => { this.#server.close(resolve); this.#server.closeAllConnections(); }); await rm(this.#top, { recursive: true, force: true }); }
}
const proposals = (id: string, n: number) => Array.from({ length: 3 }, (_, k) => proposalOf(id, `${id}/${n}/${k}`, boxOf(20 * k, 10 * k, 30, 20), { order: k }));

const looked = z.object({ rows: z.array(z.string()), acknowledged: z.array(z.tuple([z.number(), z.string()])), queued: z.array(z.string()), refused: z.boolean(), bugs: z.array(z.string()) });
class Tab {
  readonly #page: Page;
  readonly #script: string;
  readonly #site: Site;
  online = false;
  private constructor(page: Page, site: Site, script: string) { this.#page = page; this.#site = site; this.#script = script; }
  static async open(context: BrowserContext, site: Site, script: string): Promise<Tab> { const tab = new Tab(await context.newPage(), site, script); await tab.load(); return tab; }
  async load(): Promise<void> {
    await this.#page.goto(this.#site.url);
    await this.#page.evaluate(this.#script);
    await this.#page.evaluate(`drive(${JSON.stringify(this.#site.host.workspace.id)})`);
    await this.attach();
  }
  ask(expression: string): Promise<unknown> { return this.#page.evaluate(`driven.${expression}`); }
  async attach(): Promise<void> { await this.ask('attach()'); this.online = true; }
  async detach(): Promise<void> { await this.ask('detach()'); this.online = false; }
  /** After the host went away. */
  async again(): Promise<void> { await this.ask('gone()'); await this.attach(); }
  async look(): Promise<z.infer<typeof looked>> { return looked.parse(await this.ask('look()')); }
  close(): Promise<void> { return this.#page.close(); }
}

const steps = fc.record({
  does: fc.oneof(
    { weight: 30, arbitrary: fc.constantFrom('accept', 'reject', 'ignore', 'remove', 'move', 'outline', 'label', 'attributes', 'depth', 'add', 'caption', 'comment', 'flag', 'settle', 'unsettle', 'removeNote', 'acceptRemaining', 'signOff', 'reopen', 'settings', 'priority', 'read') },
    { weight: 8, arbitrary: fc.constantFrom('undo', 'redo') },
    { weight: 3, arbitrary: fc.constantFrom('reveal', 'assign', 'decide', 'propose') },
    { weight: 6, arbitrary: fc.constantFrom('offline', 'online', 'restart', 'crash', 'reload', 'wipe') },
  ),
  at: fc.nat(5), with: fc.nat(40), tab: fc.nat(1), wait: fc.boolean(),
});
type Step = typeof steps extends fc.Arbitrary<infer T> ? T : never;

const shown = (r: Row): boolean => !(r.table === 'questions' || r.table === 'decisions' || (r.table === 'regions' && r.source === 'truth'));
const ends: ReadonlySet<CommandName> = new Set<CommandName>(['importCase', 'storeProposals', 'revealProposals', 'assignReaders']);
/** The last command on a case that undo does not pass. */
const lastEnd = (records: readonly JournalRecord[], caseId: string): number => records.findLastIndex((r) => (r.caseId === caseId && ends.has(r.name)) || r.diff.added.some((a) => a.table === 'cases' && a.id === caseId));
/** What a case can be undone to: its rows, notes among them, as the last command left them that undo does not pass. */
const start = (records: readonly JournalRecord[], caseId: string): string[] => ofCase(replayed(records.slice(0, lastEnd(records, caseId) + 1)), caseId);
/** Whether one tab took something back, or did it again, while another tab or the network put an end to undo after it: that stays. */
function crosses(records: readonly JournalRecord[], caseId: string): boolean {
  const end = lastEnd(records, caseId), seqs = new Map(records.map((r, i) => [r.id, i]));
  return records.slice(end + 1).some((r) => r.caseId === caseId && r.of !== null && (seqs.get(r.of) ?? -1) <= end);
}
const ofCase = (rows: readonly Row[], caseId: string): string[] => inOrder(rows.filter((r) => (r.table === 'cases' ? r.id === caseId : (r.table === 'regions' || r.table === 'notes') && r.caseId === caseId && shown(r))));

/** Everything is sent and known everywhere: then all three, tabs, rows of the journal and its records, must say the same. */
async function agreed(site: Site, tabs: readonly Tab[]): Promise<JournalRecord[]> {
  for (const tab of tabs) if (!tab.online) await tab.attach();
  // What one sends the other hears of.
  for (let turn = 0; turn < 2; turn++) for (const tab of tabs) await tab.ask(`settle(${site.host.journal.seq})`);
  const { journal } = site.host, records = journal.records(0, 1_000_000, null), ids = new Map(records.map((r) => [r.seq, r.id])), known = new Set(ids.values());
  const rows = rowsIn(site.file);
  expect(inOrder(rows)).toEqual(inOrder(replayed(records)));
  expect([...journal.check()].filter((c) => c.problem !== null)).toEqual([]);
  for (const tab of tabs) {
    const seen = await tab.look();
    expect(seen.bugs).toEqual([]);
    expect(seen.rows).toEqual(inOrder(rows.filter(shown)));
    for (const [seq, id] of seen.acknowledged) expect(ids.get(seq), `record ${seq} was acknowledged`).toBe(id);
    if (!seen.refused) expect(seen.queued.filter((id) => !known.has(id)), 'queued, and neither stored nor refused').toEqual([]);
  }
  return records;
}

async function happen(site: Site, tabs: readonly Tab[], s: Step): Promise<void> {
  const tab = tabs[s.tab];
  if (tab === undefined) throw new Error('there are two tabs');
  switch (s.does) {
    case 'offline': if (tab.online) await tab.detach(); return;
    case 'online': if (!tab.online) await tab.attach(); return;
    case 'propose': site.propose(s.at, s.with); return;
    case 'restart': case 'crash': {
      const there = tabs.filter((t) => t.online);
      await site[s.does]();
      for (const t of there) await t.again();
      return;
    }
    case 'reload': await tab.load(); return;
    case 'wipe':
      for (const t of tabs) { await t.ask('leave()'); t.online = false; }
      for (const t of tabs) { await t.ask('wipe()'); await t.ask('back()'); }
      for (const t of tabs) await t.attach();
      return;
    default: await tab.ask(`act(${JSON.stringify({ does: s.does, at: s.at, with: s.with })}, ${s.wait})`);
  }
}

test('whatever is done, lost and started again: tabs, journal and records say the same, and all of it can be undone and redone', async ({ kind }) => {
  test.skip(kind === 'electron', 'the page is driven without its window');
  test.setTimeout(3_600_000);
  const script = (await build({ entryPoints: [path.join(import.meta.dirname, '../renderer/data/driven-tab.ts')], bundle: true, format: 'iife', write: false, logLevel: 'warning' })).outputFiles[0]?.text ?? '';
  const browser = await chromium.launch({ executablePath: process.env['REGIONMED_CHROMIUM'] ?? '/usr/bin/chromium', args: browserArguments });
  const more = process.env['REGIONMED_SEQUENCES'], numRuns = Number(more ?? 8), seed = Number(process.env['REGIONMED_SEED'] ?? 1), at = process.env['REGIONMED_PATH'];
  let done = 0, tried = 0;
  try {
    await fc.assert(fc.asyncProperty(fc.array(steps, { minLength: 15, maxLength: 60, size: 'max' }), fc.boolean(), async (sequence, oneBrowser) => {
      const site = await Site.open(), first = await browser.newContext(), second = oneBrowser ? first : await browser.newContext();
      try {
        const tabs = [await Tab.open(first, site, script), await Tab.open(second, site, script)];
        for (const s of sequence) {
          await happen(site, tabs, s);
          if (s.does === 'restart' || s.does === 'crash' || s.does === 'wipe') await agreed(site, tabs);
        }
        const before = await agreed(site, tabs), [tab] = tabs, undone = new Map<string, number>();
        done += before.length;
        for (const r of replayed(before)) if (r.table === 'cases' && !crosses(before, r.id)) undone.set(r.id, z.number().parse(await tab?.ask(`step(${JSON.stringify(r.id)}, 'undo', 1000)`)));
        tried += undone.size;
        let records = await agreed(site, tabs);
        for (const id of undone.keys()) expect(ofCase(replayed(records), id), `${id}, all undone`).toEqual(start(before, id));
        await site.restart();
        for (const t of tabs) await t.again();
        for (const [id, n] of undone) expect(await tab?.ask(`step(${JSON.stringify(id)}, 'redo', ${n})`), `${id}: redone as often as undone`).toBe(n);
        records = await agreed(site, tabs);
        for (const id of undone.keys()) expect(ofCase(replayed(records), id), `${id}, all redone`).toEqual(ofCase(replayed(before), id));
      } finally {
        await first.close();
        await second.close();
        await site.close();
      }
    }), { seed, numRuns, endOnFailure: more === undefined || at !== undefined, ...(at === undefined ? {} : { path: at }) });
    process.stdout.write(`${numRuns} sequences, ${done} records, ${tried} cases undone and redone\n`);
  } finally {
    await browser.close();
  }
});

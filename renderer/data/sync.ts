// Keeps the working copy and the journal in step. Every change is applied here and queued in one transaction, then
// sent; it counts as saved when the journal has answered. One tab at a time sends (a Web Lock says which).
import { canonical, type Diff, type Row } from '../../shared/domain/diff.ts';
import type { Command, CommandName, JournalRecord } from '../../shared/domain/command.ts';
import type { HostContract } from '../../shared/contracts/host.ts';
import type { Client } from '../../shared/rpc/contract.ts';
import { AppError, toWireError, type WireError } from '../../shared/errors.ts';
import { changedBy, type OutboxEntry, type WorkingCopy } from './db.ts';

export interface SyncState { readonly online: boolean; readonly waiting: number; /** Said once to the person, then cleared. */ readonly notice: WireError | string | null; readonly ready: boolean }
type HostClient = Client<HostContract>;

/** Records behind the journal beyond which a fresh snapshot is quicker than catching up. */
const farBehind = 3000;
/** Milliseconds after which what the disk had no room for is sent again. */
const roomMeanwhile = 5000;

const readerKey = (db: WorkingCopy): string => `regionmed-reader ${db.name}`;
/** Another person sits down: everything on the page is theirs from now on, so it is opened anew. Empty: who is logged in. */
export function readAs(db: WorkingCopy, name: string): void {
  if (name.trim() === '') localStorage.removeItem(readerKey(db)); else localStorage.setItem(readerKey(db), name.trim());
  location.reload();
}

export class Sync {
  readonly db: WorkingCopy;
  /** Who works here: as chosen at this workstation, else who is logged in. */
  readonly actor: string;
  #host: HostClient | null = null;
  #state: SyncState = { online: false, waiting: 0, notice: null, ready: false };
  readonly #listeners = new Set<() => void>();
  #turn: Promise<void> = Promise.resolve();
  /** Changes on their way into IndexedDB: the page may show one a moment before it is queued, and is not saved then. */
  #underway = 0;
  #counts = 0;
  /** The disk was full: it is told once, then tried again. */
  #full: ReturnType<typeof setTimeout> | null = null;

  constructor(db: WorkingCopy, login: string) {
    this.db = db;
    this.actor = localStorage.getItem(readerKey(db)) ?? login;
    db.onRefused((notice) => this.#set({ notice }));
  }

  subscribe = (listener: () => void): (() => void) => { this.#listeners.add(listener); return () => this.#listeners.delete(listener); };
  state = (): SyncState => this.#state;
  say(notice: WireError | string | null): void { this.#set({ notice }); }
  #set(change: Partial<SyncState>): void { this.#state = { ...this.#state, ...change }; for (const l of this.#listeners) l(); }

  /** The host is there: send what waits, then bring the working copy up to the journal. */
  async attach(host: HostClient): Promise<void> {
    this.#host = host;
    this.#set({ online: true });
    await this.#inTurn(async () => { await this.#send(); await this.#catchUp(true); });
    this.#set({ ready: true });
  }
  detach(): void { this.#host = null; this.#set({ online: false }); }

  /** The journal has grown: pull what others (the host's proposals, another tab) wrote. Another tab may have sent what waited here. */
  journalMoved(): Promise<void> { return this.#inTurn(async () => { await this.#catchUp(false); await this.#count(); }); }

  /** While a change is made ready, before it is dispatched: what was asked for is not saved. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#underway++;
    this.#set({ waiting: this.#state.waiting + 1 });
    // What was asked for is answered when it is done; how much waits is said when it is counted.
    try { return await work(); } finally { this.#underway--; void this.#count().catch(() => undefined); }
  }

  /** Applies a change and queues it. Answers when it is in IndexedDB; the journal follows. */
  async dispatch(name: CommandName, caseId: string | null, diff: Diff, of: string | null = null): Promise<void> {
    const command: Command = { id: crypto.randomUUID(), name, caseId, actor: this.actor, at: new Date().toISOString(), of, diff };
    await this.during(async () => {
      await this.db.transaction('rw', [...this.db.rows, this.db.outbox], async () => {
        for (const row of diff.removed) await this.#expect(row);
        for (const [before] of diff.updated) await this.#expect(before);
        await this.#write(diff);
        await this.db.outbox.add({ id: command.id, caseId, command, state: 'waiting' });
      });
      this.db.tellChanged(changedBy([command]));
    });
    void this.#inTurn(() => this.#send());
  }

  /** All commands on a case in order: the journal's, then what waits. For undo and redo. */
  async commandsOf(caseId: string): Promise<Command[]> {
    const queued = (await this.db.outbox.where('caseId').equals(caseId).sortBy('n')).map((e) => e.command);
    const stored: Command[] = [];
    for (let after = 0; this.#host !== null;) {
      const { records } = await this.#host.records({ after, limit: 1000, caseId }).catch(() => ({ records: [] }));
      stored.push(...records);
      if (records.length < 1000) break;
      after = records.at(-1)?.seq ?? after;
    }
    const known = new Set(stored.map((c) => c.id));
    return [...stored, ...queued.filter((c) => !known.has(c.id))];
  }

  async #expect(row: Row): Promise<void> {
    const found = await this.db.get(row);
    if (found === undefined || canonical(found) !== canonical(row)) throw new AppError('conflict', 'This was changed meanwhile; the latest state is shown.');
  }

  /** Says how much waits. Of two counts under way the one that was begun last counts: the other saw an older outbox. */
  async #count(): Promise<void> {
    const turn = ++this.#counts, waiting = await this.db.outbox.where('state').equals('waiting').count();
    if (turn === this.#counts) this.#set({ waiting: waiting + this.#underway });
  }

  /** One thing at a time, in one tab at a time; a lost connection ends the turn, the outbox keeps the work. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(() => navigator.locks.request(`sync ${this.db.name}`, work)).catch((error: unknown) => {
      const wire = toWireError(error);
      if (wire.code === 'disk-full') this.#sendLater(wire); else if (wire.code !== 'disconnected') this.#set({ notice: wire });
    });
    this.#turn = turn;
    return turn;
  }

  /** Nobody need press a key for what waits once there is room again. */
  #sendLater(told: WireError): void {
    if (this.#full === null) this.#set({ notice: told }); else clearTimeout(this.#full);
    this.#full = setTimeout(() => { void this.#inTurn(() => this.#send()); }, roomMeanwhile);
  }

  async #send(): Promise<void> {
    for (;;) {
      const host = this.#host;
      const entries = await this.db.outbox.where('state').equals('waiting').limit(50).sortBy('n');
      if (host === null || entries.length === 0) break;
      const { stored, refused } = await host.append({ commands: entries.map((e) => e.command) });
      if (this.#full !== null) { clearTimeout(this.#full); this.#full = null; }
      const done = new Set(stored.map((s) => s.id));
      await this.db.outbox.bulkPut(entries.filter((e) => done.has(e.id)).map((e): OutboxEntry => ({ ...e, state: 'stored' })));
      if (refused !== null) {
        // What follows a refused change on the same case was made on a state that never was: it goes too, and is told. The
        // rows are as it made them until a snapshot is there, whatever happens meanwhile.
        const bad = entries.find((e) => e.id === refused.id);
        await this.db.transaction('rw', [this.db.outbox, this.db.meta], async () => {
          await this.db.outbox.filter((e) => e.state === 'waiting' && (e.id === refused.id || e.caseId === bad?.caseId)).delete();
          await this.db.meta.delete('seq');
        });
        this.db.tellRefused({ ...refused.error, message: `${refused.error.message} The latest state is shown; repeat the change if it is still needed.` });
        await this.#snapshot(host);
      }
      await this.#count();
    }
    await this.#count();
  }

  async #catchUp(first: boolean): Promise<void> {
    const host = this.#host;
    if (host === null) return;
    let seq = (await this.db.meta.get('seq'))?.value ?? null;
    if (seq === null) { await this.#snapshot(host); return; }
    if (first) {
      const { seq: end } = await host.info({});
      if (seq > end || end - seq > farBehind) { await this.#snapshot(host); return; }
    }
    for (;;) {
      const { records } = await host.records({ after: seq, limit: 500, caseId: null });
      if (records.length === 0) return;
      await this.#apply(records);
      seq = records.at(-1)?.seq ?? seq;
      if (records.length < 500) return;
    }
  }

  /**
   * Takes records into the working copy, which is the journal up to `seq` with what is queued here on top. Where all are
   * this page's own, they are on top already; another's may have come before them and undone what they do.
   */
  async #apply(records: readonly JournalRecord[]): Promise<void> {
    await this.db.transaction('rw', [...this.db.rows, this.db.outbox, this.db.meta], async () => {
      const queued = new Map((await this.db.outbox.orderBy('n').toArray()).map((e) => [e.id, e])), own = records.filter((r) => queued.has(r.id));
      if (own.length < records.length) for (const { diff } of records) await this.#write(diff);
      for (const { id } of own) { const n = queued.get(id)?.n; queued.delete(id); if (n !== undefined) await this.db.outbox.delete(n); }
      if (own.length < records.length) for (const { command } of queued.values()) await this.#write(command.diff);
      await this.db.meta.put({ key: 'seq', value: records.at(-1)?.seq ?? 0 });
    });
    this.db.tellChanged(changedBy(records));
  }

  async #write(diff: Diff): Promise<void> {
    for (const row of diff.removed) await this.db.remove(row);
    for (const [, after] of diff.updated) await this.db.put(after);
    for (const row of diff.added) await this.db.put(row);
  }

  /** The whole working copy anew; what waits was sent before. */
  async #snapshot(host: HostClient): Promise<void> {
    const rows: Row[] = [];
    let cursor: string | null = null, seq = 0;
    do {
      const page: Awaited<ReturnType<HostClient['snapshot']>> = await host.snapshot({ cursor, limit: 1000 });
      if (cursor === null) seq = page.seq;
      rows.push(...page.rows);
      cursor = page.cursor;
    } while (cursor !== null);
    await this.db.transaction('rw', [...this.db.rows, this.db.outbox, this.db.meta], async () => {
      await this.db.replaceAll(rows);
      await this.db.outbox.where('state').equals('stored').delete();
      await this.db.meta.put({ key: 'seq', value: seq });
      // Changes made in this page while the snapshot was under way are on top of it.
      for (const { command } of await this.db.outbox.orderBy('n').toArray()) await this.#write(command.diff);
    });
    this.db.tellChanged(null);
  }
}

// A tab without anything to look at: the page's own working copy, sync, commands and held cases in a real browser, told what to do by
// a test (test/e2e/nothing-lost.spec.ts). Which case and which region a step is about follows from its numbers and the
// rows that are there, so that any sequence of steps means something.
import Dexie from 'dexie';
import { reviewCommands, type ReviewCommands } from '../../../renderer/data/review-commands.ts';
import { Sync } from '../../../renderer/data/sync.ts';
import { WorkingCopy } from '../../../renderer/data/db.ts';
import { HeldCases } from '../../../renderer/data/held-cases.ts';
import { connectTo } from '../../../renderer/engine/connect.ts';
import { hostContract } from '../../../shared/contracts/host.ts';
import { placesRead, readingIds, type Reading } from '../../../shared/domain/commands/blinded.ts';
import type { CaseRow } from '../../../shared/domain/case.ts';
import { setPriority } from '../../../shared/domain/commands/case.ts';
import { acceptRegion, acceptRemaining, editRegion, ignoreRegion, rejectRegion, type RegionChange } from '../../../shared/domain/commands/region.ts';
import { changeSettings } from '../../../shared/domain/commands/settings.ts';
import type { CommandName } from '../../../shared/domain/command.ts';
import { canonical, emptyDiff, isEmptyDiff, type Diff } from '../../../shared/domain/diff.ts';
import type { RegionRow } from '../../../shared/domain/region.ts';
import { AppError } from '../../../shared/errors.ts';

export interface Step { readonly does: string; readonly at: number; readonly with: number }

class DrivenTab {
  readonly #name: string;
  #sync: Sync;
  #held: HeldCases;
  #close: (() => void) | null = null;
  #left = false;
  #ended: Promise<void> = Promise.resolve();
  #commands = new Map<string, ReviewCommands>();
  readonly #underway = new Set<Promise<void>>();
  /** What the host acknowledged to this tab, id by number; all that was ever queued; whether anything queued was refused. */
  readonly #acknowledged = new Map<number, string>();
  readonly #queued = new Set<string>();
  #refused = false;
  readonly #bugs: string[] = [];

  constructor(name: string) { this.#name = name; this.#sync = this.#open(); this.#held = this.#hold(); }

  #open(): Sync {
    const sync = new Sync(new WorkingCopy(this.#name), 'a reader');
    this.#commands = new Map();
    sync.subscribe(() => {
      const { notice } = sync.state();
      // What was under way when the database was let go ends there.
      if (notice === null || this.#left || this.#sync !== sync) return;
      if (typeof notice !== 'string' && notice.message.endsWith('if it is still needed.')) this.#refused = true;
      else if (typeof notice !== 'string' && notice.code === 'internal') this.#bugs.push(notice.message);
      sync.say(null);
    });
    return sync;
  }
  /** Somebody looks at two of the cases. */
  #hold(): HeldCases {
    const held = new HeldCases(this.#db);
    for (const id of ['case a', 'case b']) held.follow(id, () => undefined);
    return held;
  }
  /** A key on a region, shown before it is stored, as the review does. */
  #seen(study: CaseRow, id: string, work: Promise<void>, make: (region: RegionRow) => Diff): Promise<void> {
    const now = this.#held.regions(study.id)?.find((r) => r.id === id);
    if (now !== undefined) this.#held.foresee(work, () => make(now));
    return work;
  }
  /** Where what is held is not what is stored. Another tab's word of a change may still be on its way. */
  async #heldOtherwise(): Promise<string[]> {
    let other: string[] = [];
    for (let turns = 0; turns < 200; turns++) {
      other = [];
      for (const study of await this.#db.cases.toArray()) {
        const stored = (await this.#db.regions.where('caseId').equals(study.id).toArray()).sort((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1)), held = await this.#held.regionsNow(study.id);
        if (canonical(held) !== canonical(stored) || canonical(this.#held.study(study.id)) !== canonical(study)) other.push(`${study.id} is held as ${canonical([this.#held.study(study.id), held])} and stored as ${canonical([study, stored])}`);
      }
      if (other.length === 0) break;
      await new Promise((resolve) => { setTimeout(resolve, 10); });
    }
    return other;
  }
  get #db(): WorkingCopy { return this.#sync.db; }

  async attach(): Promise<void> {
    if (this.#close !== null) return;
    const sync = this.#sync;
    let ended = (): void => undefined;
    this.#ended = new Promise((resolve) => { ended = resolve; });
    const host = await connectTo('host', hostContract, () => { sync.detach(); this.#close = null; ended(); });
    this.#close = () => host.close();
    void host.watch({}, { onEvent: (e) => { if (e.kind === 'journal') void sync.journalMoved(); } }).catch(() => undefined);
    const append: typeof host.append = async (input, options) => {
      const answer = await host.append(input, options);
      for (const s of answer.stored) this.#acknowledged.set(s.seq, s.id);
      return answer;
    };
    await sync.attach({ ...host, append });
  }
  /** The connection is gone, whatever is under way on it. */
  async detach(): Promise<void> { this.#close?.(); await this.#ended; }
  /** The host went away: resolves when the tab has noticed. */
  gone(): Promise<void> { return this.#ended; }

  /** @param wait for it to be in IndexedDB; else the next step comes as a quick hand's would */
  async act(step: Step, wait: boolean): Promise<void> {
    const acting = this.#act(step).catch((error: unknown) => { if (!(error instanceof AppError)) this.#bugs.push(`${step.does}: ${String(error)}`); }).then(() => this.#note());
    this.#underway.add(acting);
    void acting.then(() => { this.#underway.delete(acting); });
    if (wait) await acting;
  }
  async #note(): Promise<void> { for (const e of await this.#db.outbox.toArray()) this.#queued.add(e.id); }

  async #act({ does, at, with: n }: Step): Promise<void> {
    const db = this.#db, cases = await db.cases.orderBy('id').toArray(), study = cases[at % Math.max(1, cases.length)];
    if (study === undefined) return;
    const of = async <T extends { id: string }>(rows: Promise<T[]>): Promise<T | undefined> => { const all = (await rows).sort((a, b) => (a.id < b.id ? -1 : 1)); return all[n % Math.max(1, all.length)]; };
    const region = await of(db.regions.where('caseId').equals(study.id).toArray()), note = await of(db.notes.where('caseId').equals(study.id).toArray());
    const c = this.#commands.get(study.id) ?? reviewCommands(this.#sync, study.id);
    this.#commands.set(study.id, c);
    const send = async (name: CommandName, caseId: string | null, diff: Diff): Promise<void> => { if (!isEmptyDiff(diff)) await this.#sync.dispatch(name, caseId, diff); };
    const words = ['nodule', 'cyst', 'effusion'][n % 3] ?? '', r = region?.id ?? '';
    switch (does) {
      case 'add': await c.add({ box: { x: n % 150, y: n % 70, width: 20, height: 15 }, ...(n % 2 === 0 ? { shape: { kind: 'ellipse' } } : {}), label: words, caption: `A ${words}.` }); return;
      case 'caption': await c.caption(`What is seen: ${words} ${n % 5}.`); return;
      case 'comment': await c.note('comment', n % 2 === 0 ? null : r, `Look at ${words}.`); return;
      case 'flag': await c.note('flag', null, ''); return;
      case 'acceptRemaining': { const work = c.acceptRemaining(); this.#held.foresee(work, () => acceptRemaining(study, this.#held.regions(study.id) ?? [])); await work; return; }
      case 'signOff': await c.signOff(); return;
      case 'reopen': await c.reopen(); return;
      case 'reveal': await c.reveal(); return;
      case 'undo': await c.undo(); return;
      case 'redo': await c.redo(); return;
      case 'assign': await c.assignReaders(['anna', 'ben']); return;
      case 'decide': {
        const readings = (await Promise.all(readingIds(study).map(async (id): Promise<Reading[]> => { const own = await db.cases.get(id); return own === undefined ? [] : [{ study: own, regions: await db.regions.where('caseId').equals(id).toArray() }]; }))).flat();
        await c.decidePlaces(readings, placesRead(readings).map((p, i) => ((n + i) % 3 === 0 ? null : p.marks.find((m) => m !== null)?.id ?? null)));
        return;
      }
      case 'settings': await send('changeSettings', null, changeSettings(await db.settings.get('site') ?? null, { rejectionReasons: [`Reason ${n % 9}`] })); return;
      case 'priority': await send('setPriority', study.id, setPriority(study, n % 3 === 0 ? null : n % 3 === 1 ? 'first' : 'last')); return;
      case 'read': await send('storeReading', study.id, { ...emptyDiff, added: [{ table: 'readings', id: crypto.randomUUID(), caseId: study.id, reader: 'a reader', from: '2026-01-01T00:00:00.000Z', to: '2026-01-01T00:01:00.000Z', active: n % 60, regions: {}, actions: {}, keys: n % 9, clicks: 0, assisted: true }] }); return;
    }
    if (note !== undefined) switch (does) {
      case 'settle': await c.resolveNote(note.id); return;
      case 'unsettle': await c.reopenNote(note.id); return;
      case 'removeNote': await c.removeNote(note.id); return;
    }
    if (region !== undefined) switch (does) {
      case 'accept': await this.#seen(study, r, c.accept(r), (x) => acceptRegion(study, x)); return;
      case 'reject': { const reason = n % 2 === 0 ? 'artefact' : undefined; await this.#seen(study, r, c.reject(r, reason), (x) => rejectRegion(study, x, reason)); return; }
      case 'ignore': await this.#seen(study, r, c.ignore(r), (x) => ignoreRegion(study, x)); return;
      case 'remove': await c.remove(r); return;
      case 'move': { const change = (x: RegionRow): RegionChange => ({ box: { ...x.box, x: x.box.x + 1 + (n % 7), width: x.box.width + (n % 3) } }); await this.#seen(study, r, c.edit(r, change), (x) => editRegion(study, x, change(x))); return; }
      case 'outline': await c.edit(r, (x) => ({ shape: n % 3 === 0 ? null : n % 3 === 1 ? { kind: 'ellipse' } : { kind: 'polygon', points: [{ x: x.box.x, y: x.box.y }, { x: x.box.x + x.box.width, y: x.box.y }, { x: x.box.x, y: x.box.y + x.box.height }] } })); return;
      case 'label': await c.edit(r, () => ({ label: words, caption: `A ${words}, again.` })); return;
      case 'attributes': await c.edit(r, () => ({ attributes: n % 3 === 0 ? {} : { side: n % 3 === 1 ? 'left' : 'right', certainty: 'probable' } })); return;
      case 'depth': await c.edit(r, (x) => ({ depth: (x.depth ?? 0) + 1 })); return;
    }
  }

  /** Resolves when nothing is under way, and, where the host is there, nothing waits and the copy is at the journal's end. */
  async settle(end: number): Promise<void> {
    while (this.#underway.size > 0) await Promise.all(this.#underway);
    await this.#note();
    // Each turn comes after what was queued before it; two are enough unless another tab has the lock's next turn.
    for (let turns = 0; turns < 200; turns++) {
      await this.#sync.journalMoved();
      if (await this.#db.outbox.where('state').equals('waiting').count() === 0 && ((await this.#db.meta.get('seq'))?.value ?? 0) >= end && this.#sync.state().waiting === 0) return;
    }
    throw new Error(`the copy does not settle: ${JSON.stringify(this.#sync.state())}`);
  }
  async queuedAndNotStored(): Promise<number> { return this.#db.outbox.where('state').equals('waiting').count(); }

  /** Undoes on a case until there is nothing left, or redoes so many times; answers how many were. */
  async step(caseId: string, kind: 'undo' | 'redo', most: number): Promise<number> {
    const c = reviewCommands(this.#sync, caseId);
    for (let n = 0; n < most; n++) if (!await c[kind]()) return n;
    return most;
  }

  async look(): Promise<{ rows: string[]; acknowledged: [number, string][]; queued: string[]; refused: boolean; bugs: string[] }> {
    const rows = (await Promise.all(this.#db.rows.map((t) => t.toArray()))).flat().map(canonical).sort();
    return { rows, acknowledged: [...this.#acknowledged], queued: [...this.#queued], refused: this.#refused, bugs: [...this.#bugs, ...await this.#heldOtherwise()] };
  }

  /** Lets go of the database, so that it can be wiped; what was queued and not sent is gone with it, and nobody was told otherwise. */
  async leave(): Promise<void> { this.#left = true; await this.detach(); while (this.#underway.size > 0) await Promise.all(this.#underway); this.#queued.clear(); this.#db.close(); }
  async wipe(): Promise<void> { await Dexie.delete(this.#db.name); }
  back(): void { this.#sync = this.#open(); this.#held = this.#hold(); this.#left = false; }
}

declare global { interface Window { drive: (workspaceId: string) => void; driven: DrivenTab } }
window.drive = (workspaceId) => { window.driven = new DrivenTab(workspaceId); };

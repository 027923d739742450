// The regions of the cases that are worked on, as the page and the worklist's worker hold them: read once, then only what
// changed, whichever page changed it. Reading thousands for each key would make the next one wait, because IndexedDB
// writes only when what is being read is read. A region that did not change stays the same object, so that what was made
// of it (its mark, what the guard says) stays too. The cases that come next are read ahead.
import type { Diff } from '../../shared/domain/diff.ts';
import type { RegionRow } from '../../shared/domain/region.ts';
import type { WorkingCopy } from './db.ts';

interface Kept { rows: readonly RegionRow[] | undefined; readonly listeners: Set<() => void> }

/** Cases that are kept although nobody looks at them. */
export const keptLimit = 8;
/** Of so many changed regions and more, all are read. */
const many = 200;

const inOrder = (a: RegionRow, b: RegionRow): number => a.order - b.order || (a.id < b.id ? -1 : 1);

export class CaseRegions {
  readonly #db: WorkingCopy;
  /** Those last asked for come last. */
  readonly #kept = new Map<string, Kept>();
  /** Regions that changed since they were read; null: any may have. */
  #changed: Set<string> | null = new Set();
  /** Regions shown as a command under way will leave them, and by how many commands. */
  readonly #foreseen = new Map<string, number>();
  #turn: Promise<void> = Promise.resolve();

  constructor(db: WorkingCopy) {
    this.#db = db;
    db.onChanged((changed) => {
      if (changed !== null && changed.regions.length === 0) return;
      if (changed === null) this.#changed = null; else for (const id of changed.regions) this.#changed?.add(id);
      this.#next(() => this.#readChanged());
    });
  }

  /** In their order; undefined while they are read. */
  of(caseId: string): readonly RegionRow[] | undefined { return this.#kept.get(caseId)?.rows; }

  /** Calls `listener` when they are read and when they change. */
  follow(caseId: string, listener: () => void): () => void {
    const kept = this.#keep(caseId);
    kept.listeners.add(listener);
    return () => { kept.listeners.delete(listener); };
  }

  /** Reads the regions of a case that will be wanted soon. */
  prefetch(caseId: string): void { this.#keep(caseId); }

  /** As they are when everything that was told is read. */
  async now(caseId: string): Promise<readonly RegionRow[]> {
    let kept;
    do { kept = this.#keep(caseId); await this.#turn; } while (this.#kept.get(caseId) !== kept);
    if (kept.rows === undefined) throw new Error('the working copy was taken away');
    return kept.rows;
  }

  #keep(caseId: string): Kept {
    const known = this.#kept.get(caseId), kept: Kept = known ?? { rows: undefined, listeners: new Set() };
    this.#kept.delete(caseId);
    this.#kept.set(caseId, kept);
    for (const [id, { listeners }] of this.#kept) { if (this.#kept.size <= keptLimit) break; if (listeners.size === 0 && id !== caseId) this.#kept.delete(id); }
    if (known === undefined) this.#next(() => this.#read(caseId, kept));
    return kept;
  }

  /**
   * Shows what a command that is under way will have done, at once: a picture that waits for the disk lags behind the hand.
   * When `work` is over, done or refused, the rows are as they are stored.
   */
  foresee(work: Promise<unknown>, make: () => Diff): void {
    let diff: Diff;
    // The command itself says what is wrong with it.
    try { diff = make(); } catch { return; }
    const after = new Map<string, RegionRow | null>();
    for (const r of [...diff.added, ...diff.updated.map(([, now]) => now)]) if (r.table === 'regions') after.set(r.id, r);
    for (const r of diff.removed) if (r.table === 'regions') after.set(r.id, null);
    for (const id of after.keys()) this.#foreseen.set(id, (this.#foreseen.get(id) ?? 0) + 1);
    for (const [caseId, kept] of this.#kept) this.#put(caseId, kept, after);
    const settle = (): void => {
      for (const id of after.keys()) { const n = (this.#foreseen.get(id) ?? 1) - 1; if (n > 0) this.#foreseen.set(id, n); else { this.#foreseen.delete(id); this.#changed?.add(id); } }
      this.#next(() => this.#readChanged());
    };
    work.then(settle, settle);
  }

  /** One reading after the other: what an earlier one found never comes after what a later one did. */
  #next(work: () => Promise<void>): void { this.#turn = this.#turn.then(work).catch(() => { this.#changed = null; }); }

  async #read(caseId: string, kept: Kept): Promise<void> {
    const rows = await this.#db.regions.where('caseId').equals(caseId).toArray();
    const after = new Map<string, RegionRow | null>([...(kept.rows ?? []).map((r) => [r.id, null] as const), ...rows.map((r) => [r.id, r] as const)]);
    kept.rows ??= [];
    this.#put(caseId, kept, this.#stored(after), true);
  }

  async #readChanged(): Promise<void> {
    const changed = this.#changed;
    this.#changed = new Set();
    if (changed?.size === 0) return;
    if (changed === null || changed.size > many) { for (const [id, kept] of this.#kept) if (kept.listeners.size > 0) await this.#read(id, kept); else this.#kept.delete(id); return; }
    const ids = [...changed], found = await this.#db.regions.bulkGet(ids), after = this.#stored(new Map(ids.map((id, i) => [id, found[i] ?? null])));
    for (const [caseId, kept] of this.#kept) this.#put(caseId, kept, after);
  }

  /** Without what is foreseen: that is read when its command is over. */
  #stored(after: ReadonlyMap<string, RegionRow | null>): ReadonlyMap<string, RegionRow | null> { return this.#foreseen.size === 0 ? after : new Map([...after].filter(([id]) => !this.#foreseen.has(id))); }

  /** Takes rows as they are now (null: gone) into a case that was read, and tells where one is another. */
  #put(caseId: string, kept: Kept, after: ReadonlyMap<string, RegionRow | null>, first = false): void {
    if (kept.rows === undefined) return;
    const rows = kept.rows.flatMap((r) => { const now = after.get(r.id); return now === undefined ? [r] : now === null ? [] : [isSameRow(now, r) ? r : now]; }), known = new Set(kept.rows.map((r) => r.id));
    for (const [id, r] of after) if (r !== null && r.caseId === caseId && !known.has(id)) rows.push(r);
    if (!first && rows.length === kept.rows.length && rows.every((r, i) => r === kept.rows?.[i])) return;
    kept.rows = rows.sort(inOrder);
    for (const listener of kept.listeners) listener();
  }
}

/** Where the same is written in another order it counts as another: that costs a stroke, not a fault. */
const isSameRow = (a: RegionRow, b: RegionRow): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);

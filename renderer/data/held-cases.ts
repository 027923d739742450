// The cases that are worked on with their regions, as the page and the worklist's worker hold them: read once, then only
// what changed, whichever page changed it. Reading thousands of regions for each key would make the next one wait, because
// IndexedDB writes only when what is being read is read. A region that did not change stays the same object, so that what
// was made of it (its mark, what the guard says) stays too. The cases that come next are read ahead.
import type { CaseRow } from '../../shared/domain/case.ts';
import type { Diff } from '../../shared/domain/diff.ts';
import type { RegionRow } from '../../shared/domain/region.ts';
import type { WorkingCopy } from './db.ts';

/** `study` is null where there is no such case; both are undefined until they were read. */
interface Kept { study: CaseRow | null | undefined; rows: readonly RegionRow[] | undefined; readonly listeners: Set<() => void> }

/** Cases that are kept although nobody looks at them. */
export const keptLimit = 8;
/** Of so many changed regions and more, all are read. */
const many = 200;

const inOrder = (a: RegionRow, b: RegionRow): number => a.order - b.order || (a.id < b.id ? -1 : 1);

export class HeldCases {
  readonly #db: WorkingCopy;
  /** Those last asked for come last. */
  readonly #kept = new Map<string, Kept>();
  /** Regions and cases that changed since they were read; null: any may have. */
  #changed: Set<string> | null = new Set();
  readonly #changedCases = new Set<string>();
  /** Regions shown as a command under way will leave them, and by how many commands. */
  readonly #foreseen = new Map<string, number>();
  #turn: Promise<void> = Promise.resolve();

  constructor(db: WorkingCopy) {
    this.#db = db;
    db.onChanged((changed) => {
      if (changed === null) this.#changed = null; else for (const id of changed.regions) this.#changed?.add(id);
      for (const id of changed?.cases ?? []) this.#changedCases.add(id);
      this.#next(() => this.#readChanged());
    });
  }

  /** Null where there is none; undefined while it is read. */
  study(caseId: string): CaseRow | null | undefined { return this.#kept.get(caseId)?.study; }

  /** The case's regions in their order; undefined while they are read. */
  regions(caseId: string): readonly RegionRow[] | undefined { return this.#kept.get(caseId)?.rows; }

  /** Calls `listener` when a case and its regions are read and when any of it changes. */
  follow(caseId: string, listener: () => void): () => void {
    const kept = this.#keep(caseId);
    kept.listeners.add(listener);
    return () => { kept.listeners.delete(listener); };
  }

  /** Reads a case that will be wanted soon. */
  prefetch(caseId: string): void { this.#keep(caseId); }

  /** The case's regions as they are when everything that was told is read. */
  async regionsNow(caseId: string): Promise<readonly RegionRow[]> {
    let kept;
    do { kept = this.#keep(caseId); await this.#turn; } while (this.#kept.get(caseId) !== kept);
    if (kept.rows === undefined) throw new Error('the working copy was taken away');
    return kept.rows;
  }

  #keep(caseId: string): Kept {
    const known = this.#kept.get(caseId), kept: Kept = known ?? { study: undefined, rows: undefined, listeners: new Set() };
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
    for (const [caseId, kept] of this.#kept) if (this.#put(caseId, kept, after)) tell(kept);
    const settle = (): void => {
      for (const id of after.keys()) { const n = (this.#foreseen.get(id) ?? 1) - 1; if (n > 0) this.#foreseen.set(id, n); else { this.#foreseen.delete(id); this.#changed?.add(id); } }
      this.#next(() => this.#readChanged());
    };
    work.then(settle, settle);
  }

  /** One reading after the other: what an earlier one found never comes after what a later one did. */
  #next(work: () => Promise<void>): void { this.#turn = this.#turn.then(work).catch(() => { this.#changed = null; }); }

  async #read(caseId: string, kept: Kept): Promise<void> {
    const [study, rows] = await Promise.all([this.#db.cases.get(caseId), this.#db.regions.where('caseId').equals(caseId).toArray()]), first = kept.rows === undefined;
    const after = new Map<string, RegionRow | null>([...(kept.rows ?? []).map((r) => [r.id, null] as const), ...rows.map((r) => [r.id, r] as const)]);
    kept.rows ??= [];
    if (this.#put(caseId, kept, this.#stored(after)) || isOther(kept.study, study) || first) { kept.study = study ?? null; tell(kept); }
  }

  async #readChanged(): Promise<void> {
    const changed = this.#changed, cases = [...this.#changedCases].filter((id) => this.#kept.has(id));
    this.#changed = new Set();
    this.#changedCases.clear();
    if (changed === null || changed.size > many) { for (const [id, kept] of this.#kept) if (kept.listeners.size > 0) await this.#read(id, kept); else this.#kept.delete(id); return; }
    if (changed.size + cases.length === 0) return;
    const ids = [...changed], [studies, found] = await Promise.all([cases.length === 0 ? [] : this.#db.cases.bulkGet(cases), ids.length === 0 ? [] : this.#db.regions.bulkGet(ids)]);
    const after = this.#stored(new Map(ids.map((id, i) => [id, found[i] ?? null])));
    for (const [caseId, kept] of this.#kept) {
      const at = cases.indexOf(caseId), other = at >= 0 && kept.rows !== undefined && isOther(kept.study, studies[at]);
      if (other) kept.study = studies[at] ?? null;
      if (this.#put(caseId, kept, after) || other) tell(kept);
    }
  }

  /** Without what is foreseen: that is read when its command is over. */
  #stored(after: ReadonlyMap<string, RegionRow | null>): ReadonlyMap<string, RegionRow | null> { return this.#foreseen.size === 0 ? after : new Map([...after].filter(([id]) => !this.#foreseen.has(id))); }

  /** Takes rows as they are now (null: gone) into a case that was read; whether any is another. */
  #put(caseId: string, kept: Kept, after: ReadonlyMap<string, RegionRow | null>): boolean {
    if (kept.rows === undefined || after.size === 0) return false;
    const rows = kept.rows.flatMap((r) => { const now = after.get(r.id); return now === undefined ? [r] : now === null ? [] : [isSameRow(now, r) ? r : now]; }), known = new Set(kept.rows.map((r) => r.id));
    for (const [id, r] of after) if (r !== null && r.caseId === caseId && !known.has(id)) rows.push(r);
    if (rows.length === kept.rows.length && rows.every((r, i) => r === kept.rows?.[i])) return false;
    kept.rows = rows.sort(inOrder);
    return true;
  }
}

function tell(kept: Kept): void { for (const listener of kept.listeners) listener(); }
const isOther = (known: CaseRow | null | undefined, study: CaseRow | undefined): boolean => known === undefined || JSON.stringify(known) !== JSON.stringify(study ?? null);
/** Where the same is written in another order it counts as another: that costs a stroke, not a fault. */
const isSameRow = (a: RegionRow, b: RegionRow): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);

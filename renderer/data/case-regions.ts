// The regions of the cases that are looked at, as the page holds them: read once, then only what changed, whichever page
// changed it. A region that did not change stays the same object, so that what was made of it (its mark, what the guard
// says) stays too. The cases that come next are read ahead.
import { Dexie, RangeSet } from 'dexie';
import { useCallback, useSyncExternalStore } from 'react';
import type { RegionRow } from '../../shared/domain/region.ts';
import type { WorkingCopy } from './db.ts';
import { useProgram } from './program.tsx';

interface Kept { rows: readonly RegionRow[] | undefined; readonly listeners: Set<() => void> }

/** Cases that are kept although nobody looks at them. */
const keptLimit = 8;
/** Of so many changed regions and more, all are read. */
const many = 200;

const inOrder = (a: RegionRow, b: RegionRow): number => a.order - b.order || (a.id < b.id ? -1 : 1);

export class CaseRegions {
  readonly #db: WorkingCopy;
  /** Those last asked for come last. */
  readonly #kept = new Map<string, Kept>();
  /** Regions that changed since they were read; null: any may have. */
  #changed: Set<string> | null = new Set();
  #turn: Promise<void> = Promise.resolve();

  constructor(db: WorkingCopy) {
    this.#db = db;
    const part = `idb://${db.name}/${db.regions.name}/`;
    Dexie.on('storagemutated', (parts) => {
      for (const name of [part, `${part}:dels`]) if (parts[name] !== undefined) for (const { from, to } of new RangeSet().add(parts[name])) {
        if (from !== to || typeof from !== 'string') this.#changed = null; else this.#changed?.add(from);
      }
      if (this.#changed === null || this.#changed.size > 0) this.#next(() => this.#readChanged());
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

  #keep(caseId: string): Kept {
    const known = this.#kept.get(caseId), kept: Kept = known ?? { rows: undefined, listeners: new Set() };
    this.#kept.delete(caseId);
    this.#kept.set(caseId, kept);
    for (const [id, { listeners }] of this.#kept) { if (this.#kept.size <= keptLimit) break; if (listeners.size === 0 && id !== caseId) this.#kept.delete(id); }
    if (known === undefined) this.#next(() => this.#read(caseId, kept));
    return kept;
  }

  /** One reading after the other: what an earlier one found never comes after what a later one did. */
  #next(work: () => Promise<void>): void { this.#turn = this.#turn.then(work).catch(() => { this.#changed = null; }); }

  async #read(caseId: string, kept: Kept): Promise<void> {
    const rows = await this.#db.regions.where('caseId').equals(caseId).toArray(), before = new Map(kept.rows?.map((r) => [r.id, r]));
    this.#set(kept, rows.map((r) => { const known = before.get(r.id); return known !== undefined && JSON.stringify(known) === JSON.stringify(r) ? known : r; }));
  }
  #set(kept: Kept, rows: RegionRow[]): void {
    kept.rows = rows.sort(inOrder);
    for (const listener of kept.listeners) listener();
  }

  async #readChanged(): Promise<void> {
    const changed = this.#changed;
    this.#changed = new Set();
    if (changed === null || changed.size > many) { for (const [id, kept] of this.#kept) if (kept.listeners.size > 0) await this.#read(id, kept); else this.#kept.delete(id); return; }
    const ids = [...changed], found = await this.#db.regions.bulkGet(ids), now = new Map(ids.map((id, i) => [id, found[i]]));
    for (const [caseId, kept] of this.#kept) {
      if (kept.rows === undefined) continue;
      const stays = kept.rows.filter((r) => !now.has(r.id)), come = found.filter((r) => r !== undefined && r.caseId === caseId);
      if (stays.length < kept.rows.length || come.length > 0) this.#set(kept, [...stays, ...come.flatMap((r) => r ?? [])]);
    }
  }
}

/** The regions of a case in their order, again whenever one changes; undefined while they are read. */
export function useCaseRegions(caseId: string): readonly RegionRow[] | undefined {
  const { regions } = useProgram();
  return useSyncExternalStore(useCallback((listener) => regions.follow(caseId, listener), [regions, caseId]), () => regions.of(caseId));
}

// Every change to what people decided is a diff of rows. Applying one is the journal's whole meaning; reversing one
// is undo. Both are pure, and both ends of the program (page and host) use this one reducer.
import { z } from 'zod';
import { AppError } from '../errors.ts';
import { caseRow } from './case.ts';
import { measurementRow } from './measurement.ts';
import { decisionRow } from './model.ts';
import { noteRow } from './note.ts';
import { questionRow } from './question.ts';
import { readingRow } from './reading.ts';
import { regionRow } from './region.ts';
import { settingsRow } from './settings.ts';

export const row = z.discriminatedUnion('table', [caseRow, regionRow, noteRow, measurementRow, readingRow, questionRow, decisionRow, settingsRow]);
export type Row = z.infer<typeof row>;

export const diff = z.object({
  added: z.array(row),
  updated: z.array(z.tuple([row, row])),
  removed: z.array(row),
});
export type Diff = z.infer<typeof diff>;

export const emptyDiff: Diff = { added: [], updated: [], removed: [] };
export const isEmptyDiff = (d: Diff): boolean => d.added.length + d.updated.length + d.removed.length === 0;

export const reverseDiff = (d: Diff): Diff => ({
  added: d.removed, updated: d.updated.map(([before, after]) => [after, before]), removed: d.added,
});

export interface RowStore { get(table: Row['table'], id: string): Row | undefined; put(row: Row): void; delete(table: Row['table'], id: string): void }

/** Stable text of a row, keys sorted: equal rows have equal text, whichever process wrote them. */
export const canonical = (value: unknown): string => JSON.stringify(value, (_key, v: unknown) =>
  v !== null && typeof v === 'object' && !Array.isArray(v) ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1))) : v);

/**
 * Applies `d` to `store`, or changes nothing and throws AppError('conflict') when a row is not what the diff says it
 * was: an added row exists already, an updated or removed one is missing or differs. A row stays that row: an update
 * that turns it into another would hide what it overwrites from undo.
 */
export function applyDiff(store: RowStore, d: Diff): void {
  const expect = (r: Row): void => {
    const found = store.get(r.table, r.id);
    if (found === undefined || canonical(found) !== canonical(r)) throw new AppError('conflict', `The ${r.table} entry ${r.id} is not as it was when the change was made.`);
  };
  for (const r of d.added) if (store.get(r.table, r.id) !== undefined) throw new AppError('conflict', `The ${r.table} entry ${r.id} exists already.`);
  for (const [before, after] of d.updated) {
    expect(before);
    if (before.table !== after.table || before.id !== after.id) throw new AppError('conflict', `The ${before.table} entry ${before.id} cannot become another.`);
  }
  for (const r of d.removed) expect(r);
  for (const r of d.added) store.put(r);
  for (const [, after] of d.updated) store.put(after);
  for (const r of d.removed) store.delete(r.table, r.id);
}

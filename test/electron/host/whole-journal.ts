// A journal looked at with nothing but its file: the chain holds, and the rows are what the records say from the first on.
import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { Journal } from '../../../electron/host/journal.ts';
import type { JournalRecord } from '../../../shared/domain/command.ts';
import { applyDiff, canonical, row, type Row } from '../../../shared/domain/diff.ts';

/** The rows that records make of nothing, as canonical text in order. */
export function replayed(records: readonly JournalRecord[]): Row[] {
  const rows = new Map<string, Row>();
  const store = { get: (table: string, id: string) => rows.get(`${table}/${id}`), put: (r: Row) => { rows.set(`${r.table}/${r.id}`, r); }, delete: (table: string, id: string) => { rows.delete(`${table}/${id}`); } };
  for (const r of records) applyDiff(store, r.diff);
  return [...rows.values()];
}
export const inOrder = (rows: readonly Row[]): string[] => rows.map(canonical).sort();

/** The rows that lie beside the records, ground truth and all. */
export function rowsIn(file: string): Row[] {
  const db = new DatabaseSync(file, { readOnly: true });
  try { return db.prepare('SELECT body FROM rows').all().map((r) => row.parse(JSON.parse(z.object({ body: z.string() }).parse(r).body))); } finally { db.close(); }
}

/** Opens, checks, and answers the ids by number. */
export function wholeJournal(file: string, used = false): string[] {
  const journal = new Journal(file, used);
  try {
    assert.deepEqual([...journal.check()].filter((c) => c.problem !== null), []);
    const records = journal.records(0, 1_000_000, null);
    assert.deepEqual(inOrder(rowsIn(file)), inOrder(replayed(records)));
    return records.map((r) => r.id);
  } finally {
    journal.close();
  }
}

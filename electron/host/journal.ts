// What people decided, for ever: one record a command, appended, hash-chained, fsynced before it is acknowledged. The
// tables of current rows beside the records are derived; they are rebuilt whenever they are not at the journal's end.
import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync, statfsSync, statSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { command, journalRecord, type Command, type JournalRecord } from '../../shared/domain/command.ts';
import { applyDiff, canonical, row, type Row, type RowStore } from '../../shared/domain/diff.ts';
import type { CaseRow } from '../../shared/domain/case.ts';
import type { MeasurementRow } from '../../shared/domain/measurement.ts';
import type { DecisionRow } from '../../shared/domain/model.ts';
import type { QuestionRow } from '../../shared/domain/question.ts';
import type { ReadingRow } from '../../shared/domain/reading.ts';
import type { RegionRow } from '../../shared/domain/region.ts';
import { usualSettings, type SettingsRow } from '../../shared/domain/settings.ts';
import { AppError, isDamagedDatabase, isDiskFull, toWireError, type WireError } from '../../shared/errors.ts';

const genesis = '0'.repeat(64);
/** SQLite's page; a journal has one as soon as it was opened. */
const pageBytes = 4096;

/** SHA-256 of the record before and the command's canonical text. */
export const recordHash = (previousHash: string, seq: number, c: Command): string =>
  createHash('sha256').update(`${previousHash}\n${seq}\n${canonical(c)}`).digest('hex');

const schema = `
  CREATE TABLE IF NOT EXISTS records (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, case_id TEXT, hash TEXT NOT NULL, previous TEXT NOT NULL, body TEXT NOT NULL) STRICT;
  CREATE INDEX IF NOT EXISTS records_by_case ON records (case_id, seq);
  CREATE TRIGGER IF NOT EXISTS records_stay BEFORE UPDATE ON records BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
  CREATE TRIGGER IF NOT EXISTS records_remain BEFORE DELETE ON records BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
  CREATE TABLE IF NOT EXISTS rows (kind TEXT NOT NULL, id TEXT NOT NULL, case_id TEXT, source TEXT, body TEXT NOT NULL, PRIMARY KEY (kind, id)) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS rows_by_case ON rows (case_id, kind);
  CREATE INDEX IF NOT EXISTS rows_by_source ON rows (source) WHERE source IS NOT NULL;
  CREATE TABLE IF NOT EXISTS derived (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL) STRICT;`;

const body = z.object({ body: z.string() });
const last = z.object({ seq: z.number(), hash: z.string() });

export interface AppendResult { readonly stored: { id: string; seq: number }[]; readonly refused: { id: string; error: WireError } | null }

export class Journal {
  readonly #file: string;
  readonly #db: DatabaseSync;
  readonly #listeners = new Set<(seq: number) => void>();
  #seq = 0;
  #hash = genesis;

  /**
   * Opens or makes the journal. AppError('journal-damaged') when it is no database or a damaged one, or when `used` and
   * the file is missing or empty: a workspace that holds images had a journal.
   */
  constructor(file: string, used = false) {
    this.#file = file;
    const size = sizeOf(file), log = sizeOf(`${file}-wal`);
    // SQLite takes less than a page for a new database and deletes the log beside it, acknowledged records and all; and
    // it opens a file that lost its end.
    if (size < pageBytes ? used || size + log > 0 : log === 0 && size < pagesOf(file) * pageBytes) throw new AppError('journal-damaged', 'The record of decisions is missing or cut off, though the workspace was used before.');
    let db: DatabaseSync | null = null;
    try {
      db = new DatabaseSync(file);
      this.#db = db;
      this.#db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 2000;');
      // A log that is left over tells of a crash: only then is the whole file looked through.
      const problem = log > 0 ? this.fileProblem() : null;
      if (problem !== null) throw new Error(problem);
      this.#db.exec(schema);
      const end = this.#db.prepare('SELECT seq, hash FROM records ORDER BY seq DESC LIMIT 1').get();
      if (end !== undefined) { const { seq, hash } = last.parse(end); this.#seq = seq; this.#hash = hash; }
      this.#rebuildIfBehind();
    } catch (cause) {
      db?.close();
      if (hasNoRoom(file, cause)) throw new AppError('disk-full', 'The disk is full: the record of decisions cannot be opened.', { cause });
      throw new AppError('journal-damaged', `The record of decisions cannot be opened (${cause instanceof Error ? cause.message : String(cause)}).`, { cause });
    }
  }

  get seq(): number { return this.#seq; }
  onAppend(listener: (seq: number) => void): () => void { this.#listeners.add(listener); return () => this.#listeners.delete(listener); }

  /**
   * Appends in order and answers when they are on the disk. A command whose id is known answers its old number. The
   * first that is refused (not valid, or its rows are not as it says) ends the batch; those before it are kept.
   * @throws AppError('disk-full'); nothing of the batch is kept then.
   */
  append(commands: readonly unknown[]): AppendResult { return this.#append(commands, false); }

  #append(commands: readonly unknown[], whole: boolean): AppendResult {
    const stored: { id: string; seq: number }[] = [];
    let refused: AppendResult['refused'] = null;
    const [seq, hash] = [this.#seq, this.#hash];
    try {
      this.#db.exec('BEGIN IMMEDIATE');
      for (const raw of commands) {
        const parsed = command.safeParse(raw);
        if (!parsed.success) { refused = { id: idOf(raw), error: { code: 'invalid-message', message: 'A change was not understood and not stored.' } }; break; }
        const c = parsed.data;
        const known = this.#db.prepare('SELECT seq FROM records WHERE id = ?').get(c.id);
        if (known !== undefined) { stored.push({ id: c.id, seq: z.object({ seq: z.number() }).parse(known).seq }); continue; }
        try {
          applyDiff(this.#rowStore(), c.diff);
        } catch (error) {
          if (!(error instanceof AppError)) throw error;
          refused = { id: c.id, error: toWireError(error) };
          break;
        }
        const next = this.#seq + 1, nextHash = recordHash(this.#hash, next, c);
        this.#db.prepare('INSERT INTO records (seq, id, case_id, hash, previous, body) VALUES (?, ?, ?, ?, ?, ?)').run(next, c.id, c.caseId, nextHash, this.#hash, canonical(c));
        this.#seq = next;
        this.#hash = nextHash;
        stored.push({ id: c.id, seq: next });
      }
      if (whole && refused !== null) throw new AppError(refused.error.code, refused.error.message);
      this.#db.prepare('INSERT INTO derived (one, seq) VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET seq = excluded.seq').run(this.#seq);
      this.#db.exec('COMMIT');
    } catch (cause) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      this.#seq = seq;
      this.#hash = hash;
      if (hasNoRoom(this.#file, cause)) throw new AppError('disk-full', 'The disk is full: the change is not saved.', { cause });
      throw cause;
    }
    if (this.#seq > seq) for (const listener of this.#listeners) listener(this.#seq);
    return { stored, refused };
  }

  /** As append, for commands that stand together: all of them or none. @throws AppError with what was refused. */
  appendAll(commands: readonly Command[]): void { this.#append(commands, true); }
  appendOne(c: Command): void { this.appendAll([c]); }

  records(after: number, limit: number, caseId: string | null): JournalRecord[] {
    const found = caseId === null
      ? this.#db.prepare('SELECT seq, hash, previous, body FROM records WHERE seq > ? ORDER BY seq LIMIT ?').all(after, limit)
      : this.#db.prepare('SELECT seq, hash, previous, body FROM records WHERE case_id = ? AND seq > ? ORDER BY seq LIMIT ?').all(caseId, after, limit);
    return found.map(toRecord);
  }

  /** What SQLite finds wrong with the file as such, in its words; null when it is whole. Reads all of it. */
  fileProblem(): string | null {
    try {
      const found = z.object({ integrity_check: z.string() }).parse(this.#db.prepare('PRAGMA integrity_check(1)').get()).integrity_check;
      return found === 'ok' ? null : found.replaceAll('\n', ' ');
    } catch (cause) {
      if (!isDamagedDatabase(cause)) throw cause;
      return 'The database is malformed.';
    }
  }

  /** Every record in turn with the sentence of what is wrong with it, if anything is. */
  *check(): Generator<{ seq: number; problem: string | null }> {
    let previous = genesis, expected = 1;
    try {
      for (const raw of this.#db.prepare('SELECT seq, hash, previous, body FROM records ORDER BY seq').iterate()) {
        const { seq, hash } = last.parse(raw);
        yield { seq, problem: seq === expected ? problemOf(raw, previous) : `Record ${expected} is missing.` };
        previous = hash;
        expected = seq + 1;
      }
    } catch (cause) {
      if (!isDamagedDatabase(cause)) throw cause;
      yield { seq: expected, problem: `The file is damaged: from record ${expected} on it cannot be read.` };
    }
  }

  /** Rows in pages, ground truth left out: [kind, id] order, `cursor` from the page before. */
  snapshot(cursor: string | null, limit: number): { rows: Row[]; cursor: string | null } {
    const [kind = '', id = ''] = cursor?.split('/') ?? [];
    const found = this.#db.prepare(`SELECT body FROM rows WHERE (kind, id) > (?, ?) AND (source IS NULL OR source <> 'truth') ORDER BY kind, id LIMIT ?`).all(kind, id, limit).map(toRow);
    const end = found.at(-1);
    return { rows: found, cursor: found.length < limit || end === undefined ? null : `${end.table}/${end.id}` };
  }

  /** Every case but the blinded readings of others: those teach nothing and are measured on by nobody. */
  cases(): CaseRow[] { return this.#db.prepare(`SELECT body FROM rows WHERE kind = 'cases'`).all().map(toRow).filter((r): r is CaseRow => r.table === 'cases' && r.readOf === undefined).sort((a, b) => (a.importedAt === b.importedAt ? (a.file < b.file ? -1 : 1) : a.importedAt < b.importedAt ? -1 : 1)); }
  case(id: string): CaseRow {
    const found = this.#get('cases', id);
    if (found?.table !== 'cases') throw new AppError('not-found', 'This case is not in the workspace.');
    return found;
  }
  regionsOf(caseId: string): RegionRow[] { return this.#db.prepare(`SELECT body FROM rows WHERE case_id = ? AND kind = 'regions'`).all(caseId).map(toRow).filter((r): r is RegionRow => r.table === 'regions').sort((a, b) => a.order - b.order); }
  regions(): RegionRow[] { return this.#db.prepare(`SELECT body FROM rows WHERE kind = 'regions'`).all().map(toRow).filter((r): r is RegionRow => r.table === 'regions'); }
  measurementsOf(caseId: string): MeasurementRow[] { return this.#db.prepare(`SELECT body FROM rows WHERE case_id = ? AND kind = 'measurements'`).all(caseId).map(toRow).filter((r): r is MeasurementRow => r.table === 'measurements').sort((a, b) => a.order - b.order); }
  /** The site's, the usual ones as long as nobody changed any. */
  settings(): SettingsRow { const found = this.#get('settings', 'site'); return found?.table === 'settings' ? found : usualSettings; }
  /** Every caption of a finding with its label, and of how many regions: counted by SQLite, for no row need be read. */
  captions(): { caption: string; label: string; count: number }[] {
    return this.#db.prepare(`SELECT json_extract(body, '$.caption') AS caption, json_extract(body, '$.label') AS label, count(*) AS count FROM rows
      WHERE kind = 'regions' AND source <> 'truth' AND json_extract(body, '$.verdict') IN ('accepted', 'edited', 'added') GROUP BY 1, 2`).all().map((r) => z.object({ caption: z.string(), label: z.string(), count: z.number() }).parse(r));
  }
  readings(): ReadingRow[] { return this.#db.prepare(`SELECT body FROM rows WHERE kind = 'readings'`).all().map(toRow).filter((r): r is ReadingRow => r.table === 'readings'); }
  questions(): QuestionRow[] { return this.#db.prepare(`SELECT body FROM rows WHERE kind = 'questions'`).all().map(toRow).filter((r): r is QuestionRow => r.table === 'questions'); }
  /** In the order of the journal: a clock may be set back. */
  decisions(): DecisionRow[] {
    const made = this.#db.prepare('SELECT seq, hash, previous, body FROM records WHERE case_id IS NULL ORDER BY seq').all().map(toRecord);
    return made.flatMap((r) => r.diff.added.filter((d) => d.table === 'decisions'));
  }
  hasSource(sha256: string): boolean { return this.#db.prepare(`SELECT 1 AS found FROM rows WHERE source = ? LIMIT 1`).get(sha256) !== undefined; }

  close(): void { this.#db.close(); }

  #get(table: Row['table'], id: string): Row | undefined {
    const found = this.#db.prepare('SELECT body FROM rows WHERE kind = ? AND id = ?').get(table, id);
    return found === undefined ? undefined : toRow(found);
  }

  #rowStore(): RowStore {
    const put = this.#db.prepare('INSERT INTO rows (kind, id, case_id, source, body) VALUES (?, ?, ?, ?, ?) ON CONFLICT (kind, id) DO UPDATE SET body = excluded.body, source = excluded.source');
    const remove = this.#db.prepare('DELETE FROM rows WHERE kind = ? AND id = ?');
    return {
      get: (table, id) => this.#get(table, id),
      put: (r) => { put.run(r.table, r.id, r.table === 'cases' ? r.id : 'caseId' in r ? r.caseId : null, 'source' in r ? r.source : null, canonical(r)); },
      delete: (table, id) => { remove.run(table, id); },
    };
  }

  #rebuildIfBehind(): void {
    const derived = this.#db.prepare('SELECT seq FROM derived').get();
    if (derived !== undefined && z.object({ seq: z.number() }).parse(derived).seq === this.#seq) return;
    this.#db.exec('BEGIN IMMEDIATE; DELETE FROM rows;');
    const store = this.#rowStore();
    for (let after = 0; after < this.#seq;) {
      const part = this.records(after, 500, null);
      if (part.length === 0) break;
      for (const r of part) applyDiff(store, r.diff);
      after = part.at(-1)?.seq ?? this.#seq;
    }
    this.#db.prepare('INSERT INTO derived (one, seq) VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET seq = excluded.seq').run(this.#seq);
    this.#db.exec('COMMIT');
  }
}

/** The number of pages that the file's own header tells (bytes 28 to 31 of SQLite's format). */
function pagesOf(file: string): number {
  const head = Buffer.alloc(32), handle = openSync(file, 'r');
  try { readSync(handle, head, 0, 32, 0); } finally { closeSync(handle); }
  return head.toString('latin1', 0, 15) === 'SQLite format 3' ? head.readUInt32BE(28) : 0;
}
/** SQLite says only "disk I/O error" when its shared memory file (32 kB at a time) finds no room. */
function hasNoRoom(file: string, cause: unknown): boolean {
  if (isDiskFull(cause)) return true;
  if (!(cause instanceof Error && cause.message.includes('disk I/O error'))) return false;
  const { bavail, bsize } = statfsSync(path.dirname(file));
  return bavail * bsize < 65_536;
}
const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
const idOf = (raw: unknown): string => (typeof raw === 'object' && raw !== null && 'id' in raw && typeof raw.id === 'string' ? raw.id : '');
const toRow = (found: unknown): Row => row.parse(JSON.parse(body.parse(found).body));
function problemOf(found: unknown, previous: string): string | null {
  const { seq } = last.parse(found);
  let record: JournalRecord;
  try { record = toRecord(found); } catch { return `Record ${seq} cannot be read.`; }
  const { seq: _, hash, previousHash, ...rest } = record;
  return previousHash === previous && recordHash(previous, seq, command.parse(rest)) === hash ? null : `Record ${seq} was changed after it was written.`;
}
function toRecord(found: unknown): JournalRecord {
  const { seq, hash, previous, body: text } = z.object({ seq: z.number(), hash: z.string(), previous: z.string(), body: z.string() }).parse(found);
  return journalRecord.parse({ ...z.record(z.string(), z.unknown()).parse(JSON.parse(text)), seq, hash, previousHash: previous });
}

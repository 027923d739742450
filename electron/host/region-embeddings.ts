// Region embeddings of one model version, kept in a file so that a restart need not compute them again. The file is
// derived: one that is damaged is made anew, one that cannot be written at all is done without, and a row that is no
// unit vector or belongs to another box is as if it were not there.
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as othersFirst } from 'node:timers/promises';
import { z } from 'zod';
import type { Box } from '../../shared/domain/geometry.ts';

const stored = z.object({ id: z.string(), box: z.string(), embedding: z.instanceof(Uint8Array) });
const textOf = ({ x, y, width, height }: Box): string => `${x} ${y} ${width} ${height}`;
/** Rows that are read before the host turns to others. */
const part = 500;

export interface Embedded { readonly id: string; readonly box: Box; readonly embedding: Float32Array }

export class RegionEmbeddings {
  readonly #db: DatabaseSync;
  readonly #rows = new Map<string, { box: string; embedding: Float32Array }>();

  private constructor(db: DatabaseSync) { this.#db = db; }

  static async open(folder: string, version: string): Promise<RegionEmbeddings> {
    const file = path.join(folder, `regions-${version}.sqlite`);
    await mkdir(folder, { recursive: true }).catch(() => undefined);
    try { return await RegionEmbeddings.#read(file); } catch { /* Damaged: made anew below. */ }
    for (const end of ['', '-wal', '-shm']) await rm(file + end, { force: true }).catch(() => undefined);
    try { return await RegionEmbeddings.#read(file); } catch { return RegionEmbeddings.#read(':memory:'); }
  }

  static async #read(file: string): Promise<RegionEmbeddings> {
    const db = new DatabaseSync(file);
    try {
      db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; CREATE TABLE IF NOT EXISTS regions (id TEXT PRIMARY KEY, box TEXT NOT NULL, embedding BLOB NOT NULL) STRICT, WITHOUT ROWID;');
      const made = new RegionEmbeddings(db);
      let read = 0;
      for (const raw of db.prepare('SELECT id, box, embedding FROM regions').iterate()) {
        const { id, box, embedding: bytes } = stored.parse(raw);
        const embedding = new Float32Array(Uint8Array.from(bytes).buffer, 0, Math.floor(bytes.length / 4));
        if (bytes.length % 4 === 0 && isUnit(embedding)) made.#rows.set(id, { box, embedding });
        if (++read % part === 0) await othersFirst();
      }
      return made;
    } catch (error) {
      db.close();
      throw error;
    }
  }

  get(id: string, box: Box): Float32Array | undefined {
    const found = this.#rows.get(id);
    return found?.box === textOf(box) ? found.embedding : undefined;
  }

  /** Known at once; in the file as far as there is room. */
  put(made: readonly Embedded[]): void {
    for (const { id, box, embedding } of made) this.#rows.set(id, { box: textOf(box), embedding });
    try {
      this.#db.exec('BEGIN IMMEDIATE');
      const insert = this.#db.prepare('INSERT INTO regions (id, box, embedding) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET box = excluded.box, embedding = excluded.embedding');
      for (const { id, box, embedding } of made) insert.run(id, textOf(box), new Uint8Array(embedding.buffer, embedding.byteOffset, embedding.byteLength));
      this.#db.exec('COMMIT');
    } catch {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
    }
  }

  close(): void { this.#db.close(); }
}

function isUnit(v: Float32Array): boolean {
  let sum = 0;
  for (const x of v) sum += x * x;
  return Math.abs(sum - 1) < 1e-3;
}

// The page's working copy in IndexedDB. It can be wiped at any time (the field does that), so nothing is only here but
// what the outbox still has to send.
import Dexie, { type Table } from 'dexie';
import { z } from 'zod';
import type { CaseRow } from '../../shared/domain/case.ts';
import type { Command } from '../../shared/domain/command.ts';
import type { Row } from '../../shared/domain/diff.ts';
import type { MeasurementRow } from '../../shared/domain/measurement.ts';
import type { NoteRow } from '../../shared/domain/note.ts';
import type { ReadingRow } from '../../shared/domain/reading.ts';
import type { RegionRow } from '../../shared/domain/region.ts';
import type { SettingsRow } from '../../shared/domain/settings.ts';
import { wireError, type WireError } from '../../shared/errors.ts';

export interface OutboxEntry {
  /** Order of dispatch. */
  readonly n?: number;
  readonly id: string;
  readonly caseId: string | null;
  readonly command: Command;
  /** Kept after the journal answered until the record itself comes by, so that it is not applied twice. */
  readonly state: 'waiting' | 'stored';
}

/** Ground truth is shown to nobody; questions and decisions about models are the host's alone. */
const isShown = (row: Row): boolean => row.table === 'cases' || row.table === 'notes' || row.table === 'measurements' || row.table === 'readings' || row.table === 'settings' || (row.table === 'regions' && row.source !== 'truth');

/** What was changed: the cases that rows of any table belong to, and which regions; null: anything may be another. */
const changed = z.object({ cases: z.array(z.string()), regions: z.array(z.string()) }).nullable();
export type Changed = z.infer<typeof changed>;
/** What pages of one workspace tell each other. One sends for all: who made the change that is refused must hear of it. */
const told = z.union([z.object({ changed }), z.object({ refused: wireError })]);
type Told = z.infer<typeof told>;
export function changedBy(commands: readonly Pick<Command, 'caseId' | 'diff'>[]): Changed {
  const rows = commands.flatMap(({ diff }) => [...diff.added, ...diff.updated.map(([, after]) => after), ...diff.removed]);
  return { cases: [...new Set(commands.flatMap((c) => c.caseId ?? []))], regions: [...new Set(rows.filter((r) => r.table === 'regions').map((r) => r.id))] };
}

export class WorkingCopy extends Dexie {
  readonly cases!: Table<CaseRow, string>;
  readonly regions!: Table<RegionRow, string>;
  readonly notes!: Table<NoteRow, string>;
  readonly measurements!: Table<MeasurementRow, string>;
  readonly readings!: Table<ReadingRow, string>;
  readonly settings!: Table<SettingsRow, string>;
  readonly outbox!: Table<OutboxEntry, number>;
  /** 'seq': the journal's number up to which these rows are. */
  readonly meta!: Table<{ key: string; value: number }, string>;
  readonly #channel: BroadcastChannel;
  readonly #listeners = new Set<(told: Told) => void>();

  constructor(workspaceId: string) {
    super(`regionmed-${workspaceId}`);
    this.#channel = new BroadcastChannel(`${this.name} changed`);
    this.version(1).stores({ cases: 'id, status, [status+title]', regions: 'id, caseId, label', outbox: '++n, &id, caseId, state', meta: 'key' });
    // A copy from before these were kept holds none of them: it is taken anew from the journal.
    this.version(2).stores({ notes: 'id, caseId', readings: 'id, [reader+caseId]' }).upgrade((t) => t.table('meta').clear());
    this.version(3).stores({ settings: 'id', cases: 'id, status, [status+title], patient' }).upgrade((t) => t.table('meta').clear());
    // Rows from before this have neither series nor track: nothing is taken anew.
    this.version(4).stores({ cases: 'id, status, [status+title], patient, series.id' });
    // Nor were there measurements.
    this.version(5).stores({ measurements: 'id, caseId' });
  }

  /** The tables of journalled rows. */
  get rows(): readonly Table[] { return [this.cases, this.regions, this.notes, this.measurements, this.readings, this.settings]; }

  /** Calls `listener` after anything was changed, in this page or another. */
  onChanged(listener: (changed: Changed) => void): void { this.#hear((t) => { if ('changed' in t) listener(t.changed); }); }
  /** Calls `listener` when a change that any page made was refused. */
  onRefused(listener: (error: WireError) => void): void { this.#hear((t) => { if ('refused' in t) listener(t.refused); }); }
  /** To be said when the transaction is over. */
  tellChanged(change: Changed): void { this.#tell({ changed: change }); }
  tellRefused(error: WireError): void { this.#tell({ refused: error }); }

  #hear(listener: (t: Told) => void): void {
    if (this.#listeners.size === 0) this.#channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => { const t = told.parse(data); for (const l of this.#listeners) l(t); });
    this.#listeners.add(listener);
  }
  #tell(t: Told): void { for (const l of this.#listeners) l(t); this.#channel.postMessage(t); }

  async put(row: Row): Promise<void> { if (isShown(row)) await this.table(row.table).put(row); }
  async remove(row: Row): Promise<void> { if (isShown(row)) await this.table(row.table).delete(row.id); }
  async get(row: Row): Promise<Row | undefined> { return isShown(row) ? this.table<Row, string>(row.table).get(row.id) : undefined; }
  async replaceAll(rows: readonly Row[]): Promise<void> {
    const shown = rows.filter(isShown);
    for (const table of this.rows) { await table.clear(); await table.bulkPut(shown.filter((r) => r.table === table.name)); }
  }
}

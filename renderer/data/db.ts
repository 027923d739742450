// The page's working copy in IndexedDB. It can be wiped at any time (the field does that), so nothing is only here but
// what the outbox still has to send.
import Dexie, { type Table } from 'dexie';
import type { CaseRow } from '../../shared/domain/case.ts';
import type { Command } from '../../shared/domain/command.ts';
import type { Row } from '../../shared/domain/diff.ts';
import type { RegionRow } from '../../shared/domain/region.ts';

export interface OutboxEntry {
  /** Order of dispatch. */
  readonly n?: number;
  readonly id: string;
  readonly caseId: string | null;
  readonly command: Command;
  /** Kept after the journal answered until the record itself comes by, so that it is not applied twice. */
  readonly state: 'waiting' | 'stored';
}

export class WorkingCopy extends Dexie {
  readonly cases!: Table<CaseRow, string>;
  readonly regions!: Table<RegionRow, string>;
  readonly outbox!: Table<OutboxEntry, number>;
  /** 'seq': the journal's number up to which these rows are. */
  readonly meta!: Table<{ key: string; value: number }, string>;

  constructor(workspaceId: string) {
    super(`regionmed-${workspaceId}`);
    this.version(1).stores({ cases: 'id, status, [status+title]', regions: 'id, caseId, label', outbox: '++n, &id, caseId, state', meta: 'key' });
  }

  async put(row: Row): Promise<void> {
    if (row.table === 'cases') await this.cases.put(row);
    else if (row.table === 'regions') { if (row.source !== 'truth') await this.regions.put(row); }
  }
  async remove(row: Row): Promise<void> {
    if (row.table === 'cases') await this.cases.delete(row.id);
    else if (row.table === 'regions') await this.regions.delete(row.id);
  }
}

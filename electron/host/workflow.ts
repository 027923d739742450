// Who decided what and when, gathered from the journal once and kept up with each record, so that the figures of a
// reader or a department are there when they are asked for.
import type { ReadingRow } from '../../shared/domain/reading.ts';
import { decisionsOf, workflowOf, type Decision, type Touch, type Workflow } from '../../shared/domain/workflow.ts';
import type { Journal } from './journal.ts';

const page = 1000;

export class WorkflowFigures {
  readonly #journal: Journal;
  readonly #touches = new Map<string, Touch>();
  /** When each reader last decided something on a case, epoch milliseconds. */
  readonly #last = new Map<string, number>();
  #seq = 0;

  constructor(journal: Journal) { this.#journal = journal; }

  /** @param reader whose figures; everybody's together when null. @param from @param to ISO 8601 instants; decisions and visits in [from, to). */
  of(reader: string | null, from: string, to: string): Workflow {
    this.#catchUp();
    const within = (at: string): boolean => at >= from && at < to;
    const regions = Map.groupBy(this.#journal.regions(), (r) => r.caseId);
    const decisions = this.#journal.cases().flatMap((c) => decisionsOf(c, regions.get(c.id) ?? [], this.#touches)).filter((d: Decision) => within(d.at) && (reader === null || d.reader === reader));
    return workflowOf(decisions, this.#journal.readings().filter((r: ReadingRow) => within(r.from) && (reader === null || r.reader === reader)));
  }

  #catchUp(): void {
    for (;;) {
      const records = this.#journal.records(this.#seq, page, null);
      for (const { name, actor, at, caseId, diff } of records) {
        const touched = [...diff.updated.map(([, after]) => after), ...diff.added].filter((r) => r.table === 'regions');
        if (caseId === null || touched.length === 0 || name === 'storeProposals' || name === 'importCase' || name === 'importTruth' || name === 'assignReaders') continue;
        const key = `${caseId} ${actor}`, now = Date.parse(at), before = this.#last.get(key);
        // What one key decides together is as quick as one decision.
        const after = before === undefined || !Number.isFinite(now) ? null : Math.max(0, now - before) / 1000;
        for (const r of touched) this.#touches.set(r.id, { reader: actor, at, after });
        this.#last.set(key, now);
      }
      this.#seq = records.at(-1)?.seq ?? this.#seq;
      if (records.length < page) return;
    }
  }
}

// Who decided what and when, gathered from the journal once and kept up with each record, so that the figures of a
// reader or a department are there when they are asked for.
import type { Place } from '../../shared/domain/agreement.ts';
import { placesRead, readingIds } from '../../shared/domain/commands/blinded.ts';
import type { ReadingRow } from '../../shared/domain/reading.ts';
import type { RegionRow } from '../../shared/domain/region.ts';
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
    // A reader's own blinded readings are their work; in the department's figures the case counts once, as it was decided.
    const cases = this.#journal.cases(), own = reader === null ? [] : cases.flatMap((c) => (c.readers?.includes(reader) === true ? readingIds(c).map((id) => this.#journal.case(id)).filter((r) => r.readOf?.reader === reader) : []));
    const decisions = [...cases, ...own].flatMap((c) => decisionsOf(c, regions.get(c.id) ?? [], this.#touches)).filter((d: Decision) => within(d.at) && (reader === null || d.reader === reader));
    return workflowOf(decisions, this.#journal.readings().filter((r: ReadingRow) => within(r.from) && (reader === null || r.reader === reader)), this.#readTogether(reader, within, regions));
  }

  /** The places of each case whose readers, this one among them, have all signed off, the last of them within the time. */
  #readTogether(reader: string | null, within: (at: string) => boolean, regions: ReadonlyMap<string, readonly RegionRow[]>): Place[][] {
    return this.#journal.cases().flatMap((study) => {
      if (study.readers === undefined || (reader !== null && !study.readers.includes(reader))) return [];
      const readings = readingIds(study).map((id) => this.#journal.case(id)), signed = readings.flatMap((r) => r.signedOffAt ?? []).sort();
      if (signed.length < study.readers.length || !within(signed.at(-1) ?? '')) return [];
      return [placesRead(readings.map((r) => ({ study: r, regions: regions.get(r.id) ?? [] })))];
    });
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

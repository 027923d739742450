// All cases in memory with what the worklist asks of them, in the worklist's worker: ten thousand are ranked, filtered,
// counted and searched without the page or the database. It knows rows only; where they come from is the worker's.
import type { CaseRow } from '../../shared/domain/case.ts';
import { hidesProposals } from '../../shared/domain/commands/reveal.ts';
import type { NoteRow } from '../../shared/domain/note.ts';
import { candidateOf, rank, strategy, type PriorityRule, type Reason, type Strategy, type Weights } from '../../shared/domain/priority.ts';
import type { ReadingRow } from '../../shared/domain/reading.ts';
import type { RegionRow } from '../../shared/domain/region.ts';
import { column, facets, type Column, type Facet, type WorklistView } from './worklist-view.ts';

/** A case as the lists show it. */
export interface ListedCase {
  readonly study: CaseRow;
  /** Null where its reader is to mark first: how many the model found would lead the eye. */
  readonly regions: number | null;
  /** Notes that are not settled. */
  readonly flags: number;
  readonly comments: number;
  /** This reader has not opened it, or somebody wrote a note since. */
  readonly unread: boolean;
  /** Images of its stack, itself among them; 1 where it stands alone. */
  readonly slices: number;
  readonly why: { readonly parts: Weights; readonly reason: Reason } | null;
}
export type Counts = Readonly<Record<Facet, readonly (readonly [value: string, cases: number])[]>>;
export interface WorklistAnswer {
  readonly ids: readonly string[];
  /** All there are, whatever the filters. */
  readonly total: number;
  /** By the state they are in, whatever the filters: what there is to do. */
  readonly waiting: number;
  /** Whether images stand together anywhere. */
  readonly hasStacks: boolean;
  /** For each value how many cases there would be if it were chosen, the other filters as they are. */
  readonly counts: Counts;
  readonly unfiltered: Readonly<Record<CaseRow['status'], number>>;
}
export interface Parts { readonly study: CaseRow; readonly regions: readonly RegionRow[]; readonly notes: readonly NoteRow[]; /** This reader's. */ readonly readings: readonly ReadingRow[] }

/** Of one strategy, as of one day. */
interface Order { readonly strategy: Strategy; readonly day: number; readonly ids: readonly string[]; readonly why: ReadonlyMap<string, { readonly parts: Weights; readonly reason: Reason }> }
/** What of a case's regions is listed, filtered by and searched. */
interface Told { readonly regions: number; readonly findings: readonly string[]; readonly text: string }
/** `marked` is what may be told to a reader who marks first: nothing that was proposed. */
interface Known { readonly listed: Omit<ListedCase, 'why' | 'regions' | 'slices'>; readonly all: Told; readonly marked: Told }

const day = 86_400_000;
/** What images that stand together share: their series, and who reads them apart from others. */
const stackOf = ({ series, readOf }: Pick<CaseRow, 'series' | 'readOf'>): string | null => (series === undefined ? null : `${series.id} ${readOf?.reader ?? ''}`);

export class WorklistIndex {
  readonly #reader: string;
  readonly #cases = new Map<string, Known>();
  readonly #stacks = new Map<string, Set<string>>();
  #distances: ReadonlyMap<string, number> = new Map();
  #rules: readonly PriorityRule[] = [];
  #hiddenFirst = false;
  /** Null when something changed since. */
  #ranked: Order | null = null;

  constructor(reader: string) { this.#reader = reader; }

  get size(): number { return this.#cases.size; }
  has(id: string): boolean { return this.#cases.has(id); }
  clear(): void { this.#cases.clear(); this.#stacks.clear(); this.#ranked = null; }

  put({ study, regions, notes, readings }: Parts): void {
    this.#ranked = null;
    // A second reading that is another's is not seen before it is decided.
    if (study.readOf !== undefined && study.readOf.reader !== this.#reader) { this.#cases.delete(study.id); return; }
    const own = regions.filter((r) => r.source !== 'truth');
    const told = (some: readonly RegionRow[], caption: string): Told => ({
      regions: some.length, findings: [...new Set(some.filter((r) => r.verdict !== 'rejected' && r.verdict !== 'ignored' && r.label !== '').map((r) => r.label))].sort(),
      text: [study.title, study.patient, study.modality, study.file, ...(study.phantom ? ['phantom'] : []), caption, ...new Set(some.flatMap((r) => [r.label, r.caption]))].join('\n').toLowerCase(),
    });
    const stack = stackOf(study);
    if (stack !== null) { const together = this.#stacks.get(stack) ?? new Set(); this.#stacks.set(stack, together.add(study.id)); }
    const open = notes.filter((n) => n.resolved === null), read = readings.reduce((last, r) => (r.to > last ? r.to : last), '');
    this.#cases.set(study.id, {
      listed: { study, flags: open.filter((n) => n.kind === 'flag').length, comments: open.filter((n) => n.kind === 'comment').length, unread: read === '' || notes.some((n) => n.author !== this.#reader && n.at > read) },
      all: told(own, study.caption.text), marked: told(own.filter((r) => r.verdict !== 'proposed'), study.caption.origin === 'person' ? study.caption.text : ''),
    });
  }

  setDistances(distances: ReadonlyMap<string, number>): void { this.#distances = distances; this.#ranked = null; }
  /** What the site settled: what comes sooner or later, and whether readers mark before they see what was proposed. */
  setSite(rules: readonly PriorityRule[], hiddenFirst: boolean): void { this.#rules = rules; this.#hiddenFirst = hiddenFirst; this.#ranked = null; }

  listed(id: string, by: Strategy, now: Date): ListedCase | null {
    const known = this.#cases.get(id);
    if (known === undefined) return null;
    const stack = stackOf(known.listed.study), slices = stack === null ? 1 : this.#stacks.get(stack)?.size ?? 1;
    return hidesProposals(known.listed.study, this.#hiddenFirst) ? { ...known.listed, slices, regions: null, why: null } : { ...known.listed, slices, regions: known.all.regions, why: this.#rank(by, now).why.get(id) ?? null };
  }

  /** A filter that finds a hidden finding would tell of it. */
  #told({ listed, all, marked }: Known): Told { return hidesProposals(listed.study, this.#hiddenFirst) ? marked : all; }

  answer({ search, filters, order, reversed, stacked }: WorklistView, now: Date): WorklistAnswer {
    const words = search.toLowerCase().split(/\s+/).filter((w) => w !== ''), valuesOf = facetValues(now, (k) => this.#told(k)), chosen = facets.filter((f) => filters[f] !== null);
    const counts = new Map<Facet, Map<string, number>>(facets.map((f) => [f, new Map<string, number>()])), unfiltered = { new: 0, proposed: 0, 'in-review': 0, 'signed-off': 0 };
    const matching = new Set<string>();
    for (const [id, known] of this.#cases) {
      unfiltered[known.listed.study.status]++;
      if (!words.every((w) => this.#told(known).text.includes(w))) continue;
      // Where one filter alone leaves it out, it counts for that filter's other values.
      let against: Facet | null = null, out = 0;
      for (const f of chosen) if (!valuesOf[f](known).includes(filters[f] ?? '')) { against = f; out++; }
      if (out > 1) continue;
      for (const f of against === null ? facets : [against]) { const own = counts.get(f); for (const v of valuesOf[f](known)) own?.set(v, (own.get(v) ?? 0) + 1); }
      if (out === 0) matching.add(id);
    }
    const ids = this.#rank(strategyOf(order), now).ids.filter((id) => matching.has(id)), sorted = column.safeParse(order).data, by = sorted === undefined ? null : sorted === 'regions' ? (k: Known) => this.#told(k).regions : columns[sorted];
    if (by !== null) ids.sort((a, b) => this.#compare(by, a, b));
    if (reversed) ids.reverse();
    const seen = new Set<string>(), first = (id: string): boolean => { const stack = stackOf(this.#cases.get(id)?.listed.study ?? {}); if (stack === null || !seen.has(stack)) { if (stack !== null) seen.add(stack); return true; } return false; };
    const list = (f: Facet): [string, number][] => [...counts.get(f) ?? []].sort(([a], [b]) => (a < b ? -1 : 1));
    return {
      ids: stacked ? ids.filter(first) : ids, hasStacks: [...this.#stacks.values()].some((s) => s.size > 1), total: this.#cases.size, waiting: unfiltered.proposed + unfiltered['in-review'], unfiltered,
      counts: { status: list('status'), modality: list('modality'), finding: list('finding'), mark: list('mark'), signedOff: list('signedOff'), signedOffBy: list('signedOffBy'), split: list('split'), origin: list('origin') },
    };
  }

  #compare(by: (k: Known) => string | number, a: string, b: string): number {
    const [x, y] = [this.#cases.get(a), this.#cases.get(b)];
    if (x === undefined || y === undefined) return 0;
    const [u, v] = [by(x), by(y)];
    return u < v ? -1 : u > v ? 1 : 0;
  }

  #rank(by: Strategy, now: Date): Order {
    const today = Math.floor(now.getTime() / day);
    if (this.#ranked?.strategy === by && this.#ranked.day === today) return this.#ranked;
    const candidates = [...this.#cases.values()].map(({ listed: { study }, all: { findings } }) => candidateOf(study, findings, this.#distances.get(study.id) ?? null));
    const ranked = rank(candidates, { strategy: by, rules: this.#rules, now: now.toISOString(), seed: 1 });
    return this.#ranked = { strategy: by, day: today, ids: ranked.map((r) => r.id), why: new Map(ranked.map((r) => [r.id, { parts: r.parts, reason: r.reason }])) };
  }
}

/** A table sorted by a column keeps the reasons of the usual order. */
export const strategyOf = (order: WorklistView['order']): Strategy => strategy.safeParse(order).data ?? 'expectedValue';

const stateOrder = { 'in-review': 0, proposed: 1, new: 2, 'signed-off': 3 } as const;
const columns: Readonly<Record<Exclude<Column, 'regions'>, (k: Known) => string | number>> = {
  title: (k) => k.listed.study.title.toLowerCase(), modality: (k) => k.listed.study.modality.toLowerCase(), state: (k) => stateOrder[k.listed.study.status],
  when: (k) => k.listed.study.signedOffAt ?? k.listed.study.importedAt,
};

/** The values of each filter that a case has. */
function facetValues(now: Date, told: (k: Known) => Told): Readonly<Record<Facet, (k: Known) => readonly string[]>> {
  const midnight = new Date(now).setHours(0, 0, 0, 0), since = (ms: number): string => new Date(ms).toISOString();
  const [today, week, month] = [since(midnight), since(midnight - 6 * day), since(midnight - 29 * day)];
  return {
    status: (k) => [k.listed.study.status], modality: (k) => [k.listed.study.modality], finding: (k) => told(k).findings,
    mark: (k) => [...(k.listed.flags > 0 ? ['flagged'] : []), ...(k.listed.comments > 0 ? ['commented'] : []), ...(k.listed.unread ? ['unread'] : [])],
    signedOff: ({ listed: { study: { signedOffAt: at } } }) => (at === null ? [] : [...(at >= today ? ['today'] : []), ...(at >= week ? ['week'] : []), ...(at >= month ? ['month'] : [])]),
    signedOffBy: (k) => (k.listed.study.signedOffBy === undefined ? [] : [k.listed.study.signedOffBy]),
    split: (k) => [k.listed.study.split], origin: (k) => [k.listed.study.phantom ? 'phantom' : 'patient'],
  };
}

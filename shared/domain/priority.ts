// What comes next: the worklist in the order of what a reader's minutes are worth, with the reason for each case's place.
// Every strategy is a plain function of the cases and the settings, so that the page, the command line and the rehearsal
// order alike. Work begun stays on top whatever the strategy says, and what a person put first or last stays there.
import { z } from 'zod';
import type { CaseRow, CaseStatus } from './case.ts';
import { stackOf, type SeriesPlace } from './series.ts';
import type { CaseSignals } from './signals.ts';

export const strategy = z.enum(['expectedValue', 'uncertainty', 'disagreement', 'diversity', 'random', 'oldest']);
export type Strategy = z.infer<typeof strategy>;

export const parts = ['uncertainty', 'disagreement', 'diversity', 'age', 'site'] as const;
export type Part = (typeof parts)[number];
export type Weights = Readonly<Record<Part, number>>;
/** Doubt first, then what is new to the model; age so that nothing waits for ever; what the site says outweighs any two of them. */
export const usualWeights: Weights = { uncertainty: 0.3, disagreement: 0.2, diversity: 0.3, age: 0.2, site: 0.6 };

/** What a site wants sooner or later: all that is given must hold; an empty text holds always. */
export const priorityRule = z.object({
  name: z.string().min(1),
  /** Equal, whatever the case of its letters. */
  modality: z.string(),
  /** Somewhere in the title. */
  title: z.string(),
  /** One of the case's proposed or decided findings. */
  finding: z.string(),
  /** From −1, last, to 1, first. */
  weight: z.number().min(-1).max(1),
});
export type PriorityRule = z.infer<typeof priorityRule>;

/** What the rank of a case follows from. */
export interface Candidate {
  readonly id: string;
  readonly title: string;
  readonly modality: string;
  readonly findings: readonly string[];
  readonly status: CaseStatus;
  readonly importedAt: string;
  readonly signedOffAt: string | null;
  /** The hash of the imported file: random order follows from it, so that it is the same in every workspace. */
  readonly source: string;
  readonly signals?: CaseSignals | undefined;
  readonly series?: SeriesPlace | undefined;
  /** What a person said of this case. */
  readonly priority?: 'first' | 'last' | undefined;
  /** Distance from all that was signed off and all that farthest-first takes before it (coverage.ts); null where nobody knows. */
  readonly distance: number | null;
}
/** @param findings names of what was proposed or decided on the case @param distance as of coverage.ts */
export const candidateOf = (c: CaseRow, findings: readonly string[], distance: number | null): Candidate =>
  ({ id: c.id, title: c.title, modality: c.modality, findings, status: c.status, importedAt: c.importedAt, signedOffAt: c.signedOffAt, source: c.source, series: c.series, signals: c.signals, priority: c.priority, distance });
export interface RankSettings { readonly strategy: Strategy; readonly weights?: Weights; readonly rules?: readonly PriorityRule[]; /** ISO 8601, UTC. */ readonly now: string; readonly seed?: number }

/** Why a case stands where it stands; the page puts it into words. */
export type Reason =
  | { readonly kind: 'begun' | 'first' | 'last' | 'not-looked-at' | 'signed-off' | 'diversity' | 'nothing-found' | 'none' }
  | { readonly kind: 'uncertainty' | 'disagreement'; readonly n: number; readonly of: number }
  | { readonly kind: 'age'; readonly days: number }
  | { readonly kind: 'site'; readonly name: string };
export interface Ranked {
  readonly id: string;
  /** How much each part adds to the case's value; the site's may take away. */
  readonly parts: Weights;
  readonly value: number;
  readonly reason: Reason;
}

const day = 86_400_000;
/** Days after which waiting counts half. */
const patience = 14;
/** Below this a part is no reason. */
const worthNaming = 0.02;

export function rank(cases: readonly Candidate[], settings: RankSettings): Ranked[] {
  const most = { uncertainty: 0, disagreement: 0, diversity: 0 };
  // Doubt and distance have no units: a case has as much of each as its share of the most that any waiting case has.
  for (const c of cases) {
    if (c.status === 'signed-off') continue;
    most.uncertainty = Math.max(most.uncertainty, c.signals?.uncertainty ?? 0);
    most.disagreement = Math.max(most.disagreement, c.signals?.disagreement ?? 0);
    most.diversity = Math.max(most.diversity, c.distance ?? 0);
  }
  const now = Date.parse(settings.now), weights = settings.weights ?? usualWeights, rules = settings.rules ?? [], strategies = orders(settings), ties = tiesOf(cases);
  return cases.map((c) => {
    const days = Math.max(0, Math.floor((now - Date.parse(c.importedAt)) / day)), holding = rules.filter((r) => holds(r, c));
    const worth: Weights = {
      uncertainty: weights.uncertainty * shareOf(c.signals?.uncertainty, most.uncertainty), disagreement: weights.disagreement * shareOf(c.signals?.disagreement, most.disagreement), diversity: weights.diversity * shareOf(c.distance, most.diversity),
      age: weights.age * (days / (days + patience)), site: weights.site * Math.min(1, Math.max(-1, holding.reduce((sum, r) => sum + r.weight, 0))),
    };
    const ranked: Ranked = { id: c.id, parts: worth, value: parts.reduce((sum, p) => sum + worth[p], 0), reason: reasonOf(c, worth, days, holding, settings.strategy) };
    return { c, ranked, group: groupOf(c), order: strategies(c, ranked) };
  }).sort((a, b) => a.group - b.group || (a.group === signedOff ? compare(b.c.signedOffAt ?? '', a.c.signedOffAt ?? '') : b.order - a.order) || compareTies(ties(a.c), ties(b.c))).map(({ ranked }) => ranked);
}

/** Where nothing else decides: by title, and the slices of one series together, as they lie in the body. */
type Tie = readonly [title: string, series: string, slice: number, id: string];
const compareTies = (a: Tie, b: Tie): number => compare(a[0], b[0]) || compare(a[1], b[1]) || a[2] - b[2] || compare(a[3], b[3]);

function tiesOf(cases: readonly Candidate[]): (c: Candidate) => Tie {
  const series = new Map<string, Candidate[]>(), known = new Map<string, Tie>();
  for (const c of cases) if (c.series !== undefined) { const own = series.get(c.series.id); if (own === undefined) series.set(c.series.id, [c]); else own.push(c); }
  for (const [id, own] of series) {
    // A series has one title, its first, so that slices named after their files stay together, too.
    const title = own.map((c) => c.title).sort(compare)[0] ?? '';
    for (const [i, c] of stackOf(own).slices.entries()) known.set(c.id, [title, id, i, c.id]);
  }
  return (c) => known.get(c.id) ?? [c.title, '', 0, c.id];
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
/** Signed-off cases do not count towards the most, and could have more. */
const shareOf = (value: number | null | undefined, most: number): number => (most === 0 ? 0 : Math.min(1, (value ?? 0) / most));

/** What is begun, what a person wants first, what was proposed for, what waits for proposals, what a person wants last, what is done. */
function groupOf(c: Candidate): number {
  if (c.status === 'in-review') return 0;
  if (c.status === 'signed-off') return signedOff;
  return c.priority === 'first' ? 1 : c.priority === 'last' ? 4 : c.status === 'proposed' ? 2 : 3;
}
const signedOff = 5;

/** Higher comes first. */
function orders({ strategy: chosen, seed = 0 }: RankSettings): (c: Candidate, r: Ranked) => number {
  switch (chosen) {
    case 'expectedValue': return (_, r) => r.value;
    case 'uncertainty': return (c) => c.signals?.uncertainty ?? 0;
    case 'disagreement': return (c) => c.signals?.disagreement ?? 0;
    // Farthest-first is the order of falling distance: the k-centre cover, one centre after the other.
    case 'diversity': return (c) => c.distance ?? 0;
    case 'random': return (c) => hash(`${seed} ${c.source}`);
    case 'oldest': return (c) => -Date.parse(c.importedAt);
  }
}

/** FNV-1a, 32 bits, with the last mixing of MurmurHash3, so that near texts are far apart. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

const same = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase();
const holds = (r: PriorityRule, c: Candidate): boolean =>
  (r.modality.trim() === '' || same(r.modality, c.modality)) && (r.title.trim() === '' || c.title.toLowerCase().includes(r.title.trim().toLowerCase())) && (r.finding.trim() === '' || c.findings.some((f) => same(f, r.finding)));

/** Of the parts that can be said of the case, the one that adds most; where one strategy orders, its own part before the others. */
function reasonOf(c: Candidate, worth: Weights, days: number, holding: readonly PriorityRule[], chosen: Strategy): Reason {
  if (c.status === 'in-review') return { kind: 'begun' };
  if (c.status === 'signed-off') return { kind: 'signed-off' };
  if (c.priority !== undefined) return { kind: c.priority };
  const own = chosen === 'oldest' ? 'age' : chosen, found: { by: number; reason: Reason }[] = [];
  const say = (part: Part, reason: Reason | null): void => { if (reason !== null && worth[part] >= worthNaming) found.push({ by: worth[part] + (part === own ? 1 : 0), reason }); };
  const { signals } = c, rule = holding.toSorted((a, b) => b.weight - a.weight)[0];
  say('disagreement', signals === undefined || signals.disagreeing === 0 ? null : { kind: 'disagreement', n: signals.disagreeing, of: signals.regions });
  say('uncertainty', signals === undefined || signals.unsure === 0 ? null : { kind: 'uncertainty', n: signals.unsure, of: signals.regions });
  say('diversity', { kind: 'diversity' });
  say('age', days === 0 ? null : { kind: 'age', days });
  say('site', rule === undefined ? null : { kind: 'site', name: rule.name });
  const best = found.sort((a, b) => b.by - a.by)[0];
  return best?.reason ?? (c.status === 'new' ? { kind: 'not-looked-at' } : signals?.regions === 0 ? { kind: 'nothing-found' } : { kind: 'none' });
}

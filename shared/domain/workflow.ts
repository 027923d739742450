// How the work goes, counted from what the journal kept: what readers decided of what was proposed, how long they took,
// and whether they looked. The same counting serves a reader's own figures and the department's report.
import { z } from 'zod';
import { agreementOf, type Place } from './agreement.ts';
import { iou, sizeOf, sizeWords, type SizeWord } from './geometry.ts';
import type { CaseRow } from './case.ts';
import type { ReadingRow } from './reading.ts';
import type { RegionRow } from './region.ts';

/** What was made of one region of a signed-off case, by whom, when. */
export interface Decision {
  readonly caseId: string;
  readonly reader: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly outcome: 'accepted' | 'moved' | 'renamed' | 'rejected' | 'ignored' | 'added';
  /** What it is called now; of rejected proposals what they were called. */
  readonly label: string;
  /** The proposal's score, null where nothing was proposed or a data set did. */
  readonly score: number | null;
  readonly size: SizeWord;
  /** Overlap of the box with the proposal's; null where nothing was proposed. */
  readonly overlap: number | null;
  readonly unaided: boolean;
  readonly planted: boolean;
  /** Seconds since the decision before it on the same case by the same reader; null for the first. */
  readonly after: number | null;
}

/** Who touched a region last, and how long after the decision before. */
export interface Touch { readonly reader: string; readonly at: string; readonly after: number | null }

export function decisionsOf(study: CaseRow, regions: readonly RegionRow[], touches: ReadonlyMap<string, Touch>): Decision[] {
  if (study.status !== 'signed-off') return [];
  return regions.flatMap((r): Decision[] => {
    const touch = touches.get(r.id);
    if (r.caseId !== study.id || r.source === 'truth' || r.verdict === 'proposed' || touch === undefined) return [];
    const overlap = r.proposal === null ? null : iou(r.box, r.proposal.box);
    const outcome = r.verdict === 'edited' ? (r.proposal !== null && r.label !== r.proposal.label ? 'renamed' : 'moved') : r.verdict;
    return [{ caseId: study.id, ...touch, outcome, label: r.verdict === 'rejected' ? r.proposal?.label ?? r.label : r.label, score: r.proposal?.score ?? null, size: sizeOf(r.box, study.pixels), overlap, unaided: r.unaided === true, planted: r.planted === true }];
  });
}

/** A share with its 95 % interval by Wilson's score (Wilson 1927), which holds for few and for extreme counts. */
export const share = z.object({ of: z.number().int().positive(), count: z.number().int().nonnegative(), value: z.number(), low: z.number(), high: z.number() });
export type Share = z.infer<typeof share>;
/** Null of nothing. */
export function shareOf(count: number, of: number): Share | null {
  if (of === 0) return null;
  const z = 1.96, p = count / of, middle = (p + (z * z) / (2 * of)) / (1 + (z * z) / of), half = (z * Math.sqrt((p * (1 - p)) / of + (z * z) / (4 * of * of))) / (1 + (z * z) / of);
  return { of, count, value: p, low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}

/** A decision this soon after the one before was hardly looked at. In seconds. */
export const hardlyLooked = 1;
const bands = [[0, 0.5], [0.5, 0.8], [0.8, 1.0001]] as const;

const seconds = z.number().nullable(), count = z.number().int().nonnegative(), maybe = share.nullable();
export const workflow = z.object({
  cases: count, decisions: count,
  /** Proposals that were taken as they were, planted ones left out. */
  accepted: maybe,
  rejected: maybe,
  /** The same as `accepted`, by the proposal's score. */
  byScore: z.array(z.object({ from: z.number(), to: z.number(), accepted: maybe })),
  /** Decisions on proposals within a second of the one before. */
  hasty: maybe,
  /** Planted proposals that were taken for findings. */
  fellFor: maybe,
  /** Of findings that the machine proposed and readers marked first: those found without help. Null where nobody marked first. */
  unaided: maybe,
  /** Findings that the machine had missed, of all findings. */
  missed: maybe,
  byFinding: z.array(z.object({ label: z.string(), proposed: count, accepted: maybe, edited: count, rejected: count, added: count })),
  /** `overlap`: mean overlap of edited boxes with their proposals. */
  bySize: z.array(z.object({ size: z.enum(sizeWords), accepted: maybe, edited: count, rejected: count, added: count, overlap: z.number().nullable() })),
  /** Of cases that several read without seeing each other, by how many they were: the places marked by all, mean IoU of their marks, and Cohen's (two) or Fleiss' kappa of the names. */
  agreement: z.array(z.object({ readers: count, cases: count, shared: maybe, overlap: z.number().nullable(), kappa: z.number().nullable() })),
  /** At work, pauses left out; medians over cases, `total` summed. `assisted` and `alone`: with and without proposals in sight. */
  time: z.object({ total: z.number(), aCase: seconds, aRegion: seconds, casesAnHour: z.number().nullable(), assisted: seconds, alone: seconds, keysACase: z.number().nullable() }),
});
export type Workflow = z.infer<typeof workflow>;

/**
 * Of any decisions and visits: all of a reader's for themselves, all of a department's for its report.
 * @param readTogether the places of each case that several readers have signed off without seeing each other
 */
export function workflowOf(decisions: readonly Decision[], readings: readonly ReadingRow[], readTogether: readonly (readonly Place[])[] = []): Workflow {
  const genuine = decisions.filter((d) => !d.planted), proposed = genuine.filter((d) => d.outcome !== 'added'), findings = genuine.filter((d) => d.outcome !== 'rejected' && d.outcome !== 'ignored');
  const acceptedOf = (list: readonly Decision[]): Share | null => shareOf(list.filter((d) => d.outcome === 'accepted').length, list.length);
  const counted = (list: readonly Decision[], ...of: readonly Decision['outcome'][]): number => list.filter((d) => of.includes(d.outcome)).length;
  const planted = decisions.filter((d) => d.planted), timed = proposed.filter((d) => d.after !== null), found = findings.filter((d) => d.outcome !== 'added'), first = decisions.some((d) => d.unaided);
  const labels = [...new Set(genuine.map((d) => d.label))].map((label) => {
    const own = genuine.filter((d) => d.label === label), its = own.filter((d) => d.outcome !== 'added');
    return { label, proposed: its.length, accepted: acceptedOf(its), edited: counted(its, 'moved', 'renamed'), rejected: counted(its, 'rejected'), added: counted(own, 'added') };
  }).sort((a, b) => b.proposed + b.added - a.proposed - a.added || (a.label < b.label ? -1 : 1));
  const sizes = sizeWords.map((size) => {
    const own = genuine.filter((d) => d.size === size), its = own.filter((d) => d.outcome !== 'added'), edited = its.filter((d) => d.outcome === 'moved' || d.outcome === 'renamed');
    return { size, accepted: acceptedOf(its), edited: edited.length, rejected: counted(its, 'rejected'), added: counted(own, 'added'), overlap: mean(edited.flatMap((d) => d.overlap ?? [])) };
  });
  return {
    cases: new Set(decisions.map((d) => d.caseId)).size, decisions: genuine.length, accepted: acceptedOf(proposed), rejected: shareOf(counted(proposed, 'rejected'), proposed.length),
    byScore: bands.map(([from, to]) => ({ from, to: Math.min(1, to), accepted: acceptedOf(proposed.filter((d) => d.score !== null && d.score >= from && d.score < to)) })),
    hasty: shareOf(timed.filter((d) => (d.after ?? Infinity) < hardlyLooked).length, timed.length),
    fellFor: shareOf(counted(planted, 'accepted', 'moved', 'renamed'), planted.length), unaided: first ? shareOf(found.filter((d) => d.unaided).length, found.length) : null,
    missed: shareOf(counted(findings, 'added'), findings.length), byFinding: labels, bySize: sizes, agreement: agreements(readTogether), time: timeOf(decisions, readings),
  };
}

/** Kappas of two and of three readers are not of one kind: each number of readers stands for itself. A case in which nobody marked anything says nothing. */
function agreements(readTogether: readonly (readonly Place[])[]): Workflow['agreement'] {
  const marked = readTogether.filter((places) => places.length > 0);
  return [...Map.groupBy(marked, (places) => places[0]?.marks.length ?? 0)].sort(([a], [b]) => a - b).map(([readers, cases]) => {
    const { places, shared, overlap, kappa } = agreementOf(cases);
    return { readers, cases: cases.length, shared: shareOf(shared, places), overlap, kappa };
  });
}

function timeOf(decisions: readonly Decision[], readings: readonly ReadingRow[]): Workflow['time'] {
  // Visits that ended in no sign-off count for their case all the same: looking twice is work, too.
  const cases = new Map<string, { active: number; keys: number; assisted: boolean }>();
  for (const r of readings) { const c = cases.get(r.caseId) ?? { active: 0, keys: 0, assisted: false }; cases.set(r.caseId, { active: c.active + r.active, keys: c.keys + r.keys + r.clicks, assisted: c.assisted || r.assisted }); }
  const done = new Set(decisions.map((d) => d.caseId)), finished = [...cases].flatMap(([id, c]) => (done.has(id) ? [c] : [])), total = readings.reduce((sum, r) => sum + r.active, 0);
  const regions = readings.flatMap((r) => Object.values(r.regions)), spent = finished.reduce((sum, c) => sum + c.active, 0);
  return {
    total, aCase: median(finished.map((c) => c.active)), aRegion: median(regions), casesAnHour: spent === 0 ? null : (3600 * finished.length) / spent,
    assisted: median(finished.filter((c) => c.assisted).map((c) => c.active)), alone: median(finished.filter((c) => !c.assisted).map((c) => c.active)), keysACase: median(finished.map((c) => c.keys)),
  };
}

const mean = (v: readonly number[]): number | null => (v.length === 0 ? null : v.reduce((a, b) => a + b, 0) / v.length);
function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b), half = Math.floor(sorted.length / 2), high = sorted[half];
  return high === undefined ? null : sorted.length % 2 === 1 ? high : ((sorted[half - 1] ?? high) + high) / 2;
}

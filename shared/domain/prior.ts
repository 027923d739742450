// Other images of the same patient, to be looked at beside the present one: which there are, in which order they are
// offered, what of them may be seen, and which slice of one belongs to a slice of another.
import type { CaseRow } from './case.ts';
import { stackOf, type Stack } from './series.ts';

/** A series, or an image that stands alone. */
export interface Prior {
  /** Of the series, or of the case. */
  readonly key: string;
  readonly stack: Stack<CaseRow>;
  /** The image that stands for it in a list. */
  readonly study: CaseRow;
  /** Earlier than the present one, later, or of the same study; null where the dates do not tell. */
  readonly when: 'earlier' | 'later' | 'same' | null;
}

/** As YYYYMMDDHHMMSS where the file says when; else when it was imported, which tells an order and no date. */
const momentOf = ({ study, importedAt }: CaseRow): string => (study?.date == null ? importedAt.replaceAll(/\D/g, '').slice(0, 14) : `${study.date}${(study.time ?? '').slice(0, 6)}`.padEnd(14, '0'));
const isSameStudy = (a: CaseRow, b: CaseRow): boolean => (a.study !== undefined && a.study.id === b.study?.id) || (a.series !== undefined && a.series.id === b.series?.id);
const viewOf = ({ taken }: CaseRow): string => (taken ?? []).join('\n');

/** Whether two images share the patient's coordinates: by their frame of reference where both say it, else within a study. */
export const shareFrame = (a: CaseRow, b: CaseRow): boolean =>
  a.series?.plane != null && b.series?.plane != null && (a.series.frameOfReference !== undefined && b.series.frameOfReference !== undefined ? a.series.frameOfReference === b.series.frameOfReference : isSameStudy(a, b));

/**
 * What can be looked at beside a case: the patient's other images, each series once. Readings of several readers are no
 * images of their own; neither is the case that a blinded reading is of. The same kind of image first, of these the same
 * view, then the newest of those before, then what is of the same study, then what came later.
 */
export function priorsOf(study: CaseRow, ofPatient: readonly CaseRow[]): Prior[] {
  const own = study.readOf?.caseId ?? study.id, others = ofPatient.filter((c) => c.patient === study.patient && c.readOf === undefined && c.id !== own && (c.series === undefined || c.series.id !== study.series?.id));
  const priors = [...Map.groupBy(others, (c) => c.series?.id ?? c.id)].map(([key, cases]): Prior => {
    const stack = stackOf(cases), middle = stack.slices[Math.floor(stack.slices.length / 2)] ?? cases[0] ?? study;
    const known = study.study?.date != null && middle.study?.date != null, [a, b] = [momentOf(middle), momentOf(study)];
    return { key, stack, study: middle, when: isSameStudy(study, middle) ? 'same' : !known || a === b ? null : a < b ? 'earlier' : 'later' };
  });
  const rank = ({ when }: Prior): number => (when === 'later' ? 2 : when === 'same' ? 1 : 0);
  const like = ({ study: p }: Prior): number => (p.modality === study.modality ? (viewOf(p) === viewOf(study) ? 0 : 1) : 2);
  return priors.sort((a, b) => like(a) - like(b) || rank(a) - rank(b) || (momentOf(a.study) > momentOf(b.study) ? -1 : momentOf(a.study) < momentOf(b.study) ? 1 : a.key < b.key ? -1 : 1));
}

/**
 * Whether what was decided on another image may be seen beside this one: only what was signed off, and by a blinded reader
 * only of another study, known to be another. What colleagues found in the study that is read would lead the eye.
 */
export const showsDecisions = (study: CaseRow, other: CaseRow): boolean =>
  other.status === 'signed-off' && (study.readOf === undefined || (study.study !== undefined && other.study !== undefined && study.study.id !== other.study.id));

/** How a stack beside goes with the present one: so many millimetres on, where both say them, else so many slices. */
export interface Link { readonly by: 'mm' | 'slices'; readonly offset: number }

const positionAt = ({ positions }: Stack<unknown>, index: number): number | null => positions?.[index] ?? null;
const clamp = (v: number, most: number): number => Math.min(most, Math.max(0, v));

/** The link that holds while `other` stands beside `at`. */
export function linkOf(present: Stack<unknown>, at: number, prior: Stack<unknown>, other: number): Link {
  const [a, b] = [positionAt(present, at), positionAt(prior, other)];
  return a === null || b === null ? { by: 'slices', offset: other - at } : { by: 'mm', offset: b - a };
}

/** The link that shared coordinates make: the same millimetres. */
export const sameMillimetres: Link = { by: 'mm', offset: 0 };

/** The slice that a link puts beside `at`: the nearest, of two as near the first. */
export function linkedSlice(present: Stack<unknown>, at: number, prior: Stack<unknown>, link: Link): number {
  const a = positionAt(present, at), { positions } = prior;
  if (link.by === 'slices' || a === null || positions === null) return clamp(at + Math.round(link.offset), prior.slices.length - 1);
  let best = 0;
  for (const [i, p] of positions.entries()) if (Math.abs(p - a - link.offset) < Math.abs((positions[best] ?? 0) - a - link.offset)) best = i;
  return best;
}

/** The slice to begin with, where nothing is known in common: as far along its stack as the present one along its own. */
export const alikeSlice = (present: Stack<unknown>, at: number, prior: Stack<unknown>): number =>
  clamp(Math.round(present.slices.length < 2 ? (prior.slices.length - 1) / 2 : (at / (present.slices.length - 1)) * (prior.slices.length - 1)), prior.slices.length - 1);

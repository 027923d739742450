// How well regions are found. Predictions meet truth greedily, best score first, each truth once, at an overlap (IoU)
// of one half (Everingham et al. 2010, PASCAL VOC). Every figure is a sum over images, so it can be resampled.
import { area, iou, type Box } from '../../shared/domain/geometry.ts';

export interface Scored { readonly box: Box; readonly score: number }
export interface Match { readonly score: number; /** Index of the truth it found, or -1 for a false region. */ readonly truth: number }
export const overlapNeeded = 0.5;
/** Findings under this share of the image's area are small. */
export const smallShare = 0.01;

/** Predictions best first with what each found. */
export function match(predicted: readonly Scored[], truth: readonly Box[], needed = overlapNeeded): Match[] {
  const taken = new Set<number>();
  return [...predicted].sort((a, b) => b.score - a.score).map(({ box, score }) => {
    let best = -1, bestOverlap = needed;
    for (const [i, t] of truth.entries()) {
      if (taken.has(i)) continue;
      const overlap = iou(box, t);
      if (overlap >= bestOverlap) { best = i; bestOverlap = overlap; }
    }
    if (best >= 0) taken.add(best);
    return { score, truth: best };
  });
}

/** Predictions that count: one on a region that a person left open is neither right nor wrong, unless it finds another. */
export const counted = <T extends Scored>(predicted: readonly T[], truth: readonly Box[], open: readonly Box[]): readonly T[] => {
  const meets = (boxes: readonly Box[], { box }: T): boolean => boxes.some((b) => iou(b, box) >= overlapNeeded);
  return open.length === 0 ? predicted : predicted.filter((p) => meets(truth, p) || !meets(open, p));
};

/** One image's matches and how many findings it has; `small` counts those under 1 % of its area. */
export interface DetectionImage { readonly matches: readonly Match[]; readonly truths: number; readonly small: readonly boolean[] }

export function detectionImage(predicted: readonly Scored[], truth: readonly Box[], image: { width: number; height: number }): DetectionImage {
  return { matches: match(predicted, truth), truths: truth.length, small: truth.map((t) => area(t) < smallShare * area(image)) };
}

const ratio = (a: number, b: number): number | null => (b === 0 ? null : a / b);

/** Share of findings found by predictions scored at least `threshold`. Null without findings. */
export function recall(images: readonly DetectionImage[], threshold: number): number | null {
  let found = 0, all = 0;
  for (const { matches, truths } of images) { all += truths; for (const m of matches) if (m.truth >= 0 && m.score >= threshold) found++; }
  return ratio(found, all);
}

/** The same among small findings. */
export function recallOfSmall(images: readonly DetectionImage[], threshold: number): number | null {
  let found = 0, all = 0;
  for (const { matches, small } of images) {
    for (const s of small) if (s) all++;
    for (const m of matches) if (m.truth >= 0 && m.score >= threshold && small[m.truth] === true) found++;
  }
  return ratio(found, all);
}

/** Recall where the score is cut so that false regions average `perImage` (one point of the FROC curve, Bunch et al. 1978). */
export function recallAtFalsePositives(images: readonly DetectionImage[], perImage: number): number | null {
  const false_ = images.flatMap((i) => i.matches.flatMap((m) => (m.truth < 0 ? [m.score] : []))).sort((a, b) => b - a);
  const allowed = Math.floor(perImage * images.length);
  const cut = false_[allowed];
  return recall(images, cut === undefined ? 0 : cut + 1e-9);
}

/** Average precision over all points of the precision-recall curve, precision made falling (VOC 2010). */
export function averagePrecision(images: readonly DetectionImage[]): number | null {
  const truths = images.reduce((n, i) => n + i.truths, 0);
  if (truths === 0) return null;
  const all = images.flatMap((i) => i.matches).sort((a, b) => b.score - a.score);
  let hits = 0;
  const points = all.map((m, i) => { if (m.truth >= 0) hits++; return { recall: hits / truths, precision: hits / (i + 1) }; });
  let best = 0, sum = 0;
  for (let i = points.length - 1; i >= 0; i--) {
    const p = points[i];
    if (p === undefined) continue;
    best = Math.max(best, p.precision);
    sum += (p.recall - (points[i - 1]?.recall ?? 0)) * best;
  }
  return sum;
}

/** Expected calibration error over 15 bins of equal count (Nixon et al. 2019, arXiv 1904.01685): |mean score - share right|, weighted. */
export function calibrationError(images: readonly DetectionImage[], threshold: number): number | null {
  const all = images.flatMap((i) => i.matches).filter((m) => m.score >= threshold).sort((a, b) => a.score - b.score);
  if (all.length === 0) return null;
  const bins = Math.min(15, all.length);
  let error = 0;
  for (let b = 0; b < bins; b++) {
    const part = all.slice(Math.floor((b * all.length) / bins), Math.floor(((b + 1) * all.length) / bins));
    const score = part.reduce((s, m) => s + m.score, 0), right = part.filter((m) => m.truth >= 0).length;
    error += Math.abs(score - right) / all.length;
  }
  return error;
}

/**
 * The score where a bundle proposes: the one whose F-measure over the images is best, recall counting `beta` times as
 * much as precision (van Rijsbergen 1979, chapter 7), and not under `lowest`. Falls back to 0.5 without findings.
 */
export function bestThreshold(images: readonly DetectionImage[], beta: number, lowest = 0.05): number {
  const truths = images.reduce((n, i) => n + i.truths, 0), square = beta * beta;
  const all = images.flatMap((i) => i.matches).sort((a, b) => b.score - a.score);
  let hits = 0, best = 0, threshold = 0.5;
  for (const [i, m] of all.entries()) {
    if (m.truth >= 0) hits++;
    const measure = ((1 + square) * hits) / (i + 1 + square * truths);
    if (measure > best) { best = measure; threshold = m.score; }
  }
  return Math.min(0.9, Math.max(lowest, threshold - 1e-6));
}

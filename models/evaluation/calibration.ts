// Scores as probabilities: a score of 0.7 is right in seven of ten. Platt's map (1999), a logistic of the score's logit:
// two numbers, strictly rising, so the order of regions, and with it every ranking figure, stays what it was. Against
// beta calibration and isotonic regression it had the lowest Brier score and log loss from 5 to 60 images (docs/tasks.md).
import type { Calibration } from '../../shared/domain/model.ts';
import { bestThreshold, type DetectionImage, type Match } from './detection.ts';

const edge = 1e-6;
function logit(score: number): number {
  const s = Math.min(1 - edge, Math.max(edge, score));
  return Math.log(s / (1 - s));
}
const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

/** Raw scores under this count for no metric and set no threshold. */
export const lowestScore = 0.05;

export const calibrated = ({ slope, intercept }: Calibration, score: number): number => logistic(slope * logit(score) + intercept);
/** A raw score in the units of what a bundle shows. */
export const inUnits = (calibration: Calibration | undefined, raw: number): number => (calibration === undefined ? raw : calibrated(calibration, raw));
/** The raw score whose calibrated one is `probability`. */
export const uncalibrated = ({ slope, intercept }: Calibration, probability: number): number => logistic((logit(probability) - intercept) / slope);

/** With fewer right, or fewer wrong ones, a map is mostly chance. */
const fewest = 10;
/** The least slope: a map that does not rise would make all scores one. */
const flattest = 0.05;
/** A Gaussian prior on slope - 1 and intercept: little data change little. */
const prior = 1;

/** Fits the map to predictions, right where they found something, by Newton's method; null with too few to learn from. */
export function fitCalibration(matches: readonly Match[]): Calibration | null {
  const right = matches.filter((m) => m.truth >= 0).length;
  if (Math.min(right, matches.length - right) < fewest) return null;
  const rows = matches.map((m) => ({ x: logit(m.score), y: m.truth >= 0 ? 1 : 0 }));
  let slope = 1, intercept = 0;
  for (let step = 0; step < 100; step++) {
    let [gs, gi, ss, si, ii] = [prior * (slope - 1), prior * intercept, prior, 0, prior];
    for (const { x, y } of rows) {
      const p = logistic(slope * x + intercept), q = p * (1 - p);
      gs += (p - y) * x;
      gi += p - y;
      ss += q * x * x;
      si += q * x;
      ii += q;
    }
    const whole = ss * ii - si * si, ds = (gs * ii - gi * si) / whole, di = (gi * ss - gs * si) / whole;
    // A step is kept short: from far away Newton's method overshoots where the logistic is flat.
    const shorten = Math.min(1, 2 / Math.max(Math.abs(ds), Math.abs(di), 1e-12));
    slope -= shorten * ds;
    intercept -= shorten * di;
    if (Math.max(Math.abs(ds), Math.abs(di)) < 1e-9) break;
  }
  return Number.isFinite(slope) && Number.isFinite(intercept) && slope >= flattest ? { slope, intercept } : null;
}

/** A bundle's manifest entries that follow from its scores. */
export interface ScoreSettings { readonly threshold: number; readonly calibration?: Calibration }

/**
 * The map and, in its units, the threshold, from raw scores. `map` is the one to keep, or 'fit' to find it here: only on
 * images that the network never learnt from, where its scores are as sure as they will be on new ones.
 */
export function scoreSettings(images: readonly DetectionImage[], beta: number, map: Calibration | undefined | 'fit'): ScoreSettings {
  const calibration = map === 'fit' ? fitCalibration(images.flatMap((i) => i.matches)) ?? undefined : map;
  if (calibration === undefined) return { threshold: bestThreshold(images, beta) };
  return { calibration, threshold: bestThreshold(images.map((i) => ({ ...i, matches: i.matches.map((m) => ({ ...m, score: calibrated(calibration, m.score) })) })), beta, calibrated(calibration, lowestScore)) };
}

// What the network knew about its own doubts when it proposed on a case: figures of the whole case out of figures of its
// regions. They are kept with the case, because the rank of a case must not wait for a model.
import { z } from 'zod';

const share = z.number().min(0).max(1);
export const caseSignals = z.object({
  /** The version that proposed. */
  model: z.string(),
  regions: z.number().int().nonnegative(),
  /** How unsure it is, and of how many regions it is unsure. */
  uncertainty: share,
  unsure: z.number().int().nonnegative(),
  /** How far its two looks, the whole image's and the region's, are apart, and on how many regions they disagree. */
  disagreement: share,
  disagreeing: z.number().int().nonnegative(),
});
export type CaseSignals = z.infer<typeof caseSignals>;

/** A proposal's score (a probability where the version is calibrated), what both looks said in [0, 1], and the entropy of its names in [0, 1]. */
export interface LookedAt { readonly score: number; readonly firstLook: number; readonly secondLook: number; readonly entropy: number }

/** A score as near as this to one half, or to the threshold below which nothing is shown, could as well have been on the other side. */
const near = 0.25;
const nearness = (score: number, to: number): number => Math.max(0, 1 - Math.abs(score - to) / near);
/** In doubt when it is unsure that something is there, or unsure what it is: 1 − (1 − a)(1 − b). */
export const uncertaintyOf = (r: LookedAt, threshold: number): number => 1 - (1 - Math.max(nearness(r.score, 0.5), nearness(r.score, threshold))) * (1 - r.entropy);
export const disagreementOf = (r: LookedAt): number => Math.abs(r.firstLook - r.secondLook);

/** From here on a region counts as one that the network is unsure of. */
const unsureFrom = 0.5;
/** A probability of a half more on one side: one look would propose it, the other hardly. */
const disagreeFrom = 0.4;
/** A case counts by its most doubtful regions: their sum would only say which images have many, the mean of all would hide one among thirty. */
const counted = 3;

export function signalsOf(regions: readonly LookedAt[], threshold: number, model: string): CaseSignals {
  const uncertainty = regions.map((r) => uncertaintyOf(r, threshold)), disagreement = regions.map(disagreementOf);
  return {
    model, regions: regions.length,
    uncertainty: ofTheMost(uncertainty), unsure: uncertainty.filter((u) => u >= unsureFrom).length,
    disagreement: ofTheMost(disagreement), disagreeing: disagreement.filter((d) => d >= disagreeFrom).length,
  };
}

/** The mean of the largest few; a place that is not taken counts as nothing, so that one more doubt never lowers it. */
const ofTheMost = (values: readonly number[]): number => Math.min(1, [...values].sort((a, b) => b - a).slice(0, counted).reduce((sum, v) => sum + v, 0) / counted);

// The order in which the branches learn: all at once, or first the whole image, then regions, then both. A phase says
// what each part of the loss counts and which weights stand still.
import { jointLoss, type LossWeights } from '../nets/dual-branch.ts';

export interface Phase {
  /** Share of the steps at which it ends; the last is 1. */
  readonly until: number;
  readonly losses: LossWeights;
  /** Weights that do not move, by name. */
  readonly frozen?: RegExp;
}

const globalLoss: LossWeights = { ...jointLoss, imageText: 1, regionText: 0, finding: 0, refinement: 0 };
const regionLoss: LossWeights = { ...jointLoss, imageText: 0, objectness: 0, box: 0 };
/** What the global branch alone is made of. */
const globalWeights = /^(image|head|scale\.image)/;

export const jointly: readonly Phase[] = [{ until: 1, losses: jointLoss }];
/** The global branch, then regions beside it as it stands, never together. */
export const oneAfterTheOther: readonly Phase[] = [{ until: 0.5, losses: globalLoss }, { until: 1, losses: regionLoss, frozen: globalWeights }];
/** The global branch, then regions, then both (RegionMed-CLIP's order). */
export const progressively: readonly Phase[] = [{ until: 0.25, losses: globalLoss }, { until: 0.5, losses: regionLoss, frozen: globalWeights }, { until: 1, losses: jointLoss }];

/** The phase of step `step` (from 1) of `steps`. */
export function phaseAt(phases: readonly Phase[], step: number, steps: number): Phase {
  const found = phases.find((p) => step <= Math.round(p.until * steps)) ?? phases.at(-1);
  if (found === undefined) throw new RangeError('training needs at least one phase');
  return found;
}

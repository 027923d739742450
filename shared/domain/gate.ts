// What two model versions do differently, in figures (the gate's report) and on the images (the diff's entries).
import { z } from 'zod';
import { box } from './geometry.ts';
import { measure, metrics, modelVersion } from './model.ts';

export const metricName = z.enum(['recallAt50', 'recallAt2Fp', 'recallSmall', 'ap50', 'regionTextRecall1', 'imageTextRecall1', 'labelAccuracy', 'calibrationError']);

export const shownRegion = z.object({ box, score: z.number().nullable(), label: z.string(), caption: z.string() });
export type ShownRegion = z.infer<typeof shownRegion>;

export const differenceKind = z.enum([
  'region-found', 'region-lost', 'false-region-gone', 'false-region-gained', 'box-better', 'box-worse', 'label-fixed', 'label-broken',
]);
export type DifferenceKind = z.infer<typeof differenceKind>;
export const effectOf = (kind: DifferenceKind): 'fixed' | 'broken' =>
  kind === 'region-found' || kind === 'false-region-gone' || kind === 'box-better' || kind === 'label-fixed' ? 'fixed' : 'broken';

export const difference = z.object({
  id: z.string(),
  caseId: z.string(),
  kind: differenceKind,
  effect: z.enum(['fixed', 'broken']),
  /** What a person decided, or ground truth; null for a false region. */
  reference: shownRegion.nullable(),
  before: shownRegion.nullable(),
  after: shownRegion.nullable(),
  /** Whether the case is of the frozen holdout or an earlier correction. */
  set: z.enum(['holdout', 'corrections']),
});
export type Difference = z.infer<typeof difference>;

/** Why a verdict is what it is, as figures: the page says them in its own language. */
export const ground = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('metric'), name: metricName, difference: measure }),
  /** Of regions that people corrected. */
  z.object({ kind: z.literal('forgets'), missed: z.number().int(), found: z.number().int() }),
  /** Holdout patients that are signed off, where they are too few to tell. */
  z.object({ kind: z.literal('few-patients'), patients: z.number().int() }),
  z.object({ kind: z.literal('no-change') }),
]);
export type Ground = z.infer<typeof ground>;

export const gateReport = z.object({
  champion: modelVersion,
  candidate: modelVersion,
  at: z.string(),
  holdout: z.object({ patients: z.number().int(), images: z.number().int(), regions: z.number().int(), championMetrics: metrics, candidateMetrics: metrics }),
  /** Paired bootstrap over patients, candidate minus champion, 95 % interval; better when positive (calibration error is negated). */
  differences: z.array(z.object({ name: metricName, difference: measure.nullable() })),
  /** Regions people had corrected, on training cases: how many each version gets right. */
  corrections: z.object({ regions: z.number().int(), championRight: z.number().int(), candidateRight: z.number().int(), newlyWrong: z.number().int() }),
  fixed: z.number().int(),
  broken: z.number().int(),
  verdict: z.enum(['better', 'worse', 'needs-a-person']),
  /** One English sentence each, for the model owner; `grounds` are the same as figures, missing in older reports. */
  reasons: z.array(z.string()),
  grounds: z.array(ground).optional(),
});
export type GateReport = z.infer<typeof gateReport>;

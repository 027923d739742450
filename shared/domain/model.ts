// A model version is a folder of files that never changes; its manifest says what is in it and what made it. Which
// version is in use is not in the folder: that is a decision, and decisions are in the journal.
import { z } from 'zod';
import { finding } from './caption.ts';
import { sha256 } from './case.ts';

export const modelVersion = z.string().regex(/^\d+\.\d+\.\d+$/);

/** A measured figure with its 95 % bootstrap interval at patient level; n patients (or images where unknown). */
export const measure = z.object({ value: z.number(), low: z.number(), high: z.number(), n: z.number().int() });
export type Measure = z.infer<typeof measure>;

/** All figures are fractions in [0, 1], better when higher, except calibrationError (better when lower). */
export const metrics = z.object({
  recallAt50: measure.nullable(),
  /** Recall at IoU 0.5 with at most two false regions an image on average. */
  recallAt2Fp: measure.nullable(),
  recallSmall: measure.nullable(),
  ap50: measure.nullable(),
  regionTextRecall1: measure.nullable(),
  imageTextRecall1: measure.nullable(),
  labelAccuracy: measure.nullable(),
  calibrationError: measure.nullable(),
});
export type Metrics = z.infer<typeof metrics>;
export type MetricName = keyof Metrics;

/** From a raw score to a probability: logistic(slope · logit(score) + intercept), strictly rising (models/evaluation/calibration.ts). */
export const calibration = z.object({ slope: z.number().positive(), intercept: z.number() });
export type Calibration = z.infer<typeof calibration>;

export const modelManifest = z.object({
  format: z.literal(1),
  version: modelVersion,
  parent: modelVersion.nullable(),
  createdAt: z.string(),
  /** Every file of the folder but this one, with its hash: a byte changed is found before the file is loaded. */
  files: z.record(z.string(), z.object({ sha256, bytes: z.number().int().nonnegative() })),
  /** The network's own configuration, read by models/nets. */
  network: z.record(z.string(), z.unknown()),
  /** Findings that zero-shot labelling chooses from. */
  findings: z.array(finding),
  /** Score above which a region is proposed; calibrated where there is a calibration. */
  threshold: z.number().min(0).max(1),
  /** Makes scores probabilities; without it they are as the network gives them. */
  calibration: calibration.optional(),
  madeBy: z.object({
    code: z.string(), seed: z.number().int(), device: z.string(), steps: z.number().int(),
    /** SHA-256 over the sorted training examples. */
    data: sha256, examples: z.number().int(), phantomOnly: z.boolean(), seconds: z.number(),
  }),
  licence: z.string(),
});
export type ModelManifest = z.infer<typeof modelManifest>;

/** A journalled decision about versions. The champion is the `to` of the last promoted or rolled-back decision. */
export const decisionRow = z.object({
  table: z.literal('decisions'),
  id: z.string(),
  kind: z.enum(['promoted', 'refused', 'rolled-back']),
  version: modelVersion,
  /** The version in use before the decision. */
  before: modelVersion,
  at: z.string(),
  note: z.string(),
});
export type DecisionRow = z.infer<typeof decisionRow>;

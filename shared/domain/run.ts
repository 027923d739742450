// A training run as people see it: where it is, how the loss goes, how long it will take.
import { z } from 'zod';
import { modelVersion } from './model.ts';

/**
 * Which weights a run changes: all; the heads alone; the last blocks of each tower with the heads; or the heads and
 * low-rank adapters beside frozen matrices. Where convolutions or blocks stay frozen, what they make of an example is
 * computed once and kept, so each example is then seen in a few fixed views instead of a new one every time.
 */
export const trainable = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('all') }),
  z.object({ kind: z.literal('heads') }),
  z.object({ kind: z.literal('last'), blocks: z.number().int().positive() }),
  z.object({ kind: z.literal('lora'), rank: z.number().int().positive(), /** Parts of names: only matrices that hold one get adapters; all in blocks where left out. */ matrices: z.array(z.string().min(1)).optional() }),
]);
export type Trainable = z.infer<typeof trainable>;

export const runSettings = z.object({
  /** Optimiser steps. */
  steps: z.number().int().positive(),
  learningRate: z.number().positive(),
  /** Share of each batch drawn from the base bundle's phantom replay, in [0, 1). */
  replay: z.number().min(0).lt(1),
  seed: z.number().int().nonnegative(),
  trainable: trainable.default({ kind: 'all' }),
  /** Images of a batch: what is in memory at once. */
  batch: z.number().int().positive().default(8),
  /** Batches whose examples share one step; their contrastive losses see all of them. */
  accumulation: z.number().int().positive().default(1),
  /** Computes activations again in the backward pass instead of keeping them: less memory, more time. */
  recompute: z.boolean().default(false),
});
export type RunSettings = z.infer<typeof runSettings>;
/** What a run does where nobody chose otherwise. */
export const usualSettings = { trainable: { kind: 'all' }, batch: 8, accumulation: 1, recompute: false } as const satisfies Partial<RunSettings>;

export const lossPoint = z.object({
  step: z.number().int(), total: z.number(), imageText: z.number(), regionText: z.number(), objectness: z.number(), box: z.number(),
});
export type LossPoint = z.infer<typeof lossPoint>;

export const runStatus = z.enum(['preparing', 'training', 'paused', 'evaluating', 'done', 'stopped', 'failed']);
export const run = z.object({
  id: z.string(),
  base: modelVersion,
  /** The version it makes, null until it is registered. */
  candidate: modelVersion.nullable(),
  status: runStatus,
  settings: runSettings,
  step: z.number().int().nonnegative(),
  /** At most 400 points, thinned evenly. */
  losses: z.array(lossPoint),
  /** Seconds until the verdict, estimated from the last steps; null when unknown. */
  secondsLeft: z.number().nullable(),
  startedAt: z.string(),
  endedAt: z.string().nullable(),
  cases: z.number().int(),
  corrections: z.number().int(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  /** What a reader of the run should know: that it went back at half the learning rate, left a batch out, or fell back on an older checkpoint. */
  notes: z.array(z.string()).default([]),
});
export type Run = z.infer<typeof run>;

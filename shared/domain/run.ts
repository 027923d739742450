// A training run as people see it: where it is, how the loss goes, how long it will take.
import { z } from 'zod';
import { modelVersion } from './model.ts';

export const runSettings = z.object({
  /** Optimiser steps. */
  steps: z.number().int().positive(),
  learningRate: z.number().positive(),
  /** Share of each batch drawn from the base bundle's phantom replay, in [0, 1). */
  replay: z.number().min(0).lt(1),
  seed: z.number().int().nonnegative(),
});
export type RunSettings = z.infer<typeof runSettings>;

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
});
export type Run = z.infer<typeof run>;

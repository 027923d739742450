// What the training engine does: a run, and the comparison of two versions. It reads examples (JSON lines) and pixel
// blobs, writes into the folder it is given, and never touches the journal or the registry.
import { z } from 'zod';
import { finding } from '../domain/caption.ts';
import { difference, gateReport } from '../domain/gate.ts';
import { metrics, modelVersion } from '../domain/model.ts';
import { lossPoint, runSettings } from '../domain/run.ts';
import { taskName, taskReport } from '../domain/task.ts';
import { device } from './inference.ts';

const file = z.string().min(1), perChannel = z.tuple([z.number(), z.number(), z.number()]), output = z.string().min(1).optional();
/** What `createBundle` is given: files, and what cannot be found out from them. models/bundle/adopt.ts says what is left out. */
export const newBundle = z.object({
  imageEncoder: file, textEncoder: file, tokenizer: file, out: file,
  side: z.number().int().min(16).max(2048).optional(), mean: perChannel.optional(), std: perChannel.refine((s) => s.every((v) => v > 0)).optional(),
  imageTokens: output, imageEmbedding: output, textOutput: output, pool: z.enum(['first', 'mean', 'end']).optional(), textLength: z.number().int().min(4).max(1024).optional(),
  width: z.number().int().min(8).max(4096).optional(), findings: z.array(finding).optional(), name: output, licence: output, version: modelVersion.optional(), seed: z.number().int().nonnegative().optional(), createdAt: z.string(),
});

export const trainingContract = {
  /** Writes phantom studies as PNG files (8 and 16 bits) with an annotations.jsonl into an empty folder. */
  makePhantoms: {
    input: z.object({ folder: z.string(), count: z.number().int().min(1).max(2000), seed: z.number().int() }),
    event: z.object({ done: z.number().int(), of: z.number().int(), secondsLeft: z.number().nullable() }),
    output: z.object({ studies: z.number().int() }),
  },
  /**
   * Fine-tunes `bundle` on `examples`, keeping checkpoints in `folder`; a run whose folder holds a checkpoint goes on
   * from there, to the same bits. Cancelling checkpoints first. The candidate is written to `candidate` as a complete
   * bundle folder (manifest included), atomically, as the last act.
   */
  run: {
    input: z.object({ folder: z.string(), bundle: z.string(), examples: z.string(), candidate: z.string(), version: z.string(), findings: z.array(finding), settings: runSettings, createdAt: z.string(), questions: z.string().optional() }),
    event: z.object({ loss: lossPoint, secondsLeft: z.number().nullable(), notes: z.array(z.string()) }),
    output: z.object({ steps: z.number().int(), device, seconds: z.number(), notes: z.array(z.string()) }),
  },
  /** Makes a bundle out of encoders that were made elsewhere, complete or not at all; `notes` say what was found in them. */
  createBundle: {
    input: newBundle,
    output: z.object({ version: modelVersion, weights: z.number().int(), notes: z.array(z.string()) }),
  },
  /** Measures one bundle on examples; `predictions`, when given, is written as one JSON line per image. */
  evaluate: {
    input: z.object({ bundle: z.string(), examples: z.string(), findings: z.array(finding), predictions: z.string().nullable() }),
    event: z.object({ done: z.number().int(), of: z.number().int(), secondsLeft: z.number().nullable() }),
    output: z.object({ metrics, images: z.number().int(), patients: z.number().int(), regions: z.number().int() }),
  },
  /** One task on examples (docs/tasks.md); `predictions`, when given, is written as one JSON line an item, from which the report follows. */
  evaluateTask: {
    input: z.object({ bundle: z.string(), examples: z.string(), findings: z.array(finding), task: taskName, predictions: z.string().nullable() }),
    event: z.object({ done: z.number().int(), of: z.number().int(), secondsLeft: z.number().nullable() }),
    output: taskReport,
  },
  /** Writes `bundle` with an answer head, trained on the questions of `examples`, to `candidate`, as the last act. */
  trainAnswers: {
    input: z.object({ folder: z.string(), bundle: z.string(), examples: z.string(), candidate: z.string(), version: z.string(), createdAt: z.string(), settings: z.object({ steps: z.number().int().positive().optional(), learningRate: z.number().positive().optional(), seed: z.number().int().optional() }) }),
    event: z.object({ done: z.number().int(), of: z.number().int(), secondsLeft: z.number().nullable() }),
    output: z.object({ questions: z.number().int() }),
  },
  /** Champion against candidate on the holdout and on earlier corrections: the gate's report and every difference. */
  compare: {
    input: z.object({ champion: z.string(), candidate: z.string(), holdout: z.string(), corrections: z.string(), findings: z.array(finding), at: z.string() }),
    event: z.object({ done: z.number().int(), of: z.number().int(), secondsLeft: z.number().nullable() }),
    output: z.object({ report: gateReport, differences: z.array(difference) }),
  },
};
export type TrainingContract = typeof trainingContract;

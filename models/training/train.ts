// The run loop: batch, step, clip, update, checkpoint. Everything random follows from (seed, step) and a checkpoint
// holds weights, moments and step, so a run killed at any moment ends in the same bits as one that was not.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { LossPoint } from '../../shared/domain/run.ts';
import { AppError } from '../../shared/errors.ts';
import { writeAtomically } from '../bundle/files.ts';
import type { Weights } from '../bundle/bundle.ts';
import type { NetworkConfiguration } from '../nets/configuration.ts';
import { lossNames, trainingGraph } from '../nets/dual-branch.ts';
import { firstValues } from '../nets/weights.ts';
import { randomFrom } from '../random.ts';
import type { DeviceName } from '../runtime/session.ts';
import type { Tokenizer } from '../text/tokenizer.ts';
import { adamW, clipGradient, freshState, type AdamWState } from './adamw.ts';
import { batchShape, makeBatch, type BatchShape, type Drawn } from './batch.ts';
import { fromSafetensors, makeParameters, toSafetensors, type Parameters } from './parameters.ts';
import { learningRateAt } from './schedule.ts';
import { createTrainingStep } from './step.ts';

export interface TrainOptions {
  readonly configuration: NetworkConfiguration;
  readonly tokenizer: Tokenizer;
  /** Weights to start from; null starts from the seed. */
  readonly start: Weights | null;
  readonly draw: (step: number, count: number) => Promise<Drawn[]>;
  readonly steps: number;
  readonly learningRate: number;
  readonly seed: number;
  readonly device: DeviceName;
  readonly threads?: number;
  readonly shape?: BatchShape;
  /** Where the checkpoint lies; a checkpoint of the same `key` is gone on from. */
  readonly checkpoint: string;
  readonly key: string;
  readonly every?: number;
  readonly onStep: (loss: LossPoint, secondsLeft: number) => void;
  readonly signal?: AbortSignal;
}

/** Gradients longer than this are shortened to it. */
const gradientLimit = 2;

/** Answers the trained weights. AppError('cancelled') after a last checkpoint when the signal fires; 'training-diverged' when the loss is no number; 'checkpoint-damaged'. */
export async function train(o: TrainOptions): Promise<{ weights: Weights; resumedAt: number }> {
  const shape = o.shape ?? batchShape;
  const { graph, weights: specifications } = trainingGraph(o.configuration, shape);
  const parameters = makeParameters(specifications);
  for (const [i, p] of parameters.list.entries()) {
    const given = o.start?.get(p.name);
    const specification = specifications[i];
    if (given !== undefined && given.data.length === p.data.length) p.data.set(given.data);
    else if (specification !== undefined) firstValues(specification, o.seed, i, p.data);
  }
  const state = freshState(parameters.flat.length);
  const decayed = new Uint8Array(parameters.flat.length);
  for (const p of parameters.list) if (p.dims.length >= 2 && p.name.endsWith('.weight')) decayed.fill(1, at(parameters, p.data), at(parameters, p.data) + p.data.length);

  const resumedAt = await restore(o, parameters, state);
  const step = await createTrainingStep(graph, lossNames, parameters, { device: o.device, ...(o.threads === undefined ? {} : { threads: o.threads }) });
  const gradient = new Float32Array(parameters.flat.length);
  const durations: number[] = [];
  const save = (n: number): Promise<void> => writeAtomically(o.checkpoint, toSafetensors({
    ...Object.fromEntries(parameters.list.map((p) => [p.name, p])),
    'adamw.first': { dims: [state.first.length], data: state.first }, 'adamw.second': { dims: [state.second.length], data: state.second },
  }, { key: o.key, step: String(n) }));

  try {
    for (let n = resumedAt + 1; n <= o.steps; n++) {
      if (o.signal?.aborted === true) { await save(n - 1); throw new AppError('cancelled', `The run was stopped after ${n - 1} steps.`); }
      const began = performance.now();
      const feeds = makeBatch(await o.draw(n, shape.images), o.configuration, shape, o.tokenizer, randomFrom(o.seed, n, 3));
      const losses = await step.run(feeds, gradient);
      const norm = clipGradient(gradient, gradientLimit);
      if (!Number.isFinite(losses['total']) || !Number.isFinite(norm)) throw new AppError('training-diverged', `The loss stopped being a number at step ${n}.`);
      adamW(parameters.flat, gradient, state, n, learningRateAt(n, o.steps, o.learningRate), decayed);
      durations.push(performance.now() - began);
      if (durations.length > 20) durations.shift();
      const pace = [...durations].sort((a, b) => a - b)[durations.length >> 1] ?? 0;
      const part = (name: string): number => losses[name] ?? 0;
      o.onStep({ step: n, total: part('total'), imageText: part('imageText'), regionText: part('regionText'), objectness: part('objectness') + part('finding'), box: part('box') }, (pace * (o.steps - n)) / 1000);
      if (n % (o.every ?? 50) === 0 || n === o.steps) await save(n);
      // Lets messages in (pause, stop) between steps: run() itself blocks the process.
      await new Promise((resolve) => { setImmediate(resolve); });
    }
  } finally {
    await step.release();
  }
  return { weights: new Map(parameters.list.map((p) => [p.name, { dims: p.dims, data: p.data }])), resumedAt };
}

const at = (parameters: Parameters, view: Float32Array): number => (view.byteOffset - parameters.flat.byteOffset) / 4;

/**
 * Loads the checkpoint when there is one of this run; answers the step it was made after, else 0. One that cannot be
 * read is told, not passed over: AppError('checkpoint-damaged'), before any weight has changed.
 */
async function restore(o: TrainOptions, parameters: Parameters, state: AdamWState): Promise<number> {
  const bytes = await readFile(o.checkpoint).catch(() => null);
  if (bytes === null) return 0;
  const damaged = (cause?: unknown): AppError => new AppError('checkpoint-damaged', `The checkpoint of this run (${path.basename(o.checkpoint)}) is damaged.`, { cause });
  let read;
  try { read = fromSafetensors(bytes); } catch (cause) { throw damaged(cause); }
  const { tensors, metadata } = read;
  if (metadata['key'] !== o.key) return 0;
  const step = Number(metadata['step']);
  if (!Number.isInteger(step) || step < 0 || step > o.steps) throw damaged();
  const places = [...parameters.list.map((p) => [p.name, p.data] as const), ['adamw.first', state.first] as const, ['adamw.second', state.second] as const];
  const found = places.map(([name, to]) => {
    const from = tensors.get(name)?.data;
    if (from?.length !== to.length) throw damaged();
    return [from, to] as const;
  });
  for (const [from, to] of found) to.set(from);
  return step;
}

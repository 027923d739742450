// The run loop, whatever the network: batch, step, clip, update, checkpoint. Everything random follows from (seed, step)
// and a checkpoint holds weights, moments and progress, so a run killed at any moment ends in the same bits as one that
// was not. A loss that stops being a number never ends in a silent bad model: the run goes back to its last good
// checkpoint at half the learning rate, or says that it cannot.
import { AppError } from '../../shared/errors.ts';
import type { Tensor } from '../tensor.ts';
import { adamW, clipping } from './adamw.ts';
import { restoreCheckpoint, saveCheckpoint, type CheckpointOptions, type Progress } from './checkpoint.ts';
import type { Parameters } from './parameters.ts';
import { learningRateAt } from './schedule.ts';
import type { TrainingStep } from './step.ts';

export interface OptimiseOptions {
  /** Called once the checkpoint was read, and only when there is a step to take. */
  readonly openStep: () => Promise<TrainingStep>;
  readonly parameters: Parameters;
  /** Writes the start values; called when there is no checkpoint, and when the run goes back to its start. */
  readonly start: (parameters: Parameters) => void;
  /** The inputs of step n, from 1: the same each time it is asked. */
  readonly feeds: (step: number) => Promise<Readonly<Record<string, Tensor>>>;
  /** Names of the weights that stand still in step n. */
  readonly frozen?: (step: number) => RegExp | null;
  readonly steps: number;
  readonly learningRate: number;
  readonly checkpoint: CheckpointOptions;
  /** Steps between checkpoints. */
  readonly every: number;
  /** After each step. `losses` by name; `notes` are all so far. */
  readonly onStep: (step: number, losses: Readonly<Record<string, number>>, secondsLeft: number, notes: readonly string[]) => void;
  readonly signal?: AbortSignal;
}

/** Gradients longer than this are shortened to it. */
const gradientLimit = 2;
/** A run that still diverges at an eighth of its learning rate has another trouble than the rate. */
const mostHalvings = 3;
/** A batch that holds no numbers is left out; so many of them are no accident. */
const mostLeftOut = 20;

/** Leaves the trained weights in `parameters`. AppError('cancelled') after a last checkpoint when the signal fires; 'training-diverged'; 'checkpoint-damaged'; 'disk-full'. */
export async function optimise(o: OptimiseOptions): Promise<{ resumedAt: number; notes: readonly string[] }> {
  const { parameters } = o, optimizer = adamW(parameters);
  const fresh = (): Progress => {
    parameters.first.fill(0);
    parameters.second.fill(0);
    o.start(parameters);
    return { step: 0, halvings: 0, setbacks: 0, notes: [] };
  };
  let progress = await restoreCheckpoint(o.checkpoint, parameters, ['paused', 'newest', 'previous']) ?? fresh();
  if (progress.step > o.steps) throw new AppError('checkpoint-damaged', `The checkpoint of this run is of step ${progress.step}, beyond its ${o.steps} steps.`);
  const resumedAt = progress.step;
  /** A step can spoil weights that only the next one would notice; what is kept must be good. */
  const areSound = (): boolean => Number.isFinite(optimizer.weightNorm());
  const noted = (note: string): void => { progress = { ...progress, notes: [...progress.notes, note] }; };

  /**
   * Back to the last good checkpoint, at half the rate. What went wrong may have begun before it: failing again without
   * a new one goes back to the one before, then to the start. Kept at once, so that a run killed now goes on like this.
   */
  const goBack = async (n: number, what: string): Promise<void> => {
    const { halvings, setbacks, notes } = progress;
    if (halvings >= mostHalvings) throw new AppError('training-diverged', `${what} stopped being a number at step ${n}, also after the learning rate had been halved ${mostHalvings} times.`);
    const good = (setbacks < 2 ? await restoreCheckpoint(o.checkpoint, parameters, setbacks === 0 ? ['newest', 'previous'] : ['previous']) : null) ?? fresh();
    const rate = o.learningRate * 0.5 ** (halvings + 1);
    progress = { step: good.step, halvings: halvings + 1, setbacks: setbacks + 1, notes: [...notes, `${what} stopped being a number at step ${n}: the run went back to step ${good.step} and on with half the learning rate, ${Number(rate.toPrecision(3))}.`] };
    await saveCheckpoint(o.checkpoint, parameters, progress, 'newest', false);
  };

  if (progress.step === o.steps) return { resumedAt, notes: progress.notes };
  const step = await o.openStep(), durations: number[] = [];
  let leftOut = 0;
  try {
    while (progress.step < o.steps) {
      const n = progress.step + 1;
      if (o.signal?.aborted === true) { if (areSound()) await saveCheckpoint(o.checkpoint, parameters, progress, 'paused', false); throw new AppError('cancelled', `The run was stopped after ${n - 1} steps.`); }
      const began = performance.now();
      const feeds = await o.feeds(n);
      const losses = await step.run(feeds);
      const norm = optimizer.gradientNorm();
      const total = losses[step.total];
      const isSound = total !== undefined && Number.isFinite(total) && Number.isFinite(norm);
      const poisoned = isSound ? null : notNumbers(feeds);
      if (!isSound && poisoned === null) { await goBack(n, total !== undefined && Number.isFinite(total) ? 'The gradient' : 'The loss'); continue; }
      progress = { ...progress, step: n };
      if (poisoned !== null) {
        if (++leftOut > mostLeftOut) throw new AppError('training-diverged', `More than ${mostLeftOut} batches hold values that are no numbers (${poisoned}, last at step ${n}).`);
        noted(`Step ${n} was left out: its batch holds values that are no numbers (${poisoned}).`);
      } else {
        // Moments and decay would move weights that stand still: they are put back.
        const still = o.frozen?.(n) ?? null, kept = still === null ? [] : parameters.list.filter((p) => still.test(p.name)).map((p) => [p.data, p.data.slice()] as const);
        optimizer.update(n, learningRateAt(n, o.steps, o.learningRate) * 0.5 ** progress.halvings, clipping(norm, gradientLimit));
        for (const [data, before] of kept) data.set(before);
      }
      if (n % o.every === 0 || n === o.steps) {
        if (!areSound()) { await goBack(n, 'A weight'); continue; }
        progress = { ...progress, setbacks: 0 };
        await saveCheckpoint(o.checkpoint, parameters, progress, 'newest', true);
      }
      durations.push(performance.now() - began);
      if (durations.length > 20) durations.shift();
      const pace = [...durations].sort((a, b) => a - b)[durations.length >> 1] ?? 0;
      if (poisoned === null) o.onStep(n, losses, (pace * (o.steps - n)) / 1000, progress.notes);
      // Lets messages in (pause, stop) between steps: run() itself blocks the process.
      await new Promise((resolve) => { setImmediate(resolve); });
    }
  } finally {
    await step.release();
  }
  return { resumedAt, notes: progress.notes };
}

/** The first input that holds NaN or infinity. */
const notNumbers = (feeds: Readonly<Record<string, Tensor>>): string | null =>
  Object.entries(feeds).find(([, t]) => t.dtype === 'float32' && t.data.some((v) => !Number.isFinite(v)))?.[0] ?? null;

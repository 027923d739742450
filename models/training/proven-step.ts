// A training step on a device that must first give the processor's numbers for this network and this batch: every
// operator of the network, forward and backward, as it is used. One that does not, or cannot, leaves the work to the
// processor, and the run says so.
import { AppError } from '../../shared/errors.ts';
import { deviceWords } from '../runtime/device.ts';
import type { DeviceName } from '../runtime/session.ts';
import { gradientOf, type Parameters } from './parameters.ts';
import type { TrainingStep } from './step.ts';

/** Largest difference of a weight's gradient, relative to its largest entry: sums over a whole network add up roundings. */
const gradientTolerance = 1e-2;

/** @param open opens the step on a device, @param tell hears in a sentence that the device was given up. */
export async function provenStep(device: DeviceName, parameters: Parameters, open: (device: DeviceName) => Promise<TrainingStep>, tell: (note: string) => void): Promise<TrainingStep> {
  if (device === 'cpu') return open('cpu');
  const giveUp = (why: string): void => tell(`${capital(deviceWords[device])} ${why}, so the processor trained instead; it is slower.`);
  let step: TrainingStep;
  try {
    step = await open(device);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'device-unavailable') throw error;
    giveUp('cannot train this network');
    return open('cpu');
  }
  let isProven = false;
  return {
    total: step.total,
    async run(feeds) {
      if (isProven) return step.run(feeds);
      isProven = true;
      const reference = await open('cpu');
      const expected = await reference.run(feeds), gradient = parameters.gradient.slice();
      let why: string;
      try {
        const losses = await step.run(feeds);
        const worst = Math.max(apart(expected[step.total] ?? NaN, losses[step.total] ?? NaN), largestDifference(parameters, gradient));
        // A loss that is no number on the processor either is the run's trouble, not the device's.
        if (worst <= gradientTolerance || !Number.isFinite(expected[step.total] ?? NaN)) { await reference.release(); return losses; }
        why = 'gave other numbers than the processor in the first step';
      } catch {
        why = 'failed in the first step';
      }
      giveUp(why);
      await step.release();
      step = reference;
      parameters.gradient.set(gradient);
      return expected;
    },
    release: () => step.release(),
  };
}

const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);
const apart = (a: number, b: number): number => { const d = Math.abs(a - b) / Math.max(1e-6, Math.abs(a)); return Number.isNaN(d) ? Infinity : d; };

/** Of the gradient in `parameters` to `expected`, weight by weight. Those far smaller than the largest are measured against a thousandth of it: they are rounding. */
function largestDifference(parameters: Parameters, expected: Float32Array): number {
  const floor = 1e-3 * expected.reduce((m, v) => Math.max(m, Math.abs(v)), 1e-9);
  return parameters.list.reduce((worst, p) => {
    const found = gradientOf(parameters, p), from = (found.byteOffset - parameters.gradient.byteOffset) / 4;
    let scale = floor, off = 0;
    for (let i = 0; i < found.length; i++) { scale = Math.max(scale, Math.abs(expected[from + i] ?? 0)); const d = Math.abs((expected[from + i] ?? NaN) - (found[i] ?? NaN)); off = Math.max(off, Number.isNaN(d) ? Infinity : d); }
    return Math.max(worst, off / scale);
  }, 0);
}

// Models opened for inference: in eight bits where a model is mostly matrix products, runs on the processor, and gives
// the same embeddings that way; as it is everywhere else. Which it is follows from the model alone, never from a clock.
// For models that take one item at a time: activations are scaled by what is in a run, and no item may change another.
import { matrixShare, quantised } from '../onnx/quantise.ts';
import { openSession, type Session, type SessionOptions } from '../runtime/session.ts';
import type { Tensor } from '../tensor.ts';

/** Below this share of matrix products the rest, convolutions mostly, sets the time. */
const fewestProducts = 0.7;
/** Every embedding of the trial must point where it did: the least cosine that passes. */
const leastCosine = 0.999;

/** @param trial inputs on which both are compared, by their output `embedding` [n, E]. */
export async function openForInference(model: Uint8Array, options: SessionOptions, trial: () => Readonly<Record<string, Tensor>>): Promise<Session> {
  const whole = await openSession(model, options);
  if ((options.device ?? 'cpu') !== 'cpu' || matrixShare(model) < fewestProducts) return whole;
  const small = await openSession(quantised(model), options), feeds = trial();
  const [before, after] = [(await whole.run(feeds, ['embedding']))['embedding'], (await small.run(feeds, ['embedding']))['embedding']];
  const passes = cosines(before, after).every((c) => c >= leastCosine);
  await (passes ? whole : small).release();
  return passes ? small : whole;
}

/** Row by row of two [n, E]. */
export function cosines(a: Tensor | undefined, b: Tensor | undefined): number[] {
  if (a?.dtype !== 'float32' || b?.dtype !== 'float32') throw new Error('the model gave no embedding');
  const [n = 0, width = 0] = a.dims;
  return Array.from({ length: n }, (_, i) => {
    const [x, y] = [a.data.subarray(i * width, (i + 1) * width), b.data.subarray(i * width, (i + 1) * width)];
    return x.reduce((s, v, k) => s + v * (y[k] ?? 0), 0) / (Math.hypot(...x) * Math.hypot(...y));
  });
}

// A training run that is quick and can go wrong for a real reason: mean(x (w - log w)) has its minimum at w = 1 and is no
// number as soon as a step is so long that a weight falls to zero or below.
import { GraphBuilder } from '../../../models/graph/builder.ts';
import { randomFrom } from '../../../models/random.ts';
import { float32, type Tensor } from '../../../models/tensor.ts';
import { optimise, type OptimiseOptions } from '../../../models/training/optimise.ts';
import { makeParameters } from '../../../models/training/parameters.ts';
import { createTrainingStep } from '../../../models/training/step.ts';

/** Enough that a checkpoint (a megabyte) is not written in a moment. */
const size = 80_000;

export const inputOf = (step: number): Tensor => { const random = randomFrom(step, 6); return float32([size], Float32Array.from({ length: size }, () => random.uniform(0.5, 1.5))); };

/** Runs it, and answers the weights. */
export async function runBarrier(file: string, change: Partial<OptimiseOptions> = {}): Promise<{ weights: Float32Array; resumedAt: number; notes: readonly string[] }> {
  const g = new GraphBuilder();
  const w = g.input('w', [size]);
  const total = g.mean(g.mul(g.input('x', [size]), g.sub(w, g.node('Log', [w]))), [0], false);
  const graph = g.finish({ total }), parameters = makeParameters([{ name: 'w', dims: [size] }]);
  const told = await optimise({
    parameters, openStep: () => createTrainingStep(graph, ['total'], parameters, { device: 'cpu', threads: 1 }), start: ({ flat }) => { flat.fill(2); },
    feeds: (n) => Promise.resolve({ x: inputOf(n) }), steps: 30, learningRate: 0.05, every: 1, checkpoint: { file, key: 'barrier', madeBy: {} }, onStep: () => undefined, ...change,
  });
  return { weights: parameters.flat, ...told };
}

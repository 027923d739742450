// A centred-difference check of one small graph: loss = sum(output * fixed random weights), each input's gradient from
// autodiff against (loss(x + h) - loss(x - h)) / 2h, both through onnxruntime.
import { differentiate, gradientName } from '../../../models/autodiff/backward.ts';
import { GraphBuilder } from '../../../models/graph/builder.ts';
import type { Value } from '../../../models/graph/graph.ts';
import { writeOnnx } from '../../../models/onnx/write.ts';
import { randomFrom } from '../../../models/random.ts';
import { openSession } from '../../../models/runtime/session.ts';
import { float32, sizeOf, type Tensor } from '../../../models/tensor.ts';

export interface GradientCase {
  /** Shapes of the trainable inputs. */
  readonly shapes: readonly (readonly number[])[];
  /** Values are drawn in [low, high]; `away` keeps them off kinks: no |x - k| below 0.05. */
  readonly low?: number;
  readonly high?: number;
  readonly away?: readonly number[];
  readonly build: (g: GraphBuilder, inputs: readonly Value[]) => Value | readonly Value[];
}

/** The largest error over all inputs, relative to the largest gradient of that input. */
export async function gradientError(c: GradientCase, seed: number): Promise<number> {
  const random = randomFrom(seed, 11);
  const draw = (dims: readonly number[]): Tensor => float32(dims, Float32Array.from({ length: sizeOf(dims) }, () => {
    let v: number;
    do v = random.uniform(c.low ?? -1.5, c.high ?? 1.5); while ((c.away ?? []).some((k) => Math.abs(v - k) < 0.05));
    return v;
  }));
  const g = new GraphBuilder();
  const inputs = c.shapes.map((shape, i) => g.input(`x${i}`, shape));
  const built = c.build(g, inputs);
  const outputs = 'name' in built ? [built] : built;
  const loss = outputs
    .map((y) => g.sum(g.mul(y, g.constant(float32(y.shape, Float32Array.from({ length: sizeOf(y.shape) }, () => random.uniform(-1, 1))))), y.shape.map((_, i) => i), false))
    .reduce((a, b) => g.add(a, b));
  const graph = g.finish({ loss });
  const names = inputs.map((v) => v.name);
  const session = await openSession(writeOnnx(differentiate(graph, 'loss', names), 'check'), { threads: 1 });
  try {
    const feeds = Object.fromEntries(inputs.map((v) => [v.name, draw(v.shape)]));
    const analytic = await session.run(feeds);
    let worst = 0;
    for (const name of names) {
      const x = feeds[name], gradient = analytic[gradientName(name)];
      if (x?.dtype !== 'float32' || gradient?.dtype !== 'float32') throw new Error(`no gradient for ${name}`);
      const scale = gradient.data.reduce((m, v) => Math.max(m, Math.abs(v)), 0.05);
      const h = 4e-3;
      // Large inputs are sampled: every element costs two runs.
      const stride = Math.max(1, Math.floor(x.data.length / 40));
      for (let i = 0; i < x.data.length; i += stride) {
        const at = async (delta: number): Promise<number> => {
          const moved = Float32Array.from(x.data);
          moved[i] = (moved[i] ?? 0) + delta;
          return Number((await session.run({ ...feeds, [name]: { ...x, data: moved } }, ['loss']))['loss']?.data[0]);
        };
        const numeric = (await at(h) - await at(-h)) / (2 * h);
        worst = Math.max(worst, Math.abs(numeric - (gradient.data[i] ?? NaN)) / scale);
      }
    }
    return worst;
  } finally {
    await session.release();
  }
}

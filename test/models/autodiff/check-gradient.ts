// A centred-difference check of one small graph: loss = sum(output * fixed random weights), each input's gradient from
// autodiff against (loss(x + h) - loss(x - h)) / 2h, both through onnxruntime.
import { differentiate, gradientName } from '../../../models/autodiff/backward.ts';
import { caseGraph, withLoss, type OperatorCase } from '../../../models/autodiff/case.ts';
import { writeOnnx } from '../../../models/onnx/write.ts';
import { openSession } from '../../../models/runtime/session.ts';

/** The largest error over all inputs, relative to the largest gradient of that input. */
export async function gradientError(c: OperatorCase, seed: number): Promise<number> {
  const { graph, feeds } = withLoss(caseGraph(c, seed), seed);
  const names = Object.keys(feeds);
  const session = await openSession(writeOnnx(differentiate(graph, 'loss', names), 'check'), { threads: 1 });
  try {
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

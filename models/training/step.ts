// One training step as one graph: the batch and the weights go in, the losses and the gradients come out. The graph
// is an ordinary ONNX model in an ordinary session, on whatever device that has.
import { differentiate, gradientName } from '../autodiff/backward.ts';
import type { Graph } from '../graph/graph.ts';
import { writeOnnx } from '../onnx/write.ts';
import { openSession, type DeviceName } from '../runtime/session.ts';
import type { Tensor } from '../tensor.ts';
import type { Parameters } from './parameters.ts';

export interface TrainingStep {
  /** Answers the losses by name and fills `gradient`, laid out as parameters.flat. */
  run(feeds: Readonly<Record<string, Tensor>>, gradient: Float32Array): Promise<Record<string, number>>;
  release(): Promise<void>;
}

/**
 * @param graph has the parameters as inputs and scalar outputs named in `losses`; `losses[0]` is differentiated.
 * Outputs that are no losses are not fetched.
 */
export async function createTrainingStep(graph: Graph, losses: readonly string[], parameters: Parameters, options: { readonly device: DeviceName; readonly threads?: number }): Promise<TrainingStep> {
  const [total] = losses;
  if (total === undefined) throw new Error('a training step needs a loss');
  const known = new Set(graph.inputs.map((v) => v.name));
  const trained = parameters.list.filter((p) => known.has(p.name));
  const full = differentiate(graph, total, trained.map((p) => p.name));
  const session = await openSession(writeOnnx(full, 'training-step'), { ...options, memoryPattern: false });
  const weights: Record<string, Tensor> = {};
  const offsets = new Map<string, number>();
  for (const p of trained) { weights[p.name] = { dtype: 'float32', dims: p.dims, data: p.data }; offsets.set(p.name, (p.data.byteOffset - parameters.flat.byteOffset) / 4); }
  return {
    async run(feeds, gradient) {
      const out = await session.run({ ...feeds, ...weights });
      gradient.fill(0);
      for (const [name, offset] of offsets) { const g = out[gradientName(name)]; if (g?.dtype === 'float32') gradient.set(g.data, offset); }
      return Object.fromEntries(losses.map((name) => [name, Number(out[name]?.data[0] ?? NaN)]));
    },
    release: () => session.release(),
  };
}

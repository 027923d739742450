// One training step as one graph: the batch and the weights go in, the losses and the gradients come out. The graph
// is an ordinary ONNX model in an ordinary session, on whatever device that has.
import { differentiate, gradientName } from '../autodiff/backward.ts';
import type { Graph } from '../graph/graph.ts';
import { partOf } from '../graph/part.ts';
import { writeOnnx } from '../onnx/write.ts';
import { openSession, type DeviceName, type Session } from '../runtime/session.ts';
import type { Tensor } from '../tensor.ts';
import { gradientOf, type Parameters } from './parameters.ts';

export type Feeds = Readonly<Record<string, Tensor>>;
export interface TrainingStep {
  /** The name of the loss whose gradient is taken. */
  readonly total: string;
  /** Answers the losses by name and fills the parameters' gradient. */
  run(feeds: Feeds): Promise<Record<string, number>>;
  release(): Promise<void>;
}
export interface StepOptions { readonly device: DeviceName; readonly threads?: number }

/**
 * The graph of a step: `graph` has the parameters as inputs and scalar outputs named in `losses`; `losses[0]` is
 * differentiated. Outputs that are no losses are left out.
 */
export function stepGraph(graph: Graph, losses: readonly string[], parameters: Pick<Parameters, 'list'>): Graph {
  const [total] = losses;
  if (total === undefined) throw new Error('a training step needs a loss');
  const part = partOf(graph, losses), known = new Set(part.inputs.map((v) => v.name));
  return differentiate(part, total, parameters.list.filter((p) => known.has(p.name)).map((p) => p.name));
}

export async function createTrainingStep(graph: Graph, losses: readonly string[], parameters: Parameters, options: StepOptions): Promise<TrainingStep> {
  const [total] = losses;
  if (total === undefined) throw new Error('a training step needs a loss');
  const step = await openWithWeights(stepGraph(graph, losses, parameters), parameters, options);
  return {
    total,
    async run(feeds) {
      const out = await step.run(feeds);
      parameters.gradient.fill(0);
      addGradients(parameters, out);
      return Object.fromEntries(losses.map((name) => [name, scalarOf(out, name)]));
    },
    release: () => step.release(),
  };
}

/** A session that is fed with the parameters it asks for where they lie: no copy is made. */
export async function openWithWeights(graph: Graph, parameters: Parameters, options: StepOptions): Promise<Pick<Session, 'run' | 'release'>> {
  const session = await openSession(writeOnnx(graph, 'training-step'), { ...options, memoryPattern: false });
  const known = new Set(session.inputs);
  const weights: Feeds = Object.fromEntries(parameters.list.filter((p) => known.has(p.name)).map((p) => [p.name, { dtype: 'float32', dims: p.dims, data: p.data }]));
  return {
    run: (feeds, wanted) => session.run({ ...Object.fromEntries(Object.entries(feeds).filter(([name]) => known.has(name))), ...weights }, wanted),
    release: () => session.release(),
  };
}

export function addGradients(parameters: Parameters, out: Feeds): void {
  for (const p of parameters.list) {
    const found = out[gradientName(p.name)];
    if (found?.dtype !== 'float32') continue;
    const to = gradientOf(parameters, p), from = found.data;
    for (let i = 0; i < to.length; i++) to[i] = (to[i] ?? 0) + (from[i] ?? 0);
  }
}
export const scalarOf = (out: Feeds, name: string): number => Number(out[name]?.data[0] ?? NaN);

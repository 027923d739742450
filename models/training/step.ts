// One training step as one graph: the batch and the weights go in, the losses and the gradients come out. The graph
// is an ordinary ONNX model in an ordinary session, on whatever device that has.
import { differentiate, gradientName } from '../autodiff/backward.ts';
import { recomputed } from '../autodiff/recompute.ts';
import type { Graph } from '../graph/graph.ts';
import { withOpenRows } from '../graph/open-rows.ts';
import { asItStands } from '../graph/order.ts';
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
export interface StepOptions {
  readonly device: DeviceName;
  readonly threads?: number;
  /** Computes activations again in the backward pass instead of keeping them. */
  readonly recompute?: boolean;
  /** As in SessionOptions. */
  readonly profile?: string;
}

/**
 * The graph of a step: `graph` has the parameters as inputs and scalar outputs named in `losses`; `losses[0]` is
 * differentiated. Outputs that are no losses are left out.
 */
export function stepGraph(graph: Graph, losses: readonly string[], parameters: Pick<Parameters, 'list'>, recompute = false): Graph {
  const [total] = losses;
  if (total === undefined) throw new Error('a training step needs a loss');
  const part = partOf(graph, losses), known = new Set(part.inputs.map((v) => v.name));
  return gradientGraph(part, total, parameters.list.filter((p) => known.has(p.name)).map((p) => p.name), parameters, recompute);
}

/** `forward` with the gradients of `wanted`, to be run in the order of least memory. */
export function gradientGraph(forward: Graph, total: string, wanted: readonly string[], parameters: Pick<Parameters, 'list'>, recompute: boolean): Graph {
  const full = differentiate(forward, total, wanted);
  return asItStands(recompute ? recomputed(full, forward, new Set(parameters.list.map((p) => p.name))) : full);
}

export async function createTrainingStep(graph: Graph, losses: readonly string[], parameters: Parameters, options: StepOptions): Promise<TrainingStep> {
  const [total] = losses;
  if (total === undefined) throw new Error('a training step needs a loss');
  const step = await openWithWeights(stepGraph(graph, losses, parameters, options.recompute), parameters, options);
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
  const weighed = new Set(parameters.list.map((p) => p.name)), shown = new Set(graph.inputs.map((v) => v.name).filter((name) => !weighed.has(name)));
  // Devices that compile graphs want every shape.
  const model = options.device === 'cpu' ? writeOnnx(withOpenRows(graph, shown), 'training-step', shown) : writeOnnx(graph, 'training-step');
  const session = await openSession(model, { device: options.device, ...(options.threads === undefined ? {} : { threads: options.threads }), ...(options.profile === undefined ? {} : { profile: options.profile }), memoryPattern: false });
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

// Training of the dual-branch network: its graph, its batches and its losses, put into the run loop (optimise.ts).
import type { LossPoint, Trainable } from '../../shared/domain/run.ts';
import { AppError } from '../../shared/errors.ts';
import type { Weights } from '../bundle/bundle.ts';
import type { Towers } from '../nets/adopted-tower.ts';
import type { NetworkConfiguration } from '../nets/configuration.ts';
import { embeddingNames, lossNames, lossWeights } from '../nets/dual-branch.ts';
import { runtimeVersion, type DeviceName } from '../runtime/session.ts';
import type { Tokenizer } from '../text/tokenizer.ts';
import { accumulatedGraphs, createAccumulatedStep } from './accumulate.ts';
import { batchShape, type BatchShape, type Drawn } from './batch.ts';
import { optimise } from './optimise.ts';
import { jointly, phaseAt, type Phase } from './phases.ts';
import { assertFits, freeMemory, predictPeak } from './memory.ts';
import { makeParameters, type Parameters } from './parameters.ts';
import { prepareNetwork, type PreparedNetwork } from './prepare.ts';
import { provenStep } from './proven-step.ts';
import { createTrainingStep, stepGraph } from './step.ts';

export interface TrainOptions {
  readonly configuration: NetworkConfiguration;
  /** Graphs of adopted encoders. */
  readonly towers?: Towers;
  readonly tokenizer: Tokenizer;
  /** Which weights change; all when left out. */
  readonly trainable?: Trainable;
  /** Weights to start from; null starts from the seed. */
  readonly start: Weights | null;
  readonly draw: (step: number, count: number) => Promise<Drawn[]>;
  readonly steps: number;
  readonly learningRate: number;
  readonly seed: number;
  readonly device: DeviceName;
  readonly threads?: number;
  /** Of a batch; `accumulation` of them share a step. */
  readonly shape?: BatchShape;
  readonly accumulation?: number;
  /** Computes activations again in the backward pass: less memory, more time. */
  readonly recompute?: boolean;
  /** Bytes a step may take; what is free when left out. */
  readonly memory?: number;
  /** In what order the branches learn; jointly when left out. */
  readonly phases?: readonly Phase[];
  /** Where the checkpoint lies; a checkpoint of the same `key` is gone on from. */
  readonly checkpoint: string;
  readonly key: string;
  /** What made the run, for its checkpoints: hashes of data and bundle, settings. */
  readonly madeBy?: Readonly<Record<string, string>>;
  readonly every?: number;
  readonly onStep: (loss: LossPoint, secondsLeft: number, notes: readonly string[]) => void;
  readonly signal?: AbortSignal;
}

/** Answers the trained weights, and what a reader of the run should know. Errors as of `optimise`; 'bundle-damaged' names a start weight that is no number. */
export async function train(o: TrainOptions): Promise<{ weights: Weights; resumedAt: number; device: DeviceName; notes: readonly string[] }> {
  const shape = o.shape ?? batchShape, parts = o.accumulation ?? 1;
  const phaseOf = (n: number): Phase => phaseAt(o.phases ?? jointly, n, o.steps);
  checkNumbers(o.start);
  const options = { device: o.device, recompute: o.recompute ?? false, ...(o.threads === undefined ? {} : { threads: o.threads }) };
  /** The device that does the work: another one than was asked for when that one is found wrong. */
  let device = o.device;
  const networkOf = (s: BatchShape): PreparedNetwork => prepareNetwork({ configuration: o.configuration, towers: o.towers ?? {}, tokenizer: o.tokenizer, start: o.start, trainable: o.trainable ?? { kind: 'all' }, seed: o.seed, shape: s, parts, session: () => ({ ...(o.threads === undefined ? {} : { threads: o.threads }), device }) });
  const network = networkOf(shape);
  const { plan } = network, parameters = makeParameters(plan.trained);
  const told: string[] = [];
  const { resumedAt, notes } = await optimise({
    parameters, steps: o.steps, learningRate: o.learningRate, every: o.every ?? 50, ...(o.signal === undefined ? {} : { signal: o.signal }),
    openStep: () => {
      assertFits(shape.images, (images) => stepMemory(images === shape.images ? network : networkOf({ ...shape, images, regionTexts: Math.ceil((shape.regionTexts * images) / shape.images) }), parts, parameters, options.recompute), o.memory ?? freeMemory());
      return provenStep(o.device, parameters, (name) => (parts === 1 ? createTrainingStep(network.part, lossNames, parameters, { ...options, device: name })
      : createAccumulatedStep(network.part, network.whole, parts, parameters, { ...options, device: name, losses: lossNames, embeddings: embeddingNames, groups: network.groups })), (note) => { device = 'cpu'; told.push(note); });
    },
    checkpoint: { file: o.checkpoint, key: o.key, madeBy: { ...o.madeBy, seed: String(o.seed), get device() { return device; }, onnxruntime: runtimeVersion } },
    start: ({ list }) => { for (const p of list) p.data.set(plan.start.get(p.name)?.data ?? []); },
    feeds: async (n) => ({ ...await network.feeds(n, await o.draw(n, network.wholeShape.images)), lossWeights: lossWeights(phaseOf(n).losses) }),
    frozen: (n) => phaseOf(n).frozen ?? null,
    onStep: (n, losses, secondsLeft, notes) => {
      const part = (name: string): number => losses[name] ?? 0;
      o.onStep({ step: n, total: part('total'), imageText: part('imageText'), regionText: part('regionText'), objectness: part('objectness') + part('finding'), box: part('box') + part('refinement') }, secondsLeft, [...told, ...notes]);
    },
  }).finally(() => network.release());
  return { weights: plan.finished(new Map(parameters.list.map((p) => [p.name, { dims: p.dims, data: p.data }]))), resumedAt, device, notes: [...told, ...notes] };
}

/** Bytes of a step: one graph, or the three of a batch in parts, of which the values of one live at a time; and of what computes frozen features. */
function stepMemory(network: PreparedNetwork, parts: number, parameters: Parameters, recompute: boolean): number {
  const frozen = network.frozen.reduce((n, graph) => n + predictPeak(graph), 0);
  // Computing again saved half on the base network and a tenth on an exported tower, where the runtime keeps more back: the worse is counted with.
  if (parts === 1) return frozen + (recompute ? 0.9 : 1) * predictPeak(stepGraph(network.part, lossNames, parameters));
  const { embed, pairs, parts: each } = accumulatedGraphs(network.part, network.whole, { losses: lossNames, embeddings: embeddingNames }, parameters);
  return frozen + predictPeak(embed) + predictPeak(pairs) + (recompute ? 0.9 : 1) * predictPeak(each);
}

/** AppError('bundle-damaged') names the first weight with an entry that is no number: trained on, it would spoil all others. */
export function checkNumbers(weights: Weights | null): void {
  for (const [name, { data }] of weights ?? []) {
    const at = data.findIndex((v) => !Number.isFinite(v));
    if (at >= 0) throw new AppError('bundle-damaged', `The weight ${name} of this model holds a value that is no number (entry ${at} of ${data.length}).`);
  }
}

// The networks whose training is timed, each with what is trained of it: the program's own, with the base bundle's
// weights, and a pair of towers that PyTorch exported (pytorch/export_pair.py).
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { readBundle, weightsOf, type Weights } from '../../models/bundle/bundle.ts';
import { GraphBuilder } from '../../models/graph/builder.ts';
import type { Graph } from '../../models/graph/graph.ts';
import { inline } from '../../models/graph/inline.ts';
import { jointLoss, lossNames, lossWeights, trainingGraph } from '../../models/nets/dual-branch.ts';
import { contrastive } from '../../models/nets/losses.ts';
import { weightInputs, type WeightSpecification } from '../../models/nets/weights.ts';
import { readOnnx } from '../../models/onnx/read.ts';
import { makePhantom } from '../../models/phantom/make-phantom.ts';
import { randomFrom } from '../../models/random.ts';
import { float32, type Tensor } from '../../models/tensor.ts';
import { batchShape, makeBatch, pairTargets, type Drawn } from '../../models/training/batch.ts';
import { FeatureCache, splitFrozen } from '../../models/training/features.ts';
import { makeParameters, type Parameters } from '../../models/training/parameters.ts';
import type { Feeds } from '../../models/training/step.ts';
import { planTraining, type TrainingPlan } from '../../models/training/trainable.ts';
import type { Trainable } from '../../shared/domain/run.ts';
import { baseBundle } from './grounds.ts';

export const sets: Readonly<Record<string, Trainable>> = { all: { kind: 'all' }, heads: { kind: 'heads' }, 'last 2': { kind: 'last', blocks: 2 }, 'LoRA 8': { kind: 'lora', rank: 8 } };

export interface TimedNetwork {
  /** What is run each step: without what is frozen and was computed once. */
  readonly graph: Graph;
  readonly feeds: Feeds;
  /** The whole of it, for others to time: nothing is computed beforehand. */
  readonly whole: Graph;
  readonly wholeFeeds: Feeds;
  readonly losses: readonly string[];
  readonly parameters: Parameters;
}

function parametersOf(plan: TrainingPlan): Parameters {
  const parameters = makeParameters(plan.trained);
  for (const p of parameters.list) p.data.set(plan.start.get(p.name)?.data ?? []);
  return parameters;
}

/** What is frozen computed once, for each item alone, as runs do it. @param single the graph for one image and one text. */
async function timedNetwork(plan: TrainingPlan, single: Graph, isAll: boolean, items: { readonly example: number; readonly text: number }, wholeFeeds: Feeds, losses: readonly string[]): Promise<TimedNetwork> {
  const common = { whole: plan.graph, wholeFeeds, losses, parameters: parametersOf(plan) };
  const split = isAll ? { rest: plan.graph, parts: [] } : splitFrozen(plan.graph, single, items), cache = await FeatureCache.open(split, {});
  const of = (kind: keyof typeof items) => Array.from({ length: items[kind] }, (_, i) => ({ key: String(i), inputs: () => Object.fromEntries(single.inputs.flatMap(({ name }) => { const t = wholeFeeds[name]; return t === undefined || t.dims.length < 2 || (t.dims[0] ?? 0) % items[kind] !== 0 ? [] : [[name, rowsOf(t, i, items[kind])]]; })) }));
  const feeds = { ...wholeFeeds, ...await cache.feeds({ example: of('example'), text: of('text') }) };
  await cache.release();
  return { ...common, graph: split.rest, feeds };
}

export async function ownNetwork(trainable: Trainable, images: number): Promise<TimedNetwork> {
  const bundle = await readBundle(baseBundle), c = bundle.configuration, values = weightsOf(bundle), shape = { ...batchShape, images, regionTexts: (batchShape.regionTexts * images) / batchShape.images };
  const { graph, weights } = trainingGraph(c, shape, bundle.towers), { graph: one } = trainingGraph(c, { images: 1, regions: shape.regions, regionTexts: 0 }, bundle.towers);
  const feeds = makeBatch(Array.from({ length: images }, (_, i): Drawn => makePhantom(8000 + i)), c, shape, bundle.tokenizer, randomFrom(1, 1, 3));
  return timedNetwork(planTraining(graph, weights, values, trainable, 1), planTraining(one, weights, values, trainable, 1).graph, trainable.kind === 'all', { example: images, text: images + shape.regionTexts }, { ...feeds, lossWeights: lossWeights(jointLoss) }, lossNames);
}

/** Images and as many texts of two exported towers, under the symmetric contrastive loss. */
export async function exportedPair(folder: string, trainable: Trainable, images: number): Promise<TimedNetwork> {
  const [imageBytes, textBytes] = [await readFile(path.join(folder, 'image.onnx')), await readFile(path.join(folder, 'text.onnx'))];
  const weights: WeightSpecification[] = [], values = new Map<string, Weights extends ReadonlyMap<string, infer V> ? V : never>();
  const graphOf = (n: number, collect: boolean): Graph => {
    const g = new GraphBuilder(), source = weightInputs(collect ? weights : []);
    const tower = (name: 'image' | 'text', bytes: Uint8Array) => {
      const graph = readOnnx(bytes, { dimensions: { batch: n } }), [input] = graph.inputs;
      if (input === undefined) throw new Error(`${name}.onnx has no input`);
      const out = inline(g, graph, { inputs: { [input.name]: g.input(name === 'image' ? 'image' : 'ids', input.shape, input.dtype) }, prefix: `${name}.tower.`, weight: (w, t) => { values.set(`${name}.tower.${w}`, t); return source(g, { name: `${name}.tower.${w}`, dims: t.dims, start: { value: 0 } }); } });
      return g.unit(Object.values(out)[0] ?? g.scalar(0));
    };
    const [a, b] = [tower('image', imageBytes), tower('text', textBytes)];
    const scale = g.exp(source(g, { name: 'scale.image', dims: [1], start: { value: 0 } }));
    values.set('scale.image', { dims: [1], data: Float32Array.of(Math.log(1 / 0.07)) });
    return g.finish({ total: contrastive(g, a, b, scale, g.input('imageToText', [n, n]), g.input('textToImage', [n, n]), null, null) });
  };
  const plan = planTraining(graphOf(images, true), weights, values, trainable, 1), random = randomFrom(3);
  const single = planTraining(graphOf(1, false), weights, values, trainable, 1).graph;
  const input = (name: string): readonly number[] => plan.graph.inputs.find((v) => v.name === name)?.shape ?? [];
  const names = Array.from({ length: images }, (_, i) => String(i)), targets = pairTargets(names, names, images, images), [, length = 1] = input('ids');
  const wholeFeeds: Record<string, Tensor> = {
    image: float32(input('image'), Float32Array.from({ length: input('image').reduce((a, d) => a * d, 1) }, () => random.normal())),
    ids: { dtype: 'int64', dims: [images, length], data: BigInt64Array.from({ length: images * length }, () => BigInt(1 + random.integer(900))) },
    imageToText: float32([images, images], targets.forward), textToImage: float32([images, images], targets.backward),
  };
  return timedNetwork(plan, single, trainable.kind === 'all', { example: images, text: images }, wholeFeeds, ['total']);
}

/** The rows of item i of so many. */
function rowsOf(t: Tensor, i: number, items: number): Tensor {
  const dims = [(t.dims[0] ?? 0) / items, ...t.dims.slice(1)], n = dims.reduce((a, d) => a * d, 1);
  if (t.dtype === 'float32') return { dtype: t.dtype, dims, data: t.data.slice(i * n, (i + 1) * n) };
  if (t.dtype === 'int64') return { dtype: t.dtype, dims, data: t.data.slice(i * n, (i + 1) * n) };
  throw new Error(`rows of ${t.dtype} are not in use`);
}

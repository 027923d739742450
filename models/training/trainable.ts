// Which weights a run changes, and the training graph that follows: what is frozen becomes a constant of the graph, so
// that no gradient of it is computed and the runtime may lay it out as it likes.
//
// A weight belongs to a tower (the image encoder, the text encoder, the region branch's convolutions and blocks) or to
// the heads. Heads are what turns a tower's features into answers: projections, the pooling query, the proposal head,
// the ROI processor, the finding score and the scales of the losses. The norm that ends a tower stays with it: heads
// are used to what leaves it, and what leaves it is small to keep (features.ts). With an adopted encoder all that was
// put beside it is a head, the region branch too: it has not learnt anything yet.
import type { Trainable } from '../../shared/domain/run.ts';
import { AppError } from '../../shared/errors.ts';
import type { Weights } from '../bundle/bundle.ts';
import type { Graph } from '../graph/graph.ts';
import { firstValues, type WeightSpecification } from '../nets/weights.ts';
import { sizeOf } from '../tensor.ts';
import { adaptableMatrices, addAdapters, mergeAdapter, type Adapter } from './low-rank.ts';

export interface TrainingPlan {
  /** The training graph; what is trained are inputs, frozen weights are initializers. */
  readonly graph: Graph;
  readonly trained: readonly WeightSpecification[];
  /** Where training starts, by name: of what is trained. */
  readonly start: Weights;
  /** All weights of the network, given what the trained ones have become; adapters are merged. */
  readonly finished: (trained: Weights) => Weights;
}

/** @param weights of `graph`, all its inputs at first, with first values in `values`. AppError('wrong-usage') when the network has nothing of what is to be trained. */
export function planTraining(graph: Graph, weights: readonly WeightSpecification[], values: Weights, set: Trainable, seed: number): TrainingPlan {
  const names = trainedNames(graph, weights, set);
  const matrices = set.kind === 'lora' ? adaptedMatrices(graph, weights, set.matrices ?? []) : new Set<string>();
  const frozen = freeze(graph, weights.filter((w) => !names.has(w.name)).map((w) => w.name), values);
  const { graph: planned, adapters } = set.kind === 'lora' ? addAdapters(frozen, matrices, set.rank) : { graph: frozen, adapters: [] };
  const own = weights.filter((w) => names.has(w.name)), added = adapters.flatMap((a) => [a.down, a.up]);
  const start = new Map([
    ...own.map((w) => [w.name, valueOf(values, w.name)] as const),
    ...added.map((w, i) => { const data = new Float32Array(sizeOf(w.dims)); firstValues(w, seed, weights.length + i, data); return [w.name, { dims: w.dims, data }] as const; }),
  ]);
  return { graph: planned, trained: [...own, ...added], start, finished: (trained) => finishedWeights(weights, values, names, adapters, trained) };
}

function finishedWeights(weights: readonly WeightSpecification[], values: Weights, names: ReadonlySet<string>, adapters: readonly Adapter[], trained: Weights): Weights {
  const all = new Map(weights.map((w) => [w.name, valueOf(names.has(w.name) ? trained : values, w.name)]));
  for (const a of adapters) {
    const { dims, data } = valueOf(values, a.weight);
    all.set(a.weight, { dims, data: mergeAdapter(a, data, valueOf(trained, a.down.name).data, valueOf(trained, a.up.name).data) });
  }
  return all;
}

function valueOf(values: Weights, name: string): { readonly dims: readonly number[]; readonly data: Float32Array } {
  const found = values.get(name);
  if (found === undefined) throw new Error(`the weight ${name} has no value`);
  return found;
}

/** The graph with the named inputs as constants. */
function freeze(graph: Graph, names: readonly string[], values: Weights): Graph {
  const gone = new Set(names);
  const constants = graph.inputs.filter((v) => gone.has(v.name)).map((v) => {
    const { dims, data } = valueOf(values, v.name);
    return [v.name, { dtype: 'float32', dims, data }] as const;
  });
  return { ...graph, inputs: graph.inputs.filter((v) => !gone.has(v.name)), initializers: new Map([...graph.initializers, ...constants]) };
}

type Tower = 'image' | 'text' | 'region';
interface Place { readonly tower: Tower | null; /** Which block from the tower's start; null before the first and after the last. */ readonly block: number | null; /** After the last block. */ readonly ends: boolean }

/** Parts of names that are blocks in published networks: blocks.11, layers.11, resblocks.11, encoder.layer.11, layer4.1, stages.3.blocks.2, features.7.0. */
const blockName = /(?:^|[._/])((?:res|encoder_)?(?:blocks?|layers?|stages?|h|features)[._]?\d+(?:[._](?:blocks?[._]?|layers?[._]?)?\d+)?)(?=[._/]|$)/;
const ownHeads = /^(?:head|roi|scale|loss)\.|^image\.pool$|^(?:image|text|region)\.project\.|^region\.(?:finding|refine)\./;

/** Where each weight stands, in the order in which the graph first uses them. */
function placesOf(graph: Graph, weights: readonly WeightSpecification[]): Map<string, Place> {
  const firstUse = new Map<string, number>();
  for (const [i, node] of graph.nodes.entries()) for (const name of node.inputs) if (!firstUse.has(name)) firstUse.set(name, i);
  const orderOf = (name: string): number => firstUse.get(name) ?? Infinity;
  const adopted = (tower: Tower): boolean => weights.some((w) => w.name.startsWith(`${tower}.tower.`));
  const someAdopted = adopted('image');
  const towerOf = (name: string): Tower | null => {
    const tower = (['image', 'text', 'region'] as const).find((t) => name.startsWith(`${t}.`));
    if (tower === undefined || ownHeads.test(name)) return null;
    if (tower === 'region') return someAdopted ? null : tower;
    return adopted(tower) && !name.startsWith(`${tower}.tower.`) ? null : tower;
  };
  const places = new Map<string, Place>(weights.filter((w) => towerOf(w.name) === null).map((w) => [w.name, { tower: null, block: null, ends: false }]));
  for (const tower of ['image', 'text', 'region'] as const) {
    const own = weights.map((w) => w.name).filter((name) => towerOf(name) === tower).sort((a, b) => orderOf(a) - orderOf(b));
    const keys = [...new Set(own.flatMap((name) => blockName.exec(name)?.[1] ?? []))];
    const last = Math.max(-1, ...own.filter((name) => blockName.test(name)).map(orderOf));
    for (const name of own) {
      const key = blockName.exec(name)?.[1];
      places.set(name, { tower, block: key === undefined ? null : keys.indexOf(key), ends: key === undefined && keys.length > 0 && orderOf(name) > last });
    }
  }
  return places;
}

function trainedNames(graph: Graph, weights: readonly WeightSpecification[], set: Trainable): Set<string> {
  if (set.kind === 'all') return new Set(weights.map((w) => w.name));
  const places = placesOf(graph, weights);
  const counts = new Map<Tower, number>();
  for (const { tower, block } of places.values()) if (tower !== null) counts.set(tower, Math.max(counts.get(tower) ?? 0, (block ?? -1) + 1));
  if (set.kind === 'last') for (const [tower, count] of counts) if (count === 0 && tower !== 'region') throw new AppError('wrong-usage', `The ${tower} encoder of this network has no blocks that are known by their names, so its last ones cannot be trained alone; train heads, lora or all.`);
  const isTrained = ({ name, dims }: WeightSpecification): boolean => {
    const place = places.get(name);
    if (place === undefined || place.tower === null) return true;
    // A projection after the last block is a head; the norm before it is not.
    if (place.ends) return set.kind === 'last' || dims.length === 2;
    return set.kind === 'last' && place.block !== null && place.block >= (counts.get(place.tower) ?? 0) - set.blocks;
  };
  return new Set(weights.filter(isTrained).map((w) => w.name));
}

/** The matrices of all blocks (attention and MLP), or of them those whose names hold one of `wanted`. */
function adaptedMatrices(graph: Graph, weights: readonly WeightSpecification[], wanted: readonly string[]): Set<string> {
  const places = placesOf(graph, weights), possible = adaptableMatrices(graph);
  const found = weights.map((w) => w.name).filter((name) => possible.has(name) && places.get(name)?.tower != null && places.get(name)?.block != null && (wanted.length === 0 || wanted.some((part) => name.includes(part))));
  if (found.length === 0) throw new AppError('wrong-usage', wanted.length === 0 ? 'This network has no matrices in blocks that adapters could be put beside; train heads, last or all.' : `This network has no matrix in a block whose name holds ${wanted.join(' or ')}.`);
  return new Set(found);
}

// One step over a batch in parts, equal to the plain step over all of it to rounding: a large batch in the memory of a
// small one. Losses of single items add up over the parts. A contrastive loss compares every item with every other, so
// its gradient is cached at the embeddings (Gao et al. 2021, "Scaling Deep Contrastive Learning Batch Size under Memory
// Limited Setup", arXiv 2101.06983): every part is embedded; the loss over all embeddings is differentiated with
// respect to them; every part is run again, its embeddings' gradients given. It costs one more forward pass.
import { gradientName } from '../autodiff/backward.ts';
import { GraphBuilder } from '../graph/builder.ts';
import type { Graph, Value } from '../graph/graph.ts';
import { dependents, partOf } from '../graph/part.ts';
import { float32, sizeOf, type Tensor } from '../tensor.ts';
import type { Parameters } from './parameters.ts';
import { addGradients, gradientGraph, openWithWeights, scalarOf, type Feeds, type StepOptions, type TrainingStep } from './step.ts';

export interface AccumulateOptions extends StepOptions {
  /** Scalar outputs; the first is the weighted sum of the others, and is differentiated. */
  readonly losses: readonly string[];
  /** Values with a row an item (dimension 0), through which alone items meet. */
  readonly embeddings: readonly string[];
  /** Rows of a part, by the groups that follow each other in the whole batch; one group where this answers null. */
  readonly groups: (name: string) => readonly number[] | null;
}

/** The gradients of `embeddings` are given as inputs under this name. */
const givenGradient = (embedding: string): string => `given:${embedding}`;

/** The three graphs: a part to its embeddings, all embeddings to the losses over pairs, a part to its gradients. */
export function accumulatedGraphs(part: Graph, whole: Graph, o: Pick<AccumulateOptions, 'losses' | 'embeddings' | 'recompute'>, parameters: Pick<Parameters, 'list'>): { embed: Graph; pairs: Graph; parts: Graph; overPairs: readonly string[]; single: readonly string[] } {
  const [total, ...named] = o.losses;
  if (total === undefined) throw new Error('a training step needs a loss');
  const paired = dependents(part, o.embeddings);
  const overPairs = named.filter((name) => paired.has(name)), single = named.filter((name) => !paired.has(name));
  const embeddings = o.embeddings.filter((name) => part.values.has(name));
  const pairs = partOf(whole, [total, ...overPairs], [...embeddings, ...single]);
  const known = (graph: Graph): string[] => { const inputs = new Set(graph.inputs.map((v) => v.name)); return parameters.list.map((p) => p.name).filter((name) => inputs.has(name)); };

  const g = GraphBuilder.from(partOf(part, [total, ...single, ...embeddings], overPairs));
  const surrogate = embeddings.reduce((sum, name): Value => {
    const e = g.value(name), product = g.mul(e, g.input(givenGradient(name), e.shape));
    return g.add(sum, g.sum(product, e.shape.map((_, i) => i), false));
  }, g.value(total));
  const forward = g.finish({ surrogate, ...Object.fromEntries([total, ...single].map((name) => [name, g.value(name)])) });
  return {
    embed: partOf(part, embeddings), parts: gradientGraph(forward, 'surrogate', known(forward), parameters, o.recompute ?? false),
    pairs: gradientGraph(pairs, total, [...embeddings, ...known(pairs)], parameters, false), overPairs, single,
  };
}

/** @param part the graph of one part, @param whole the same network over `count` parts. */
export async function createAccumulatedStep(part: Graph, whole: Graph, count: number, parameters: Parameters, o: AccumulateOptions): Promise<TrainingStep> {
  const [total = ''] = o.losses;
  const graphs = accumulatedGraphs(part, whole, o, parameters);
  const [embed, pairs, parts] = [await openWithWeights(graphs.embed, parameters, o), await openWithWeights(graphs.pairs, parameters, o), await openWithWeights(graphs.parts, parameters, o)];
  const zeros = (names: readonly string[]): Feeds => Object.fromEntries(names.map((name) => [name, float32([], [0])]));
  const shapes = new Map([...graphs.embed.inputs, ...graphs.parts.inputs, ...o.embeddings.flatMap((name) => part.values.get(name) ?? [])].map((v) => [v.name, v.shape]));
  const groupsOf = (name: string, rows: number): readonly number[] => o.groups(name) ?? [rows];

  /** Rows of part m of a tensor over all; one that is the same for every part is given as it is. */
  const partOfTensor = (name: string, t: Tensor, m: number): Tensor => {
    const shape = shapes.get(name);
    if (shape === undefined || (shape.length === t.dims.length && shape.every((d, i) => d === t.dims[i]))) return t;
    const [rows = 1, ...rest] = shape;
    if (t.dims[0] !== rows * count || rest.some((d, i) => d !== t.dims[i + 1])) throw new Error(`the input ${name} [${t.dims.join(', ')}] is not ${count} times [${shape.join(', ')}]`);
    return gather(t, shape, placesOf(groupsOf(name, rows), count, m, sizeOf(rest)));
  };

  return {
    total,
    async run(feeds) {
      const inputs = Array.from({ length: count }, (_, m) => Object.fromEntries(Object.entries(feeds).flatMap(([name, t]) => (shapes.has(name) ? [[name, partOfTensor(name, t, m)]] : []))));
      const embeddings = new Map<string, Tensor & { dtype: 'float32' }>();
      for (const [m, own] of inputs.entries()) for (const [name, e] of Object.entries(await embed.run(own))) {
        if (e.dtype !== 'float32') throw new Error(`the embedding ${name} is ${e.dtype}`);
        const [rows = 1, ...rest] = e.dims, dims = [rows * count, ...rest];
        const all = embeddings.get(name) ?? { dtype: 'float32', dims, data: new Float32Array(sizeOf(dims)) };
        embeddings.set(name, all);
        let from = 0;
        for (const [at, length] of placesOf(groupsOf(name, rows), count, m, sizeOf(rest))) { all.data.set(e.data.subarray(from, from + length), at); from += length; }
      }
      parameters.gradient.fill(0);
      const paired = await pairs.run({ ...feeds, ...Object.fromEntries(embeddings), ...zeros(graphs.single) });
      addGradients(parameters, paired);
      const losses: Record<string, number> = Object.fromEntries([total, ...graphs.overPairs].map((name) => [name, scalarOf(paired, name)]));
      for (const [m, own] of inputs.entries()) {
        const given = Object.fromEntries([...embeddings.keys()].flatMap((name) => { const t = paired[gradientName(name)]; return t === undefined ? [] : [[givenGradient(name), partOfTensor(name, t, m)]]; }));
        const out = await parts.run({ ...own, ...given, ...zeros(graphs.overPairs) });
        addGradients(parameters, out);
        for (const name of [total, ...graphs.single]) losses[name] = (losses[name] ?? 0) + scalarOf(out, name);
      }
      return losses;
    },
    release: async () => { await Promise.all([embed.release(), pairs.release(), parts.release()]); },
  };
}

/** Where part m's rows lie in the whole: start and length in numbers, a pair a group. */
function placesOf(groups: readonly number[], count: number, m: number, each: number): [number, number][] {
  let before = 0;
  return groups.map((rows): [number, number] => {
    const at = before + m * rows;
    before += count * rows;
    return [at * each, rows * each];
  });
}

function gather(t: Tensor, dims: readonly number[], places: readonly [number, number][]): Tensor {
  const [first = [0, 0]] = places;
  // One group is a view; more are copied together.
  switch (t.dtype) {
    case 'float32': return { dtype: 'float32', dims, data: places.length === 1 ? t.data.subarray(first[0], first[0] + first[1]) : Float32Array.from(places.flatMap(([at, n]) => [...t.data.subarray(at, at + n)])) };
    case 'int64': return { dtype: 'int64', dims, data: places.length === 1 ? t.data.subarray(first[0], first[0] + first[1]) : BigInt64Array.from(places.flatMap(([at, n]) => [...t.data.subarray(at, at + n)])) };
    case 'int32': case 'bool': throw new Error(`${t.dtype} inputs are not taken apart`);
  }
}

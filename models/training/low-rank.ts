// Low-rank adapters (Hu et al. 2021, arXiv 2106.09685) as a transform of a graph: a product with a frozen matrix, x W,
// becomes x W + (x A) B s with A [inside, R] normal and B [R, outside] zero, so that the network starts as it was, and
// no gradient of W is ever computed. Afterwards s A B is added to W: a finished network knows nothing of adapters.
import { floatAttribute } from '../graph/attributes.ts';
import { GraphBuilder } from '../graph/builder.ts';
import type { Graph, Node } from '../graph/graph.ts';
import type { WeightSpecification } from '../nets/weights.ts';

export interface Adapter {
  /** The adapted matrix. */
  readonly weight: string;
  /** Whether it is kept transposed, [outside, inside], as PyTorch's Linear does. */
  readonly transposed: boolean;
  readonly down: WeightSpecification;
  readonly up: WeightSpecification;
}
/** s, the paper's alpha / R: constant, so that a learning rate that suits one rank suits the next. */
export const adapterScale = 2;

/** A matrix, possibly through a transpose: the value that is multiplied with, and whether it is the transpose. */
interface Use { readonly weight: string; readonly transposed: boolean }

/** Which of the graph's matrices are used in products x W alone, so that an adapter beside each use is all there is to add. */
export function adaptableMatrices(graph: Graph): Map<string, { readonly transposed: boolean; readonly inside: number; readonly outside: number }> {
  const { uses, other } = usesOf(graph);
  const found = new Map<string, { transposed: boolean; inside: number; outside: number }>();
  for (const { weight, transposed } of uses.values()) {
    const [rows = 0, columns = 0] = graph.values.get(weight)?.shape ?? [];
    const known = found.get(weight);
    if (other.has(weight) || (known !== undefined && known.transposed !== transposed)) { other.add(weight); found.delete(weight); continue; }
    found.set(weight, { transposed, inside: transposed ? columns : rows, outside: transposed ? rows : columns });
  }
  return found;
}

/** By node, the matrix it multiplies with; and the weights that something else uses, too. */
function usesOf(graph: Graph): { uses: Map<Node, Use>; other: Set<string> } {
  const made = new Set(graph.nodes.flatMap((n) => n.outputs));
  const isMatrix = (name: string): boolean => { const v = graph.values.get(name); return !made.has(name) && v?.dtype === 'float32' && v.shape.length === 2; };
  const alias = new Map<string, Use>();
  const uses = new Map<Node, Use>(), other = new Set<string>();
  for (const node of graph.nodes) for (const [i, name] of node.inputs.entries()) {
    const matrix: Use | undefined = alias.get(name) ?? (isMatrix(name) ? { weight: name, transposed: false } : undefined);
    if (matrix === undefined) continue;
    const [output = ''] = node.outputs;
    const isProduct = i === 1 && (node.op === 'MatMul' || (node.op === 'Gemm' && node.attributes['transA'] !== 1 && floatAttribute(node.attributes, 'alpha', 1) === 1));
    if (isProduct) uses.set(node, { weight: matrix.weight, transposed: matrix.transposed !== (node.attributes['transB'] === 1) });
    else if (node.op === 'Transpose') alias.set(output, { weight: matrix.weight, transposed: !matrix.transposed });
    else other.add(matrix.weight);
  }
  return { uses, other };
}

/** The graph with an adapter of rank R (at most the matrix's own) beside each use of the named matrices; A and B are new inputs. */
export function addAdapters(graph: Graph, matrices: ReadonlySet<string>, rank: number): { graph: Graph; adapters: Adapter[] } {
  const possible = adaptableMatrices(graph);
  const adapters = new Map<string, Adapter>();
  const g = new GraphBuilder();
  for (const v of graph.inputs) g.input(v.name, v.shape, v.dtype);
  for (const [name, tensor] of graph.initializers) g.initializer(name, tensor);
  for (const name of matrices) {
    const matrix = possible.get(name);
    if (matrix === undefined) throw new Error(`${name} is no matrix that an adapter can be put beside`);
    const { inside, outside, transposed } = matrix, r = Math.min(rank, inside, outside);
    const adapter: Adapter = {
      weight: name, transposed,
      down: { name: `${name}.adapter.down`, dims: [inside, r], start: { deviation: Math.sqrt(1 / inside) } }, up: { name: `${name}.adapter.up`, dims: [r, outside], start: { value: 0 } },
    };
    g.input(adapter.down.name, adapter.down.dims);
    g.input(adapter.up.name, adapter.up.dims);
    adapters.set(name, adapter);
  }
  const { uses } = usesOf(graph);
  for (const [i, node] of graph.nodes.entries()) {
    const adapter = adapters.get(uses.get(node)?.weight ?? '');
    const inputs = node.inputs.map((name) => (name === '' ? null : g.value(name)));
    const [output = ''] = node.outputs, x = inputs[0];
    if (adapter === undefined || x === null || x === undefined) { g.nodes(node.op, inputs, node.attributes, node.outputs.length, node.outputs); continue; }
    const named = (part: string): string => `${adapter.weight}.adapter.${i}.${part}`;
    const frozen = g.node(node.op, inputs, node.attributes, named('frozen'));
    const narrow = g.node('MatMul', [x, g.value(adapter.down.name)], {}, named('narrow'));
    const wide = g.node('MatMul', [g.node('Mul', [narrow, g.scalar(adapterScale)], {}, named('scaled')), g.value(adapter.up.name)], {}, named('wide'));
    g.node('Add', [frozen, wide], {}, output);
  }
  return { graph: g.finish(Object.fromEntries(graph.outputs.map((v) => [v.name, g.value(v.name)]))), adapters: [...adapters.values()] };
}

/** W + s A B, in W's own layout. @param down [inside, R] @param up [R, outside] */
export function mergeAdapter(adapter: Adapter, weight: Float32Array, down: Float32Array, up: Float32Array): Float32Array {
  const [inside = 0, rank = 0] = adapter.down.dims, outside = adapter.up.dims[1] ?? 0;
  const merged = Float32Array.from(weight), row = new Float64Array(outside);
  for (let i = 0; i < inside; i++) {
    row.fill(0);
    for (let r = 0; r < rank; r++) { const a = adapterScale * (down[i * rank + r] ?? 0); for (let o = 0; o < outside; o++) row[o] = (row[o] ?? 0) + a * (up[r * outside + o] ?? 0); }
    for (let o = 0; o < outside; o++) { const at = adapter.transposed ? o * inside + i : i * outside + o; merged[at] = (merged[at] ?? 0) + (row[o] ?? 0); }
  }
  return merged;
}

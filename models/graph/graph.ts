// A network as data: nodes in topological order over named values with static shapes. Built by GraphBuilder, read
// from ONNX files, walked by autodiff, written by onnx/write.ts.
import type { DType, Tensor } from '../tensor.ts';

export interface Value { readonly name: string; readonly shape: readonly number[]; readonly dtype: DType }
/** An ONNX attribute: integers are plain numbers, floats are wrapped, since ONNX tells them apart and JavaScript does not. */
export type Attribute = number | { readonly float: number } | readonly number[] | string | Tensor;
export interface Node {
  readonly op: string;
  readonly name: string;
  /** Empty string: an optional input left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}
export interface Graph {
  readonly nodes: readonly Node[];
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly initializers: ReadonlyMap<string, Tensor>;
  /** Shape and type of every value, by name. */
  readonly values: ReadonlyMap<string, Value>;
}

/** Version 20 is what every device's operators are registered for; a graph is written in a later one only when it holds what came later. */
const standardOpset = 20;
const laterOperators: Readonly<Record<string, number>> = { GroupNormalization: 21, Attention: 23, RMSNormalization: 23, RotaryEmbedding: 23, Swish: 24, TensorScatter: 24, BitCast: 26, CumProd: 26 };

/** The version of the ai.onnx operators that the graph needs. */
export const opsetOf = (graph: Graph): number => graph.nodes.reduce((opset, n) => Math.max(opset, laterOperators[n.op] ?? 0), standardOpset);

/** The nodes that `outputs` need, in order. ONNX Runtime runs dead nodes too, so they are taken out before. */
export function neededNodes(nodes: readonly Node[], outputs: Iterable<string>): Node[] {
  const needed = new Set(outputs);
  const kept: Node[] = [];
  for (const node of [...nodes].reverse()) {
    if (!node.outputs.some((o) => needed.has(o))) continue;
    for (const input of node.inputs) if (input !== '') needed.add(input);
    kept.push(node);
  }
  return kept.reverse();
}

/** Throws an Error that names the node when the graph is not well formed: undefined inputs, values defined twice, outputs nobody makes. */
export function verify(graph: Graph): void {
  const defined = new Set<string>([...graph.inputs.map((v) => v.name), ...graph.initializers.keys()]);
  for (const node of graph.nodes) {
    for (const input of node.inputs) if (input !== '' && !defined.has(input)) throw new Error(`${node.op} ${node.name}: its input ${input} is not defined before it`);
    for (const output of node.outputs) {
      if (output === '') continue;
      if (defined.has(output)) throw new Error(`${node.op} ${node.name}: its output ${output} is defined twice`);
      if (!graph.values.has(output)) throw new Error(`${node.op} ${node.name}: its output ${output} has no shape`);
      defined.add(output);
    }
  }
  for (const output of graph.outputs) if (!defined.has(output.name)) throw new Error(`the graph's output ${output.name} is made by no node`);
}

// An encoder that was made elsewhere, as part of our network: its graph (an ONNX file without weights, whose weights
// are inputs; bundle/skeleton.ts makes it) is spliced into the graph being built, for whatever batch that has, and its
// weights come from where all weights come from: trained, frozen or shipped alike.
import type { GraphBuilder } from '../graph/builder.ts';
import type { Graph, Value } from '../graph/graph.ts';
import { readOnnx } from '../onnx/read.ts';
import type { Layers } from './layers.ts';

/** The adopted encoders' graphs, by what they encode. */
export interface Towers { readonly image?: Uint8Array; readonly text?: Uint8Array }

/** Names of the dimensions that differ from graph to graph, as the skeletons have them. */
export const batchDimension = 'batch', lengthDimension = 'length';

/** @param prefix of its weights' names. @param dimensions by name. @param inputs by name; all other inputs are weights. */
export function spliceTower(l: Layers, tower: Uint8Array | undefined, prefix: string, dimensions: Readonly<Record<string, number>>, inputs: Readonly<Record<string, Value>>): Readonly<Record<string, Value>> {
  if (tower === undefined) throw new Error(`the graph of ${prefix} is missing`);
  const graph = Reflect.apply(readOnnx, null, [tower, { dimensions }]) as Graph;
  // Adopted weights never start from nothing: one that was not given is no number, and the first step says so.
  const weights = graph.inputs.filter((v) => inputs[v.name] === undefined).map((v) => [v.name, l.weight(`${prefix}.${v.name}`, v.shape, { value: NaN })] as const);
  return inline(l.g, graph, { prefix: `${prefix}/`, inputs: { ...inputs, ...Object.fromEntries(weights) }, weight: null });
}

/** An output by name; the configuration was made from the same graph, so it is there. */
export function outputOf(outputs: Readonly<Record<string, Value>>, name: string): Value {
  const found = outputs[name];
  if (found === undefined) throw new Error(`the encoder has no output ${name}`);
  return found;
}

function inline(g: GraphBuilder, graph: Graph, { inputs, prefix }: { inputs: Readonly<Record<string, Value>>; prefix: string; weight: unknown }): Record<string, Value> {
  const values = new Map<string, Value>(Object.entries(inputs));
  for (const [name, t] of graph.initializers) values.set(name, g.constant(t));
  for (const n of graph.nodes) { const made = g.nodes(n.op, n.inputs.map((i) => (i === '' ? null : values.get(i) ?? null)), n.attributes, n.outputs.length, n.outputs.map((o) => prefix + o)); for (const [i, o] of n.outputs.entries()) { const v = made[i]; if (v !== undefined) values.set(o, v); } }
  return Object.fromEntries(graph.outputs.map((o) => [o.name, values.get(o.name) ?? g.scalar(0)]));
}

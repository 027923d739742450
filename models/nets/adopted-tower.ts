// An encoder that was made elsewhere, as part of our network: its graph (an ONNX file without weights, whose weights
// are inputs; bundle/skeleton.ts makes it) is spliced into the graph being built, for whatever batch that has, and its
// weights come from where all weights come from: trained, frozen or shipped alike.
import type { Value } from '../graph/graph.ts';
import { inline } from '../graph/inline.ts';
import { readOnnx } from '../onnx/read.ts';
import type { Layers } from './layers.ts';

/** The adopted encoders' graphs, by what they encode. */
export interface Towers { readonly image?: Uint8Array; readonly text?: Uint8Array }

/** Names of the dimensions that differ from graph to graph, as the skeletons have them. */
export const batchDimension = 'batch', lengthDimension = 'length';

/** @param prefix of its weights' names. @param dimensions by name. @param inputs by name; all other inputs are weights. */
export function spliceTower(l: Layers, tower: Uint8Array | undefined, prefix: string, dimensions: Readonly<Record<string, number>>, inputs: Readonly<Record<string, Value>>): Readonly<Record<string, Value>> {
  if (tower === undefined) throw new Error(`the graph of ${prefix} is missing`);
  const graph = readOnnx(tower, { dimensions });
  // Adopted weights never start from nothing: one that was not given is no number, and the first step says so.
  const weights = graph.inputs.filter((v) => inputs[v.name] === undefined).map((v) => [v.name, l.weight(`${prefix}.${v.name}`, v.shape, { value: NaN })] as const);
  return inline(l.g, graph, { prefix: `${prefix}/`, inputs: { ...inputs, ...Object.fromEntries(weights) } });
}

/** An output by name; the configuration was made from the same graph, so it is there. */
export function outputOf(outputs: Readonly<Record<string, Value>>, name: string): Value {
  const found = outputs[name];
  if (found === undefined) throw new Error(`the encoder has no output ${name}`);
  return found;
}

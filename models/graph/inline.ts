// A finished graph as part of one being built: an encoder read from a file becomes a stage of a larger network. Its
// nodes are appended one by one, so shapes are inferred again, and its weights come from where the caller says.
import { sizeOf, type Tensor } from '../tensor.ts';
import type { GraphBuilder } from './builder.ts';
import type { Graph, Value } from './graph.ts';

export interface Inlining {
  /** What stands for each of the graph's inputs, of the same shape and type. */
  readonly inputs: Readonly<Record<string, Value>>;
  /** What stands for a weight (see `weightNames`): an input to be trained, an initializer, a sum with an adapter. Constants when left out. */
  readonly weight?: (name: string, tensor: Tensor & { readonly dtype: 'float32' }) => Value;
  /** Before every name that comes along. */
  readonly prefix: string;
}

/** The graph's outputs by name. */
export function inline(g: GraphBuilder, graph: Graph, { inputs, weight, prefix }: Inlining): Record<string, Value> {
  const values = new Map<string, Value>();
  for (const expected of graph.inputs) {
    const given = inputs[expected.name];
    if (given === undefined) throw new Error(`the input ${expected.name} is not given`);
    sameKind(given, expected);
    values.set(expected.name, given);
  }
  const weights = new Set(weight === undefined ? [] : weightNames(graph));
  for (const [name, tensor] of graph.initializers) {
    const value = tensor.dtype === 'float32' && weights.has(name) && weight !== undefined ? weight(name, tensor) : sizeOf(tensor.dims) <= 64 ? g.constant(tensor) : g.initializer(prefix + name, tensor);
    sameKind(value, { name, shape: tensor.dims, dtype: tensor.dtype });
    values.set(name, value);
  }
  const value = (name: string): Value => {
    const found = values.get(name);
    if (found === undefined) throw new Error(`there is no value ${name}`);
    return found;
  };
  for (const n of graph.nodes) {
    const made = g.nodes(n.op, n.inputs.map((name) => (name === '' ? null : value(name))), n.attributes, n.outputs.length, n.outputs.map((name) => prefix + name), prefix + n.name);
    for (const [i, v] of made.entries()) values.set(n.outputs[i] ?? '', v);
  }
  return Object.fromEntries(graph.outputs.map((v) => [v.name, value(v.name)]));
}

function sameKind(given: Value, expected: Value): void {
  if (given.dtype !== expected.dtype || given.shape.length !== expected.shape.length || given.shape.some((d, i) => d !== expected.shape[i])) throw new Error(`${expected.name} is ${expected.dtype} [${expected.shape.join(', ')}], and ${given.name} is ${given.dtype} [${given.shape.join(', ')}]`);
}

/** Inputs that hold no weights even when they are float32 constants: bounds, scales, statistics, exponents. */
const never: Readonly<Record<string, readonly number[]>> = { BatchNormalization: [3, 4], Resize: [1, 2], Clip: [1, 2], Pad: [2], Pow: [1], OneHot: [2], Where: [0] };
/** An additive attention mask holds nothing but zeros and numbers as good as minus infinity. */
const isMask = (data: Float32Array): boolean => data.some((v) => v <= -100) && data.every((v) => v === 0 || v <= -100);

/**
 * Initializers that can be trained: float32, more than one number, not named by the builder, no mask and no statistics.
 * ONNX does not tell weights from buffers; what else a network holds fixed (positions by sines) is for the caller to leave out.
 */
export function weightNames(graph: Graph): string[] {
  const learnable = new Set<string>(), fixed = new Set<string>();
  // Exporters store equal tensors once: what is a bias here and a mean there stays as it is.
  for (const n of graph.nodes) for (const [i, name] of n.inputs.entries()) (never[n.op]?.includes(i) === true ? fixed : learnable).add(name);
  return [...graph.initializers].flatMap(([name, t]) => (t.dtype === 'float32' && t.data.length > 1 && learnable.has(name) && !fixed.has(name) && !/^constant_\d+$/.test(name) && !isMask(t.data) ? [name] : []));
}

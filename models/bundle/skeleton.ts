// An encoder's ONNX file, taken apart: its graph without weights (the skeleton, in which they are inputs) and the
// weights by names of their own. The skeleton keeps operators, opset and symbolic dimensions as they were exported, so
// that the same encoder can be built for any batch, while its numbers live once, in the bundle's models.
import { AppError } from '../../shared/errors.ts';
import { parseModel, type NodeProto } from '../onnx/parse.ts';
import { attributeTypes, dataTypes, modelProto } from '../onnx/schema.ts';
import { tensorOf, type ExternalData } from '../onnx/tensors.ts';
import { bytesOf, sizeOf } from '../tensor.ts';
import type { Weights } from './bundle.ts';

export type Dimension = number | string | null;
export interface Port { readonly name: string; readonly dims: readonly Dimension[]; readonly dtype: 'float32' | 'int32' | 'int64' | 'bool' }
export interface Skeleton {
  readonly weights: Weights;
  readonly inputs: readonly Port[];
  readonly outputs: readonly string[];
  /** The graph's bytes with these dimensions for its inputs; strings name dimensions that stay open. What `outputs` do not need is left out. */
  readonly bytes: (dims: Readonly<Record<string, readonly (number | string)[]>>, outputs?: readonly string[]) => Uint8Array;
}

/** Inputs of operators that are weights when they are constant; of what is not named here (masks, means, bounds) nothing is learnt. */
const learnt: Readonly<Record<string, readonly number[]>> = {
  MatMul: [0, 1], Gemm: [0, 1, 2], Conv: [1, 2], ConvTranspose: [1, 2], Gather: [0], Add: [0, 1], Mul: [0, 1], PRelu: [1], Transpose: [0], Reshape: [0], Unsqueeze: [0], Squeeze: [0], Expand: [0], Concat: [0, 1, 2, 3],
  LayerNormalization: [1, 2], InstanceNormalization: [1, 2], GroupNormalization: [1, 2], BatchNormalization: [1, 2], Slice: [0], Resize: [0], Einsum: [0, 1, 2],
};
/** An attention mask adds minus infinity, or numbers as good as that; no weight does. */
const largestWeight = 1e4;

/** @param what names the encoder in sentences. AppError('model-unsupported') when this is no ONNX model that is read here, or a weight holds what is no number. */
export function takeApart(file: Uint8Array, what: string, external: ExternalData): Skeleton {
  const refuse = (sentence: string, cause?: unknown): AppError => new AppError('model-unsupported', `The ${what} ${sentence}`, { cause });
  const parsed = sentencesOf(what, () => parseModel(file)), { graph } = parsed;
  // Some exporters write weights as nodes.
  const constants = new Map(graph.node.flatMap((n) => { const t = n.op_type === 'Constant' ? n.attribute.find((a) => a.name === 'value')?.t : undefined; return t === undefined || sizeOf(t.dims) < 2 ? [] : [[n, { ...t, name: n.output[0] ?? '' }] as const]; }));
  const stored = [...graph.initializer, ...constants.values()];
  const uses = usesOf(graph.node), nameFor = naming(graph.node, new Set(stored.map((t) => t.name)), uses);
  const outputs = new Set(graph.output.map((v) => v.name));

  const weights = new Map<string, { dims: readonly number[]; data: Float32Array }>(), renamed = new Map<string, string>();
  for (const t of stored) {
    const used = uses.get(t.name) ?? [];
    if (!floats.has(t.data_type) || sizeOf(t.dims) < 2 || outputs.has(t.name) || used.length === 0 || !used.every(({ node, at }) => learnt[node?.op_type ?? '']?.includes(at) === true)) continue;
    const tensor = sentencesOf(what, () => tensorOf(t, t.name, external));
    if (tensor.dtype !== 'float32') continue;
    const worst = tensor.data.findIndex((v) => Number.isNaN(v)), name = nameFor(t.name, used[0]?.node ?? null);
    if (worst >= 0) throw refuse(`holds a value that is no number in the weight ${name} (entry ${worst} of ${tensor.data.length}).`);
    if (tensor.data.some((v) => Math.abs(v) > largestWeight)) continue;
    weights.set(name, { dims: t.dims, data: tensor.data });
    renamed.set(t.name, name);
  }
  if (weights.size === 0) throw refuse('holds no weights.');

  const isStored = new Set(stored.map((t) => t.name));
  const ports = graph.input.filter((v) => !isStored.has(v.name)).map((v): Port => {
    const type = v.type?.tensor_type, dtype = portTypes.find((name) => dataTypes[name] === type?.elem_type);
    if (type === undefined || dtype === undefined) throw refuse(`takes an input ${v.name} that is no tensor of float32, whole numbers or truth values.`);
    return { name: v.name, dtype, dims: type.shape?.dim.map((d) => d.dim_value ?? d.dim_param ?? null) ?? [] };
  });
  const named = (name: string): string => renamed.get(name) ?? name;
  // Numbers that lie in a file beside the model, and are no weights, come into the skeleton.
  const kept = graph.initializer.filter((t) => !renamed.has(t.name)).map((t) => {
    if (t.data_location === 0) return t;
    const tensor = sentencesOf(what, () => tensorOf(t, t.name, external));
    return { name: t.name, dims: t.dims, data_type: dataTypes[tensor.dtype], raw_data: bytesOf(tensor) };
  });
  const value = (name: string, code: number, dims: readonly (number | string)[]): object => ({ name, type: { tensor_type: { elem_type: code, shape: { dim: dims.map((d) => (typeof d === 'number' ? { dim_value: d } : { dim_param: d })) } } } });
  return {
    weights, inputs: ports, outputs: graph.output.map((v) => v.name),
    bytes: (dims, wanted = graph.output.map((v) => v.name)) => {
      const needed = new Set(wanted);
      const nodes = graph.node.filter((n) => !constants.has(n) || !renamed.has(n.output[0] ?? '')).reverse().filter((n) => {
        if (!n.output.some((o) => needed.has(o))) return false;
        for (const name of namesIn(n)) needed.add(name);
        return true;
      }).reverse();
      return modelProto.encode(modelProto.fromObject({
        ...parsed,
        graph: {
          node: nodes.map((n) => ({ ...n, input: n.input.map(named) })), initializer: kept.filter((t) => needed.has(t.name)), output: wanted.map((name) => ({ name })),
          input: [...ports.map((p) => value(p.name, dataTypes[p.dtype], dims[p.name] ?? p.dims.map((d) => d ?? '?'))), ...[...renamed].filter(([exported]) => needed.has(exported)).map(([, name]) => value(name, dataTypes.float32, weights.get(name)?.dims ?? []))],
        },
      })).finish();
    },
  };
}

/** Runs what reads a file; what it refuses is said of the encoder. */
function sentencesOf<T>(what: string, work: () => T): T {
  try { return work(); } catch (cause) { throw new AppError('model-unsupported', `The ${what} cannot be used: ${cause instanceof Error ? cause.message : String(cause)}`, { cause }); }
}

const portTypes = ['float32', 'int32', 'int64', 'bool'] as const;
/** TensorProto.DataType of numbers that are read as float32. */
const floats: ReadonlySet<number> = new Set([1, 10, 11, 16]);

interface Use { /** Null inside a subgraph. */ readonly node: NodeProto | null; readonly at: number }
function usesOf(nodes: readonly NodeProto[]): Map<string, Use[]> {
  const uses = new Map<string, Use[]>();
  const add = (name: string, use: Use): void => { uses.set(name, [...uses.get(name) ?? [], use]); };
  for (const node of nodes) {
    for (const [at, name] of node.input.entries()) if (name !== '') add(name, { node, at });
    for (const name of namesIn(node).slice(node.input.length)) add(name, { node: null, at: 0 });
  }
  return uses;
}

/** The values a node uses: its inputs, then whatever its subgraphs name. */
function namesIn(node: NodeProto): string[] {
  return [...node.input, ...node.attribute.flatMap(({ type, g }) => (type === attributeTypes.graph && g !== undefined ? g.node.flatMap(namesIn).concat(g.output.map((o) => o.name)) : []))];
}

const isAnonymous = (exported: string): boolean => /^(?:onnx::|_|\/|\d+$|val_|const)/.test(exported);

/**
 * Names for weights: the exporter's own, or where that is a number (onnx::MatMul_12, val_12: matrices that the exporter
 * turned over), what PyTorch would say: after the bias that follows, the place of the node, or the module seen last.
 */
function naming(nodes: readonly NodeProto[], stored: ReadonlySet<string>, uses: ReadonlyMap<string, readonly Use[]>): (exported: string, node: NodeProto | null) => string {
  const seenLast = new Map<NodeProto, string>(), taken = new Set<string>();
  let last = '';
  for (const n of nodes) { seenLast.set(n, last); for (const name of n.input) if (stored.has(name) && !isAnonymous(name)) last = name; }
  const biasOf = (node: NodeProto): string | undefined => {
    const beside = node.op_type === 'Gemm' ? node.input.slice(2) : (uses.get(node.output[0] ?? '') ?? []).flatMap((u) => (u.node?.op_type === 'Add' ? u.node.input : []));
    return beside.find((name) => stored.has(name) && !isAnonymous(name) && name.endsWith('bias'));
  };
  const spoken = (exported: string, node: NodeProto | null): string => {
    if (!isAnonymous(exported) || node === null) return exported;
    const bias = biasOf(node), place = node.name.replace(/\/?[^/]*$/, '');
    if (bias !== undefined) return bias.replace(/bias$/, 'weight');
    return `${place !== '' ? place : (seenLast.get(node) ?? '').replace(/\.?[^.]*$/, '')}/weight`;
  };
  return (exported, node) => {
    const clean = spoken(exported, node).replaceAll(/[^A-Za-z0-9_]+/g, '.').replaceAll(/^\.|\.$/g, ''), stem = clean === '' ? 'weight' : clean;
    for (let n = 1; ; n++) {
      const name = n === 1 ? stem : `${stem}.${n}`;
      if (!taken.has(name)) { taken.add(name); return name; }
    }
  };
}

// The bytes of an ONNX model as a graph with shapes inferred. Only what the shape table knows is read: other
// operators, subgraphs, symbolic dimensions and external data are refused by name.
import { z } from 'zod';
import { AppError } from '../../shared/errors.ts';
import { GraphBuilder } from '../graph/builder.ts';
import type { Attribute, Graph, Value } from '../graph/graph.ts';
import { sizeOf, tensorFromBytes, type DType, type Tensor } from '../tensor.ts';
import { attributeTypes, dataTypes, modelProto } from './schema.ts';

const bytes = z.custom<Uint8Array>((v) => v instanceof Uint8Array);
const tensorSchema = z.object({
  dims: z.array(z.number()).default([]), data_type: z.number(), name: z.string().default(''), raw_data: bytes.optional(),
  float_data: z.array(z.number()).default([]), int32_data: z.array(z.number()).default([]), int64_data: z.array(z.number()).default([]), data_location: z.number().default(0),
});
const attributeSchema = z.object({
  name: z.string(), type: z.number().default(0), f: z.number().default(0), i: z.number().default(0), s: bytes.optional(), t: tensorSchema.optional(),
  ints: z.array(z.number()).default([]), floats: z.array(z.number()).default([]),
});
const valueSchema = z.object({
  name: z.string(),
  type: z.object({ tensor_type: z.object({ elem_type: z.number(), shape: z.object({ dim: z.array(z.object({ dim_value: z.number().optional(), dim_param: z.string().optional() })).default([]) }).default({ dim: [] }) }) }).optional(),
});
const modelSchema = z.object({
  graph: z.object({
    node: z.array(z.object({ input: z.array(z.string()).default([]), output: z.array(z.string()), name: z.string().default(''), op_type: z.string(), domain: z.string().default(''), attribute: z.array(attributeSchema).default([]) })).default([]),
    initializer: z.array(tensorSchema).default([]), input: z.array(valueSchema).default([]), output: z.array(valueSchema).default([]),
  }),
});

const damaged = (sentence: string, cause?: unknown): AppError => new AppError('bundle-damaged', sentence, { cause });

function dtypeOf(code: number, where: string): DType {
  const found = (['float32', 'int32', 'int64', 'bool'] as const).find((name) => dataTypes[name] === code);
  if (found === undefined) throw damaged(`${where} has element type ${code}, which is not supported.`);
  return found;
}

function toTensor(t: z.infer<typeof tensorSchema>): Tensor {
  if (t.data_location !== 0) throw damaged(`The tensor ${t.name} lies in another file, which is not supported.`);
  const dtype = dtypeOf(t.data_type, `The tensor ${t.name}`);
  if (t.raw_data !== undefined && t.raw_data.length > 0) return tensorFromBytes(dtype, t.dims, t.raw_data);
  const listed = dtype === 'float32' ? t.float_data : dtype === 'int64' ? t.int64_data : t.int32_data;
  if (listed.length !== sizeOf(t.dims)) throw damaged(`The tensor ${t.name} of shape [${t.dims.join(', ')}] has ${listed.length} numbers.`);
  switch (dtype) {
    case 'float32': return { dtype, dims: t.dims, data: Float32Array.from(listed) };
    case 'int64': return { dtype, dims: t.dims, data: BigInt64Array.from(listed, BigInt) };
    case 'int32': return { dtype, dims: t.dims, data: Int32Array.from(listed) };
    case 'bool': return { dtype, dims: t.dims, data: Uint8Array.from(listed) };
  }
}

function toAttribute(a: z.infer<typeof attributeSchema>, node: string): Attribute {
  switch (a.type) {
    case attributeTypes.int: return a.i;
    case attributeTypes.float: return { float: a.f };
    case attributeTypes.ints: return a.ints;
    case attributeTypes.string: return new TextDecoder().decode(a.s);
    case attributeTypes.tensor: if (a.t !== undefined) return toTensor(a.t); break;
    default: break;
  }
  throw damaged(`The node ${node} has an attribute ${a.name} of a kind that is not supported.`);
}

/** AppError('bundle-damaged') when the bytes are no ONNX model or hold what is not supported; the sentence names it. */
export function readOnnx(data: Uint8Array): Graph {
  let parsed;
  try {
    parsed = modelSchema.parse(modelProto.toObject(modelProto.decode(data), { longs: Number, defaults: false }));
  } catch (cause) {
    throw damaged('This is not an ONNX model.', cause);
  }
  try {
    return toGraph(parsed.graph);
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw damaged(`The model cannot be read: ${cause instanceof Error ? cause.message : String(cause)}.`, cause);
  }
}

function toGraph(graph: z.infer<typeof modelSchema>['graph']): Graph {
  const g = new GraphBuilder();
  const initial = new Set(graph.initializer.map((t) => t.name));
  for (const t of graph.initializer) g.initializer(t.name, toTensor(t));
  for (const v of graph.input) {
    if (initial.has(v.name)) continue;
    const type = v.type?.tensor_type;
    if (type === undefined) throw damaged(`The input ${v.name} is no tensor, which is not supported.`);
    const shape = type.shape.dim.map((d) => {
      if (d.dim_value === undefined) throw damaged(`The input ${v.name} has the symbolic dimension ${d.dim_param ?? 'without a name'}, which is not supported.`);
      return d.dim_value;
    });
    g.input(v.name, shape, dtypeOf(type.elem_type, `The input ${v.name}`));
  }
  for (const n of graph.node) {
    if (n.domain !== '' && n.domain !== 'ai.onnx') throw damaged(`The node ${n.name} is of the domain ${n.domain}, which is not supported.`);
    const attributes = Object.fromEntries(n.attribute.map((a) => [a.name, toAttribute(a, n.name)]));
    if (n.op_type === 'Constant') {
      const value = attributes['value'];
      if (typeof value !== 'object' || !('dtype' in value)) throw damaged(`The constant ${n.name} is no tensor, which is not supported.`);
      g.initializer(n.output[0] ?? '', value);
    } else g.nodes(n.op_type, n.input.map((i) => (i === '' ? null : g.value(i))), attributes, n.output.length, n.output);
  }
  const outputs: Record<string, Value> = {};
  for (const v of graph.output) outputs[v.name] = g.value(v.name);
  return g.finish(outputs);
}

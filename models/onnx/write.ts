// A graph as the bytes of a standard ONNX model.
import { opsetOf, type Attribute, type Graph, type Value } from '../graph/graph.ts';
import { bytesOf, type Tensor } from '../tensor.ts';
import { attributeTypes, dataTypes, modelProto } from './schema.ts';

const tensor = (t: Tensor, name?: string): object => ({ ...(name === undefined ? {} : { name }), dims: [...t.dims], data_type: dataTypes[t.dtype], raw_data: bytesOf(t) });

function attribute(name: string, a: Attribute): object {
  if (typeof a === 'number') return { name, type: attributeTypes.int, i: a };
  if (typeof a === 'string') return { name, type: attributeTypes.string, s: new TextEncoder().encode(a) };
  if ('float' in a) return { name, type: attributeTypes.float, f: a.float };
  if ('dtype' in a) return { name, type: attributeTypes.tensor, t: tensor(a) };
  return { name, type: attributeTypes.ints, ints: [...a] };
}

const valueInfo = (v: Value, isOpen = false): object => ({
  name: v.name, type: { tensor_type: { elem_type: dataTypes[v.dtype], shape: { dim: v.shape.map((d, i) => (isOpen && i === 0 ? {} : { dim_value: d })) } } },
});

/** Opset 20 where the operators allow it, IR version 9: what onnxruntime 1.17 and later read. The first dimension of the inputs in `open` is left open (graph/open-rows.ts). */
export function writeOnnx(graph: Graph, name: string, open: ReadonlySet<string> = new Set()): Uint8Array {
  return modelProto.encode(modelProto.create({
    ir_version: 9, producer_name: 'regionmed-studio', opset_import: [{ domain: '', version: opsetOf(graph) }],
    graph: {
      name, input: graph.inputs.map((v) => valueInfo(v, open.has(v.name))), output: graph.outputs.map((v) => valueInfo(v)),
      initializer: [...graph.initializers].map(([n, t]) => tensor(t, n)),
      node: graph.nodes.map((n) => ({
        input: [...n.inputs], output: [...n.outputs], name: n.name, op_type: n.op,
        attribute: Object.entries(n.attributes).map(([key, a]) => attribute(key, a)),
      })),
    },
  })).finish();
}

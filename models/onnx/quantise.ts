// A transformer's models in eight bits for inference on a processor: each product with a constant matrix is done in
// integers, the matrix quantised once and symmetrically by output column, the activations as they come (ONNX
// DynamicQuantizeLinear and MatMulInteger, which onnxruntime joins into one kernel). Weights of a bundle stay as they are;
// this is made when a model is opened. Convolutions stay in float32: in eight bits they were four times slower.
import { sizeOf } from '../tensor.ts';
import { parseModel, type AttributeProto, type NodeProto, type TensorProto } from './parse.ts';
import { readOnnx } from './read.ts';
import { attributeTypes, dataTypes, modelProto } from './schema.ts';
import { tensorOf } from './tensors.ts';

/** TensorProto.DataType of int8, in which quantised matrices lie. */
const int8 = 3;
/**
 * Weights take seven of the eight bits, from −64 to 64: processors without VNNI add two products of an unsigned and a
 * signed byte in sixteen bits, 2 · 255 · 64 is the most that fits, and what does not fit is cut off without a word.
 */
const largest = 64;
/** Smaller matrices are not worth the quantising of what they are multiplied with. */
const fewestWeights = 4096;

/** The share of a model's multiplications that are products with constant matrices, in [0, 1]. */
export function matrixShare(model: Uint8Array): number {
  const graph = readOnnx(model), shape = (name: string | undefined): readonly number[] => graph.values.get(name ?? '')?.shape ?? [];
  let matrices = 0, all = 0;
  for (const node of graph.nodes) {
    const [a, b] = [shape(node.inputs[0]), shape(node.inputs[1])], out = sizeOf(shape(node.outputs[0]));
    const work = node.op === 'MatMul' ? out * (a.at(-1) ?? 0) : node.op === 'Gemm' ? (out * sizeOf(b)) / Math.max(1, shape(node.outputs[0])[1] ?? 1) : node.op === 'Conv' ? out * sizeOf(b.slice(1)) : 0;
    all += work;
    if (node.op !== 'Conv' && graph.initializers.has(node.inputs[1] ?? '')) matrices += work;
  }
  return all === 0 ? 0 : matrices / all;
}

/** The model with its matrix products in eight bits; everything else, its inputs and outputs are as they were. */
export function quantised(model: Uint8Array): Uint8Array {
  const parsed = parseModel(model), { graph } = parsed;
  const stored = new Map(graph.initializer.map((t) => [t.name, t]));
  const nodes: object[] = [], initializers: object[] = [], matrices = new Map<string, { readonly values: string; readonly scale: string }>();
  const still = new Set(graph.node.flatMap((n) => (matrixOf(n, stored) === null ? n.input : n.input.filter((_, i) => i !== 1))));
  for (const [i, node] of graph.node.entries()) {
    const found = matrixOf(node, stored);
    if (found === null) { nodes.push({ ...node, attribute: node.attribute.map(written) }); continue; }
    const [x = '', , bias] = node.input, [y = ''] = node.output, key = `${found.tensor.name}${found.transposed ? ' transposed' : ''}`;
    let matrix = matrices.get(key);
    if (matrix === undefined) {
      matrix = { values: `${key}.int8`, scale: `${key}.scale` };
      matrices.set(key, matrix);
      const { values, scales, dims } = quantisedMatrix(found.tensor, found.transposed);
      initializers.push({ name: matrix.values, dims, data_type: int8, raw_data: new Uint8Array(values.buffer) }, { name: matrix.scale, dims: [dims[1]], data_type: dataTypes.float32, raw_data: new Uint8Array(scales.buffer) });
    }
    const name = (part: string): string => `quantised.${i}.${part}`, op = (op_type: string, input: readonly string[], output: readonly string[], attribute: readonly object[] = []): void => { nodes.push({ op_type, name: name(`${op_type}.${output[0] ?? ''}`), input, output, attribute }); };
    const product = bias === undefined || bias === '' ? y : name('product');
    op('DynamicQuantizeLinear', [x], [name('x'), name('x.scale'), name('x.zero')]);
    op('MatMulInteger', [name('x'), matrix.values, name('x.zero')], [name('sum')]);
    op('Cast', [name('sum')], [name('float')], [{ name: 'to', type: attributeTypes.int, i: dataTypes.float32 }]);
    op('Mul', [name('x.scale'), matrix.scale], [name('scale')]);
    op('Mul', [name('float'), name('scale')], [product]);
    if (product !== y) op('Add', [product, bias ?? ''], [y]);
  }
  return modelProto.encode(modelProto.fromObject({ ...parsed, graph: { ...graph, node: nodes, initializer: [...graph.initializer.filter((t) => still.has(t.name)), ...initializers] } })).finish();
}

/** An attribute with the one field that its type names: a field that stands there, even as zero, is taken for the value. */
function written(a: AttributeProto): object {
  const { float, int, string, tensor, ints } = attributeTypes, value = a.type === float ? { f: a.f } : a.type === int ? { i: a.i } : a.type === string ? { s: a.s } : a.type === tensor ? { t: a.t } : a.type === ints ? { ints: a.ints } : { floats: a.floats };
  return { name: a.name, type: a.type, ...value };
}

/** The constant matrix of a product that can be done in integers; null where there is none. */
function matrixOf(node: NodeProto, stored: ReadonlyMap<string, TensorProto>): { readonly tensor: TensorProto; readonly transposed: boolean } | null {
  const tensor = stored.get(node.input[1] ?? '');
  if (tensor?.data_type !== dataTypes.float32 || tensor.dims.length !== 2 || sizeOf(tensor.dims) < fewestWeights) return null;
  if (node.op_type === 'MatMul') return { tensor, transposed: false };
  if (node.op_type !== 'Gemm') return null;
  const attribute = (name: string): NodeProto['attribute'][number] | undefined => node.attribute.find((a) => a.name === name);
  const isPlain = (attribute('transA')?.i ?? 0) === 0 && (attribute('alpha')?.f ?? 1) === 1 && (attribute('beta')?.f ?? 1) === 1;
  return isPlain ? { tensor, transposed: attribute('transB')?.i === 1 } : null;
}

/** [inside, outside] in eight bits with one scale a column: w is about values · scale. */
function quantisedMatrix(t: TensorProto, transposed: boolean): { values: Int8Array<ArrayBuffer>; scales: Float32Array<ArrayBuffer>; dims: readonly [number, number] } {
  const { data } = tensorOf(t, t.name, undefined), [rows = 0, columns = 0] = t.dims;
  const [inside, outside] = transposed ? [columns, rows] : [rows, columns];
  const at = (i: number, o: number): number => Number(data[transposed ? o * columns + i : i * columns + o] ?? 0);
  const values = new Int8Array(inside * outside), scales = new Float32Array(outside);
  for (let o = 0; o < outside; o++) {
    let most = 0;
    for (let i = 0; i < inside; i++) most = Math.max(most, Math.abs(at(i, o)));
    const scale = most === 0 ? 1 : most / largest;
    scales[o] = scale;
    for (let i = 0; i < inside; i++) values[i * outside + o] = Math.round(at(i, o) / scale);
  }
  return { values, scales, dims: [inside, outside] };
}

// Shape inference: what each operator makes of its inputs' shapes (ONNX operator specification, opset 26). Errors name
// the operator; who calls adds the node's name. Static shapes only: an operator whose output's shape depends on the
// numbers, such as NonZero, is not known here.
import type { DType, Tensor } from '../tensor.ts';
import { axisOf, broadcast, dim, integerAttribute, integersAttribute, withDimension } from './attributes.ts';
import { movementShapes } from './movement-shapes.ts';
import { constant, input, optionalConstant, same, upTo, type Inference, type ShapeContext } from './shape-context.ts';
import { windowShapes } from './window-shapes.ts';

const elementwise: Inference = (c) => [{ shape: c.inputs.slice(1).reduce<readonly number[]>((s, t) => (t == null ? s : broadcast(s, t.shape)), input(c, 0).shape), dtype: input(c, 0).dtype }];
const comparison: Inference = (c) => [{ shape: broadcast(input(c, 0).shape, input(c, 1).shape), dtype: 'bool' }];
const test: Inference = (c) => [{ shape: input(c, 0).shape, dtype: 'bool' }];

const reduction: Inference = (c) => {
  const x = input(c, 0);
  const given = optionalConstant(c, 1) ?? integersAttribute(c.attributes, 'axes') ?? [];
  if (given.length === 0 && integerAttribute(c.attributes, 'noop_with_empty_axes', 0) === 1) return [x];
  const axes = new Set((given.length === 0 ? x.shape.map((_, i) => i) : given).map((a) => axisOf(a, x.shape.length)));
  const keep = integerAttribute(c.attributes, 'keepdims', 1) === 1;
  return [{ dtype: x.dtype, shape: x.shape.flatMap((d, i) => (axes.has(i) ? (keep ? [1] : []) : [d])) }];
};
const place: Inference = (c) => {
  const x = input(c, 0).shape;
  const axis = axisOf(integerAttribute(c.attributes, 'axis', 0), x.length);
  return [{ dtype: 'int64', shape: integerAttribute(c.attributes, 'keepdims', 1) === 1 ? withDimension(x, axis, 1) : x.filter((_, i) => i !== axis) }];
};

/** TensorProto.DataType. */
const types: Readonly<Record<number, DType>> = { 1: 'float32', 6: 'int32', 7: 'int64', 9: 'bool' };
const typeAttribute = (c: ShapeContext, name: string, standard: DType): DType => {
  const code = c.attributes[name];
  const found = code === undefined ? standard : types[integerAttribute(c.attributes, name, 0)];
  if (found === undefined) throw new Error(`${name === 'to' ? 'casts to' : 'makes'} float32, int32, int64 and bool only`);
  return found;
};
const drawn: Inference = (c) => [{ shape: integersAttribute(c.attributes, 'shape') ?? input(c, 0).shape, dtype: typeAttribute(c, 'dtype', c.inputs[0]?.dtype ?? 'float32') }];
const windowFunction: Inference = (c) => [{ shape: [dim(constant(c, 0), 0)], dtype: typeAttribute(c, 'output_datatype', 'float32') }];
const tensorAttribute = (value: unknown): value is Tensor => typeof value === 'object' && value !== null && 'dtype' in value;

export const shapeInference: Readonly<Record<string, Inference>> = {
  ...windowShapes, ...movementShapes,
  Add: elementwise, Sub: elementwise, Mul: elementwise, Div: elementwise, Pow: elementwise, Max: elementwise, Min: elementwise, Sum: elementwise, Mean: elementwise, Mod: elementwise, PRelu: elementwise,
  BitwiseAnd: elementwise, BitwiseOr: elementwise, BitwiseXor: elementwise, BitwiseNot: same,
  Neg: same, Abs: same, Exp: same, Log: same, Sqrt: same, Reciprocal: same, Relu: same, LeakyRelu: same, Sigmoid: same, Tanh: same, Softplus: same, Erf: same, Gelu: same, Sign: same, Identity: same, Clip: same,
  Sin: same, Cos: same, Tan: same, Asin: same, Acos: same, Atan: same, Sinh: same, Cosh: same, Asinh: same, Acosh: same, Atanh: same, Softmax: same, LogSoftmax: same, Hardmax: same, Not: same,
  HardSigmoid: same, HardSwish: same, Elu: same, Selu: same, Celu: same, Mish: same, Swish: same, Softsign: same, ThresholdedRelu: same, Shrink: same, Floor: same, Ceil: same, Round: same, CumSum: same,
  Dropout: (c) => upTo(c, [input(c, 0), { shape: input(c, 0).shape, dtype: 'bool' }]),
  IsNaN: test, IsInf: test, Equal: comparison, Greater: comparison, Less: comparison, GreaterOrEqual: comparison, LessOrEqual: comparison, And: comparison, Or: comparison, Xor: comparison,
  Where: (c) => [{ shape: broadcast(input(c, 0).shape, broadcast(input(c, 1).shape, input(c, 2).shape)), dtype: input(c, 1).dtype }],
  Cast: (c) => [{ shape: input(c, 0).shape, dtype: typeAttribute(c, 'to', 'float32') }],
  CastLike: (c) => [{ shape: input(c, 0).shape, dtype: input(c, 1).dtype }],
  MatMul: (c) => {
    const a = input(c, 0).shape, b = input(c, 1).shape;
    if (a.length === 0 || b.length === 0) throw new Error('a scalar is no matrix');
    // A vector is a row on the left and a column on the right, and the axis it lent disappears.
    const left = a.length === 1 ? [1, ...a] : a, right = b.length === 1 ? [...b, 1] : b;
    if (left.at(-1) !== right.at(-2)) throw new Error(`inner dimensions of [${a.join(', ')}] and [${b.join(', ')}] differ`);
    const product = [...broadcast(left.slice(0, -2), right.slice(0, -2)), ...(a.length === 1 ? [] : [dim(left, left.length - 2)]), ...(b.length === 1 ? [] : [dim(right, right.length - 1)])];
    return [{ shape: product, dtype: input(c, 0).dtype }];
  },
  Gemm: (c) => {
    const a = input(c, 0).shape, b = input(c, 1).shape;
    const [ta, tb] = [integerAttribute(c.attributes, 'transA', 0), integerAttribute(c.attributes, 'transB', 0)];
    const [m, k] = ta === 1 ? [dim(a, 1), dim(a, 0)] : [dim(a, 0), dim(a, 1)];
    const [k2, n] = tb === 1 ? [dim(b, 1), dim(b, 0)] : [dim(b, 0), dim(b, 1)];
    if (k !== k2) throw new Error(`inner dimensions ${k} and ${k2} differ`);
    return [{ shape: [m, n], dtype: input(c, 0).dtype }];
  },
  ReduceSum: reduction, ReduceMean: reduction, ReduceMax: reduction, ReduceMin: reduction, ReduceProd: reduction, ReduceL1: reduction, ReduceL2: reduction, ReduceLogSum: reduction, ReduceLogSumExp: reduction, ReduceSumSquare: reduction,
  ArgMax: place, ArgMin: place,
  TopK: (c) => {
    const x = input(c, 0);
    const shape = withDimension(x.shape, axisOf(integerAttribute(c.attributes, 'axis', -1), x.shape.length), dim(constant(c, 1), 0));
    return upTo(c, [{ shape, dtype: x.dtype }, { shape, dtype: 'int64' }]);
  },
  Shape: (c) => {
    const rank = input(c, 0).shape.length;
    const clamp = (v: number): number => Math.min(rank, Math.max(0, v < 0 ? v + rank : v));
    return [{ shape: [Math.max(0, clamp(integerAttribute(c.attributes, 'end', rank)) - clamp(integerAttribute(c.attributes, 'start', 0)))], dtype: 'int64' }];
  },
  Size: () => [{ shape: [], dtype: 'int64' }],
  ConstantOfShape: (c) => { const value = c.attributes['value']; return [{ shape: constant(c, 0), dtype: tensorAttribute(value) ? value.dtype : 'float32' }]; },
  Range: (c) => {
    const [start = 0] = constant(c, 0), [limit = 0] = constant(c, 1), [delta = 1] = constant(c, 2);
    return [{ shape: [Math.max(0, Math.ceil((limit - start) / delta))], dtype: input(c, 0).dtype }];
  },
  EyeLike: (c) => [{ shape: input(c, 0).shape, dtype: typeAttribute(c, 'dtype', input(c, 0).dtype) }],
  RandomNormal: drawn, RandomUniform: drawn, RandomNormalLike: drawn, RandomUniformLike: drawn, Bernoulli: drawn,
  Multinomial: (c) => [{ shape: [dim(input(c, 0).shape, 0), integerAttribute(c.attributes, 'sample_size', 1)], dtype: typeAttribute(c, 'dtype', 'int32') }],
  BlackmanWindow: windowFunction, HannWindow: windowFunction, HammingWindow: windowFunction,
  OneHot: (c) => {
    const indices = input(c, 0).shape;
    const axis = integerAttribute(c.attributes, 'axis', -1);
    const at = axis < 0 ? axis + indices.length + 1 : axis;
    return [{ shape: [...indices.slice(0, at), constant(c, 1)[0] ?? 0, ...indices.slice(at)], dtype: input(c, 2).dtype }];
  },
};

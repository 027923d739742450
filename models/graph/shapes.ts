// Shape inference: what each operator makes of its inputs' shapes (ONNX operator specification, opset 20). Errors name
// the operator; who calls adds the node's name. Static shapes only.
import { numbersOf, sizeOf, type DType, type Tensor } from '../tensor.ts';
import type { Attribute } from './graph.ts';

export interface Typed { readonly shape: readonly number[]; readonly dtype: DType }
export interface ShapeContext {
  readonly inputs: readonly (Typed | null)[];
  /** Values of inputs that are constants (axes, shapes, pads). */
  readonly constants: readonly (Tensor | null)[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly outputCount: number;
}

export function integerAttribute(attributes: Readonly<Record<string, Attribute>>, name: string, standard: number): number {
  const value = attributes[name];
  if (value === undefined) return standard;
  if (typeof value !== 'number') throw new Error(`attribute ${name} is not an integer`);
  return value;
}
export function integersAttribute(attributes: Readonly<Record<string, Attribute>>, name: string): readonly number[] | null {
  const value = attributes[name];
  if (value === undefined) return null;
  if (!Array.isArray(value)) throw new Error(`attribute ${name} is not a list of integers`);
  return value;
}
export function floatAttribute(attributes: Readonly<Record<string, Attribute>>, name: string, standard: number): number {
  const value = attributes[name];
  if (value === undefined) return standard;
  if (typeof value !== 'object' || !('float' in value)) throw new Error(`attribute ${name} is not a float`);
  return value.float;
}

export function broadcast(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const x = a[a.length - rank + i] ?? 1, y = b[b.length - rank + i] ?? 1;
    if (x !== y && x !== 1 && y !== 1) throw new Error(`shapes [${a.join(', ')}] and [${b.join(', ')}] do not broadcast`);
    return Math.max(x, y);
  });
}
export const axisOf = (axis: number, rank: number): number => {
  const a = axis < 0 ? axis + rank : axis;
  if (a < 0 || a >= rank) throw new Error(`axis ${axis} is outside rank ${rank}`);
  return a;
};

const input = (c: ShapeContext, i: number): Typed => {
  const found = c.inputs[i];
  if (found === null || found === undefined) throw new Error(`input ${i} is missing`);
  return found;
};
const constant = (c: ShapeContext, i: number): number[] => {
  const found = c.constants[i];
  if (found === null || found === undefined) throw new Error(`input ${i} must be a constant`);
  return numbersOf(found);
};
const optionalConstant = (c: ShapeContext, i: number): number[] | null => (c.inputs[i] == null ? null : constant(c, i));
const dim = (shape: readonly number[], i: number): number => {
  const d = shape[i];
  if (d === undefined) throw new Error(`rank ${shape.length} has no dimension ${i}`);
  return d;
};

type Inference = (c: ShapeContext) => Typed[];
const same: Inference = (c) => [input(c, 0)];
const elementwise: Inference = (c) => [{ shape: c.inputs.slice(1).reduce<readonly number[]>((s, t) => (t == null ? s : broadcast(s, t.shape)), input(c, 0).shape), dtype: input(c, 0).dtype }];
const comparison: Inference = (c) => [{ shape: broadcast(input(c, 0).shape, input(c, 1).shape), dtype: 'bool' }];

const reduction: Inference = (c) => {
  const x = input(c, 0);
  const given = optionalConstant(c, 1) ?? integersAttribute(c.attributes, 'axes') ?? x.shape.map((_, i) => i);
  const axes = new Set(given.map((a) => axisOf(a, x.shape.length)));
  const keep = integerAttribute(c.attributes, 'keepdims', 1) === 1;
  return [{ dtype: x.dtype, shape: x.shape.flatMap((d, i) => (axes.has(i) ? (keep ? [1] : []) : [d])) }];
};

/** Pads, strides and dilations of a spatial operator, with the specification's defaults. */
export function spatial(attributes: Readonly<Record<string, Attribute>>, rank: number, kernel: readonly number[]): { kernel: readonly number[]; strides: readonly number[]; pads: readonly number[]; dilations: readonly number[]; group: number } {
  const auto = attributes['auto_pad'];
  if (auto !== undefined && auto !== 'NOTSET') throw new Error(`auto_pad ${JSON.stringify(auto)} is not supported`);
  for (const name of ['ceil_mode', 'output_shape']) if ((attributes[name] ?? 0) !== 0) throw new Error(`attribute ${name} is not supported`);
  return {
    kernel, group: integerAttribute(attributes, 'group', 1),
    strides: integersAttribute(attributes, 'strides') ?? new Array<number>(rank).fill(1),
    dilations: integersAttribute(attributes, 'dilations') ?? new Array<number>(rank).fill(1),
    pads: integersAttribute(attributes, 'pads') ?? new Array<number>(2 * rank).fill(0),
  };
}

const pooled = (c: ShapeContext): Typed[] => {
  const x = input(c, 0);
  const rank = x.shape.length - 2;
  const a = spatial(c.attributes, rank, integersAttribute(c.attributes, 'kernel_shape') ?? []);
  const out = a.kernel.map((k, i) => Math.floor((dim(x.shape, i + 2) + dim(a.pads, i) + dim(a.pads, i + rank) - dim(a.dilations, i) * (k - 1) - 1) / dim(a.strides, i)) + 1);
  return [{ dtype: x.dtype, shape: [dim(x.shape, 0), dim(x.shape, 1), ...out] }];
};

const castTypes: Readonly<Record<number, DType>> = { 1: 'float32', 6: 'int32', 7: 'int64', 9: 'bool' };

export const shapeInference: Readonly<Record<string, Inference>> = {
  Add: elementwise, Sub: elementwise, Mul: elementwise, Div: elementwise, Pow: elementwise, Max: elementwise, Min: elementwise,
  Neg: same, Abs: same, Exp: same, Log: same, Sqrt: same, Reciprocal: same, Relu: same, LeakyRelu: same, Sigmoid: same, Tanh: same, Softplus: same,
  Erf: same, Gelu: same, Sin: same, Cos: same, Sign: same, Identity: same, Clip: same, Softmax: same, LogSoftmax: same, Not: same, HardSigmoid: same, HardSwish: same, Elu: same, Dropout: same,
  Equal: comparison, Greater: comparison, Less: comparison, GreaterOrEqual: comparison, LessOrEqual: comparison, And: comparison, Or: comparison,
  Where: (c) => [{ shape: broadcast(input(c, 0).shape, broadcast(input(c, 1).shape, input(c, 2).shape)), dtype: input(c, 1).dtype }],
  Cast: (c) => {
    const dtype = castTypes[integerAttribute(c.attributes, 'to', 0)];
    if (dtype === undefined) throw new Error('casts to float32, int32, int64 and bool only');
    return [{ shape: input(c, 0).shape, dtype }];
  },
  MatMul: (c) => {
    const a = input(c, 0).shape, b = input(c, 1).shape;
    if (a.length < 2 || b.length < 2) throw new Error('needs matrices of rank 2 or more');
    if (a.at(-1) !== b.at(-2)) throw new Error(`inner dimensions of [${a.join(', ')}] and [${b.join(', ')}] differ`);
    return [{ shape: [...broadcast(a.slice(0, -2), b.slice(0, -2)), a.at(-2) ?? 0, b.at(-1) ?? 0], dtype: input(c, 0).dtype }];
  },
  Gemm: (c) => {
    const a = input(c, 0).shape, b = input(c, 1).shape;
    const [ta, tb] = [integerAttribute(c.attributes, 'transA', 0), integerAttribute(c.attributes, 'transB', 0)];
    const [m, k] = ta === 1 ? [dim(a, 1), dim(a, 0)] : [dim(a, 0), dim(a, 1)];
    const [k2, n] = tb === 1 ? [dim(b, 1), dim(b, 0)] : [dim(b, 0), dim(b, 1)];
    if (k !== k2) throw new Error(`inner dimensions ${k} and ${k2} differ`);
    return [{ shape: [m, n], dtype: input(c, 0).dtype }];
  },
  Conv: (c) => {
    const x = input(c, 0).shape, w = input(c, 1).shape;
    const rank = x.length - 2;
    const a = spatial(c.attributes, rank, w.slice(2));
    if (dim(x, 1) !== dim(w, 1) * a.group) throw new Error(`${dim(x, 1)} channels do not fit weights [${w.join(', ')}] in ${a.group} groups`);
    const out = a.kernel.map((k, i) => Math.floor((dim(x, i + 2) + dim(a.pads, i) + dim(a.pads, i + rank) - dim(a.dilations, i) * (k - 1) - 1) / dim(a.strides, i)) + 1);
    return [{ shape: [dim(x, 0), dim(w, 0), ...out], dtype: input(c, 0).dtype }];
  },
  ConvTranspose: (c) => {
    const x = input(c, 0).shape, w = input(c, 1).shape;
    const rank = x.length - 2;
    const a = spatial(c.attributes, rank, w.slice(2));
    const extra = integersAttribute(c.attributes, 'output_padding') ?? new Array<number>(rank).fill(0);
    const out = a.kernel.map((k, i) => (dim(x, i + 2) - 1) * dim(a.strides, i) - dim(a.pads, i) - dim(a.pads, i + rank) + dim(a.dilations, i) * (k - 1) + 1 + dim(extra, i));
    return [{ shape: [dim(x, 0), dim(w, 1) * a.group, ...out], dtype: input(c, 0).dtype }];
  },
  LayerNormalization: (c) => [input(c, 0)],
  InstanceNormalization: same,
  GroupNormalization: same,
  BatchNormalization: same,
  Reshape: (c) => {
    const x = input(c, 0);
    const wanted = constant(c, 1);
    const shape = wanted.map((d, i) => (d === 0 && integerAttribute(c.attributes, 'allowzero', 0) === 0 ? dim(x.shape, i) : d));
    const free = shape.indexOf(-1);
    if (free >= 0) shape[free] = sizeOf(x.shape) / sizeOf(shape.filter((d) => d !== -1));
    if (sizeOf(shape) !== sizeOf(x.shape) || !shape.every(Number.isInteger)) throw new Error(`[${x.shape.join(', ')}] cannot be [${wanted.join(', ')}]`);
    return [{ shape, dtype: x.dtype }];
  },
  Flatten: (c) => {
    const x = input(c, 0);
    const axis = integerAttribute(c.attributes, 'axis', 1);
    return [{ shape: [sizeOf(x.shape.slice(0, axis)), sizeOf(x.shape.slice(axis))], dtype: x.dtype }];
  },
  Transpose: (c) => {
    const x = input(c, 0);
    const perm = integersAttribute(c.attributes, 'perm') ?? x.shape.map((_, i) => x.shape.length - 1 - i);
    return [{ shape: perm.map((p) => dim(x.shape, p)), dtype: x.dtype }];
  },
  Concat: (c) => {
    const all = c.inputs.map((_, i) => input(c, i));
    const first = input(c, 0);
    const axis = axisOf(integerAttribute(c.attributes, 'axis', 0), first.shape.length);
    for (const t of all) if (t.shape.length !== first.shape.length || t.shape.some((d, i) => i !== axis && d !== first.shape[i])) throw new Error(`shapes [${first.shape.join(', ')}] and [${t.shape.join(', ')}] cannot be joined along ${axis}`);
    return [{ dtype: first.dtype, shape: first.shape.map((d, i) => (i === axis ? all.reduce((s, t) => s + dim(t.shape, axis), 0) : d)) }];
  },
  Split: (c) => {
    const x = input(c, 0);
    const axis = axisOf(integerAttribute(c.attributes, 'axis', 0), x.shape.length);
    const n = c.outputCount;
    const each = Math.ceil(dim(x.shape, axis) / n);
    const parts = optionalConstant(c, 1) ?? Array.from({ length: n }, (_, i) => Math.min(each, dim(x.shape, axis) - i * each));
    return parts.map((p) => ({ dtype: x.dtype, shape: x.shape.map((d, i) => (i === axis ? p : d)) }));
  },
  Slice: (c) => {
    const x = input(c, 0);
    const starts = constant(c, 1), ends = constant(c, 2);
    const axes = optionalConstant(c, 3) ?? starts.map((_, i) => i), steps = optionalConstant(c, 4) ?? starts.map(() => 1);
    const shape = [...x.shape];
    for (const [i, a] of axes.entries()) { const axis = axisOf(a, shape.length); shape[axis] = sliceRange(dim(x.shape, axis), dim(starts, i), dim(ends, i), dim(steps, i)).length; }
    return [{ shape, dtype: x.dtype }];
  },
  Pad: (c) => {
    const x = input(c, 0);
    const pads = constant(c, 1), axes = optionalConstant(c, 3) ?? x.shape.map((_, i) => i);
    const shape = [...x.shape];
    for (const [i, a] of axes.entries()) { const axis = axisOf(a, shape.length); shape[axis] = dim(x.shape, axis) + dim(pads, i) + dim(pads, i + axes.length); }
    return [{ shape, dtype: x.dtype }];
  },
  Gather: (c) => {
    const x = input(c, 0), indices = input(c, 1);
    const axis = axisOf(integerAttribute(c.attributes, 'axis', 0), x.shape.length);
    return [{ dtype: x.dtype, shape: [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)] }];
  },
  Expand: (c) => [{ shape: broadcast(input(c, 0).shape, constant(c, 1)), dtype: input(c, 0).dtype }],
  Squeeze: (c) => {
    const x = input(c, 0);
    const axes = optionalConstant(c, 1)?.map((a) => axisOf(a, x.shape.length)) ?? x.shape.flatMap((d, i) => (d === 1 ? [i] : []));
    return [{ dtype: x.dtype, shape: x.shape.filter((_, i) => !axes.includes(i)) }];
  },
  Unsqueeze: (c) => {
    const x = input(c, 0);
    const given = constant(c, 1);
    const axes = new Set(given.map((a) => axisOf(a, x.shape.length + given.length)));
    let from = 0;
    return [{ dtype: x.dtype, shape: Array.from({ length: x.shape.length + axes.size }, (_, i) => (axes.has(i) ? 1 : dim(x.shape, from++))) }];
  },
  ReduceSum: reduction, ReduceMean: reduction, ReduceMax: reduction,
  GlobalAveragePool: (c) => [{ dtype: input(c, 0).dtype, shape: input(c, 0).shape.map((d, i) => (i < 2 ? d : 1)) }],
  AveragePool: pooled, MaxPool: pooled,
  Resize: (c) => {
    const x = input(c, 0);
    const scales = c.inputs[2] == null ? null : constant(c, 2);
    const sizes = scales === null || scales.length === 0 ? constant(c, 3) : x.shape.map((d, i) => Math.floor(d * dim(scales, i)));
    return [{ shape: sizes, dtype: x.dtype }];
  },
  Shape: (c) => [{ shape: [input(c, 0).shape.length], dtype: 'int64' }],
  ConstantOfShape: (c) => {
    const value = c.attributes['value'];
    return [{ shape: constant(c, 0), dtype: typeof value === 'object' && 'dtype' in value ? value.dtype : 'float32' }];
  },
  OneHot: (c) => {
    const indices = input(c, 0).shape;
    const axis = integerAttribute(c.attributes, 'axis', -1);
    const at = axis < 0 ? axis + indices.length + 1 : axis;
    return [{ shape: [...indices.slice(0, at), constant(c, 1)[0] ?? 0, ...indices.slice(at)], dtype: input(c, 2).dtype }];
  },
  ScatterND: same, ScatterElements: same,
};

/** ONNX Slice's clamping of start and end, and how many elements it takes. */
export function sliceRange(size: number, start: number, end: number, step: number): { start: number; end: number; length: number } {
  const wrap = (v: number): number => (v < 0 ? v + size : v);
  const s = step > 0 ? Math.min(size, Math.max(0, wrap(start))) : Math.min(size - 1, Math.max(0, wrap(start)));
  const e = step > 0 ? Math.min(size, Math.max(0, wrap(end))) : Math.min(size - 1, Math.max(-1, end < -size ? -1 : wrap(end)));
  return { start: s, end: e, length: Math.max(0, Math.ceil((e - s) / step)) };
}

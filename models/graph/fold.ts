// Arithmetic on constants while a graph is built: exporters compute the targets of Reshape, Expand, Slice and Resize,
// attention masks and positions from the shapes of other values, and with static shapes all of that is known. Only the
// operators of such arithmetic are here; shapes come from shape inference, numbers follow the ONNX specification.
import { saturated, sizeOf, type DType, type Tensor } from '../tensor.ts';
import { axisOf, integerAttribute, integersAttribute, sliceRange, stringAttribute, type AttributeRecord } from './attributes.ts';
import type { Typed } from './shape-context.ts';
import { shapeInference } from './shapes.ts';

/** Larger results (a mask over 1024 x 1024) stay operators: a model is not blown up by what it can compute. */
const largest = 1 << 20;

interface Numbers { readonly dims: readonly number[]; readonly data: ArrayLike<number>; readonly dtype: DType }
interface Call { readonly x: (i: number) => Numbers; readonly optional: (i: number) => Numbers | null; readonly count: number; readonly attributes: AttributeRecord; readonly out: Typed; /** Which output. */ readonly at: number; readonly outs: readonly Typed[] }
type Evaluator = (c: Call) => ArrayLike<number>;

/** Numbers of shape `dims`, each from its index. The index array is one and the same at every call. */
function filled(dims: readonly number[], at: (index: readonly number[]) => number): number[] {
  const index = dims.map(() => 0), numbers: number[] = [];
  for (let left = sizeOf(dims); left > 0; left--) {
    numbers.push(at(index));
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      index[axis] = (index[axis] ?? 0) + 1;
      if (index[axis] !== dims[axis]) break;
      index[axis] = 0;
    }
  }
  return numbers;
}
/** Element of `t` at `index`, whose leading axes it may lack and along whose axes of length 1 it is the same. */
function element(t: Numbers, index: readonly number[]): number {
  const lead = index.length - t.dims.length;
  let at = 0;
  for (const [axis, d] of t.dims.entries()) at = at * d + (d === 1 ? 0 : index[axis + lead] ?? 0);
  const found = t.data[at];
  if (found === undefined) throw new Error(`an index is outside [${t.dims.join(', ')}]`);
  return found;
}

const unary = (f: (v: number) => number): Evaluator => ({ x }) => Array.from(x(0).data, f);
const nary = (f: (a: number, b: number) => number): Evaluator => ({ x, count, out }) => filled(out.shape, (index) => { let v = element(x(0), index); for (let i = 1; i < count; i++) v = f(v, element(x(i), index)); return v; });
const truth = (f: (a: number, b: number) => boolean): Evaluator => nary((a, b) => (f(a, b) ? 1 : 0));
const same: Evaluator = ({ x }) => x(0).data;
const isInteger = (t: Numbers): boolean => t.dtype !== 'float32';

const divide: Evaluator = (c) => nary((a, b) => {
  if (!isInteger(c.x(0))) return a / b;
  if (b === 0) throw new Error('a division by zero');
  return Math.trunc(a / b);
})(c);
/** Sign of the divisor, unless fmod asks for C's. */
const modulo: Evaluator = (c) => nary((a, b) => { if (b === 0 && isInteger(c.x(0))) throw new Error('a division by zero'); const m = a % b; return integerAttribute(c.attributes, 'fmod', 0) === 0 && m !== 0 && m < 0 !== b < 0 ? m + b : m; })(c);
const halfToEven = (v: number): number => { const r = Math.round(v); return Math.abs(v % 1) === 0.5 && r % 2 !== 0 ? r - 1 : r; };

function reduce(start: number, f: (a: number, b: number) => number): Evaluator {
  return ({ x, optional, attributes, out }) => {
    const t = x(0);
    const given = integersOf(optional(1)) ?? integersAttribute(attributes, 'axes') ?? [];
    const axes = new Set((given.length > 0 ? given : t.dims.map((_, i) => i)).map((a) => axisOf(a, t.dims.length)));
    const kept = t.dims.map((d, i) => (axes.has(i) ? 1 : d));
    const sums = new Array<number>(sizeOf(out.shape)).fill(start);
    const numbers = filled(t.dims, (index) => { let at = 0; for (const [i, d] of kept.entries()) at = at * d + (d === 1 ? 0 : index[i] ?? 0); return at; });
    for (const [i, at] of numbers.entries()) sums[at] = f(sums[at] ?? start, t.data[i] ?? 0);
    return sums;
  };
}
const integersOf = (t: Numbers | null): number[] | null => (t === null ? null : Array.from(t.data));

const evaluators: Readonly<Record<string, Evaluator>> = {
  Identity: same, Reshape: same, Flatten: same, Squeeze: same, Unsqueeze: same,
  Neg: unary((v) => -v), Abs: unary(Math.abs), Sign: unary(Math.sign), Floor: unary(Math.floor), Ceil: unary(Math.ceil), Round: unary(halfToEven), Sqrt: unary(Math.sqrt), Reciprocal: unary((v) => 1 / v),
  Exp: unary(Math.exp), Log: unary(Math.log), Not: unary((v) => (v === 0 ? 1 : 0)), IsNaN: unary((v) => (Number.isNaN(v) ? 1 : 0)), IsInf: unary((v) => (Math.abs(v) === Infinity ? 1 : 0)),
  Cast: ({ x, out }) => Array.from(x(0).data, (v) => (out.dtype === 'bool' ? Number(v !== 0) : out.dtype === 'float32' ? v : Math.trunc(v))),
  Add: nary((a, b) => a + b), Sub: nary((a, b) => a - b), Mul: nary((a, b) => a * b), Pow: nary((a, b) => a ** b), Min: nary(Math.min), Max: nary(Math.max), Div: divide, Mod: modulo,
  Equal: truth((a, b) => a === b), Greater: truth((a, b) => a > b), Less: truth((a, b) => a < b), GreaterOrEqual: truth((a, b) => a >= b), LessOrEqual: truth((a, b) => a <= b),
  And: truth((a, b) => a !== 0 && b !== 0), Or: truth((a, b) => a !== 0 || b !== 0), Xor: truth((a, b) => (a !== 0) !== (b !== 0)),
  Where: ({ x, out }) => filled(out.shape, (index) => element(element(x(0), index) === 0 ? x(2) : x(1), index)),
  Expand: ({ x, out }) => filled(out.shape, (index) => element(x(0), index)),
  Tile: ({ x, out }) => filled(out.shape, (index) => element(x(0), index.map((v, i) => v % (x(0).dims[i] ?? 1)))),
  Transpose: ({ x, attributes, out }) => {
    const perm = integersAttribute(attributes, 'perm') ?? out.shape.map((_, i) => out.shape.length - 1 - i);
    return filled(out.shape, (index) => element(x(0), x(0).dims.map((_, axis) => index[perm.indexOf(axis)] ?? 0)));
  },
  Gather: ({ x, attributes, out }) => {
    const t = x(0), indices = x(1), axis = axisOf(integerAttribute(attributes, 'axis', 0), t.dims.length), n = t.dims[axis] ?? 0;
    return filled(out.shape, (index) => {
      const chosen = element(indices, index.slice(axis, axis + indices.dims.length));
      if (chosen < -n || chosen >= n) throw new Error(`the index ${chosen} is outside [${t.dims.join(', ')}]`);
      return element(t, [...index.slice(0, axis), chosen < 0 ? chosen + n : chosen, ...index.slice(axis + indices.dims.length)]);
    });
  },
  Slice: ({ x, optional, out }) => {
    const t = x(0), starts = Array.from(x(1).data), ends = Array.from(x(2).data);
    const axes = integersOf(optional(3)) ?? starts.map((_, i) => i), steps = integersOf(optional(4)) ?? starts.map(() => 1);
    const from = t.dims.map(() => ({ start: 0, step: 1 }));
    for (const [i, a] of axes.entries()) { const axis = axisOf(a, t.dims.length), step = steps[i] ?? 1; from[axis] = { step, start: sliceRange(t.dims[axis] ?? 0, starts[i] ?? 0, ends[i] ?? 0, step).start }; }
    return filled(out.shape, (index) => element(t, index.map((v, axis) => { const f = from[axis]; return f === undefined ? v : f.start + v * f.step; })));
  },
  Concat: ({ x, count, attributes, out }) => {
    const axis = axisOf(integerAttribute(attributes, 'axis', 0), out.shape.length);
    return filled(out.shape, (index) => {
      let at = index[axis] ?? 0, i = 0;
      for (; i < count - 1 && at >= (x(i).dims[axis] ?? 0); i++) at -= x(i).dims[axis] ?? 0;
      return element(x(i), index.with(axis, at));
    });
  },
  Split: ({ x, attributes, out, outs, at }) => {
    const axis = axisOf(integerAttribute(attributes, 'axis', 0), out.shape.length);
    const before = outs.slice(0, at).reduce((sum, o) => sum + (o.shape[axis] ?? 0), 0);
    return filled(out.shape, (index) => element(x(0), index.with(axis, (index[axis] ?? 0) + before)));
  },
  Range: ({ x, out }) => Array.from({ length: sizeOf(out.shape) }, (_, i) => (x(0).data[0] ?? 0) + i * (x(2).data[0] ?? 0)),
  ConstantOfShape: ({ attributes, out }) => { const v = attributes['value']; return new Array<number>(sizeOf(out.shape)).fill(typeof v === 'object' && 'dtype' in v ? Number(v.data[0] ?? 0) : 0); },
  Trilu: ({ x, optional, attributes, out }) => {
    const k = optional(1)?.data[0] ?? 0, upper = integerAttribute(attributes, 'upper', 1) === 1;
    return filled(out.shape, (index) => { const distance = (index.at(-1) ?? 0) - (index.at(-2) ?? 0); return (upper ? distance >= k : distance <= k) ? element(x(0), index) : 0; });
  },
  CumSum: ({ x, attributes, out }) => {
    if (integerAttribute(attributes, 'exclusive', 0) === 1 || integerAttribute(attributes, 'reverse', 0) === 1) throw new Error('only plain running sums of constants are computed');
    const axis = axisOf(x(1).data[0] ?? 0, out.shape.length), inner = sizeOf(out.shape.slice(axis + 1)), sums = Array.from(x(0).data);
    for (let i = inner; i < sums.length; i++) if (Math.floor(i / inner) % (out.shape[axis] ?? 1) !== 0) sums[i] = (sums[i] ?? 0) + (sums[i - inner] ?? 0);
    return sums;
  },
  ScatterND: ({ x, attributes, out }) => {
    if (stringAttribute(attributes, 'reduction', 'none') !== 'none') throw new Error('constants are scattered without a reduction only');
    const t = x(0), indices = x(1), updates = x(2), depth = indices.dims.at(-1) ?? 0, inner = sizeOf(out.shape.slice(depth)), result = Array.from(t.data);
    for (let i = 0; i < sizeOf(indices.dims.slice(0, -1)); i++) {
      let at = 0;
      for (let k = 0; k < depth; k++) { const v = indices.data[i * depth + k] ?? 0, d = t.dims[k] ?? 1; at = at * d + (v < 0 ? v + d : v); }
      for (let j = 0; j < inner; j++) result[at * inner + j] = updates.data[i * inner + j] ?? 0;
    }
    return result;
  },
  ReduceSum: reduce(0, (a, b) => a + b), ReduceProd: reduce(1, (a, b) => a * b), ReduceMin: reduce(Infinity, Math.min), ReduceMax: reduce(-Infinity, Math.max),
};

/** Operators that are computed here; each is compared with onnxruntime in the tests. */
export const foldedOperators: readonly string[] = Object.keys(evaluators);

/** The outputs of an operator whose inputs are all constants; null when this is no arithmetic that is done here, or too large. */
export function fold(op: string, inputs: readonly (Tensor | null)[], attributes: AttributeRecord, outputCount: number): Tensor[] | null {
  const evaluator = evaluators[op], infer = shapeInference[op];
  if (evaluator === undefined || infer === undefined || inputs.length === 0) return null;
  const outs = infer({ inputs: inputs.map((t) => (t === null ? null : { shape: t.dims, dtype: t.dtype })), constants: inputs, attributes, outputCount });
  if (outs.some((o) => !(sizeOf(o.shape) <= largest))) return null;
  const numbers = inputs.map((t): Numbers | null => (t === null ? null : { dims: t.dims, dtype: t.dtype, data: t.dtype === 'int64' ? Float64Array.from(t.data, Number) : t.data }));
  const optional = (i: number): Numbers | null => numbers[i] ?? null;
  const x = (i: number): Numbers => { const found = optional(i); if (found === null) throw new Error(`input ${i} is missing`); return found; };
  return outs.map((out, at) => tensor(out, evaluator({ x, optional, count: numbers.length, attributes, out, outs, at })));
}

function tensor({ shape: dims, dtype }: Typed, numbers: ArrayLike<number>): Tensor {
  if (numbers.length !== sizeOf(dims)) throw new Error(`${numbers.length} numbers do not make [${dims.join(', ')}]`);
  switch (dtype) {
    case 'float32': return { dtype, dims, data: Float32Array.from(numbers) };
    case 'int64': return { dtype, dims, data: BigInt64Array.from(numbers, saturated) };
    case 'int32': return { dtype, dims, data: Int32Array.from(numbers) };
    case 'bool': return { dtype, dims, data: Uint8Array.from(numbers) };
  }
}

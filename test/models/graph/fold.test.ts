// Arithmetic on constants against onnxruntime, operator by operator, and on random chains of the operators that
// exporters write. A Reshape that goes to a wrong target would train on scrambled numbers.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fold, foldedOperators } from '../../../models/graph/fold.ts';
import type { Attributes } from '../../../models/graph/builder.ts';
import { dataTypes, modelProto, attributeTypes } from '../../../models/onnx/schema.ts';
import { openSession } from '../../../models/runtime/session.ts';
import { bytesOf, float32, int64, numbersOf, type Tensor } from '../../../models/tensor.ts';

interface Case { readonly inputs: readonly (Tensor | null)[]; readonly attributes?: Attributes; readonly outputs?: number }
const bool = (dims: readonly number[], data: readonly number[]): Tensor => ({ dtype: 'bool', dims, data: Uint8Array.from(data) });
const int32 = (dims: readonly number[], data: readonly number[]): Tensor => ({ dtype: 'int32', dims, data: Int32Array.from(data) });

/** The operator on initializers, as onnxruntime computes it. */
async function reference(op: string, { inputs, attributes = {}, outputs = 1 }: Case): Promise<Tensor[]> {
  const names = Array.from({ length: outputs }, (_, i) => `y${i}`);
  const attribute = Object.entries(attributes).map(([name, a]) => (typeof a === 'number' ? { name, type: attributeTypes.int, i: a } : Array.isArray(a) ? { name, type: attributeTypes.ints, ints: a } : typeof a === 'object' && 'dtype' in a ? { name, type: attributeTypes.tensor, t: proto(a, '') } : {}));
  const graph = { name: 'g', node: [{ op_type: op, name: 'n', input: inputs.map((t, i) => (t === null ? '' : `x${i}`)), output: names, attribute }], initializer: inputs.flatMap((t, i) => (t === null ? [] : [proto(t, `x${i}`)])), output: names.map((name) => ({ name })) };
  const session = await openSession(modelProto.encode(modelProto.fromObject({ ir_version: 9, opset_import: [{ domain: '', version: 20 }], graph })).finish(), { threads: 1 });
  try {
    const found = await session.run({});
    return names.map((name) => { const t = found[name]; if (t === undefined) throw new Error(name); return t; });
  } finally { await session.release(); }
}
const proto = (t: Tensor, name: string): object => ({ name, dims: [...t.dims], data_type: dataTypes[t.dtype], raw_data: bytesOf(t) });
const plain = (t: Tensor | undefined): object => (t === undefined ? {} : { dtype: t.dtype, dims: [...t.dims], numbers: numbersOf(t).map((v) => Math.fround(v) + 0) });

const a = int64([2, 3], [5, -7, 4, 0, 9, -2]), b = int64([3], [2, 3, -3]), f = float32([2, 3], [0.5, -1.5, 2.5, 4, 1e-3, 100]), p = float32([3], [0.5, 1.5, 2]), i32 = int32([2, 2], [1, 2, 3, 4]);
const yes = bool([2, 3], [1, 0, 1, 1, 0, 0]), no = bool([3], [0, 0, 1]);
const one: Case[] = [{ inputs: [f] }], both: Case[] = [{ inputs: [a, b] }, { inputs: [f, p] }], compared: Case[] = [{ inputs: [a, b] }, { inputs: [f, p] }, { inputs: [int64([2, 1], [3, 4]), int64([1, 2], [3, 5])] }], logical: Case[] = [{ inputs: [yes, no] }];
const many: Case[] = [...both, { inputs: [a, b, int64([], [3])] }];

const cases: Readonly<Record<string, readonly Case[]>> = {
  Identity: one, Reshape: [{ inputs: [a, int64([2], [3, -1])] }, { inputs: [a, int64([3], [0, 1, 3])] }], Flatten: [{ inputs: [int64([2, 1, 3], [1, 2, 3, 4, 5, 6])], attributes: { axis: 2 } }],
  Squeeze: [{ inputs: [int64([1, 2, 1], [1, 2]), int64([1], [0])] }, { inputs: [int64([1, 2, 1], [1, 2])] }], Unsqueeze: [{ inputs: [a, int64([2], [0, -1])] }],
  Neg: [...one, { inputs: [a] }], Abs: [...one, { inputs: [a] }], Sign: [...one, { inputs: [a] }], Floor: one, Ceil: one, Round: [{ inputs: [float32([7], [0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 1.2])] }], Sqrt: [{ inputs: [p] }], Reciprocal: one, Exp: [{ inputs: [p] }], Log: [{ inputs: [p] }],
  Not: [{ inputs: [yes] }], IsNaN: [{ inputs: [float32([2], [NaN, 1])] }], IsInf: [{ inputs: [float32([3], [-Infinity, 1, Infinity])] }],
  Cast: [{ inputs: [f], attributes: { to: 7 } }, { inputs: [f], attributes: { to: 9 } }, { inputs: [a], attributes: { to: 1 } }, { inputs: [yes], attributes: { to: 6 } }, { inputs: [a], attributes: { to: 9 } }],
  Add: [...both, { inputs: [i32, int32([2], [1, 1])] }], Sub: both, Mul: both, Div: [...both, { inputs: [int64([4], [7, -7, 7, -7]), int64([4], [2, 2, -2, -2])] }], Mod: [{ inputs: [a, b] }, { inputs: [int64([4], [7, -7, 7, -7]), int64([4], [2, 2, -2, -2])] }, { inputs: [f, p], attributes: { fmod: 1 } }, { inputs: [a, b], attributes: { fmod: 1 } }],
  Pow: [{ inputs: [a, int64([], [2])] }, { inputs: [p, float32([], [0.5])] }], Min: many, Max: many, Equal: compared, Greater: compared, Less: compared, GreaterOrEqual: compared, LessOrEqual: compared, And: logical, Or: logical, Xor: logical,
  Where: [{ inputs: [yes, a, b] }, { inputs: [no, float32([], [0]), f] }], Expand: [{ inputs: [b, int64([3], [2, 1, 3])] }, { inputs: [int64([2, 1], [1, 2]), int64([1], [3])] }], Tile: [{ inputs: [a, int64([2], [2, 2])] }],
  Transpose: [{ inputs: [a] }, { inputs: [int64([2, 1, 3], [1, 2, 3, 4, 5, 6])], attributes: { perm: [2, 0, 1] } }],
  Gather: [{ inputs: [a, int64([], [-1])], attributes: { axis: 1 } }, { inputs: [a, int64([1, 2], [1, 0])] }, { inputs: [b, int64([2], [0, 2])], attributes: { axis: -1 } }],
  Slice: [{ inputs: [a, int64([1], [1]), int64([1], [2 ** 63]), int64([1], [1])] }, { inputs: [b, int64([1], [-1]), int64([1], [-(2 ** 63)]), int64([1], [0]), int64([1], [-1])] }, { inputs: [a, int64([2], [0, -3]), int64([2], [9, -1])] }, { inputs: [b, int64([1], [2]), int64([1], [1])] }],
  Concat: [{ inputs: [a, a], attributes: { axis: 1 } }, { inputs: [b, int64([1], [4]), b], attributes: { axis: 0 } }], Split: [{ inputs: [b, int64([2], [1, 2])], outputs: 2 }, { inputs: [a, int64([3], [1, 1, 1])], attributes: { axis: -1 }, outputs: 3 }],
  Range: [{ inputs: [int64([], [1]), int64([], [7]), int64([], [2])] }, { inputs: [int64([], [3]), int64([], [0]), int64([], [-1])] }, { inputs: [float32([], [0]), float32([], [1]), float32([], [0.25])] }],
  ConstantOfShape: [{ inputs: [int64([2], [2, 3])] }, { inputs: [int64([1], [2])], attributes: { value: int64([1], [7]) } }, { inputs: [int64([0], [])], attributes: { value: bool([1], [1]) } }],
  Trilu: [{ inputs: [a] }, { inputs: [a, int64([], [1])] }, { inputs: [f, int64([], [-1])], attributes: { upper: 0 } }], CumSum: [{ inputs: [a, int64([], [1])] }, { inputs: [a, int64([], [-2])] }],
  ScatterND: [{ inputs: [a, int64([2, 2], [0, 1, 1, -1]), int64([2], [50, 60])] }, { inputs: [a, int64([1, 1], [1]), int64([1, 3], [7, 8, 9])] }],
  ReduceSum: [{ inputs: [a, int64([1], [-1])], attributes: { keepdims: 0 } }, { inputs: [f] }], ReduceProd: [{ inputs: [a, int64([1], [0])] }, { inputs: [b], attributes: { keepdims: 0 } }], ReduceMin: [{ inputs: [a, int64([2], [0, 1])] }], ReduceMax: [{ inputs: [f, int64([1], [1])] }],
};

describe('constants are computed as onnxruntime does', () => {
  test('every operator has a case', () => { expect(Object.keys(cases).sort()).toEqual([...foldedOperators].sort()); });
  test.each(Object.entries(cases).flatMap(([op, list]) => list.map((c, i) => [op, i, c] as const)))('%s %i', async (op, _, c) => {
    const found = fold(op, c.inputs, c.attributes ?? {}, c.outputs ?? 1);
    expect(found?.map(plain)).toEqual((await reference(op, c)).map(plain));
  });
  test('slices of any start, end and step', async () => {
    const any = fc.integer({ min: -8, max: 8 }), step = fc.constantFrom(-3, -2, -1, 1, 2, 3);
    await fc.assert(fc.asyncProperty(any, any, step, async (start, end, by) => {
      const c: Case = { inputs: [int64([5], [10, 11, 12, 13, 14]), int64([1], [start]), int64([1], [end]), int64([1], [0]), int64([1], [by])] };
      expect(fold('Slice', c.inputs, {}, 1)?.map(plain)).toEqual((await reference('Slice', c)).map(plain));
    }), { seed: 4, numRuns: 150 });
  });
});

describe('what is not computed', () => {
  test('networks\' operators and results that would blow up a model stay operators', () => {
    expect(fold('MatMul', [f, f], {}, 1)).toBeNull();
    expect(fold('ConstantOfShape', [int64([2], [2048, 2048])], {}, 1)).toBeNull();
    expect(fold('Range', [int64([], [0]), int64([], [2 ** 40]), int64([], [1])], {}, 1)).toBeNull();
  });
  test.each<[string, Case, RegExp]>([
    ['a division by zero', { inputs: [a, int64([], [0])] }, /division by zero/], ['an index outside', { inputs: [b, int64([], [3])] }, /index 3 is outside \[3\]/], ['shapes that do not fit', { inputs: [a, int64([2], [1, 2])] }, /do not broadcast/],
  ])('%s is refused', (_, c, sentence) => { expect(() => fold(sentence.source.includes('index') ? 'Gather' : 'Div', c.inputs, {}, 1)).toThrow(sentence); });
});

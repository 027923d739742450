// A small graph for every operator whose shape is known, several where its rule has branches. The tests check gradients
// and shape inference on them, and a device is checked against the processor on the same (runtime/operator-table.ts).
import type { Attributes, GraphBuilder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';
import { float32, int64 } from '../tensor.ts';
import { fed, on, type OperatorCase } from './case.ts';
import { windowCases } from './window-cases.ts';

type More = Partial<OperatorCase>;
const unary = (op: string, more: More = {}, attributes: Attributes = {}): OperatorCase[] => [on(op, [[2, 3]], attributes, more)];
const truth = (g: GraphBuilder, x: Value | undefined): Value => g.node('Greater', [x ?? null, g.scalar(0)]);
const whole = (g: GraphBuilder, x: Value | undefined): Value => g.node('Cast', [x ?? null], { to: 7 });
const table = (g: GraphBuilder, dims: readonly number[], values: readonly number[]): Value => g.constant(int64(dims, values));
const logical = (op: string): OperatorCase[] => [{ shapes: [[2, 3], [3]], build: (g, [a, b]) => g.node(op, [truth(g, a), truth(g, b)]) }];
const bits = (op: string, attributes: Attributes = {}): OperatorCase[] => [{ shapes: [[2, 3], [3]], low: 1, high: 5, build: (g, [a, b]) => g.node(op, [whole(g, a), whole(g, b)], attributes) }];
const reduced = (op: string, more: More = {}): OperatorCase[] => [
  fed(op, [2, 3, 4], (g) => [g.integers([0, 2])], { keepdims: 0 }, more), fed(op, [2, 3], (g) => [g.integers([-1])], {}, more), on(op, [[2, 3]], { keepdims: 0 }, more), on(op, [[2, 3]], { noop_with_empty_axes: 1 }, more),
];
const apart = { low: -3, high: 3 } as const;

export const operatorCases: Readonly<Record<string, readonly OperatorCase[]>> = {
  ...windowCases,
  Add: [on('Add', [[2, 3], [2, 3]]), on('Add', [[2, 3, 4], [3, 1]]), on('Add', [[4], [2, 3, 4]])], Sub: [on('Sub', [[2, 3], [2, 3]]), on('Sub', [[1, 3], [2, 1]])], Mul: [on('Mul', [[2, 3], [2, 3]]), on('Mul', [[2, 3, 4], [4]])],
  Div: [on('Div', [[2, 3], [2, 3]], {}, { low: 0.5, high: 2 }), on('Div', [[2, 3], [1, 3]], {}, { low: 0.5, high: 2 })], Sum: [on('Sum', [[2, 3], [3], [2, 1]])], Mean: [on('Mean', [[2, 3], [3], [2, 1]])],
  Mod: [fed('Mod', [2, 3], (g) => [g.scalar(1.5)], { fmod: 1 }, { low: 2.1, high: 2.9 }), { shapes: [[3]], low: 0.6, high: 0.9, build: (g, [b]) => g.node('Mod', [g.scalar(1), b ?? null], { fmod: 1 }) }],
  Pow: [fed('Pow', [2, 3], (g) => [g.scalar(2.5)], {}, { low: 0.4, high: 2 }), fed('Pow', [2, 3], (g) => [table(g, [], [3])]), on('Pow', [[2, 3], [3]], {}, { low: 0.4, high: 2 })],
  Neg: unary('Neg'), Abs: unary('Abs', { away: [0] }), Exp: unary('Exp'), Log: unary('Log', { low: 0.3, high: 3 }), Sqrt: unary('Sqrt', { low: 0.3, high: 3 }), Reciprocal: unary('Reciprocal', { low: 0.5, high: 2 }),
  Sin: unary('Sin'), Cos: unary('Cos'), Tan: unary('Tan', { low: -1, high: 1 }), Asin: unary('Asin', { low: -0.8, high: 0.8 }), Acos: unary('Acos', { low: -0.8, high: 0.8 }), Atan: unary('Atan'),
  Sinh: unary('Sinh'), Cosh: unary('Cosh'), Tanh: unary('Tanh'), Asinh: unary('Asinh'), Acosh: unary('Acosh', { low: 1.3, high: 3 }), Atanh: unary('Atanh', { low: -0.8, high: 0.8 }),
  Relu: unary('Relu', { away: [0] }), LeakyRelu: unary('LeakyRelu', { away: [0] }, { alpha: { float: 0.2 } }), PRelu: [on('PRelu', [[2, 3, 2], [3, 1]], {}, { away: [0] })], ThresholdedRelu: unary('ThresholdedRelu', { away: [0.3] }, { alpha: { float: 0.3 } }),
  Elu: unary('Elu', { away: [0] }, { alpha: { float: 0.7 } }), Selu: unary('Selu', { away: [0] }), Celu: unary('Celu', { away: [0] }, { alpha: { float: 0.7 } }), Softplus: unary('Softplus'), Softsign: unary('Softsign', { away: [0] }), Shrink: unary('Shrink', { away: [-0.5, 0.5] }, { bias: { float: 0.2 } }),
  Sigmoid: unary('Sigmoid'), HardSigmoid: unary('HardSigmoid', { ...apart, away: [-2, 2] }, { alpha: { float: 0.25 } }), HardSwish: unary('HardSwish', { low: -5, high: 5, away: [-3, 3] }), Mish: unary('Mish'), Swish: [...unary('Swish'), ...unary('Swish', {}, { alpha: { float: 1.7 } })],
  Erf: unary('Erf'), Gelu: [...unary('Gelu'), ...unary('Gelu', apart, { approximate: 'tanh' })], Identity: unary('Identity'), Dropout: unary('Dropout'), Clip: [fed('Clip', [2, 3], (g) => [g.scalar(-1), g.scalar(1)], {}, { away: [-1, 1] })],
  Cast: [...unary('Cast', {}, { to: 1 }), { shapes: [[4]], away: [-1, 0, 1], build: (g, [x]) => { if (x === undefined) throw new Error(); return [g.mul(x, g.node('Cast', [whole(g, x)], { to: 1 })), g.node('Cast', [truth(g, x)], { to: 1 })]; } }],
  CastLike: [fed('CastLike', [2, 3], (g) => [g.scalar(1)])],
  Max: [fed('Max', [3, 4], (g) => [g.scalar(0.2)], {}, { away: [0.2] }), on('Max', [[3, 4], [4], [3, 1]])], Min: [{ shapes: [[3, 4]], away: [0.2], build: (g, [x]) => g.node('Min', [g.scalar(0.2), x ?? null]) }, on('Min', [[3, 1], [3, 4], [4]])],
  Where: [{ shapes: [[2, 3], [3]], build: (g, inputs) => g.node('Where', [g.constant({ dtype: 'bool', dims: [2, 3], data: Uint8Array.of(1, 0, 1, 0, 0, 1) }), ...inputs]) }],

  MatMul: [on('MatMul', [[2, 3], [3, 4]]), on('MatMul', [[2, 2, 3], [2, 3, 2]]), on('MatMul', [[2, 2, 3], [3, 2]]), on('MatMul', [[1, 3, 2], [4, 2, 3]]), on('MatMul', [[3], [3]]), on('MatMul', [[3], [3, 4]]), on('MatMul', [[2, 3], [3]]), on('MatMul', [[2, 2, 3], [3]]), on('MatMul', [[3], [2, 3, 2]])],
  Gemm: [...[0, 1].flatMap((ta) => [0, 1].map((tb) => on('Gemm', [ta ? [3, 2] : [2, 3], tb ? [4, 3] : [3, 4], [4]], { transA: ta, transB: tb }))), on('Gemm', [[2, 3], [3, 4], [2, 1]], { alpha: { float: 0.6 }, beta: { float: -1.5 } })],
  Einsum: [on('Einsum', [[2, 3], [3, 4]], { equation: 'ij,jk->ik' }), on('Einsum', [[2, 3, 4], [2, 5, 4]], { equation: 'b i d, b j d -> b i j' }), on('Einsum', [[2, 3, 4], [4, 2]], { equation: '...d,de->...e' }), on('Einsum', [[2, 3], [2]], { equation: 'ij,i->i' }), on('Einsum', [[2, 3]], { equation: 'ij->ji' }), on('Einsum', [[3], [4]], { equation: 'i,j' })],
  Softmax: [...unary('Softmax'), on('Softmax', [[2, 3, 4]], { axis: 1 })], LogSoftmax: unary('LogSoftmax'),
  CumSum: [fed('CumSum', [2, 4], (g) => [table(g, [], [1])]), fed('CumSum', [3, 2], (g) => [table(g, [], [0])], { exclusive: 1, reverse: 1 })],

  ReduceSum: reduced('ReduceSum'), ReduceMean: reduced('ReduceMean'), ReduceMax: reduced('ReduceMax'), ReduceMin: reduced('ReduceMin'), ReduceL1: reduced('ReduceL1', { away: [0] }), ReduceL2: reduced('ReduceL2'), ReduceSumSquare: reduced('ReduceSumSquare'),
  ReduceLogSum: reduced('ReduceLogSum', { low: 0.3, high: 2 }), ReduceLogSumExp: reduced('ReduceLogSumExp'),
  ReduceProd: [...reduced('ReduceProd', { away: [0] }), { shapes: [[2, 2]], away: [0], build: (g, [x]) => g.node('ReduceProd', [g.node('Pad', [x ?? null, g.integers([0, 1, 1, 1])]), g.integers([1])]) }, { shapes: [[2, 2]], away: [0], build: (g, [x]) => g.node('ReduceProd', [g.mul(x ?? g.scalar(1), g.constant(float32([2], [1, 0]))), g.integers([1])]) }],
  TopK: [{ shapes: [[3, 5]], build: (g, [x]) => { const [values] = g.nodes('TopK', [x ?? null, g.integers([2])], { axis: 1 }, 2); return values ?? []; } }],

  Reshape: [fed('Reshape', [2, 3], (g) => [g.integers([3, 2])])], Flatten: [on('Flatten', [[2, 3]], { axis: 0 }), on('Flatten', [[2, 3, 2]], { axis: 2 }), on('Flatten', [[2, 3, 2]], { axis: -1 })],
  Squeeze: [on('Squeeze', [[1, 3, 1]]), fed('Squeeze', [2, 1, 3], (g) => [g.integers([1])])], Unsqueeze: [fed('Unsqueeze', [2, 3], (g) => [g.integers([0, 2])])],
  Expand: [fed('Expand', [3, 1], (g) => [g.integers([2, 3, 4])])], Tile: [fed('Tile', [2, 3], (g) => [g.integers([2, 3])])],
  Transpose: [on('Transpose', [[2, 3, 4]]), on('Transpose', [[2, 3, 4]], { perm: [2, 0, 1] })], Trilu: [on('Trilu', [[2, 3, 4]]), fed('Trilu', [4, 3], (g) => [table(g, [], [-1])], { upper: 0 })],
  Concat: [on('Concat', [[2, 3, 1], [2, 3, 2], [2, 3, 1]], { axis: -1 }), on('Concat', [[2, 3], [2, 1]], { axis: 1 })],
  Split: [{ shapes: [[6, 2]], build: (g, [x]) => g.nodes('Split', [x ?? null], { num_outputs: 3 }, 3) }, { shapes: [[2, 5]], build: (g, [x]) => { if (x === undefined) throw new Error(); const [a, , c] = g.split(x, 1, [2, 1, 2]); return a === undefined || c === undefined ? [] : [g.mul(a, c)]; } }],
  Slice: [
    fed('Slice', [4, 5], (g) => [g.integers([1]), g.integers([9])]), fed('Slice', [4, 5], (g) => [g.integers([1, -4]), g.integers([3, 5]), g.integers([0, 1])]), fed('Slice', [4, 5], (g) => [g.integers([-1]), g.integers([-6]), g.integers([1]), g.integers([-1])]),
    fed('Slice', [7, 2], (g) => [g.integers([1]), g.integers([7]), g.integers([0]), g.integers([2])]), fed('Slice', [2, 8], (g) => [g.integers([6, 1]), g.integers([-9, 2]), g.integers([1, 0]), g.integers([-3, 2])]),
  ],
  Gather: [fed('Gather', [4, 3], (g) => [table(g, [2, 2], [1, 3, 1, 0])]), fed('Gather', [2, 4, 3], (g) => [table(g, [3], [-1, 0, 3])], { axis: 1 }), fed('Gather', [2, 4, 3], (g) => [table(g, [], [-2])], { axis: 1 }), fed('Gather', [3, 2], (g) => [table(g, [1, 1], [1])], { axis: -1 })],
  GatherElements: [fed('GatherElements', [3, 4], (g) => [table(g, [2, 4], [0, 2, 1, -1, 0, 0, 1, 2])]), fed('GatherElements', [2, 4], (g) => [table(g, [2, 3], [3, 3, 1, 0, 2, 0])], { axis: 1 })],
  GatherND: [fed('GatherND', [3, 4, 2], (g) => [table(g, [3, 2], [0, 1, 2, 3, 0, 1])]), fed('GatherND', [2, 4, 3], (g) => [table(g, [2, 2, 1], [1, 3, 0, 0])], { batch_dims: 1 })],
  ScatterND: [{ shapes: [[4, 3], [2, 3]], build: (g, [x, u]) => g.node('ScatterND', [x ?? null, table(g, [2, 1], [2, 0]), u ?? null]) }, { shapes: [[4, 3], [2, 3]], build: (g, [x, u]) => g.node('ScatterND', [x ?? null, table(g, [2, 1], [2, 2]), u ?? null], { reduction: 'add' }) }],
  ScatterElements: [{ shapes: [[3, 4], [2, 4]], build: (g, [x, u]) => g.node('ScatterElements', [x ?? null, table(g, [2, 4], [0, 2, 1, -1, 1, 0, 0, 0]), u ?? null]) }, { shapes: [[3, 4], [3, 2]], build: (g, [x, u]) => g.node('ScatterElements', [x ?? null, table(g, [3, 2], [0, 0, 1, 3, 2, 1]), u ?? null], { axis: 1, reduction: 'add' }) }],

  Equal: [on('Equal', [[2, 3], [3]])], Greater: [on('Greater', [[2, 1], [1, 3]])], Less: [on('Less', [[3], [2, 3]])], GreaterOrEqual: [on('GreaterOrEqual', [[2, 3], [1]])], LessOrEqual: [on('LessOrEqual', [[2, 3], [2, 3]])],
  And: logical('And'), Or: logical('Or'), Xor: logical('Xor'), Not: [{ shapes: [[2, 3]], build: (g, [x]) => g.node('Not', [truth(g, x)]) }], IsNaN: unary('IsNaN'), IsInf: unary('IsInf'),
  BitwiseAnd: bits('BitwiseAnd'), BitwiseOr: bits('BitwiseOr'), BitwiseXor: bits('BitwiseXor'), BitwiseNot: [{ shapes: [[2, 3]], build: (g, [x]) => g.node('BitwiseNot', [whole(g, x)]) }],
  Sign: unary('Sign'), Floor: unary('Floor', { away: [-1, 0, 1] }), Ceil: unary('Ceil', { away: [-1, 0, 1] }), Round: unary('Round', { away: [-0.5, 0.5] }), Hardmax: unary('Hardmax'),
  ArgMax: [on('ArgMax', [[2, 3]], { axis: 1 }), on('ArgMax', [[2, 3]], { keepdims: 0 })], ArgMin: [on('ArgMin', [[2, 3]], { axis: -1, keepdims: 0 })],
  Shape: [on('Shape', [[4, 2, 1]]), on('Shape', [[4, 2, 1]], { start: -2, end: 9 })], Size: [on('Size', [[4, 2, 1]])], EyeLike: [on('EyeLike', [[3, 4]], { k: 1 })],
  ConstantOfShape: [{ shapes: [], build: (g) => g.node('ConstantOfShape', [g.integers([2, 4])]) }, { shapes: [], build: (g) => g.node('ConstantOfShape', [g.integers([3])], { value: int64([1], [7]) }) }],
  Range: [{ shapes: [], build: (g) => g.node('Range', [table(g, [], [2]), table(g, [], [9]), table(g, [], [3])]) }],
  OneHot: [-1, 0].map((axis) => ({ shapes: [], build: (g) => g.node('OneHot', [table(g, [2, 1], [1, 0]), table(g, [], [5]), g.constant(float32([2], [0, 1]))], { axis }) })),
  ReverseSequence: [fed('ReverseSequence', [4, 2, 3], (g) => [table(g, [2], [3, 2])])],
  BlackmanWindow: [{ shapes: [], build: (g) => g.node('BlackmanWindow', [table(g, [], [6])]) }], HannWindow: [{ shapes: [], build: (g) => g.node('HannWindow', [table(g, [], [6])]) }], HammingWindow: [{ shapes: [], build: (g) => g.node('HammingWindow', [table(g, [], [6])]) }],
};

/** Operators that draw numbers: their shapes are checked, but no two runs agree. */
export const chanceCases: Readonly<Record<string, readonly OperatorCase[]>> = {
  RandomNormal: [{ shapes: [], build: (g) => g.node('RandomNormal', [], { shape: [2, 3] }) }], RandomUniform: [{ shapes: [], build: (g) => g.node('RandomUniform', [], { shape: [2, 3] }) }],
  RandomNormalLike: unary('RandomNormalLike'), RandomUniformLike: unary('RandomUniformLike'), Bernoulli: unary('Bernoulli', { low: 0, high: 1 }), Multinomial: [on('Multinomial', [[2, 3]], { sample_size: 4 })],
};

// A small graph for every gradient rule, several where the rule has branches. The gradients are checked on them, and
// that shape inference says what onnxruntime does.
import { float32, int64 } from '../../../models/tensor.ts';
import type { GradientCase } from './check-gradient.ts';

const unary = (op: string, more: Partial<GradientCase> = {}): GradientCase => ({ shapes: [[2, 3]], build: (g, [x]) => g.node(op, [x ?? null]), ...more });
const binary = (op: string, more: Partial<GradientCase> = {}): GradientCase => ({ shapes: [[2, 3], [2, 3]], build: (g, [a, b]) => g.node(op, [a ?? null, b ?? null]), ...more });
const conv = (x: number[], w: number[], attributes: Record<string, number | number[]>, bias = false): GradientCase => ({
  shapes: bias ? [x, w, [w[0] ?? 0]] : [x, w], build: (g, inputs) => g.node('Conv', inputs, { kernel_shape: w.slice(2), ...attributes }),
});

export const gradientCases: Record<string, GradientCase[]> = {
  Abs: [unary('Abs', { away: [0] })], Add: [binary('Add'), binary('Add', { shapes: [[2, 3, 4], [3, 1]] }), binary('Add', { shapes: [[4], [2, 3, 4]] })],
  Sub: [binary('Sub'), binary('Sub', { shapes: [[1, 3], [2, 1]] })], Mul: [binary('Mul'), binary('Mul', { shapes: [[2, 3, 4], [4]] })],
  Div: [binary('Div', { low: 0.5, high: 2 }), binary('Div', { low: 0.5, high: 2, shapes: [[2, 3], [1, 3]] })],
  Neg: [unary('Neg')], Exp: [unary('Exp')], Log: [unary('Log', { low: 0.3, high: 3 })], Sqrt: [unary('Sqrt', { low: 0.3, high: 3 })], Reciprocal: [unary('Reciprocal', { low: 0.5, high: 2 })],
  Pow: [{ shapes: [[2, 3]], low: 0.4, high: 2, build: (g, [x]) => g.node('Pow', [x ?? null, g.scalar(2.5)]) }],
  Relu: [unary('Relu', { away: [0] })], LeakyRelu: [unary('LeakyRelu', { away: [0], build: (g, [x]) => g.node('LeakyRelu', [x ?? null], { alpha: { float: 0.2 } }) })],
  Sigmoid: [unary('Sigmoid')], Tanh: [unary('Tanh')], Softplus: [unary('Softplus')], Erf: [unary('Erf')], Gelu: [unary('Gelu')], Sin: [unary('Sin')], Cos: [unary('Cos')],
  Identity: [unary('Identity')], Clip: [unary('Clip', { away: [-1, 1], build: (g, [x]) => g.node('Clip', [x ?? null, g.scalar(-1), g.scalar(1)]) })],
  Max: [{ shapes: [[3, 4]], away: [0.2], build: (g, [x]) => g.node('Max', [x ?? null, g.scalar(0.2)]) }, binary('Max', { shapes: [[3, 4], [4]] })],
  Min: [{ shapes: [[3, 4]], away: [0.2], build: (g, [x]) => g.node('Min', [g.scalar(0.2), x ?? null]) }, binary('Min', { shapes: [[3, 1], [3, 4]] })],
  Where: [{ shapes: [[2, 3], [3]], build: (g, [a, b]) => g.node('Where', [g.constant({ dtype: 'bool', dims: [2, 3], data: Uint8Array.of(1, 0, 1, 0, 0, 1) }), a ?? null, b ?? null]) }],
  Reshape: [unary('Reshape', { build: (g, [x]) => g.node('Reshape', [x ?? null, g.integers([3, 2])]) })], Flatten: [{ shapes: [[2, 3]], build: (g, [x]) => g.node('Flatten', [x ?? null], { axis: 0 }) }, { shapes: [[2, 3, 2]], build: (g, [x]) => g.node('Flatten', [x ?? null], { axis: 2 }) }],
  Squeeze: [{ shapes: [[1, 3, 1]], build: (g, [x]) => g.node('Squeeze', [x ?? null]) }, { shapes: [[2, 1, 3]], build: (g, [x]) => g.node('Squeeze', [x ?? null, g.integers([1])]) }], Unsqueeze: [{ shapes: [[2, 3]], build: (g, [x]) => g.node('Unsqueeze', [x ?? null, g.integers([0, 2])]) }],
  Expand: [{ shapes: [[3, 1]], build: (g, [x]) => g.node('Expand', [x ?? null, g.integers([2, 3, 4])]) }],
  Transpose: [{ shapes: [[2, 3, 4]], build: (g, [x]) => g.node('Transpose', [x ?? null]) }, { shapes: [[2, 3, 4]], build: (g, [x]) => g.node('Transpose', [x ?? null], { perm: [2, 0, 1] }) }],
  Concat: [{ shapes: [[2, 3, 1], [2, 3, 2], [2, 3, 1]], build: (g, inputs) => g.concat(inputs, -1) }, { shapes: [[2, 3], [2, 1]], build: (g, inputs) => g.concat(inputs, 1) }],
  Split: [{ shapes: [[6, 2]], build: (g, [x]) => g.nodes('Split', [x ?? null], { num_outputs: 3 }, 3) }, { shapes: [[2, 5]], build: (g, [x]) => { if (x === undefined) throw new Error(); const [a, , c] = g.split(x, 1, [2, 1, 2]); return a === undefined || c === undefined ? [] : [g.mul(a, c)]; } }],
  Slice: [
    { shapes: [[4, 5]], build: (g, [x]) => g.node('Slice', [x ?? null, g.integers([1]), g.integers([9])]) },
    { shapes: [[4, 5]], build: (g, [x]) => g.node('Slice', [x ?? null, g.integers([1, -4]), g.integers([3, 5]), g.integers([0, 1])]) },
    { shapes: [[4, 5]], build: (g, [x]) => g.node('Slice', [x ?? null, g.integers([-1]), g.integers([-6]), g.integers([1]), g.integers([-1])]) },
  ],
  Pad: [{ shapes: [[2, 3]], build: (g, [x]) => g.node('Pad', [x ?? null, g.integers([2, 1]), g.scalar(0.5), g.integers([-1])]) }, { shapes: [[2, 3]], build: (g, [x]) => g.node('Pad', [x ?? null, g.integers([1, 0, 2, 1])]) }],
  Gather: [{ shapes: [[4, 3]], build: (g, [x]) => g.node('Gather', [x ?? null, g.constant(int64([2, 2], [1, 3, 1, 0]))]) }],
  ReduceSum: [{ shapes: [[2, 3, 4]], build: (g, [x]) => g.node('ReduceSum', [x ?? null, g.integers([0, 2])], { keepdims: 0 }) }],
  ReduceMean: [{ shapes: [[2, 3, 4]], build: (g, [x]) => g.node('ReduceMean', [x ?? null, g.integers([-1])]) }, { shapes: [[2, 3]], build: (g, [x]) => g.node('ReduceMean', [x ?? null], { keepdims: 0 }) }],
  ReduceMax: [{ shapes: [[3, 5]], build: (g, [x]) => g.node('ReduceMax', [x ?? null, g.integers([1])], { keepdims: 0 }) }],
  GlobalAveragePool: [{ shapes: [[2, 3, 4, 2]], build: (g, [x]) => g.node('GlobalAveragePool', [x ?? null]) }],
  MatMul: [{ shapes: [[2, 3], [3, 4]], build: (g, [a, b]) => g.node('MatMul', [a ?? null, b ?? null]) }, { shapes: [[2, 2, 3], [2, 3, 2]], build: (g, [a, b]) => g.node('MatMul', [a ?? null, b ?? null]) }, { shapes: [[2, 2, 3], [3, 2]], build: (g, [a, b]) => g.node('MatMul', [a ?? null, b ?? null]) }, { shapes: [[1, 3, 2], [4, 2, 3]], build: (g, [a, b]) => g.node('MatMul', [a ?? null, b ?? null]) }],
  Gemm: [0, 1].flatMap((ta) => [0, 1].map((tb): GradientCase => ({ shapes: [ta ? [3, 2] : [2, 3], tb ? [4, 3] : [3, 4], [4]], build: (g, inputs) => g.node('Gemm', inputs, { transA: ta, transB: tb }) }))),
  Softmax: [unary('Softmax'), { shapes: [[2, 3, 4]], build: (g, [x]) => g.node('Softmax', [x ?? null], { axis: 1 }) }], LogSoftmax: [unary('LogSoftmax')],
  LayerNormalization: [
    { shapes: [[2, 3, 5], [5], [5]], build: (g, inputs) => g.node('LayerNormalization', inputs) },
    { shapes: [[2, 3, 5], [3, 5]], build: (g, inputs) => g.node('LayerNormalization', inputs, { axis: 1 }) },
  ],
  InstanceNormalization: [{ shapes: [[2, 3, 3, 4], [3], [3]], build: (g, inputs) => g.node('InstanceNormalization', inputs) }, { shapes: [[2, 2, 9], [2], [2]], build: (g, inputs) => g.node('InstanceNormalization', inputs) }],
  Resize: [{ shapes: [[1, 2, 2, 3]], build: (g, [x]) => g.node('Resize', [x ?? null, null, null, g.integers([1, 2, 6, 6])], { mode: 'nearest' }) }, { shapes: [[1, 2, 3, 2]], build: (g, [x]) => g.node('Resize', [x ?? null, null, g.constant(float32([4], [1, 1, 2, 2]))], { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' }) }],
  Conv: [
    conv([2, 3, 6, 5], [4, 3, 3, 3], { pads: [1, 1, 1, 1] }, true), conv([2, 9, 5, 6], [4, 9, 3, 3], { pads: [1, 1, 1, 1] }), conv([2, 9, 6, 6], [4, 9, 3, 3], { pads: [1, 1, 1, 1], strides: [2, 2] }),
    conv([1, 9, 7, 5], [3, 9, 3, 3], { pads: [1, 1, 1, 1], strides: [2, 2] }), conv([2, 3, 8, 8], [4, 3, 3, 3], { pads: [1, 1, 1, 1], strides: [2, 2] }), conv([2, 8, 4, 4], [5, 8, 1, 1], {}),
    conv([2, 3, 8, 8], [4, 3, 4, 4], { strides: [4, 4] }), conv([2, 4, 5, 5], [4, 1, 3, 3], { pads: [1, 1, 1, 1], group: 4 }), conv([1, 3, 7, 7], [2, 3, 3, 3], { dilations: [2, 2] }), conv([1, 9, 6, 6], [2, 9, 3, 3], { pads: [0, 1, 2, 0] }),
  ],
};

// Shape inference against what onnxruntime really puts out: on every gradient case, and on a case for each operator
// that has no gradient. An operator without any case fails.
import { describe, expect, test } from 'vitest';
import { rules } from '../../../models/autodiff/rules/index.ts';
import { GraphBuilder } from '../../../models/graph/builder.ts';
import type { Value } from '../../../models/graph/graph.ts';
import { shapeInference } from '../../../models/graph/shapes.ts';
import { writeOnnx } from '../../../models/onnx/write.ts';
import { openSession } from '../../../models/runtime/session.ts';
import { float32, int64, sizeOf } from '../../../models/tensor.ts';
import { gradientCases } from '../autodiff/gradient-cases.ts';

type Case = readonly [shapes: readonly (readonly number[])[], build: (g: GraphBuilder, inputs: readonly Value[]) => Value | readonly Value[]];

const on = (op: string, shapes: readonly (readonly number[])[] = [[2, 3]], attributes: Parameters<GraphBuilder['node']>[2] = {}): Case => [shapes, (g, inputs) => g.node(op, inputs, attributes)];
const truth = (g: GraphBuilder, x: Value | undefined): Value => g.node('Greater', [x ?? null, g.scalar(0)]);
const logical = (op: string): Case => [[[2, 3], [3]], (g, [a, b]) => g.node(op, [truth(g, a), truth(g, b)])];
const ones = (g: GraphBuilder, n: number): Value => g.constant(float32([n], new Float32Array(n).fill(1)));
const indices = (g: GraphBuilder): Value => g.constant(int64([2, 1], [1, 0]));

const others: Readonly<Record<string, readonly Case[]>> = {
  Equal: [on('Equal', [[2, 3], [3]])], Greater: [on('Greater', [[2, 1], [1, 3]])], Less: [on('Less', [[3], [2, 3]])], GreaterOrEqual: [on('GreaterOrEqual', [[2, 3], [1]])], LessOrEqual: [on('LessOrEqual', [[2, 3], [2, 3]])],
  And: [logical('And')], Or: [logical('Or')], Not: [[[[2, 3]], (g, [x]) => g.node('Not', [truth(g, x)])]],
  Sign: [on('Sign')], HardSigmoid: [on('HardSigmoid')], HardSwish: [on('HardSwish')], Elu: [on('Elu')], Dropout: [on('Dropout')],
  Cast: [on('Cast', [[2, 3]], { to: 6 }), on('Cast', [[2]], { to: 7 }), on('Cast', [[2]], { to: 9 })], Shape: [on('Shape', [[4, 2, 1]])],
  ConstantOfShape: [[[], (g) => g.node('ConstantOfShape', [g.integers([2, 4])])], [[], (g) => g.node('ConstantOfShape', [g.integers([3])], { value: int64([1], [7]) })]],
  OneHot: [[[], (g) => g.node('OneHot', [indices(g), g.constant(int64([], [5])), g.constant(float32([2], [0, 1]))])], [[], (g) => g.node('OneHot', [indices(g), g.constant(int64([], [5])), g.constant(float32([2], [0, 1]))], { axis: 0 })]],
  ConvTranspose: [on('ConvTranspose', [[1, 3, 4, 5], [3, 2, 3, 3]]), on('ConvTranspose', [[2, 4, 4, 4], [4, 1, 3, 2]], { strides: [2, 2], pads: [1, 0, 1, 1], output_padding: [1, 0], group: 2 })],
  AveragePool: [on('AveragePool', [[1, 2, 7, 6]], { kernel_shape: [3, 2], strides: [2, 2], pads: [1, 0, 1, 0] })], MaxPool: [on('MaxPool', [[1, 2, 7, 9]], { kernel_shape: [3, 3], dilations: [2, 2] }), on('MaxPool', [[1, 1, 5, 5]], { kernel_shape: [2, 2], strides: [2, 2] })],
  BatchNormalization: [[[[2, 3, 4]], (g, [x]) => g.node('BatchNormalization', [x ?? null, ones(g, 3), ones(g, 3), ones(g, 3), ones(g, 3)])]],
  GroupNormalization: [[[[2, 4, 3, 3]], (g, [x]) => g.node('GroupNormalization', [x ?? null, ones(g, 2), ones(g, 2)], { num_groups: 2 })]],
  ScatterND: [[[[3, 2], [2, 2]], (g, [x, updates]) => g.node('ScatterND', [x ?? null, indices(g), updates ?? null])]],
  ScatterElements: [[[[3, 2], [2, 1]], (g, [x, updates]) => g.node('ScatterElements', [x ?? null, indices(g), updates ?? null])]],
};
const cases: readonly (readonly [string, Case])[] = [
  ...Object.entries(gradientCases).flatMap(([op, list]) => list.map((c) => [op, [c.shapes, c.build]] as const)),
  ...Object.entries(others).flatMap(([op, list]) => list.map((c) => [op, c] as const)),
];

describe('inferred shapes are the real ones', () => {
  test('every operator has a case', () => {
    expect(new Set(cases.map(([op]) => op))).toEqual(new Set(Object.keys(shapeInference)));
    for (const op of Object.keys(others)) expect(typeof rules[op], op).toBe('string');
  });

  test.each(cases)('%s %#', async (_, [shapes, build]) => {
    const g = new GraphBuilder();
    const built = build(g, shapes.map((shape, i) => g.input(`x${i}`, shape)));
    const values = 'name' in built ? [built] : built;
    const graph = g.finish(Object.fromEntries(values.map((v, i) => [`y${i}`, v])));
    const session = await openSession(writeOnnx(graph, 'shapes'), { threads: 1 });
    try {
      const out = await session.run(Object.fromEntries(graph.inputs.map((v) => [v.name, float32(v.shape, Float32Array.from({ length: sizeOf(v.shape) }, (_, k) => 0.1 + k / 10))])));
      for (const [i, v] of values.entries()) {
        expect(out[`y${i}`]?.dims, 'dims').toEqual(v.shape);
        expect(out[`y${i}`]?.dtype, 'dtype').toBe(v.dtype);
      }
    } finally {
      await session.release();
    }
  });
});

describe('what does not fit is told with the node and its shapes', () => {
  const value = (g: GraphBuilder, shape: readonly number[]): Value => g.input(`x${shape.join('x')}`, shape);
  test.each<[string, (g: GraphBuilder) => unknown, RegExp]>([
    ['shapes that do not broadcast', (g) => g.add(value(g, [2, 3]), value(g, [2, 4])), /^Add add_1 \(x2x3 \[2, 3\], x2x4 \[2, 4\]\): .*do not broadcast/],
    ['a reshape to another size', (g) => g.reshape(value(g, [2, 3]), [4, -1]), /cannot be \[4, -1\]/],
    ['an axis outside', (g) => g.sum(value(g, [2, 3]), [2]), /axis 2 is outside rank 2/],
    ['channels that do not fit', (g) => g.node('Conv', [value(g, [1, 3, 8, 8]), value(g, [4, 2, 3, 3])]), /3 channels do not fit/],
    ['pieces that cannot be joined', (g) => g.concat([value(g, [2, 3]), value(g, [3, 3])], 1), /cannot be joined along 1/],
    ['a shape that is not known in advance', (g) => g.node('Reshape', [value(g, [4]), g.input('shape', [2], 'int64')]), /input 1 must be a constant/],
    ['pooling that rounds up', (g) => g.node('MaxPool', [value(g, [1, 1, 5, 5])], { kernel_shape: [2, 2], ceil_mode: 1 }), /ceil_mode is not supported/],
    ['a cast to text', (g) => g.node('Cast', [value(g, [2])], { to: 8 }), /casts to/],
    ['an attribute of the wrong kind', (g) => g.node('Concat', [value(g, [2])], { axis: { float: 1 } }), /Concat .*attribute axis is not an integer/],
    ['an operator nobody knows', (g) => g.node('Foo', [value(g, [2])]), /Foo foo_1: this operator is not known/],
  ])('%s', (_, build, sentence) => { expect(() => build(new GraphBuilder())).toThrow(sentence); });
});

// Shape inference against what onnxruntime really puts out: on every gradient case, and on a case for each operator
// that has no gradient. An operator without any case fails.
import { describe, expect, test } from 'vitest';
import { caseGraph } from '../../../models/autodiff/case.ts';
import { chanceCases, operatorCases } from '../../../models/autodiff/cases.ts';
import { rules } from '../../../models/autodiff/rules/index.ts';
import { GraphBuilder } from '../../../models/graph/builder.ts';
import type { Value } from '../../../models/graph/graph.ts';
import { shapeInference } from '../../../models/graph/shapes.ts';
import { writeOnnx } from '../../../models/onnx/write.ts';
import { openSession } from '../../../models/runtime/session.ts';

const cases = Object.entries({ ...operatorCases, ...chanceCases }).flatMap(([op, list]) => list.map((c) => [op, c] as const));

describe('inferred shapes are the real ones', () => {
  test('every operator has a case', () => {
    expect(new Set(cases.map(([op]) => op))).toEqual(new Set(Object.keys(shapeInference)));
    expect(Object.keys(shapeInference).filter((op) => rules[op] === undefined)).toEqual([]);
  });

  test.each(cases)('%s %#', async (_, c) => {
    const { graph, feeds } = caseGraph(c, 1);
    const session = await openSession(writeOnnx(graph, 'shapes'), { threads: 1 });
    try {
      const out = await session.run(feeds);
      for (const v of graph.outputs) {
        expect(out[v.name]?.dims, 'dims').toEqual(v.shape);
        expect(out[v.name]?.dtype, 'dtype').toBe(v.dtype);
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
    ['padding by the output', (g) => g.node('ConvTranspose', [value(g, [1, 1, 5, 5]), g.zeros([1, 1, 2, 2])], { output_shape: [10, 10] }), /by the output's shape is not supported/],
    ['a cast to text', (g) => g.node('Cast', [value(g, [2])], { to: 8 }), /casts to/],
    ['an attribute of the wrong kind', (g) => g.node('Concat', [value(g, [2])], { axis: { float: 1 } }), /Concat .*attribute axis is not an integer/],
    ['an operator nobody knows', (g) => g.node('Foo', [value(g, [2])]), /Foo foo_1: this operator is not known/],
  ])('%s', (_, build, sentence) => { expect(() => build(new GraphBuilder())).toThrow(sentence); });
});

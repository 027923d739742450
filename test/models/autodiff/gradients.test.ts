// Every gradient rule against centred differences. A rule without a case fails the suite.
import { describe, expect, test } from 'vitest';
import { rules } from '../../../models/autodiff/rules/index.ts';
import { GraphBuilder } from '../../../models/graph/builder.ts';
import { differentiate } from '../../../models/autodiff/backward.ts';
import type { Value } from '../../../models/graph/graph.ts';
import { shapeInference } from '../../../models/graph/shapes.ts';
import { writeOnnx } from '../../../models/onnx/write.ts';
import { openSession } from '../../../models/runtime/session.ts';
import { float32 } from '../../../models/tensor.ts';
import { gradientError } from './check-gradient.ts';
import { gradientCases } from './gradient-cases.ts';

describe('gradient rules against centred differences', () => {
  test('every rule has a case, every case a rule, every operator a decision', () => {
    const differentiable = Object.entries(rules).filter(([, rule]) => typeof rule === 'function').map(([op]) => op).sort();
    expect(Object.keys(gradientCases).sort()).toEqual(differentiable);
    expect(Object.keys(rules).sort()).toEqual(Object.keys(shapeInference).sort());
  });
  for (const [op, list] of Object.entries(gradientCases)) {
    test.each(list.map((c, i) => [i, c] as const))(`${op} %i`, async (i, c) => {
      expect(await gradientError(c, i + 1)).toBeLessThan(5e-3);
    });
  }
});

describe('composites', () => {
  test('attention', async () => {
    expect(await gradientError({
      shapes: [[2, 4, 6], [6, 18], [18]], build: (g, [x, w, b]) => {
        if (x === undefined || w === undefined || b === undefined) throw new Error();
        const [q, k, v] = g.split(g.linear(x, w, b), 2, [6, 6, 6]);
        if (q === undefined || k === undefined || v === undefined) throw new Error();
        return g.matmul(g.softmax(g.matmul(q, g.transpose(k, [0, 2, 1]))), v);
      },
    }, 3)).toBeLessThan(5e-3);
  });
  test('a value used twice adds its gradients', async () => {
    expect(await gradientError({ shapes: [[3]], build: (g, [x]) => { if (x === undefined) throw new Error(); return g.add(g.mul(x, x), g.exp(x)); } }, 4)).toBeLessThan(5e-3);
  });
});

describe('refusals name the node', () => {
  // What a rule does not cover is refused: a gradient that is silently wrong would be found by nobody.
  test.each<[string, readonly number[], (g: GraphBuilder, x: Value) => Value]>([
    ['Pow', [2], (g, x) => g.node('Pow', [g.scalar(2), x])], ['Max', [2], (g, x) => g.node('Max', [x, g.scalar(0), g.scalar(1)])], ['Min', [2], (g, x) => g.node('Min', [x, g.scalar(0), g.scalar(1)])],
    ['Gather', [2, 3], (g, x) => g.node('Gather', [x, g.integers([1])], { axis: 1 })], ['Gelu', [2], (g, x) => g.node('Gelu', [x], { approximate: 'tanh' })],
    ['Gemm', [2, 2], (g, x) => g.node('Gemm', [x, x], { alpha: { float: 2 } })], ['Pad', [4], (g, x) => g.node('Pad', [x, g.integers([1, 1])], { mode: 'reflect' })],
    ['Slice', [5], (g, x) => g.slice(x, 0, 0, 5, 2)], ['Conv', [1, 2, 8], (g, x) => g.node('Conv', [x, g.zeros([2, 2, 3])])],
    ['Resize', [1, 1, 2, 2], (g, x) => g.node('Resize', [x, null, g.constant(float32([4], [1, 1, 2, 2]))], { mode: 'linear' })],
    ['Resize', [1, 1, 2, 2], (g, x) => g.node('Resize', [x, null, g.constant(float32([4], [1, 1, 3, 3]))], { mode: 'nearest', coordinate_transformation_mode: 'align_corners' })],
  ])('%s where its rule does not reach', (op, shape, build) => {
    const g = new GraphBuilder();
    const y = build(g, g.input('x', shape));
    const graph = g.finish({ loss: g.sum(y, y.shape.map((_, i) => i), false) });
    expect(() => differentiate(graph, 'loss', ['x'])).toThrow(new RegExp(`^${op} ${op.toLowerCase()}_\\d+: .*(cannot|only|must)`));
  });
  test('weights of a convolution in groups that are not channels', () => {
    const g = new GraphBuilder();
    const y = g.node('Conv', [g.zeros([1, 4, 5, 5]), g.input('w', [4, 2, 3, 3])], { group: 2 });
    const graph = g.finish({ loss: g.sum(y, [0, 1, 2, 3], false) });
    expect(() => differentiate(graph, 'loss', ['w'])).toThrow(/convolution in 2 groups over 4 channels/);
  });
  test('an operator that cannot be trained through', () => {
    const g = new GraphBuilder();
    const x = g.input('x', [1, 1, 4, 4]);
    const graph = g.finish({ loss: g.sum(g.node('MaxPool', [x], { kernel_shape: [2, 2] }), [0, 1, 2, 3], false) });
    expect(() => differentiate(graph, 'loss', ['x'])).toThrow(/MaxPool maxpool_\d+: this operator cannot be trained through/);
  });
  test('a loss that is no scalar, shapes that do not fit', () => {
    const g = new GraphBuilder();
    const x = g.input('x', [2, 3]);
    expect(() => differentiate(g.finish({ y: g.exp(x) }), 'y', ['x'])).toThrow(/not a scalar/);
    expect(() => g.matmul(x, x)).toThrow(/MatMul matmul_\d+ .*inner dimensions/);
  });
  test('a parameter that is nowhere is refused; one the loss does not depend on gets zeros', async () => {
    const g = new GraphBuilder();
    const [x, aside] = [g.input('x', [3]), g.input('aside', [2])];
    const graph = g.finish({ loss: g.sum(x, [0], false), other: g.exp(aside) });
    expect(() => differentiate(graph, 'loss', ['x', 'nowhere'])).toThrow(/nowhere/);
    const session = await openSession(writeOnnx(differentiate(graph, 'loss', ['x', 'aside']), 'aside'), { threads: 1 });
    const out = await session.run({ x: float32([3], [1, 2, 3]), aside: float32([2], [1, 2]) }, ['grad:x', 'grad:aside']);
    await session.release();
    expect(out).toEqual({ 'grad:x': float32([3], [1, 1, 1]), 'grad:aside': float32([2], [0, 0]) });
  });
});

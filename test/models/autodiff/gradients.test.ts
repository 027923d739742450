// Every gradient rule against centred differences. A rule without a case fails the suite.
import { describe, expect, test } from 'vitest';
import { operatorCases } from '../../../models/autodiff/cases.ts';
import { rules } from '../../../models/autodiff/rules/index.ts';
import { GraphBuilder } from '../../../models/graph/builder.ts';
import { differentiate } from '../../../models/autodiff/backward.ts';
import type { Value } from '../../../models/graph/graph.ts';
import { shapeInference } from '../../../models/graph/shapes.ts';
import { writeOnnx } from '../../../models/onnx/write.ts';
import { openSession } from '../../../models/runtime/session.ts';
import { float32, int64 } from '../../../models/tensor.ts';
import { gradientError } from './check-gradient.ts';
import { standardOperators } from './standard-operators.ts';

describe('gradient rules against centred differences', () => {
  test('every operator of the standard is decided, and no other', () => {
    expect(Object.keys(rules).sort()).toEqual([...standardOperators].sort());
    for (const [op, rule] of Object.entries(rules)) if (typeof rule === 'object') expect(rule.forbidden, op).toMatch(/^\w+.{15,}/);
  });
  test('every rule has a case and a shape', () => {
    const differentiable = Object.entries(rules).filter(([, rule]) => typeof rule === 'function').map(([op]) => op);
    expect(differentiable.filter((op) => (operatorCases[op] ?? []).length === 0)).toEqual([]);
    expect(differentiable.filter((op) => shapeInference[op] === undefined)).toEqual([]);
  });
  for (const [op, list] of Object.entries(operatorCases)) {
    if (typeof rules[op] !== 'function') continue;
    test.each(list.map((c, i) => [i, c] as const))(`${op} %i`, async (i, c) => {
      expect(await gradientError(c, i + 1)).toBeLessThan(5e-3);
    });
  }
});

describe('composites', () => {
  // With more keys than a head is wide the softmax takes its row sums from the product with the values, unless the
  // weights are used elsewhere, too.
  test.each([['fewer keys than the width', 4, 6, false], ['more keys than the width', 7, 3, false], ['weights that are used twice', 7, 3, true]] as const)('attention with %s', async (_, tokens, width, twice) => {
    expect(await gradientError({
      shapes: [[2, tokens, width], [width, 3 * width], [3 * width]], build: (g, [x, w, b]) => {
        if (x === undefined || w === undefined || b === undefined) throw new Error();
        const [q, k, v] = g.split(g.linear(x, w, b), 2, [width, width, width]);
        if (q === undefined || k === undefined || v === undefined) throw new Error();
        const weights = g.softmax(g.matmul(q, g.transpose(k, [0, 2, 1])));
        return twice ? [g.matmul(weights, v), g.exp(weights)] : g.matmul(weights, v);
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
    ['Conv', [1, 2, 5, 5, 5], (g, x) => g.node('Conv', [x, g.zeros([2, 2, 3, 3, 3])])], ['Pad', [4], (g, x) => g.node('Pad', [x, g.integers([1, 1])], { mode: 'mirror' })],
    ['Resize', [1, 1, 2, 2], (g, x) => g.node('Resize', [x, g.constant(float32([8], [0, 0, 0, 0, 1, 1, 1, 1])), g.constant(float32([4], [1, 1, 2, 2]))], { mode: 'linear', coordinate_transformation_mode: 'tf_crop_and_resize' })],
    ['ScatterND', [4, 2], (g, x) => g.node('ScatterND', [x, g.constant(int64([1, 1], [1])), g.zeros([1, 2])], { reduction: 'mul' })], ['ScatterElements', [4], (g, x) => g.node('ScatterElements', [x, g.constant(int64([1], [1])), g.zeros([1])], { reduction: 'max' })],
    ['Einsum', [3, 3], (g, x) => g.node('Einsum', [x], { equation: 'ii->i' })], ['Attention', [1, 1, 2, 2], (g, x) => g.node('Attention', [x, x, x], { softcap: { float: 2 } })], ['Attention', [1, 1, 2, 2], (g, x) => g.node('Attention', [x, x, x, null, x, x])],
    ['BatchNormalization', [1, 2, 3], (g, x) => { const one = g.constant(float32([2], [1, 1])); return g.node('BatchNormalization', [x, one, one, g.mean(x, [0, 2], false), one]); }],
    ['Dropout', [2], (g, x) => g.node('Dropout', [x, g.scalar(0.5), g.constant({ dtype: 'bool', dims: [], data: Uint8Array.of(1) })])], ['LRN', [1, 4, 2, 2], (g, x) => g.node('LRN', [x], { size: 3 })],
  ])('%s where its rule does not reach', (op, shape, build) => {
    const g = new GraphBuilder();
    const y = build(g, g.input('x', shape));
    const graph = g.finish({ loss: g.sum(y, y.shape.map((_, i) => i), false) });
    expect(() => differentiate(graph, 'loss', ['x'])).toThrow(new RegExp(`^${op} ${op.toLowerCase()}_\\d+: .*(cannot|only|must)`));
  });
  test('integers end a gradient, and what has none is refused by the input it belongs to', () => {
    const g = new GraphBuilder();
    const x = g.input('x', [4]), low = g.input('low', []);
    const graph = g.finish({ loss: g.sum(g.node('Clip', [x, low]), [0], false), rounded: g.sum(g.node('Cast', [g.node('Cast', [x], { to: 7 })], { to: 1 }), [0], false) });
    expect(() => differentiate(graph, 'loss', ['low'])).toThrow(/^Clip clip_\d+: input 1 cannot be trained/);
    expect(differentiate(graph, 'rounded', ['x']).values.get('grad:x')?.shape).toEqual([4]);
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

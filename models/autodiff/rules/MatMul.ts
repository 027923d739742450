// dA = dY B^T, dB = A^T dY; a matrix shared by a batch gets one Gemm over all rows. A vector counts as a row on the
// left and as a column on the right.
import type { Rule } from '../rule.ts';

import type { GraphBuilder } from '../../graph/builder.ts';
import type { Value } from '../../graph/graph.ts';
import { sizeOf } from '../../tensor.ts';

const transposed = (g: GraphBuilder, v: Value): Value => {
  const perm = v.shape.map((_, i) => i);
  perm.splice(-2, 2, v.shape.length - 1, v.shape.length - 2);
  return g.transpose(v, perm);
};

export const MatMul: Rule = ({ g, grad: dy, input, needs }) => {
  const [left, right] = [input(0), input(1)];
  const a = left.shape.length === 1 ? g.reshape(left, [1, ...left.shape]) : left, b = right.shape.length === 1 ? g.reshape(right, [...right.shape, 1]) : right;
  const inner = a.shape.at(-1) ?? 0, columns = b.shape.at(-1) ?? 0, batch = left.shape.length === 1 || right.shape.length === 1;
  const grad = batch ? g.reshape(dy, [...(right.shape.length === 1 ? dy.shape.slice(0, left.shape.length === 1 ? undefined : -1) : dy.shape.slice(0, -1)), a.shape.at(-2) ?? 0, columns]) : dy;
  const shared = b.shape.length === 2;
  const rows = sizeOf(a.shape.slice(0, -1));
  const da = needs[0] !== true ? null
    : shared ? g.reshape(g.node('Gemm', [g.reshape(grad, [rows, columns]), b], { transB: 1 }), a.shape) : g.matmul(grad, transposed(g, b));
  const db = needs[1] !== true ? null
    : shared ? g.node('Gemm', [g.reshape(a, [rows, inner]), g.reshape(grad, [rows, columns])], { transA: 1 }) : g.matmul(transposed(g, a), grad);
  // The lent axis of a vector goes before what a batch broadcast is summed, which the walk does.
  const lent = (v: Value | null, of: Value, axis: -1 | -2): Value | null => (v === null || of.shape.length > 1 ? v : g.reshape(v, axis === -2 ? [...v.shape.slice(0, -2), v.shape.at(-1) ?? 0] : v.shape.slice(0, -1)));
  return [lent(da, left, -2), lent(db, right, -1)];
};

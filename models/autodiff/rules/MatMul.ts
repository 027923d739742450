// dA = dY B^T, dB = A^T dY; a matrix shared by a batch gets one Gemm over all rows.
import type { Rule } from '../rule.ts';

import type { GraphBuilder } from '../../graph/builder.ts';
import type { Value } from '../../graph/graph.ts';
import { sizeOf } from '../../tensor.ts';

const transposed = (g: GraphBuilder, v: Value): Value => {
  const perm = v.shape.map((_, i) => i);
  perm.splice(-2, 2, v.shape.length - 1, v.shape.length - 2);
  return g.transpose(v, perm);
};

export const MatMul: Rule = ({ g, grad, input, needs }) => {
  const a = input(0), b = input(1);
  const shared = b.shape.length === 2;
  const rows = sizeOf(a.shape.slice(0, -1)), inner = a.shape.at(-1) ?? 0, columns = b.shape.at(-1) ?? 0;
  const da = needs[0] !== true ? null
    : shared ? g.reshape(g.node('Gemm', [g.reshape(grad, [rows, columns]), b], { transB: 1 }), a.shape) : g.matmul(grad, transposed(g, b));
  const db = needs[1] !== true ? null
    : shared ? g.node('Gemm', [g.reshape(a, [rows, inner]), g.reshape(grad, [rows, columns])], { transA: 1 }) : g.matmul(transposed(g, a), grad);
  return [da, db];
};

// Y = alpha A' B' + beta C with optional transposes: dA' = alpha dY B'^T, dB' = alpha A'^T dY, dC = beta dY.
import type { Rule } from '../rule.ts';

import { floatAttribute, integerAttribute } from '../../graph/attributes.ts';

export const Gemm: Rule = ({ g, node, grad, input, needs }) => {
  const ta = integerAttribute(node.attributes, 'transA', 0), tb = integerAttribute(node.attributes, 'transB', 0);
  const alpha = floatAttribute(node.attributes, 'alpha', 1), beta = floatAttribute(node.attributes, 'beta', 1);
  const scaled = alpha === 1 ? {} : { alpha: { float: alpha } };
  const [a, b] = [input(0), input(1)];
  const da = needs[0] !== true ? null : ta === 0 ? g.node('Gemm', [grad, b], { transB: 1 - tb, ...scaled }) : g.node('Gemm', [b, grad], { transA: tb, transB: 1, ...scaled });
  const db = needs[1] !== true ? null : tb === 0 ? g.node('Gemm', [a, grad], { transA: 1 - ta, ...scaled }) : g.node('Gemm', [grad, a], { transA: 1, transB: ta, ...scaled });
  return [da, db, needs[2] !== true ? null : beta === 1 ? grad : g.mul(grad, g.scalar(beta))];
};

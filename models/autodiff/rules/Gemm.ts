// Y = A' B' + C with optional transposes: dA' = dY B'^T, dB' = A'^T dY, dC = dY. alpha and beta of 1.
import type { Rule } from '../rule.ts';

import { floatAttribute, integerAttribute } from '../../graph/shapes.ts';

export const Gemm: Rule = ({ g, node, grad, input, needs }) => {
  if (floatAttribute(node.attributes, 'alpha', 1) !== 1 || floatAttribute(node.attributes, 'beta', 1) !== 1) throw new Error(`Gemm ${node.name}: alpha and beta must be 1 to be trained`);
  const ta = integerAttribute(node.attributes, 'transA', 0), tb = integerAttribute(node.attributes, 'transB', 0);
  const [a, b] = [input(0), input(1)];
  const da = needs[0] !== true ? null : ta === 0 ? g.node('Gemm', [grad, b], { transB: 1 - tb }) : g.node('Gemm', [b, grad], { transA: tb, transB: 1 });
  const db = needs[1] !== true ? null : tb === 0 ? g.node('Gemm', [a, grad], { transA: 1 - ta }) : g.node('Gemm', [grad, a], { transA: 1, transB: ta });
  return [da, db, grad];
};

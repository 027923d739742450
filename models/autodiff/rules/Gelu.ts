// gelu(a) = a Phi(a), so d = Phi(a) + a phi(a), with the normal distribution function and density (Hendrycks and Gimpel
// 2016, arXiv 1606.08415), and the form that approximates Phi by a tanh.
import type { Rule } from '../rule.ts';

import { stringAttribute } from '../../graph/attributes.ts';

export const Gelu: Rule = ({ g, node, grad, input }) => {
  const x = input(0);
  if (stringAttribute(node.attributes, 'approximate', 'none') === 'tanh') {
    // With u = sqrt(2 / pi) (a + 0.044715 a^3): d = (1 + tanh u) / 2 + a (1 - tanh^2 u) u' / 2.
    const square = g.mul(x, x), c = Math.sqrt(2 / Math.PI);
    const t = g.node('Tanh', [g.mul(x, g.add(g.mul(square, g.scalar(0.044715 * c)), g.scalar(c)))]);
    const slope = g.mul(x, g.add(g.mul(square, g.scalar(1.5 * 0.044715 * c)), g.scalar(0.5 * c)));
    return [g.mul(grad, g.add(g.add(g.mul(t, g.scalar(0.5)), g.scalar(0.5)), g.mul(g.sub(g.scalar(1), g.mul(t, t)), slope)))];
  }
  const distribution = g.mul(g.scalar(0.5), g.add(g.scalar(1), g.node('Erf', [g.mul(x, g.scalar(Math.SQRT1_2))])));
  const density = g.mul(g.scalar(1 / Math.sqrt(2 * Math.PI)), g.exp(g.mul(g.mul(x, x), g.scalar(-0.5))));
  return [g.mul(grad, g.add(distribution, g.mul(x, density)))];
};

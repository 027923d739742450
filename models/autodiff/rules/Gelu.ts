// gelu(a) = a Phi(a), so d = Phi(a) + a phi(a), with the normal distribution function and density (Hendrycks and Gimpel 2016).
import type { Rule } from '../rule.ts';

export const Gelu: Rule = ({ g, node, grad, input }) => {
  if (node.attributes['approximate'] === 'tanh') throw new Error(`Gelu ${node.name}: only the exact form can be trained`);
  const x = input(0);
  const distribution = g.mul(g.scalar(0.5), g.add(g.scalar(1), g.node('Erf', [g.mul(x, g.scalar(Math.SQRT1_2))])));
  const density = g.mul(g.scalar(1 / Math.sqrt(2 * Math.PI)), g.exp(g.mul(g.mul(x, x), g.scalar(-0.5))));
  return [g.mul(grad, g.add(distribution, g.mul(x, density)))];
};

// d(a / (1 + |a|)) = da / (1 + |a|)^2.
import type { Rule } from '../rule.ts';

export const Softsign: Rule = ({ g, grad, input }) => {
  const width = g.add(g.scalar(1), g.node('Abs', [input(0)]));
  return [g.div(grad, g.mul(width, width))];
};

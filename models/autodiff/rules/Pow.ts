// d(a^p) = p a^(p-1) da. The exponent must be a constant.
import type { Rule } from '../rule.ts';

export const Pow: Rule = ({ g, node, grad, input, needs }) => {
  if (needs[1] === true) throw new Error(`Pow ${node.name}: the exponent cannot be trained`);
  return [g.mul(grad, g.mul(input(1), g.node('Pow', [input(0), g.sub(input(1), g.scalar(1))])))];
};

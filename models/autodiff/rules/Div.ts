// d(a / b) = da / b - (a / b) db / b.
import type { Rule } from '../rule.ts';

export const Div: Rule = ({ g, grad, input, needs, outputs: [y] }) => {
  const share = g.div(grad, input(1));
  return [share, needs[1] === true && y !== undefined ? g.neg(g.mul(share, y)) : null];
};

// d(a / b) = da / b - (a / b) db / b.
import type { Rule } from '../rule.ts';

export const Div: Rule = ({ g, grad, input, needs, output }) => {
  const share = g.div(grad, input(1));
  return [share, needs[1] === true ? g.neg(g.mul(share, output)) : null];
};

// d(a^p) = p a^(p-1) da + a^p ln(a) dp, the second for positive a alone, as the logarithm is.
import type { Rule } from '../rule.ts';

export const Pow: Rule = ({ g, grad, input, output: y, needs }) => {
  const x = input(0), p = input(1);
  const exponent = p.dtype === 'float32' ? p : g.node('Cast', [p], { to: 1 });
  const positive = needs[1] === true ? g.node('Greater', [x, g.scalar(0)]) : null;
  return [
    needs[0] === true ? g.mul(grad, g.mul(exponent, g.node('Pow', [x, g.sub(exponent, g.scalar(1))]))) : null,
    positive === null ? null : g.node('Where', [positive, g.mul(g.mul(grad, y), g.node('Log', [g.node('Where', [positive, x, g.scalar(1)])])), g.scalar(0)]),
  ];
};

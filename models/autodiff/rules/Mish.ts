// mish(a) = a tanh(softplus a), with t = tanh(softplus a): d = t + a sigmoid(a) (1 - t^2) (Misra 2019, arXiv 1908.08681).
import type { Rule } from '../rule.ts';

export const Mish: Rule = ({ g, grad, input }) => {
  const x = input(0), t = g.node('Tanh', [g.softplus(x)]);
  return [g.mul(grad, g.add(t, g.mul(g.mul(x, g.sigmoid(x)), g.sub(g.scalar(1), g.mul(t, t)))))];
};

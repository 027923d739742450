// d erf(a) = 2 / sqrt(pi) e^(-a^2) da.
import type { Rule } from '../rule.ts';

export const Erf: Rule = ({ g, grad, input }) => [g.mul(grad, g.mul(g.scalar(2 / Math.sqrt(Math.PI)), g.exp(g.neg(g.mul(input(0), input(0))))))];

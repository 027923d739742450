// d(1 / a) = -(1 / a)^2 da.
import type { Rule } from '../rule.ts';

export const Reciprocal: Rule = ({ g, grad, output: y }) => [g.neg(g.mul(grad, g.mul(y, y)))];

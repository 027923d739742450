// d cos a = -sin a da.
import type { Rule } from '../rule.ts';

export const Cos: Rule = ({ g, grad, input }) => [g.neg(g.mul(grad, g.node('Sin', [input(0)])))];

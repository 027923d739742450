// d sinh a = cosh a da.
import type { Rule } from '../rule.ts';

export const Sinh: Rule = ({ g, grad, input }) => [g.mul(grad, g.node('Cosh', [input(0)]))];

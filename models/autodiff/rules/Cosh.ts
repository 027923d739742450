// d cosh a = sinh a da.
import type { Rule } from '../rule.ts';

export const Cosh: Rule = ({ g, grad, input }) => [g.mul(grad, g.node('Sinh', [input(0)]))];

// d sin a = cos a da.
import type { Rule } from '../rule.ts';

export const Sin: Rule = ({ g, grad, input }) => [g.mul(grad, g.node('Cos', [input(0)]))];

// d arctan a = da / (1 + a^2).
import type { Rule } from '../rule.ts';

export const Atan: Rule = ({ g, grad, input }) => [g.div(grad, g.add(g.scalar(1), g.mul(input(0), input(0))))];

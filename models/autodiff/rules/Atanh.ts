// d artanh a = da / (1 - a^2).
import type { Rule } from '../rule.ts';

export const Atanh: Rule = ({ g, grad, input }) => [g.div(grad, g.sub(g.scalar(1), g.mul(input(0), input(0))))];

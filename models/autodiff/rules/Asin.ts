// d arcsin a = da / sqrt(1 - a^2).
import type { Rule } from '../rule.ts';

export const Asin: Rule = ({ g, grad, input }) => [g.div(grad, g.sqrt(g.sub(g.scalar(1), g.mul(input(0), input(0)))))];

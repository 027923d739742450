// d arsinh a = da / sqrt(a^2 + 1).
import type { Rule } from '../rule.ts';

export const Asinh: Rule = ({ g, grad, input }) => [g.div(grad, g.sqrt(g.add(g.mul(input(0), input(0)), g.scalar(1))))];

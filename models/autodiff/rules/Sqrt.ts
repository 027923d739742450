// d(sqrt a) = da / (2 sqrt a).
import type { Rule } from '../rule.ts';

export const Sqrt: Rule = ({ g, grad, output: y }) => [g.div(g.mul(grad, g.scalar(0.5)), y)];

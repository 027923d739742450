// ds = s (1 - s) da.
import type { Rule } from '../rule.ts';

export const Sigmoid: Rule = ({ g, grad, output: y }) => [g.mul(grad, g.mul(y, g.sub(g.scalar(1), y)))];

// d tan a = (1 + tan^2 a) da.
import type { Rule } from '../rule.ts';

export const Tan: Rule = ({ g, grad, output: y }) => [g.mul(grad, g.add(g.scalar(1), g.mul(y, y)))];

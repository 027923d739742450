// dt = (1 - t^2) da.
import type { Rule } from '../rule.ts';

export const Tanh: Rule = ({ g, grad, output: y }) => [g.mul(grad, g.sub(g.scalar(1), g.mul(y, y)))];

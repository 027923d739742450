// d(e^a) = e^a da.
import type { Rule } from '../rule.ts';

export const Exp: Rule = ({ g, grad, output: y }) => [g.mul(grad, y)];

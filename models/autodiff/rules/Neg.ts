// d(-a) = -da.
import type { Rule } from '../rule.ts';

export const Neg: Rule = ({ g, grad }) => [g.neg(grad)];

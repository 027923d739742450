// d(ln a) = da / a.
import type { Rule } from '../rule.ts';

export const Log: Rule = ({ g, grad, input }) => [g.div(grad, input(0))];

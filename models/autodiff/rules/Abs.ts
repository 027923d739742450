// d|a| = sign(a) da; 0 at the kink.
import type { Rule } from '../rule.ts';

export const Abs: Rule = ({ g, grad, input }) => [g.mul(grad, g.node('Sign', [input(0)]))];

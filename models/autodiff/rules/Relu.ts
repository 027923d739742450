// Where the output is positive the gradient passes.
import type { Rule } from '../rule.ts';

export const Relu: Rule = ({ g, grad, output: y }) => [g.mul(grad, g.node('Sign', [y]))];

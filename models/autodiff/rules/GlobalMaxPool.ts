// The largest element of every plane gets the gradient; ties each get it (a subgradient).
import type { Rule } from '../rule.ts';

export const GlobalMaxPool: Rule = ({ g, grad, input, output: y }) => [g.node('Where', [g.node('Equal', [input(0), y]), grad, g.scalar(0)])];

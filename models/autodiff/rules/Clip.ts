// Passes where the input was inside the bounds.
import type { Rule } from '../rule.ts';

export const Clip: Rule = ({ g, grad, input, output: y }) => [g.node('Where', [g.node('Equal', [y, input(0)]), grad, g.scalar(0)])];

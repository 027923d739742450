// Each branch gets the gradient where it was chosen.
import type { Rule } from '../rule.ts';

export const Where: Rule = ({ g, grad, input }) => [null, g.node('Where', [input(0), grad, g.scalar(0)]), g.node('Where', [input(0), g.scalar(0), grad])];

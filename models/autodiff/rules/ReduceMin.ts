// The smallest element gets the gradient; ties each get it (a subgradient).
import type { Rule } from '../rule.ts';

import { restoreAxes } from './restore-axes.ts';

export const ReduceMin: Rule = (c) => [c.g.node('Where', [c.g.node('Equal', [c.input(0), restoreAxes(c, c.output)]), restoreAxes(c, c.grad), c.g.scalar(0)])];

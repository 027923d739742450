// d |a| = a / |a| da; 0 where all are zero.
import type { Rule } from '../rule.ts';

import { restoreAxes } from './restore-axes.ts';

export const ReduceL2: Rule = (c) => [c.g.mul(c.input(0), restoreAxes(c, c.g.div(c.grad, c.g.max(c.output, c.g.scalar(1e-30)))))];

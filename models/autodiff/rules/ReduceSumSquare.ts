// d sum(a^2) = 2 a da.
import type { Rule } from '../rule.ts';

import { restoreAxes } from './restore-axes.ts';

export const ReduceSumSquare: Rule = (c) => [c.g.mul(c.g.mul(c.input(0), c.g.scalar(2)), restoreAxes(c, c.grad))];

// The gradient repeated along the summed axes.
import type { Rule } from '../rule.ts';

import { restoreAxes } from './restore-axes.ts';

export const ReduceSum: Rule = (c) => [c.g.expand(restoreAxes(c, c.grad), c.input(0).shape)];

// d sum|a| = sign(a) da.
import type { Rule } from '../rule.ts';

import { restoreAxes } from './restore-axes.ts';

export const ReduceL1: Rule = (c) => [c.g.mul(c.g.node('Sign', [c.input(0)]), restoreAxes(c, c.grad))];

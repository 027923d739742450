// d sum|a| = sign(a) da.
import type { Rule } from '../rule.ts';

import { restoreAxes } from './restore-axes.ts';
import { signOf } from './sign.ts';

export const ReduceL1: Rule = (c) => [c.g.mul(signOf(c.g, c.input(0)), restoreAxes(c, c.grad))];

// d ln(sum e^a) = e^(a - output) da: a softmax.
import type { Rule } from '../rule.ts';

import { restoreAxes } from './restore-axes.ts';

export const ReduceLogSumExp: Rule = (c) => [c.g.mul(restoreAxes(c, c.grad), c.g.exp(c.g.sub(c.input(0), restoreAxes(c, c.output))))];

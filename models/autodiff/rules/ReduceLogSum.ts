// d ln(sum a) = da / sum a, and the sum is e to the output.
import type { Rule } from '../rule.ts';

import { restoreAxes } from './restore-axes.ts';

export const ReduceLogSum: Rule = (c) => [c.g.expand(restoreAxes(c, c.g.div(c.grad, c.g.exp(c.output))), c.input(0).shape)];

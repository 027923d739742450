// The largest element gets the gradient; ties each get it (a subgradient).
import type { Rule } from '../rule.ts';

import { restoreAxes } from './restore-axes.ts';

export const ReduceMax: Rule = (c) => {
  const [y] = c.outputs;
  if (y === undefined) return [null];
  return [c.g.node('Where', [c.g.node('Equal', [c.input(0), restoreAxes(c, y)]), restoreAxes(c, c.grad), c.g.scalar(0)])];
};

// The gradient repeated along the averaged axes, divided by how many there were.
import type { Rule } from '../rule.ts';

import { sizeOf } from '../../tensor.ts';
import { restoreAxes } from './restore-axes.ts';

export const ReduceMean: Rule = (c) => {
  const count = sizeOf(c.input(0).shape) / sizeOf(c.grad.shape);
  return [c.g.expand(c.g.mul(restoreAxes(c, c.grad), c.g.scalar(1 / count)), c.input(0).shape)];
};

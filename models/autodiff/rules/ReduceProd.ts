// The product of the others: the whole product divided by the element, or, where one element is zero, the product
// without it for that element and nothing for the rest.
import type { Rule } from '../rule.ts';

import { reducedAxes, restoreAxes } from './restore-axes.ts';

export const ReduceProd: Rule = (c) => {
  const { g } = c, x = c.input(0), reduced = reducedAxes(c);
  if (reduced.length === 0) return [c.grad];
  const axes = g.integers(reduced);
  const isZero = g.node('Equal', [x, g.scalar(0)]);
  const safe = g.node('Where', [isZero, g.scalar(1), x]);
  const product = g.node('ReduceProd', [safe, axes]), zeros = g.node('ReduceSum', [g.node('Cast', [isZero], { to: 1 }), axes]);
  const one = g.node('Equal', [zeros, g.scalar(1)]), none = g.node('Equal', [zeros, g.scalar(0)]);
  const others = g.node('Where', [isZero, g.node('Where', [one, product, g.scalar(0)]), g.node('Where', [none, g.div(product, safe), g.scalar(0)])]);
  return [g.mul(restoreAxes(c, c.grad), others)];
};

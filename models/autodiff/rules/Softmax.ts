// dx = y (dy - sum(y dy)) along the axis.
import type { Rule } from '../rule.ts';

import { axisOf, integerAttribute } from '../../graph/shapes.ts';

export const Softmax: Rule = ({ g, node, grad, outputs: [y] }) => {
  if (y === undefined) return [null];
  const axis = axisOf(integerAttribute(node.attributes, 'axis', -1), y.shape.length);
  const weighted = g.mul(y, grad);
  return [g.sub(weighted, g.mul(y, g.sum(weighted, [axis])))];
};

// dx = dy - softmax(x) sum(dy) along the axis.
import type { Rule } from '../rule.ts';

import { axisOf, integerAttribute } from '../../graph/shapes.ts';

export const LogSoftmax: Rule = ({ g, node, grad, outputs: [y] }) => {
  if (y === undefined) return [null];
  const axis = axisOf(integerAttribute(node.attributes, 'axis', -1), y.shape.length);
  return [g.sub(grad, g.mul(g.exp(y), g.sum(grad, [axis])))];
};

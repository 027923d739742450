// dx = y (dy - sum(y dy)) along the axis.
import type { Rule } from '../rule.ts';

import { axisOf, integerAttribute } from '../../graph/attributes.ts';

export const Softmax: Rule = ({ g, node, grad, output: y }) => {
  const axis = axisOf(integerAttribute(node.attributes, 'axis', -1), y.shape.length);
  return [g.mul(y, g.sub(grad, g.sum(g.mul(y, grad), [axis])))];
};

// dx = dy - softmax(x) sum(dy) along the axis.
import type { Rule } from '../rule.ts';

import { axisOf, integerAttribute } from '../../graph/attributes.ts';

export const LogSoftmax: Rule = ({ g, node, grad, output: y }) => {
  const axis = axisOf(integerAttribute(node.attributes, 'axis', -1), y.shape.length);
  return [g.sub(grad, g.mul(g.exp(y), g.sum(grad, [axis])))];
};

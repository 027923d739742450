// The parts' gradients joined; a part nobody used counts as zeros.
import type { Rule } from '../rule.ts';

import { axisOf, integerAttribute } from '../../graph/attributes.ts';

export const Split: Rule = ({ g, node, grads, outputs, input }) => {
  const axis = axisOf(integerAttribute(node.attributes, 'axis', 0), input(0).shape.length);
  return [g.concat(outputs.map((y, i) => grads[i] ?? g.zeros(y.shape)), axis)];
};

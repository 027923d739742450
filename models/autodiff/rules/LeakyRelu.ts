// Slope 1 above zero, alpha below.
import type { Rule } from '../rule.ts';

import { floatAttribute } from '../../graph/attributes.ts';

export const LeakyRelu: Rule = ({ g, node, grad, input }) => {
  const alpha = g.scalar(floatAttribute(node.attributes, 'alpha', 0.01));
  return [g.node('Where', [g.node('Less', [input(0), g.scalar(0)]), g.mul(grad, alpha), grad])];
};

// Passes above alpha.
import type { Rule } from '../rule.ts';

import { floatAttribute } from '../../graph/attributes.ts';

export const ThresholdedRelu: Rule = ({ g, node, grad, input }) =>
  [g.node('Where', [g.node('Greater', [input(0), g.scalar(floatAttribute(node.attributes, 'alpha', 1))]), grad, g.scalar(0)])];

// Passes further than lambda from zero.
import type { Rule } from '../rule.ts';

import { floatAttribute } from '../../graph/attributes.ts';

export const Shrink: Rule = ({ g, node, grad, input }) =>
  [g.node('Where', [g.node('Greater', [g.node('Abs', [input(0)]), g.scalar(floatAttribute(node.attributes, 'lambd', 0.5))]), grad, g.scalar(0)])];

// max(0, min(1, alpha a + beta)): slope alpha between the bounds.
import type { Rule } from '../rule.ts';

import { floatAttribute } from '../../graph/attributes.ts';

export const HardSigmoid: Rule = ({ g, node, grad, output: y }) => {
  const inside = g.node('And', [g.node('Greater', [y, g.scalar(0)]), g.node('Less', [y, g.scalar(1)])]);
  return [g.node('Where', [inside, g.mul(grad, g.scalar(floatAttribute(node.attributes, 'alpha', 0.2))), g.scalar(0)])];
};

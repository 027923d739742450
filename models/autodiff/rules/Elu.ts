// elu(a) = a above zero, alpha (e^a - 1) below: slope 1 or elu(a) + alpha.
import type { Rule } from '../rule.ts';

import { floatAttribute } from '../../graph/attributes.ts';

export const Elu: Rule = ({ g, node, grad, input, output: y }) =>
  [g.node('Where', [g.node('Less', [input(0), g.scalar(0)]), g.mul(grad, g.add(y, g.scalar(floatAttribute(node.attributes, 'alpha', 1)))), grad])];

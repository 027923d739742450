// celu(a) = a above zero, alpha (e^(a / alpha) - 1) below: slope 1 or celu(a) / alpha + 1.
import type { Rule } from '../rule.ts';

import { floatAttribute } from '../../graph/attributes.ts';

export const Celu: Rule = ({ g, node, grad, input, output: y }) =>
  [g.node('Where', [g.node('Less', [input(0), g.scalar(0)]), g.mul(grad, g.add(g.mul(y, g.scalar(1 / floatAttribute(node.attributes, 'alpha', 1))), g.scalar(1))), grad])];

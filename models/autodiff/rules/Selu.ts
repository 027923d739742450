// selu(a) = gamma a above zero, gamma alpha (e^a - 1) below; the standard constants are those of Klambauer et al. 2017, arXiv 1706.02515.
import type { Rule } from '../rule.ts';

import { floatAttribute } from '../../graph/attributes.ts';

export const Selu: Rule = ({ g, node, grad, input, output: y }) => {
  const alpha = floatAttribute(node.attributes, 'alpha', 1.67326319217681884765625), gamma = floatAttribute(node.attributes, 'gamma', 1.05070102214813232421875);
  return [g.mul(grad, g.node('Where', [g.node('Less', [input(0), g.scalar(0)]), g.add(y, g.scalar(alpha * gamma)), g.scalar(gamma)]))];
};

// swish(a) = a s with s = sigmoid(alpha a): d = s + alpha swish(a) (1 - s) (Ramachandran et al. 2017, arXiv 1710.05941).
import type { Rule } from '../rule.ts';

import { floatAttribute } from '../../graph/attributes.ts';

export const Swish: Rule = ({ g, node, grad, input, output: y }) => {
  const alpha = floatAttribute(node.attributes, 'alpha', 1);
  const s = g.sigmoid(alpha === 1 ? input(0) : g.mul(input(0), g.scalar(alpha)));
  return [g.mul(grad, g.add(s, g.mul(alpha === 1 ? y : g.mul(y, g.scalar(alpha)), g.sub(g.scalar(1), s))))];
};

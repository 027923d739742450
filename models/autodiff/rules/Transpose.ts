// The gradient transposed back.
import type { Rule } from '../rule.ts';

import { integersAttribute } from '../../graph/attributes.ts';

export const Transpose: Rule = ({ g, node, grad, input }) => {
  const rank = input(0).shape.length;
  const perm = integersAttribute(node.attributes, 'perm') ?? Array.from({ length: rank }, (_, i) => rank - 1 - i);
  return [g.transpose(grad, perm.map((_, i) => perm.indexOf(i)))];
};

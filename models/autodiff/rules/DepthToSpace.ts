// The blocks taken apart again; where a block lies in the channels is the mode.
import type { Rule } from '../rule.ts';

import { integerAttribute, stringAttribute } from '../../graph/attributes.ts';

export const DepthToSpace: Rule = ({ g, node, grad, input }) => {
  const n = integerAttribute(node.attributes, 'blocksize', 1);
  if (stringAttribute(node.attributes, 'mode', 'DCR') === 'DCR') return [g.node('SpaceToDepth', [grad], { blocksize: n })];
  const [b = 0, c = 0, h = 0, w = 0] = input(0).shape;
  return [g.reshape(g.transpose(g.reshape(grad, [b, c / (n * n), h, n, w, n]), [0, 1, 3, 5, 2, 4]), [b, c, h, w])];
};

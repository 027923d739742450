// The values came from the places the second output names.
import type { Rule } from '../rule.ts';

import { integerAttribute } from '../../graph/attributes.ts';

export const TopK: Rule = ({ g, node, grad, input, outputs: [, places] }) => {
  if (places === undefined) throw new Error('it needs its second output to be trained through');
  return [g.node('ScatterElements', [g.zeros(input(0).shape), places, grad], { axis: integerAttribute(node.attributes, 'axis', -1) })];
};

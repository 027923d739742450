// What was taken several times gets the sum.
import type { Rule } from '../rule.ts';

import { integerAttribute } from '../../graph/attributes.ts';

export const GatherElements: Rule = ({ g, node, grad, input }) =>
  [g.node('ScatterElements', [g.zeros(input(0).shape), input(1), grad], { axis: integerAttribute(node.attributes, 'axis', 0), reduction: 'add' })];

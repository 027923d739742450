// What was overwritten gets nothing; the updates get what lies where they were put.
import type { Rule } from '../rule.ts';

import { integerAttribute, stringAttribute } from '../../graph/attributes.ts';

export const ScatterElements: Rule = ({ g, node, grad, input, needs }) => {
  const axis = integerAttribute(node.attributes, 'axis', 0), reduction = stringAttribute(node.attributes, 'reduction', 'none');
  if (reduction !== 'none' && reduction !== 'add') throw new Error(`the reduction ${reduction} cannot be trained through`);
  return [
    needs[0] !== true || reduction === 'add' ? grad : g.node('ScatterElements', [grad, input(1), g.zeros(input(2).shape)], { axis }),
    null, needs[2] === true ? g.node('GatherElements', [grad, input(1)], { axis }) : null,
  ];
};

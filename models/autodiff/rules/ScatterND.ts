// What was overwritten gets nothing; the updates get what lies where they were put.
import type { Rule } from '../rule.ts';

import { stringAttribute } from '../../graph/attributes.ts';

export const ScatterND: Rule = ({ g, node, grad, input, needs }) => {
  const reduction = stringAttribute(node.attributes, 'reduction', 'none');
  if (reduction !== 'none' && reduction !== 'add') throw new Error(`the reduction ${reduction} cannot be trained through`);
  return [
    needs[0] !== true || reduction === 'add' ? grad : g.node('ScatterND', [grad, input(1), g.zeros(input(2).shape)]),
    null, needs[2] === true ? g.node('GatherND', [grad, input(1)]) : null,
  ];
};

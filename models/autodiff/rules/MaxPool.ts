// The element that was the largest of its window gets the window's gradient: pooling again gives its place in the whole
// tensor, and the gradients are added there. Of equal elements the first is it.
import type { Rule } from '../rule.ts';

import { sizeOf } from '../../tensor.ts';

export const MaxPool: Rule = ({ g, node, grad, input }) => {
  const x = input(0), { storage_order: _, ...attributes } = node.attributes;
  const [, places] = g.nodes('MaxPool', [x], attributes, 2);
  if (places === undefined) throw new Error('the places of the largest elements are missing');
  const flat = g.node('ScatterElements', [g.zeros([sizeOf(x.shape)]), g.reshape(places, [-1]), g.reshape(grad, [-1])], { axis: 0, reduction: 'add' });
  return [g.reshape(flat, x.shape)];
};

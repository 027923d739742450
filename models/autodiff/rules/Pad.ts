// The part of the gradient that belongs to the input. Constant padding only.
import type { Rule } from '../rule.ts';

import { axisOf } from '../../graph/shapes.ts';
import { numbersOf } from '../../tensor.ts';

export const Pad: Rule = ({ g, node, grad, inputs, input }) => {
  if ((node.attributes['mode'] ?? 'constant') !== 'constant') throw new Error(`Pad ${node.name}: only constant padding can be trained through`);
  const shape = input(0).shape;
  const pads = g.constantOf(input(1)), given = inputs[3] == null ? null : g.constantOf(inputs[3]);
  const before = pads === null ? [] : numbersOf(pads);
  const axes = given === null ? shape.map((_, i) => i) : numbersOf(given).map((a) => axisOf(a, shape.length));
  const starts = axes.map((_, i) => before[i] ?? 0);
  const ends = axes.map((axis, i) => (starts[i] ?? 0) + (shape[axis] ?? 0));
  return [g.node('Slice', [grad, g.integers(starts), g.integers(ends), g.integers(axes)])];
};

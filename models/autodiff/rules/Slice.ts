// The gradient put back between zeros, axis by axis: steps are opened with zeros between the elements first, and what
// was read backwards is turned round.
import type { Rule } from '../rule.ts';

import { axisOf, sliceRange, withDimension } from '../../graph/attributes.ts';

export const Slice: Rule = ({ g, grad, input, constant }) => {
  const shape = input(0).shape;
  const starts = constant(1) ?? [], ends = constant(2) ?? [];
  const axes = constant(3) ?? starts.map((_, i) => i), steps = constant(4) ?? starts.map(() => 1);
  const before = shape.map(() => 0), after = shape.map(() => 0);
  let back = grad;
  for (const [i, a] of axes.entries()) {
    const axis = axisOf(a, shape.length), size = shape[axis] ?? 0, step = steps[i] ?? 1, stride = Math.abs(step);
    const { start, length } = sliceRange(size, starts[i] ?? 0, ends[i] ?? 0, step);
    if (length === 0) return [g.zeros(shape)];
    if (step < 0) back = g.slice(back, axis, -1, -length - 1, -1);
    if (stride > 1 && length > 1) {
      // [.., n, ..] -> [.., n, 1, ..] -> [.., n, stride, ..] -> [.., n stride, ..], and the last zeros cut off.
      const opened = g.node('Pad', [g.reshape(back, [...back.shape.slice(0, axis), length, 1, ...back.shape.slice(axis + 1)]), g.integers([0, stride - 1]), null, g.integers([axis + 1])]);
      back = g.slice(g.reshape(opened, withDimension(back.shape, axis, length * stride)), axis, 0, (length - 1) * stride + 1);
    }
    before[axis] = step > 0 ? start : start + (length - 1) * step;
    after[axis] = size - (before[axis] ?? 0) - (length - 1) * stride - 1;
  }
  return [[...before, ...after].every((p) => p === 0) ? back : g.node('Pad', [back, g.integers([...before, ...after])])];
};

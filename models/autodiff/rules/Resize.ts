// Nearest neighbour by whole factors: each source pixel gets the sum over its copies.
import type { Rule } from '../rule.ts';

import { sizeOf } from '../../tensor.ts';

export const Resize: Rule = ({ g, node, grad, input }) => {
  const x = input(0);
  const factors = grad.shape.map((d, i) => d / (x.shape[i] ?? 1));
  const { mode = 'nearest', coordinate_transformation_mode: position = 'half_pixel', nearest_mode: rounding = 'round_prefer_floor' } = node.attributes;
  // Only where every input pixel becomes a block of its own size.
  const blocks = mode === 'nearest' && ((position === 'asymmetric' && rounding === 'floor') || (position === 'half_pixel' && (rounding === 'round_prefer_floor' || rounding === 'round_prefer_ceil')));
  if (!blocks || factors.some((f) => !Number.isInteger(f))) throw new Error(`Resize ${node.name}: only nearest neighbour by whole factors can be trained through`);
  const split = x.shape.flatMap((d, i) => [d, factors[i] ?? 1]);
  const copies = split.flatMap((_, i) => (i % 2 === 1 ? [i] : []));
  if (sizeOf(split) !== sizeOf(grad.shape)) throw new Error(`Resize ${node.name}: shapes do not fit`);
  return [g.sum(g.reshape(grad, split), copies, false)];
};

// The backward pass that layer and instance normalization share: x-hat = (x - mean) / sqrt(var + eps) over some axes.
// Statistics are computed again rather than fetched as extra outputs, which devices fall back to the CPU for
// (Ba et al. 2016, arXiv 1607.06450, for the formula).
import type { GraphBuilder } from '../../graph/builder.ts';
import type { Value } from '../../graph/graph.ts';

/** x-hat and 1 / deviation of `x` over `axes`. */
export function normalised(g: GraphBuilder, x: Value, axes: readonly number[], epsilon: number): { xHat: Value; inverse: Value } {
  const centred = g.sub(x, g.mean(x, axes));
  const variance = g.mean(g.mul(centred, centred), axes);
  const inverse = g.node('Reciprocal', [g.sqrt(g.add(variance, g.scalar(epsilon)))]);
  return { xHat: g.mul(centred, inverse), inverse };
}

/** dx for the gradient `d` of x-hat: (d - mean(d) - x-hat mean(d x-hat)) / deviation. */
export function throughNormalisation(g: GraphBuilder, d: Value, xHat: Value, inverse: Value, axes: readonly number[]): Value {
  const inner = g.sub(g.sub(d, g.mean(d, axes)), g.mul(xHat, g.mean(g.mul(d, xHat), axes)));
  return g.mul(inner, inverse);
}

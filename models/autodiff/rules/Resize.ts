// Resampling is linear in the image and works axis by axis, so the gradient is a product with a small matrix on each.
// Nearest neighbour by whole factors, which is what decoders and pyramids do, is the sum over each pixel's copies.
import type { Rule } from '../rule.ts';

import { axisOf, floatAttribute, integerAttribute, integersAttribute, stringAttribute } from '../../graph/attributes.ts';
import { transposedMap } from './linear-map.ts';
import { resamplingMap, type Resampling } from './resampling.ts';

export const Resize: Rule = ({ g, node, grad, input, constant }) => {
  const { attributes } = node, x = input(0), rank = x.shape.length;
  const r: Resampling = {
    mode: stringAttribute(attributes, 'mode', 'nearest'), position: stringAttribute(attributes, 'coordinate_transformation_mode', 'half_pixel'), rounding: stringAttribute(attributes, 'nearest_mode', 'round_prefer_floor'),
    a: floatAttribute(attributes, 'cubic_coeff_a', -0.75), excludeOutside: integerAttribute(attributes, 'exclude_outside', 0) === 1, antialias: integerAttribute(attributes, 'antialias', 0) === 1,
  };
  const factors = grad.shape.map((d, i) => d / (x.shape[i] ?? 1));
  const blocks = r.mode === 'nearest' && ((r.position === 'asymmetric' && r.rounding === 'floor') || (r.position === 'half_pixel' && r.rounding.startsWith('round_prefer')));
  if (blocks && factors.every(Number.isInteger)) {
    const split = x.shape.flatMap((d, i) => [d, factors[i] ?? 1]);
    return [g.sum(g.reshape(grad, split), split.flatMap((_, i) => (i % 2 === 1 ? [i] : [])), false)];
  }
  const axes = (integersAttribute(attributes, 'axes') ?? x.shape.map((_, i) => i)).map((a) => axisOf(a, rank));
  const scales = constant(2) ?? [];
  return [axes.reduce((v, axis, i) => {
    const inside = x.shape[axis] ?? 1, out = grad.shape[axis] ?? 1;
    const scale = scales[i] ?? out / inside;
    return scale === 1 && inside === out ? v : transposedMap(g, v, axis, resamplingMap(inside, out, scale, r));
  }, grad)];
};

// Normalization over the given axes, without scale or bias.
import type { Rule } from '../rule.ts';

import { axisOf, integersAttribute } from '../../graph/attributes.ts';
import { normalised, throughNormalisation } from './normalise.ts';

export const MeanVarianceNormalization: Rule = ({ g, node, grad, input }) => {
  const x = input(0);
  const axes = (integersAttribute(node.attributes, 'axes') ?? [0, 2, 3]).map((a) => axisOf(a, x.shape.length));
  const { xHat, inverse } = normalised(g, x, axes, 1e-9);
  return [throughNormalisation(g, grad, xHat, inverse, axes)];
};

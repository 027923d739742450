// Normalization over the last axes, with scale and optional bias.
import type { Rule } from '../rule.ts';

import { axisOf, floatAttribute, integerAttribute } from '../../graph/attributes.ts';
import { normalised, throughNormalisation } from './normalise.ts';

export const LayerNormalization: Rule = ({ g, node, grad, input, needs }) => {
  const x = input(0), scale = input(1);
  const first = axisOf(integerAttribute(node.attributes, 'axis', -1), x.shape.length);
  const axes = x.shape.map((_, i) => i).slice(first);
  const { xHat, inverse } = normalised(g, x, axes, floatAttribute(node.attributes, 'epsilon', 1e-5));
  return [needs[0] === true ? throughNormalisation(g, g.mul(grad, scale), xHat, inverse, axes) : null, needs[1] === true ? g.mul(grad, xHat) : null, grad];
};

// y = x / sqrt(mean(x^2) + eps) scale over the last axes (Zhang and Sennrich 2019, arXiv 1910.07467).
import type { Rule } from '../rule.ts';

import { axisOf, floatAttribute, integerAttribute } from '../../graph/attributes.ts';

export const RMSNormalization: Rule = ({ g, node, grad, input, needs }) => {
  const x = input(0);
  const axes = x.shape.map((_, i) => i).slice(axisOf(integerAttribute(node.attributes, 'axis', -1), x.shape.length));
  const inverse = g.node('Reciprocal', [g.sqrt(g.add(g.mean(g.mul(x, x), axes), g.scalar(floatAttribute(node.attributes, 'epsilon', 1e-5))))]);
  const xHat = g.mul(x, inverse), d = g.mul(grad, input(1));
  return [needs[0] === true ? g.mul(inverse, g.sub(d, g.mul(xHat, g.mean(g.mul(d, xHat), axes)))) : null, needs[1] === true ? g.mul(grad, xHat) : null];
};

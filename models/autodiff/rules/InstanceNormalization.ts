// Normalization of every channel of every image over its plane, with scale and bias [C].
import type { Rule } from '../rule.ts';

import { floatAttribute } from '../../graph/attributes.ts';
import { normalised, throughNormalisation } from './normalise.ts';

export const InstanceNormalization: Rule = ({ g, node, grad, input, needs }) => {
  const x = input(0), scale = input(1);
  const axes = x.shape.map((_, i) => i).slice(2);
  const others = [0, ...axes];
  const { xHat, inverse } = normalised(g, x, axes, floatAttribute(node.attributes, 'epsilon', 1e-5));
  const shaped = g.reshape(scale, [1, scale.shape[0] ?? 0, ...axes.map(() => 1)]);
  return [
    needs[0] === true ? throughNormalisation(g, g.mul(grad, shaped), xHat, inverse, axes) : null,
    needs[1] === true ? g.sum(g.mul(grad, xHat), others, false) : null,
    needs[2] === true ? g.sum(grad, others, false) : null,
  ];
};

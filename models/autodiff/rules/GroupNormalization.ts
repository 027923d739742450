// Normalization of groups of channels of every image over their planes, with scale and bias by channel (by group in
// opset 18 to 20) (Wu and He 2018, arXiv 1803.08494).
import type { Rule } from '../rule.ts';

import { floatAttribute, integerAttribute } from '../../graph/attributes.ts';
import { sizeOf } from '../../tensor.ts';
import { normalised, throughNormalisation } from './normalise.ts';

export const GroupNormalization: Rule = ({ g, node, grad, input, needs }) => {
  const x = input(0), scale = input(1);
  const groups = integerAttribute(node.attributes, 'num_groups', 1), [batch = 1, channels = 1] = x.shape;
  // [B, groups, channels of a group, plane]; a scale by group lies on the second axis, one by channel also on the third.
  const grouped = [batch, groups, channels / groups, sizeOf(x.shape.slice(2))], byGroup = scale.shape[0] === groups && groups !== channels;
  const shape = byGroup ? [1, groups, 1, 1] : [1, groups, channels / groups, 1], others = byGroup ? [0, 2, 3] : [0, 3];
  const { xHat, inverse } = normalised(g, g.reshape(x, grouped), [2, 3], floatAttribute(node.attributes, 'epsilon', 1e-5));
  const dy = g.reshape(grad, grouped);
  return [
    needs[0] === true ? g.reshape(throughNormalisation(g, g.mul(dy, g.reshape(scale, shape)), xHat, inverse, [2, 3]), x.shape) : null,
    needs[1] === true ? g.reshape(g.sum(g.mul(dy, xHat), others), scale.shape) : null,
    needs[2] === true ? g.reshape(g.sum(dy, others), scale.shape) : null,
  ];
};

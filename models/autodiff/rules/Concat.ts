// Each input gets its part of the gradient.
import type { Rule } from '../rule.ts';

import { axisOf, integerAttribute } from '../../graph/attributes.ts';

export const Concat: Rule = ({ g, node, grad, inputs }) => {
  const axis = axisOf(integerAttribute(node.attributes, 'axis', 0), grad.shape.length);
  return g.split(grad, axis, inputs.map((v) => v?.shape[axis] ?? 0));
};

// y = x / |x| along an axis: dx = (dy - d|x|/dx sum(y dy)) / |x|, and d|x|/dx is y, or sign(x) for the sum of absolutes.
import type { Rule } from '../rule.ts';

import { axisOf, integerAttribute } from '../../graph/attributes.ts';
import { signOf } from './sign.ts';

export const LpNormalization: Rule = ({ g, node, grad, input, output: y }) => {
  const x = input(0), p = integerAttribute(node.attributes, 'p', 2), axis = axisOf(integerAttribute(node.attributes, 'axis', -1), x.shape.length);
  const length = g.node(p === 1 ? 'ReduceL1' : 'ReduceL2', [x, g.integers([axis])]);
  const direction = p === 1 ? signOf(g, x) : y;
  return [g.div(g.sub(grad, g.mul(direction, g.sum(g.mul(y, grad), [axis]))), length)];
};

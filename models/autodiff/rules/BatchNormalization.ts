// The inference form: y = (x - mean) / sqrt(var + eps) scale + bias by channel, with statistics that are not trained.
import type { Rule } from '../rule.ts';

import { floatAttribute } from '../../graph/attributes.ts';

export const BatchNormalization: Rule = ({ g, node, grad, input, needs }) => {
  const x = input(0);
  const others = x.shape.map((_, i) => i).filter((i) => i !== 1), shape = x.shape.map((d, i) => (i === 1 ? d : 1));
  const inverse = g.node('Reciprocal', [g.sqrt(g.add(input(4), g.scalar(floatAttribute(node.attributes, 'epsilon', 1e-5))))]);
  const byChannel = g.sum(grad, others, false);
  return [
    needs[0] === true ? g.mul(grad, g.reshape(g.mul(input(1), inverse), shape)) : null,
    needs[1] === true ? g.mul(g.sum(g.mul(grad, g.sub(x, g.reshape(input(3), shape))), others, false), inverse) : null,
    byChannel,
  ];
};

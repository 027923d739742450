// What was taken several times gets the sum. Shared leading axes (batch_dims) become indices like the others.
import type { Rule } from '../rule.ts';

import { integerAttribute } from '../../graph/attributes.ts';
import { int64 } from '../../tensor.ts';

export const GatherND: Rule = ({ g, node, grad, input }) => {
  const x = input(0), indices = input(1);
  const shared = integerAttribute(node.attributes, 'batch_dims', 0), lead = indices.shape.slice(0, -1);
  const own = Array.from({ length: shared }, (_, i) => {
    const size = lead[i] ?? 1;
    return g.expand(g.constant(int64(lead.map((_d, k) => (k === i ? size : 1)).concat(1), Array.from({ length: size }, (_d, k) => k))), [...lead, 1]);
  });
  return [g.node('ScatterND', [g.zeros(x.shape), shared === 0 ? indices : g.concat([...own, indices], -1), grad], { reduction: 'add' })];
};

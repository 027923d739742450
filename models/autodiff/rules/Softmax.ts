// dx = y (dy - sum(y dy)) along the axis. In attention, where y weighs values, O = y V, that sum is also sum(dO O), which
// is shorter: a head's width instead of the number of keys (Dao et al. 2022, arXiv 2205.14135).
import type { Rule } from '../rule.ts';

import { axisOf, integerAttribute } from '../../graph/attributes.ts';
import type { Value } from '../../graph/graph.ts';

export const Softmax: Rule = ({ g, node, grad, output: y, uses }) => {
  const rank = y.shape.length, axis = axisOf(integerAttribute(node.attributes, 'axis', -1), rank), [use] = uses;
  const product = uses.length === 1 && use?.node.op === 'MatMul' && use.node.inputs[0] === y.name && axis === rank - 1 ? g.value(use.node.outputs[0] ?? '') : null;
  const shorter = product !== null && product.shape.length === rank && product.shape.every((d, i) => (i === axis ? d < (y.shape[i] ?? 0) : d === y.shape[i]));
  const sum = (a: Value, b: Value): Value => g.sum(g.mul(a, b), [axis]);
  return [g.mul(y, g.sub(grad, shorter && use?.grad != null ? sum(use.grad, product) : sum(y, grad)))];
};

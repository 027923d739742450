// The gradient of a table is the sum of the gradients of its looked-up rows: ScatterND with addition. Axis 0 only.
import type { Rule } from '../rule.ts';

import { integerAttribute } from '../../graph/shapes.ts';
import { sizeOf } from '../../tensor.ts';

export const Gather: Rule = ({ g, node, grad, input }) => {
  if (integerAttribute(node.attributes, 'axis', 0) !== 0) throw new Error(`Gather ${node.name}: only axis 0 can be trained through`);
  const table = input(0), indices = input(1);
  const rows = sizeOf(indices.shape);
  return [g.node('ScatterND', [g.zeros(table.shape), g.reshape(indices, [rows, 1]), g.reshape(grad, [rows, ...table.shape.slice(1)])], { reduction: 'add' })];
};

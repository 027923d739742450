// The gradient of a table is the sum of the gradients of its looked-up rows: ScatterND with addition, on axis 0. One
// constant index, as of a class token or of one of q, k and v, is put back between zeros.
import type { Rule } from '../rule.ts';

import { axisOf, integerAttribute, withDimension } from '../../graph/attributes.ts';
import { sizeOf } from '../../tensor.ts';

export const Gather: Rule = ({ g, node, grad, input }) => {
  const table = input(0), indices = input(1), rank = table.shape.length;
  const axis = axisOf(integerAttribute(node.attributes, 'axis', 0), rank), size = table.shape[axis] ?? 0;
  const rows = sizeOf(indices.shape);
  const known = g.constantOf(indices);
  if (known !== null && rows === 1) {
    const given = Number(known.data[0]), at = given < 0 ? given + size : given;
    return [g.node('Pad', [g.reshape(grad, withDimension(table.shape, axis, 1)), g.integers([at, size - 1 - at]), null, g.integers([axis])])];
  }
  const others = table.shape.filter((_, i) => i !== axis);
  // The looked-up axis first, and back where it was.
  const first = [axis, ...table.shape.map((_, i) => i).filter((i) => i !== axis)];
  const flat = g.reshape(grad, [...table.shape.slice(0, axis), rows, ...table.shape.slice(axis + 1)]);
  const sums = g.node('ScatterND', [g.zeros([size, ...others]), g.reshape(indices, [rows, 1]), axis === 0 ? flat : g.transpose(flat, first)], { reduction: 'add' });
  return [axis === 0 ? sums : g.transpose(sums, first.map((_, i) => first.indexOf(i)))];
};

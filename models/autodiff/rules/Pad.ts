// Constant padding: the part of the gradient that belongs to the input (negative padding has cut some off, which gets
// zeros). Padding by repetition is a linear map along each axis.
import type { Rule } from '../rule.ts';

import { axisOf, stringAttribute } from '../../graph/attributes.ts';
import { transposedMap } from './linear-map.ts';

/** Where output element o of a padded axis comes from. */
function source(o: number, before: number, size: number, mode: string): number {
  const i = o - before;
  if (mode === 'edge') return Math.min(size - 1, Math.max(0, i));
  if (mode === 'wrap') return ((i % size) + size) % size;
  if (mode !== 'reflect') throw new Error(`padding by ${mode} cannot be trained through`);
  const period = Math.max(1, 2 * (size - 1)), k = ((i % period) + period) % period;
  return k < size ? k : period - k;
}

export const Pad: Rule = ({ g, node, grad, needs, input, constant }) => {
  const shape = input(0).shape, mode = stringAttribute(node.attributes, 'mode', 'constant');
  const pads = constant(1) ?? [], axes = (constant(3) ?? shape.map((_, i) => i)).map((a) => axisOf(a, shape.length));
  if (mode !== 'constant') {
    return [axes.reduce((v, axis, i) => {
      const out = grad.shape[axis] ?? 0, size = shape[axis] ?? 0, before = pads[i] ?? 0;
      if (out === size && before === 0) return v;
      return transposedMap(g, v, axis, Array.from({ length: out }, (_, o) => Array.from({ length: size }, (_p, p) => (source(o, before, size, mode) === p ? 1 : 0))));
    }, grad)];
  }
  const starts = axes.map((_, i) => pads[i] ?? 0);
  const dx = pads.some((p) => p < 0) ? g.node('Pad', [grad, g.integers(pads.map((p) => -p)), null, g.integers(axes)])
    : g.node('Slice', [grad, g.integers(starts), g.integers(axes.map((axis, i) => (starts[i] ?? 0) + (shape[axis] ?? 0))), g.integers(axes)]);
  const all = (v: typeof grad): typeof grad => g.sum(v, v.shape.map((_, i) => i), false);
  return [dx, null, needs[2] === true ? g.sub(all(grad), all(dx)) : null];
};

// The gradient put back between zeros. Steps of 1 only, but for a whole axis reversed.
import type { Rule } from '../rule.ts';

import { axisOf, sliceRange } from '../../graph/shapes.ts';
import { numbersOf } from '../../tensor.ts';

export const Slice: Rule = ({ g, node, grad, inputs, input }) => {
  const shape = input(0).shape;
  const constant = (i: number): number[] | null => { const v = inputs[i]; const t = v == null ? null : g.constantOf(v); return t === null ? null : numbersOf(t); };
  const starts = constant(1), ends = constant(2);
  if (starts === null || ends === null) throw new Error(`Slice ${node.name}: starts and ends must be constants`);
  const axes = constant(3) ?? starts.map((_, i) => i), steps = constant(4) ?? starts.map(() => 1);
  const before = shape.map(() => 0), after = shape.map(() => 0);
  let back = grad;
  for (const [i, a] of axes.entries()) {
    const axis = axisOf(a, shape.length), size = shape[axis] ?? 0, step = steps[i] ?? 1;
    const range = sliceRange(size, starts[i] ?? 0, ends[i] ?? 0, step);
    if (step === -1 && range.length === size) { back = g.slice(back, axis, -1, -size - 1, -1); continue; }
    if (step !== 1) throw new Error(`Slice ${node.name}: steps of ${step} cannot be trained through`);
    before[axis] = range.start;
    after[axis] = size - range.end;
  }
  if ([...before, ...after].every((p) => p === 0)) return [back];
  return [g.node('Pad', [back, g.integers([...before, ...after])])];
};

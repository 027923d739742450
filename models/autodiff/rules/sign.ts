// The sign of a value, 0 at 0, as the difference of two masks: the WebGPU provider has no Sign.
import type { GraphBuilder } from '../../graph/builder.ts';
import type { Value } from '../../graph/graph.ts';

export function signOf(g: GraphBuilder, x: Value): Value {
  const mask = (op: 'Greater' | 'Less'): Value => g.node('Cast', [g.node(op, [x, g.scalar(0)])], { to: 1 });
  return g.sub(mask('Greater'), mask('Less'));
}

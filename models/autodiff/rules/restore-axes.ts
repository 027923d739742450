// A reduced value with its reduced axes back as axes of length 1, so that it broadcasts against the input.
import { axisOf, integersAttribute } from '../../graph/shapes.ts';
import type { Value } from '../../graph/graph.ts';
import { numbersOf } from '../../tensor.ts';
import type { RuleContext } from '../rule.ts';

export function restoreAxes({ g, node, inputs, input }: RuleContext, reduced: Value): Value {
  const shape = input(0).shape;
  const given = inputs[1] == null ? null : g.constantOf(inputs[1]);
  const axes = new Set((given === null ? integersAttribute(node.attributes, 'axes') ?? shape.map((_, i) => i) : numbersOf(given)).map((a) => axisOf(a, shape.length)));
  return g.reshape(reduced, shape.map((d, i) => (axes.has(i) ? 1 : d)));
}

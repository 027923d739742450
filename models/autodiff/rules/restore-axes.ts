// A reduced value with its reduced axes back as axes of length 1, so that it broadcasts against the input.
import { axisOf, integerAttribute, integersAttribute } from '../../graph/attributes.ts';
import type { Value } from '../../graph/graph.ts';
import type { RuleContext } from '../rule.ts';

/** The axes that the node reduces; none given means all, unless the node says otherwise. */
export function reducedAxes({ node, input, constant }: RuleContext): number[] {
  const rank = input(0).shape.length;
  const given = constant(1) ?? integersAttribute(node.attributes, 'axes') ?? [];
  if (given.length === 0) return integerAttribute(node.attributes, 'noop_with_empty_axes', 0) === 1 ? [] : Array.from({ length: rank }, (_, i) => i);
  return given.map((a) => axisOf(a, rank));
}

export function restoreAxes(c: RuleContext, reduced: Value): Value {
  const axes = new Set(reducedAxes(c));
  return c.g.reshape(reduced, c.input(0).shape.map((d, i) => (axes.has(i) ? 1 : d)));
}

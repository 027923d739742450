// The sum over the copies.
import type { Rule } from '../rule.ts';

export const Tile: Rule = ({ g, grad, input, constant }) => {
  const repeats = constant(1) ?? [];
  const copies = input(0).shape.flatMap((d, i) => [repeats[i] ?? 1, d]);
  return [g.sum(g.reshape(grad, copies), repeats.map((_, i) => 2 * i), false)];
};

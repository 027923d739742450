// A rotation by the angles; the gradient is turned back, which is the same operator with negated sines (Su et al. 2021, arXiv 2104.09864).
import type { Rule } from '../rule.ts';

export const RotaryEmbedding: Rule = ({ g, node, grad, inputs, input }) => [g.node('RotaryEmbedding', [grad, input(1), g.neg(input(2)), ...inputs.slice(3)], node.attributes)];

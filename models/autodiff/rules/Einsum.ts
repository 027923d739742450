// The gradient of an operand is the einsum of the result's gradient with the other operands, to the operand's indices.
// An index that only this operand has was summed over, so its gradient is repeated along it.
import type { Rule } from '../rule.ts';

import { stringAttribute } from '../../graph/attributes.ts';
import { einsumTerms } from '../../graph/movement-shapes.ts';

export const Einsum: Rule = ({ g, node, grad, inputs, input, needs }) => {
  const { terms, result } = einsumTerms(stringAttribute(node.attributes, 'equation', ''), inputs.map((_, i) => input(i).shape.length));
  return terms.map((term, i) => {
    if (needs[i] !== true) return null;
    if (new Set(term).size !== term.length) throw new Error('a diagonal cannot be trained through');
    const others = terms.map((t, k) => [t, input(k)] as const).filter((_, k) => k !== i);
    const known = new Set([result, ...others.map(([t]) => t)].join(''));
    const found = Array.from(term).filter((letter) => known.has(letter)).join('');
    const equation = `${[result, ...others.map(([t]) => t)].join(',')}->${found}`;
    const part = g.node('Einsum', [grad, ...others.map(([, v]) => v)], { equation });
    if (found === term) return part;
    const kept = new Map(Array.from(found).map((letter, k) => [letter, part.shape[k] ?? 1]));
    const shape = Array.from(term).map((letter) => kept.get(letter) ?? 1);
    return g.expand(g.reshape(part, shape), input(i).shape);
  });
};

// As Cast; the type that is copied has no gradient.
import type { Rule } from '../rule.ts';

export const CastLike: Rule = ({ g, grad, input, needs }) => [grad, needs[1] === true ? g.zeros(input(1).shape) : null];

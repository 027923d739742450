// Between floats the gradient passes; to and from integers none does, which the walk sees to.
import type { Rule } from '../rule.ts';

export const Cast: Rule = ({ grad }) => [grad];

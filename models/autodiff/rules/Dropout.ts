// Only as it is at inference, where everything passes.
import type { Rule } from '../rule.ts';

export const Dropout: Rule = ({ grad, constant }) => {
  if (constant(2)?.[0] === 1) throw new Error('only the inference form can be trained through');
  return [grad];
};

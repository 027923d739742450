// Summing over the repeated axes is the walk's un-broadcasting.
import type { Rule } from '../rule.ts';

export const Expand: Rule = ({ grad }) => [grad];

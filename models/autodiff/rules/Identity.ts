// Passes through.
import type { Rule } from '../rule.ts';

export const Identity: Rule = ({ grad }) => [grad];

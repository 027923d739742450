// d(a - b) = da - db.
import type { Rule } from '../rule.ts';

export const Sub: Rule = ({ g, grad, needs }) => [grad, needs[1] === true ? g.neg(grad) : null];

// d(a b) = b da + a db.
import type { Rule } from '../rule.ts';

export const Mul: Rule = ({ g, grad, input, needs }) => [needs[0] === true ? g.mul(grad, input(1)) : null, needs[1] === true ? g.mul(grad, input(0)) : null];

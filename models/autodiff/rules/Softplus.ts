// d ln(1 + e^a) = sigmoid(a) da.
import type { Rule } from '../rule.ts';

export const Softplus: Rule = ({ g, grad, input }) => [g.mul(grad, g.sigmoid(input(0)))];

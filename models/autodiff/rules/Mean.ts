// Every input gets its share of the gradient.
import type { Rule } from '../rule.ts';

export const Mean: Rule = ({ g, grad, inputs }) => { const share = g.mul(grad, g.scalar(1 / inputs.length)); return inputs.map(() => share); };

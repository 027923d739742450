// Every summand gets the gradient.
import type { Rule } from '../rule.ts';

export const Sum: Rule = ({ grad, inputs }) => inputs.map(() => grad);

// The gradient in the input's shape.
import type { Rule } from '../rule.ts';

export const Flatten: Rule = ({ g, grad, input }) => [g.reshape(grad, input(0).shape)];

// The gradient spread evenly over the plane.
import type { Rule } from '../rule.ts';

import { sizeOf } from '../../tensor.ts';

export const GlobalAveragePool: Rule = ({ g, grad, input }) => [g.expand(g.mul(grad, g.scalar(1 / sizeOf(input(0).shape.slice(2)))), input(0).shape)];

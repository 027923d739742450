// d|a| = sign(a) da; 0 at the kink.
import type { Rule } from '../rule.ts';

import { signOf } from './sign.ts';

export const Abs: Rule = ({ g, grad, input }) => [g.mul(grad, signOf(g, input(0)))];

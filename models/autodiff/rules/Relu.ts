// Where the output is positive the gradient passes. The product with a mask is faster than choosing, and unlike the
// sign it runs on every device.
import type { Rule } from '../rule.ts';

export const Relu: Rule = ({ g, grad, output: y }) => [g.mul(grad, g.node('Cast', [g.node('Greater', [y, g.scalar(0)])], { to: 1 }))];

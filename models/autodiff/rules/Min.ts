// The smallest input gets the gradient; ties share it with each (a subgradient).
import type { Rule } from '../rule.ts';

export const Min: Rule = ({ g, grad, inputs, output: y, needs }) => inputs.map((x, i) => (x === null || needs[i] !== true ? null : g.node('Where', [g.node('Equal', [x, y]), grad, g.scalar(0)])));

// Slope 1 above zero, a learnt one below.
import type { Rule } from '../rule.ts';

export const PRelu: Rule = ({ g, grad, input, needs }) => {
  const below = g.node('Less', [input(0), g.scalar(0)]);
  return [g.node('Where', [below, g.mul(grad, input(1)), grad]), needs[1] === true ? g.node('Where', [below, g.mul(grad, input(0)), g.scalar(0)]) : null];
};

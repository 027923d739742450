// a max(0, min(1, a / 6 + 1 / 2)): slope a / 3 + 1 / 2 between -3 and 3, 1 above (Howard et al. 2019, arXiv 1905.02244).
import type { Rule } from '../rule.ts';

export const HardSwish: Rule = ({ g, grad, input }) => {
  const x = input(0);
  const inside = g.node('Less', [g.node('Abs', [x]), g.scalar(3)]);
  return [g.mul(grad, g.node('Where', [inside, g.add(g.mul(x, g.scalar(1 / 3)), g.scalar(0.5)), g.node('Cast', [g.node('Greater', [x, g.scalar(0)])], { to: 1 })]))];
};

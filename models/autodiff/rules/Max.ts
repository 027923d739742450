// The largest input gets the gradient; ties share it with each (a subgradient). Two inputs.
import type { Rule } from '../rule.ts';

export const Max: Rule = ({ g, node, grad, inputs, outputs: [y], needs }) => {
  if (inputs.length > 2) throw new Error(`Max ${node.name}: more than two inputs cannot be trained`);
  return inputs.map((x, i) => (x === null || y === undefined || needs[i] !== true ? null : g.node('Where', [g.node('Equal', [x, y]), grad, g.scalar(0)])));
};

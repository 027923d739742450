// Every element went into the sums from its place on, so its gradient is the sum of theirs: the same sum, the other way.
import type { Rule } from '../rule.ts';

import { integerAttribute } from '../../graph/attributes.ts';

export const CumSum: Rule = ({ g, node, grad, input }) =>
  [g.node('CumSum', [grad, input(1)], { exclusive: integerAttribute(node.attributes, 'exclusive', 0), reverse: 1 - integerAttribute(node.attributes, 'reverse', 0) })];

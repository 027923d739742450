// The same triangle of the gradient.
import type { Rule } from '../rule.ts';

import { integerAttribute } from '../../graph/attributes.ts';

export const Trilu: Rule = ({ g, node, grad, inputs }) => [g.node('Trilu', [grad, ...inputs.slice(1)], { upper: integerAttribute(node.attributes, 'upper', 1) })];

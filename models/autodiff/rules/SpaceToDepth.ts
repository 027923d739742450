// The blocks put back.
import type { Rule } from '../rule.ts';

import { integerAttribute } from '../../graph/attributes.ts';

export const SpaceToDepth: Rule = ({ g, node, grad }) => [g.node('DepthToSpace', [grad], { blocksize: integerAttribute(node.attributes, 'blocksize', 1) })];

// The largest element of a window gets the window's gradient; ties each get it (a subgradient). Tap by tap, as fast as by
// the places that MaxPool can also answer, which the WebGPU provider does not.
import type { Rule } from '../rule.ts';

import { integersAttribute, spatial } from '../../graph/attributes.ts';
import { flat, foldBack, onPlane, phasesOf, seen, tapsOf } from './phases.ts';

export const MaxPool: Rule = ({ g, node, grad, input, output }) => {
  const x = flat(g, input(0)), y = flat(g, output), dy = flat(g, grad);
  const c = onPlane(spatial(node.attributes, input(0).shape.slice(2), integersAttribute(node.attributes, 'kernel_shape') ?? []));
  const windows = y.shape.slice(2), phases = phasesOf(g, x, windows, c, -3e38);
  const parts = tapsOf(c).map((tap) => [tap, g.mul(dy, g.node('Cast', [g.node('Equal', [seen(g, phases, tap, windows), y])], { to: 1 }))] as const);
  return [g.reshape(foldBack(g, parts, x.shape, windows, c), input(0).shape)];
};

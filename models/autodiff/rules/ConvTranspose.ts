// A transposed convolution is a convolution's input gradient, so its own input gradient is that convolution, and its
// weights' gradient that of the convolution with input and output exchanged.
import type { Rule } from '../rule.ts';

import { spatial } from '../../graph/attributes.ts';
import { weightGradient } from './conv-gradients.ts';
import { flat, onPlane } from './phases.ts';

export const ConvTranspose: Rule = ({ g, node, grad, input, needs }) => {
  const x = input(0), w = input(1);
  const geometry = onPlane(spatial(node.attributes, grad.shape.slice(2), w.shape.slice(2)));
  const { kernel, strides, pads, dilations, group } = geometry;
  const [fx, fw, dy] = [flat(g, x), flat(g, w), flat(g, grad)];
  return [
    needs[0] === true ? g.reshape(g.node('Conv', [dy, fw], { kernel_shape: kernel, strides, pads, dilations, group }), x.shape) : null,
    needs[1] === true ? g.reshape(weightGradient(g, dy, fw.shape, fx, geometry), w.shape) : null,
    needs[2] === true ? g.sum(grad, grad.shape.map((_, i) => i).filter((i) => i !== 1), false) : null,
  ];
};

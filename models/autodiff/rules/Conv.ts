// Convolution in one or two dimensions, in any groups. Which formulation is fast in onnxruntime was measured: see
// conv-gradients.ts. One dimension is two of which the first has length 1.
import type { Rule } from '../rule.ts';

import { spatial } from '../../graph/attributes.ts';
import { inputGradient, weightGradient } from './conv-gradients.ts';
import { flat, onPlane } from './phases.ts';

export const Conv: Rule = ({ g, node, grad, input, needs }) => {
  const x = input(0), w = input(1);
  const geometry = onPlane(spatial(node.attributes, x.shape.slice(2), w.shape.slice(2)));
  const [fx, fw, dy] = [flat(g, x), flat(g, w), flat(g, grad)];
  return [
    needs[0] === true ? g.reshape(inputGradient(g, fx.shape, fw, dy, geometry), x.shape) : null,
    needs[1] === true ? g.reshape(weightGradient(g, fx, fw.shape, dy, geometry), w.shape) : null,
    needs[2] === true ? g.sum(grad, grad.shape.map((_, i) => i).filter((i) => i !== 1), false) : null,
  ];
};

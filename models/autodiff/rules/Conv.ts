// Convolution in two dimensions. Which formulation is fast in onnxruntime was measured: see conv-gradients.ts.
import type { Rule } from '../rule.ts';

import { spatial } from '../../graph/shapes.ts';
import { inputGradient, weightGradient } from './conv-gradients.ts';

export const Conv: Rule = ({ g, node, grad, input, needs }) => {
  const x = input(0), w = input(1);
  if (x.shape.length !== 4) throw new Error(`Conv ${node.name}: only two-dimensional convolutions can be trained`);
  const geometry = spatial(node.attributes, 2, w.shape.slice(2));
  return [
    needs[0] === true ? inputGradient(g, x, w, grad, geometry) : null,
    needs[1] === true ? weightGradient(g, x, w, grad, geometry) : null,
    needs[2] === true ? g.sum(grad, [0, 2, 3], false) : null,
  ];
};

// Averages over windows are a linear map along each axis, since the number of elements in a window is the product of
// how many lie on each axis.
import type { Rule } from '../rule.ts';

import { integerAttribute, integersAttribute, spatial, windows } from '../../graph/attributes.ts';
import { transposedMap } from './linear-map.ts';

export const AveragePool: Rule = ({ g, node, grad, input }) => {
  const size = input(0).shape.slice(2);
  const s = spatial(node.attributes, size, integersAttribute(node.attributes, 'kernel_shape') ?? []);
  const padded = integerAttribute(node.attributes, 'count_include_pad', 0) === 1;
  const counts = windows(size, s);
  return [size.reduce((v, d, i) => {
    const [kernel = 1, stride = 1, begin = 0, end = 0, dilation = 1] = [s.kernel[i], s.strides[i], s.pads[i], s.pads[i + size.length], s.dilations[i]];
    const map = Array.from({ length: counts[i] ?? 0 }, (_, o) => {
      const places = Array.from({ length: kernel }, (_k, k) => o * stride - begin + k * dilation);
      const share = 1 / places.filter((p) => (padded ? p < d + end : p >= 0 && p < d)).length;
      return Array.from({ length: d }, (_x, p) => (places.includes(p) ? share : 0));
    });
    return transposedMap(g, v, i + 2, map);
  }, grad)];
};

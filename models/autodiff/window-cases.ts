// The cases of the operators that look through windows or over planes, of normalization and of attention.
import type { Attributes } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';
import { float32, int64 } from '../tensor.ts';
import { fed, on, type OperatorCase } from './case.ts';

const conv = (x: readonly number[], w: readonly number[], attributes: Attributes, bias = false): OperatorCase => on('Conv', bias ? [x, w, [w[0] ?? 0]] : [x, w], { kernel_shape: w.slice(2), ...attributes });
const transposed = (x: readonly number[], w: readonly number[], attributes: Attributes, group = 1): OperatorCase => on('ConvTranspose', [x, w, [(w[1] ?? 0) * group]], { kernel_shape: w.slice(2), group, ...attributes });
const resized = (shape: readonly number[], sizes: readonly number[], attributes: Attributes): OperatorCase => fed('Resize', shape, (g) => [null, null, g.constant(int64([sizes.length], sizes))], attributes);
const scaled = (shape: readonly number[], scales: readonly number[], attributes: Attributes): OperatorCase => fed('Resize', shape, (g) => [null, g.constant(float32([scales.length], scales))], attributes);
/** Values far apart, so that which is the largest does not change within a difference. */
const spread: Partial<OperatorCase> = { low: -20, high: 20 };
const truth = (g: Parameters<OperatorCase['build']>[0], dims: readonly number[]): Value => g.constant({ dtype: 'bool', dims, data: Uint8Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, i) => (i % 4 === 3 ? 0 : 1)) });

export const windowCases: Readonly<Record<string, readonly OperatorCase[]>> = {
  Conv: [
    conv([2, 3, 6, 5], [4, 3, 3, 3], { pads: [1, 1, 1, 1] }, true), conv([2, 9, 5, 6], [4, 9, 3, 3], { pads: [1, 1, 1, 1] }), conv([2, 9, 6, 6], [4, 9, 3, 3], { pads: [1, 1, 1, 1], strides: [2, 2] }),
    conv([1, 9, 7, 5], [3, 9, 3, 3], { pads: [1, 1, 1, 1], strides: [2, 2] }), conv([2, 3, 8, 8], [4, 3, 3, 3], { pads: [1, 1, 1, 1], strides: [2, 2] }), conv([2, 8, 4, 4], [5, 8, 1, 1], {}), conv([1, 8, 5, 5], [3, 8, 1, 1], { strides: [2, 2] }),
    conv([2, 3, 8, 8], [4, 3, 4, 4], { strides: [4, 4] }), conv([1, 3, 9, 8], [4, 3, 4, 4], { strides: [4, 4] }), conv([1, 3, 7, 7], [2, 3, 3, 3], { dilations: [2, 2] }), conv([1, 9, 7, 7], [2, 9, 3, 3], { dilations: [2, 2], strides: [2, 2], pads: [2, 2, 2, 2] }), conv([1, 9, 6, 6], [2, 9, 3, 3], { pads: [0, 1, 2, 0] }),
    conv([2, 4, 5, 5], [4, 1, 3, 3], { pads: [1, 1, 1, 1], group: 4 }), conv([2, 4, 6, 6], [4, 1, 3, 3], { pads: [1, 1, 1, 1], group: 4, strides: [2, 2] }), conv([1, 2, 6, 6], [4, 1, 3, 3], { pads: [1, 1, 1, 1], group: 2 }), conv([2, 2, 8, 8], [2, 1, 7, 7], { pads: [3, 3, 3, 3], group: 2, strides: [2, 2] }),
    conv([2, 6, 5, 4], [4, 3, 3, 3], { pads: [1, 1, 1, 1], group: 2 }), conv([1, 6, 6, 6], [6, 2, 3, 3], { pads: [1, 1, 1, 1], group: 3, strides: [2, 2], dilations: [1, 2] }),
    conv([2, 3, 9], [4, 3, 3], { pads: [1, 2], strides: [2] }, true), conv([1, 8, 9], [8, 1, 3], { pads: [1, 1], group: 8 }), conv([1, 4, 6], [3, 4, 1], { pads: [1, 1] }),
    conv([1, 3, 7, 6], [2, 3, 3, 3], { auto_pad: 'SAME_UPPER', strides: [2, 2] }), conv([1, 3, 6, 6], [2, 3, 2, 3], { auto_pad: 'SAME_LOWER' }), conv([1, 3, 6, 6], [2, 3, 3, 3], { auto_pad: 'VALID' }),
  ],
  ConvTranspose: [
    transposed([1, 3, 4, 5], [3, 2, 3, 3], {}), transposed([2, 4, 4, 4], [4, 1, 3, 2], { strides: [2, 2], pads: [1, 0, 1, 1], output_padding: [1, 0] }, 2), transposed([1, 8, 3, 3], [8, 2, 2, 2], { strides: [2, 2] }), transposed([2, 3, 5], [3, 2, 3], { strides: [2], pads: [1, 1] }),
    transposed([1, 4, 3, 3], [4, 1, 3, 3], { pads: [1, 1, 1, 1], strides: [2, 2] }, 4),
  ],
  AveragePool: [
    on('AveragePool', [[1, 2, 7, 6]], { kernel_shape: [3, 2], strides: [2, 2], pads: [1, 0, 1, 0] }), on('AveragePool', [[1, 2, 7, 6]], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1], count_include_pad: 1 }), on('AveragePool', [[1, 2, 6, 6]], { kernel_shape: [2, 2], strides: [2, 2] }),
    on('AveragePool', [[1, 1, 6, 5]], { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 }), on('AveragePool', [[1, 1, 6, 6]], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1], ceil_mode: 1, count_include_pad: 1 }), on('AveragePool', [[1, 2, 7]], { kernel_shape: [3], strides: [2] }),
    on('AveragePool', [[1, 1, 7, 7]], { kernel_shape: [3, 3], auto_pad: 'SAME_UPPER', strides: [2, 2] }),
  ],
  MaxPool: [
    on('MaxPool', [[2, 2, 6, 6]], { kernel_shape: [2, 2], strides: [2, 2] }, spread), on('MaxPool', [[1, 2, 7, 7]], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] }, spread), on('MaxPool', [[1, 1, 7, 9]], { kernel_shape: [3, 3], dilations: [2, 2] }, spread),
    on('MaxPool', [[1, 1, 6, 5]], { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 }, spread), on('MaxPool', [[1, 2, 7]], { kernel_shape: [3], strides: [2] }, spread),
  ],
  LpPool: [on('LpPool', [[1, 2, 6, 6]], { kernel_shape: [2, 2], strides: [2, 2], p: 2 })], GlobalLpPool: [on('GlobalLpPool', [[1, 2, 3, 3]], { p: 2 })],
  GlobalAveragePool: [on('GlobalAveragePool', [[2, 3, 4, 2]])], GlobalMaxPool: [on('GlobalMaxPool', [[2, 3, 4, 2]], {}, spread)],
  Resize: [
    resized([1, 2, 2, 3], [1, 2, 6, 6], { mode: 'nearest' }), scaled([1, 2, 3, 2], [1, 1, 2, 2], { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' }), scaled([1, 1, 2, 3], [1, 1, 3, 2], { mode: 'nearest', coordinate_transformation_mode: 'align_corners' }), resized([1, 1, 4, 5], [1, 1, 3, 7], { mode: 'nearest', nearest_mode: 'ceil' }),
    resized([1, 2, 4, 5], [1, 2, 7, 3], { mode: 'linear' }), resized([1, 2, 4, 3], [1, 2, 7, 7], { mode: 'linear', coordinate_transformation_mode: 'align_corners' }), scaled([1, 1, 3, 3], [1, 1, 1.7, 2.5], { mode: 'linear', coordinate_transformation_mode: 'asymmetric' }), resized([1, 1, 5, 4], [1, 1, 3, 1], { mode: 'linear', coordinate_transformation_mode: 'pytorch_half_pixel' }),
    resized([1, 2, 4, 4], [1, 2, 7, 7], { mode: 'cubic' }), resized([1, 1, 5, 5], [1, 1, 7, 3], { mode: 'cubic', coordinate_transformation_mode: 'align_corners' }), scaled([1, 1, 4, 4], [1, 1, 1.75, 1.75], { mode: 'cubic', coordinate_transformation_mode: 'pytorch_half_pixel' }), resized([1, 1, 4, 4], [1, 1, 6, 6], { mode: 'cubic', exclude_outside: 1, cubic_coeff_a: { float: -0.5 } }),
    resized([1, 2, 7, 8], [1, 2, 3, 5], { mode: 'linear', antialias: 1 }), resized([1, 1, 8, 8], [1, 1, 5, 11], { mode: 'cubic', antialias: 1, cubic_coeff_a: { float: -0.5 } }), resized([1, 1, 8, 8], [1, 1, 5, 11], { mode: 'cubic', antialias: 1, exclude_outside: 1 }),
    fed('Resize', [1, 2, 4, 3], (g) => [null, null, g.integers([6, 5])], { mode: 'linear', axes: [2, 3] }), resized([2, 4], [2, 7], { mode: 'linear' }),
  ],
  Pad: [
    fed('Pad', [2, 3], (g) => [g.integers([2, 1]), g.scalar(0.5), g.integers([-1])]), fed('Pad', [2, 3], (g) => [g.integers([1, 0, 2, 1])]), fed('Pad', [4, 4], (g) => [g.integers([-1, 1, 0, -2])]),
    { shapes: [[2, 2], []], build: (g, [x, v]) => g.node('Pad', [x ?? null, g.integers([1, 0, 0, 2]), v ?? null]) },
    fed('Pad', [4, 3], (g) => [g.integers([2, 1, 1, 2])], { mode: 'reflect' }), fed('Pad', [1, 1, 3, 3], (g) => [g.integers([0, 0, 1, 2, 0, 0, 2, 1])], { mode: 'edge' }), fed('Pad', [4, 3], (g) => [g.integers([2, 1, 1, 2])], { mode: 'wrap' }),
  ],
  DepthToSpace: [on('DepthToSpace', [[1, 8, 2, 3]], { blocksize: 2 }), on('DepthToSpace', [[1, 8, 2, 3]], { blocksize: 2, mode: 'CRD' })], SpaceToDepth: [on('SpaceToDepth', [[2, 2, 4, 6]], { blocksize: 2 })],

  LayerNormalization: [on('LayerNormalization', [[2, 3, 5], [5], [5]]), on('LayerNormalization', [[2, 3, 5], [3, 5]], { axis: 1 })],
  RMSNormalization: [on('RMSNormalization', [[2, 3, 5], [5]]), on('RMSNormalization', [[2, 3, 5], [3, 5]], { axis: 1, epsilon: { float: 1e-3 } })],
  InstanceNormalization: [on('InstanceNormalization', [[2, 3, 3, 4], [3], [3]]), on('InstanceNormalization', [[2, 2, 9], [2], [2]])],
  GroupNormalization: [on('GroupNormalization', [[2, 4, 3, 3], [4], [4]], { num_groups: 2 }), on('GroupNormalization', [[2, 4, 6], [4], [4]], { num_groups: 4 })],
  BatchNormalization: [[2, 3, 4], [2, 3, 2, 2], [4, 3]].map((shape): OperatorCase => ({
    shapes: [shape, [3], [3]], build: (g, inputs) => g.node('BatchNormalization', [...inputs, g.constant(float32([3], [0.3, -0.2, 0.1])), g.constant(float32([3], [0.5, 1.5, 2]))], { epsilon: { float: 1e-3 } }),
  })),
  LpNormalization: [on('LpNormalization', [[2, 5]]), on('LpNormalization', [[3, 4]], { p: 1, axis: 0 }, { away: [0] })],
  MeanVarianceNormalization: [on('MeanVarianceNormalization', [[2, 2, 3, 3]]), on('MeanVarianceNormalization', [[2, 3, 4]], { axes: [1, 2] })],
  LRN: [on('LRN', [[1, 4, 3, 3]], { size: 3 })],

  Attention: [
    on('Attention', [[2, 2, 3, 4], [2, 2, 5, 4], [2, 2, 5, 3]]), on('Attention', [[2, 3, 8], [2, 5, 8], [2, 5, 4]], { q_num_heads: 2, kv_num_heads: 2 }), on('Attention', [[1, 4, 3, 4], [1, 2, 3, 4], [1, 2, 3, 4]], { is_causal: 1, scale: { float: 0.7 } }),
    on('Attention', [[1, 3, 8], [1, 4, 4], [1, 4, 4], [3, 4]], { q_num_heads: 4, kv_num_heads: 2 }),
    { shapes: [[1, 2, 3, 4], [1, 2, 4, 4], [1, 2, 4, 4]], build: (g, inputs) => g.node('Attention', [...inputs, truth(g, [3, 4])]) },
  ],
  RotaryEmbedding: ([[1, 2, 3, 6], [1, 3, 12]] as const).flatMap((shape) => [0, 1].map((interleaved): OperatorCase => ({
    shapes: [shape], build: (g, [x]) => g.node('RotaryEmbedding', [x ?? null, g.constant(float32([1, 3, 3], [1, 0.9, 0.8, 0.7, 0.5, 0.3, 0.1, -0.2, -0.4])), g.constant(float32([1, 3, 3], [0, 0.4, 0.6, 0.7, 0.8, 0.9, 0.95, 0.9, 0.8]))], { interleaved, num_heads: 2 }),
  }))),
  RoiAlign: [{ shapes: [[1, 2, 6, 6]], build: (g, [x]) => g.node('RoiAlign', [x ?? null, g.constant(float32([2, 4], [0, 0, 4, 4, 1, 1, 5, 3])), g.constant(int64([2], [0, 0]))], { output_height: 2, output_width: 3, sampling_ratio: 2 }) }],
  GridSample: [{ shapes: [[1, 2, 4, 4]], build: (g, [x]) => g.node('GridSample', [x ?? null, g.constant(float32([1, 2, 2, 2], [-0.5, 0.2, 0.3, 0.4, 0.1, -0.7, 0.6, 0.6]))]) }],
};

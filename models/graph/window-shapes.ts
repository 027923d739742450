// Shapes of the operators that look through windows or over planes: convolutions, pooling, resampling, normalization.
import { sizeOf } from '../tensor.ts';
import { dim, integerAttribute, integersAttribute, spatial, stringAttribute, windows } from './attributes.ts';
import { constant, input, same, upTo, type Inference } from './shape-context.ts';

const pooled: Inference = (c) => {
  const x = input(c, 0);
  const size = x.shape.slice(2);
  const shape = [dim(x.shape, 0), dim(x.shape, 1), ...windows(size, spatial(c.attributes, size, integersAttribute(c.attributes, 'kernel_shape') ?? []))];
  return upTo(c, [{ dtype: x.dtype, shape }, { dtype: 'int64', shape }]);
};
const global: Inference = (c) => [{ dtype: input(c, 0).dtype, shape: input(c, 0).shape.map((d, i) => (i < 2 ? d : 1)) }];

const convolution: Inference = (c) => {
  const x = input(c, 0).shape, w = input(c, 1).shape;
  const a = spatial(c.attributes, x.slice(2), w.slice(2));
  if (dim(x, 1) !== dim(w, 1) * a.group) throw new Error(`${dim(x, 1)} channels do not fit weights [${w.join(', ')}] in ${a.group} groups`);
  return [{ shape: [dim(x, 0), dim(w, 0), ...windows(x.slice(2), a)], dtype: input(c, 0).dtype }];
};

const transposedConvolution: Inference = (c) => {
  const x = input(c, 0).shape, w = input(c, 1).shape;
  const rank = x.length - 2;
  if (integersAttribute(c.attributes, 'output_shape') !== null || !['NOTSET', 'VALID'].includes(stringAttribute(c.attributes, 'auto_pad', 'NOTSET'))) throw new Error('padding by the output\'s shape is not supported');
  const a = spatial(c.attributes, x.slice(2), w.slice(2));
  const extra = integersAttribute(c.attributes, 'output_padding') ?? new Array<number>(rank).fill(0);
  const out = a.kernel.map((k, i) => (dim(x, i + 2) - 1) * dim(a.strides, i) - dim(a.pads, i) - dim(a.pads, i + rank) + dim(a.dilations, i) * (k - 1) + 1 + dim(extra, i));
  return [{ shape: [dim(x, 0), dim(w, 1) * a.group, ...out], dtype: input(c, 0).dtype }];
};

const resize: Inference = (c) => {
  const x = input(c, 0);
  if (stringAttribute(c.attributes, 'keep_aspect_ratio_policy', 'stretch') !== 'stretch') throw new Error('only stretching is supported');
  const axes = integersAttribute(c.attributes, 'axes') ?? x.shape.map((_, i) => i);
  const scales = c.inputs[2] == null ? [] : constant(c, 2);
  const shape = [...x.shape];
  const sizes = scales.length > 0 ? axes.map((a, i) => Math.floor(dim(x.shape, a < 0 ? a + shape.length : a) * dim(scales, i))) : constant(c, 3);
  for (const [i, a] of axes.entries()) shape[a < 0 ? a + shape.length : a] = dim(sizes, i);
  return [{ shape, dtype: x.dtype }];
};

/** [B, L, heads x d] or [B, heads, L, d], queries before keys and values (opset 23). */
const attention: Inference = (c) => {
  const q = input(c, 0), k = input(c, 1), v = input(c, 2);
  const flat = q.shape.length === 3;
  const heads = flat ? integerAttribute(c.attributes, 'q_num_heads', 0) : dim(q.shape, 1), shared = flat ? integerAttribute(c.attributes, 'kv_num_heads', 0) : dim(k.shape, 1);
  if (heads < 1 || shared < 1) throw new Error('q_num_heads and kv_num_heads must be given');
  const sizeOfHead = (shape: readonly number[], n: number): number => (flat ? dim(shape, 2) / n : dim(shape, 3));
  const length = flat ? 1 : 2;
  const total = dim(k.shape, length) + (c.inputs[4] == null ? 0 : dim(input(c, 4).shape, 2));
  const [b, l, dv] = [dim(q.shape, 0), dim(q.shape, length), sizeOfHead(v.shape, shared)];
  return upTo(c, [
    { dtype: q.dtype, shape: flat ? [b, l, heads * dv] : [b, heads, l, dv] },
    { dtype: q.dtype, shape: [b, shared, total, sizeOfHead(k.shape, shared)] }, { dtype: q.dtype, shape: [b, shared, total, dv] }, { dtype: q.dtype, shape: [b, heads, l, total] },
  ]);
};

export const windowShapes: Readonly<Record<string, Inference>> = {
  Conv: convolution, ConvTranspose: transposedConvolution, AveragePool: pooled, MaxPool: pooled, LpPool: pooled, GlobalAveragePool: global, GlobalMaxPool: global, GlobalLpPool: global,
  Resize: resize, Attention: attention,
  LayerNormalization: (c) => { if (c.outputCount > 1) throw new Error('its statistics cannot be outputs'); return [input(c, 0)]; },
  InstanceNormalization: same, GroupNormalization: same, LpNormalization: same, MeanVarianceNormalization: same, RMSNormalization: same, LRN: same, RotaryEmbedding: same,
  BatchNormalization: (c) => {
    if (integerAttribute(c.attributes, 'training_mode', 0) !== 0) throw new Error('only the inference form is supported, whose statistics are constants');
    return [input(c, 0)];
  },
  RoiAlign: (c) => {
    const side = (name: string): number => integerAttribute(c.attributes, name, 1);
    return [{ dtype: input(c, 0).dtype, shape: [dim(input(c, 1).shape, 0), dim(input(c, 0).shape, 1), side('output_height'), side('output_width')] }];
  },
  GridSample: (c) => [{ dtype: input(c, 0).dtype, shape: [...input(c, 0).shape.slice(0, 2), ...input(c, 1).shape.slice(1, -1)] }],
  DepthToSpace: (c) => {
    const x = input(c, 0), n = integerAttribute(c.attributes, 'blocksize', 1);
    if (dim(x.shape, 1) % (n * n) !== 0) throw new Error(`${dim(x.shape, 1)} channels are no blocks of ${n} x ${n}`);
    return [{ dtype: x.dtype, shape: [dim(x.shape, 0), dim(x.shape, 1) / (n * n), dim(x.shape, 2) * n, dim(x.shape, 3) * n] }];
  },
  SpaceToDepth: (c) => {
    const x = input(c, 0), n = integerAttribute(c.attributes, 'blocksize', 1);
    const shape = [dim(x.shape, 0), dim(x.shape, 1) * n * n, dim(x.shape, 2) / n, dim(x.shape, 3) / n];
    if (sizeOf(shape) !== sizeOf(x.shape) || !shape.every(Number.isInteger)) throw new Error(`[${x.shape.join(', ')}] has no whole blocks of ${n} x ${n}`);
    return [{ dtype: x.dtype, shape }];
  },
};

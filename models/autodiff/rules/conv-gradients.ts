// The gradients of a two-dimensional convolution, each in the formulation that onnxruntime's CPU provider runs fastest:
// stride 1 input gradients are a Conv with flipped weights, others a ConvTranspose; weight gradients are one matrix
// product a kernel tap over slices (phases.ts); patches that do not overlap are rows of one matrix.
import { dim as at, type Spatial } from '../../graph/attributes.ts';
import type { GraphBuilder } from '../../graph/builder.ts';
import type { Value } from '../../graph/graph.ts';
import { phasesOf, seen, tapsOf } from './phases.ts';

/** Whether every element of the input lies in exactly one window, as in a patch embedding. */
const patches = (size: readonly number[], c: Spatial): boolean => c.group === 1 && c.pads.every((p) => p === 0) && c.kernel.every((k, i) => k > 1 && k === c.strides[i] && at(size, i + 2) % k === 0) && c.dilations.every((d) => d === 1);

/** dX of `shape` [N, C, H, W] from dY [N, O, h, w] and w [O, C / group, kh, kw]. */
export function inputGradient(g: GraphBuilder, shape: readonly number[], w: Value, dy: Value, c: Spatial): Value {
  const [n, channels, out] = [at(shape, 0), at(shape, 1), at(w.shape, 0)], [kh, kw] = [at(c.kernel, 0), at(c.kernel, 1)];
  if (patches(shape, c)) {
    const [h, v] = [at(dy.shape, 2), at(dy.shape, 3)];
    const rows = g.node('Gemm', [g.reshape(g.transpose(dy, [0, 2, 3, 1]), [n * h * v, out]), g.reshape(w, [out, channels * kh * kw])]);
    return g.reshape(g.transpose(g.reshape(rows, [n, h, v, channels, kh, kw]), [0, 3, 1, 4, 2, 5]), shape);
  }
  const reach = [0, 1].map((i) => at(c.dilations, i) * (at(c.kernel, i) - 1));
  const before = reach.map((r, i) => r - at(c.pads, i));
  const after = reach.map((r, i) => at(shape, i + 2) + r - (at(dy.shape, i + 2) - 1) * at(c.strides, i) - 1 - at(before, i));
  const stride = c.strides.some((s) => s !== 1);
  // Windows that step further than one element leave gaps, which a depthwise convolution fills with zeros cheaply; a
  // dense one would multiply them.
  if ([...before, ...after].every((p) => p >= 0) && (!stride || c.group === channels)) {
    const spread = stride ? opened(g, dy, c.strides) : dy;
    const kernels = g.node('Slice', [swapped(g, w, c.group), g.integers([-1, -1]), g.integers([-kh - 1, -kw - 1]), g.integers([2, 3]), g.integers([-1, -1])]);
    return g.node('Conv', [spread, kh === 1 && kw === 1 ? swapped(g, w, c.group) : kernels], { kernel_shape: c.kernel, pads: [...before, ...after], dilations: c.dilations, group: c.group });
  }
  const missing = [0, 1].map((i) => at(shape, i + 2) - ((at(dy.shape, i + 2) - 1) * at(c.strides, i) - at(c.pads, i) - at(c.pads, i + 2) + at(reach, i) + 1));
  return g.node('ConvTranspose', [dy, w], { kernel_shape: c.kernel, strides: c.strides, pads: c.pads, dilations: c.dilations, group: c.group, output_padding: missing });
}

/** Kernels [O, C / group, ..] as [C, O / group, ..]. */
function swapped(g: GraphBuilder, w: Value, group: number): Value {
  const [out, inside, kh, kw] = [at(w.shape, 0), at(w.shape, 1), at(w.shape, 2), at(w.shape, 3)];
  if (group === 1) return g.transpose(w, [1, 0, 2, 3]);
  if (inside === 1 && out === group) return w;
  return g.reshape(g.transpose(g.reshape(w, [group, out / group, inside, kh, kw]), [0, 2, 1, 3, 4]), [group * inside, out / group, kh, kw]);
}

/** Zeros put between the elements of both axes: [.., h, w] -> [.., (h - 1) sh + 1, (w - 1) sw + 1]. */
function opened(g: GraphBuilder, v: Value, [sh = 1, sw = 1]: readonly number[]): Value {
  const [n, c, h, w] = [at(v.shape, 0), at(v.shape, 1), at(v.shape, 2), at(v.shape, 3)];
  const apart = g.node('Pad', [g.reshape(v, [n, c, h, 1, w, 1]), g.integers([0, 0, 0, 0, 0, 0, 0, 0, 0, sh - 1, 0, sw - 1])]);
  return g.node('Slice', [g.reshape(apart, [n, c, h * sh, w * sw]), g.integers([0, 0]), g.integers([(h - 1) * sh + 1, (w - 1) * sw + 1]), g.integers([2, 3])]);
}

/** dW of `shape` [O, C / group, kh, kw] from x [N, C, H, W] and dY [N, O, h, w]. */
export function weightGradient(g: GraphBuilder, x: Value, shape: readonly number[], dy: Value, c: Spatial): Value {
  const [n, channels] = [at(x.shape, 0), at(x.shape, 1)], [out, inside, kh, kw] = [at(shape, 0), at(shape, 1), at(shape, 2), at(shape, 3)];
  const [oh, ow] = [at(dy.shape, 2), at(dy.shape, 3)];
  const [sh, sw] = [at(c.strides, 0), at(c.strides, 1)];
  if (patches(x.shape, c)) {
    const rows = g.reshape(g.transpose(g.reshape(x, [n, channels, oh, kh, ow, kw]), [0, 2, 4, 1, 3, 5]), [n * oh * ow, channels * kh * kw]);
    return g.reshape(g.node('Gemm', [g.reshape(g.transpose(dy, [0, 2, 3, 1]), [n * oh * ow, out]), rows], { transA: 1 }), shape);
  }
  // Few channels make matrix products of a few columns; depthwise ones of a single one.
  if (c.group === 1 && channels < 8) return imagesAsChannels(g, x, dy, c);
  if (c.group === channels && out === channels) return kh * kw > 25 ? depthwise(g, x, dy, c) : depthwiseByTap(g, x, dy, c);
  const rows = g.reshape(dy, c.group === 1 ? [n, out, oh * ow] : [n, c.group, out / c.group, oh * ow]);
  const product = (part: Value): Value => {
    const r = g.matmul(rows, c.group === 1 ? g.transpose(g.reshape(part, [n, channels, oh * ow]), [0, 2, 1]) : g.transpose(g.reshape(part, [n, c.group, inside, oh * ow]), [0, 1, 3, 2]));
    return g.reshape(n === 1 ? r : g.sum(r, [0], false), [out, inside, 1]);
  };
  const padless = c.pads.every((p) => p === 0);
  if (kh === 1 && kw === 1 && sh === 1 && sw === 1 && padless) return g.reshape(product(x), shape);
  const windows = [oh, ow], phases = phasesOf(g, x, windows, c);
  const taps = tapsOf(c).map((tap) => product(seen(g, phases, tap, windows)));
  return g.reshape(g.concat(taps, 2), shape);
}

/** The correlation of x with dY is cut to the kernel: strides can leave rows of x that no window reached. */
const cut = (g: GraphBuilder, r: Value, [kh = 0, kw = 0]: readonly number[]): Value =>
  (r.shape[2] === kh && r.shape[3] === kw ? r : g.node('Slice', [r, g.integers([0, 0]), g.integers([kh, kw]), g.integers([2, 3])]));

/** The images of the batch as channels: dW = Conv(x^T, dY^T) with stride and dilation exchanged. */
function imagesAsChannels(g: GraphBuilder, x: Value, dy: Value, c: Spatial): Value {
  const r = g.node('Conv', [g.transpose(x, [1, 0, 2, 3]), g.transpose(dy, [1, 0, 2, 3])], { kernel_shape: dy.shape.slice(2), strides: c.dilations, dilations: c.strides, pads: c.pads });
  return g.transpose(cut(g, r, c.kernel), [1, 0, 2, 3]);
}

/** Depthwise convolutions with small kernels: each tap's products with dY summed over images and plane, half the time of the form below. */
function depthwiseByTap(g: GraphBuilder, x: Value, dy: Value, c: Spatial): Value {
  const channels = at(x.shape, 1), windows = dy.shape.slice(2), phases = phasesOf(g, x, windows, c);
  const taps = tapsOf(c).map((tap) => g.reshape(g.sum(g.mul(seen(g, phases, tap, windows), dy), [0, 2, 3], false), [channels, 1]));
  return g.reshape(g.concat(taps, 1), [channels, 1, ...c.kernel]);
}

/** Depthwise convolutions with large kernels: every channel of every image is a group of its own. */
function depthwise(g: GraphBuilder, x: Value, dy: Value, c: Spatial): Value {
  const [n, channels] = [at(x.shape, 0), at(x.shape, 1)];
  const folded = g.reshape(x, [1, n * channels, at(x.shape, 2), at(x.shape, 3)]);
  const kernels = g.reshape(dy, [n * channels, 1, at(dy.shape, 2), at(dy.shape, 3)]);
  const r = g.node('Conv', [folded, kernels], { kernel_shape: dy.shape.slice(2), strides: c.dilations, dilations: c.strides, pads: c.pads, group: n * channels });
  return g.reshape(g.sum(g.reshape(cut(g, r, c.kernel), [n, channels, ...c.kernel]), [0], false), [channels, 1, ...c.kernel]);
}

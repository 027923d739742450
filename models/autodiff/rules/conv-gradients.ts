// The gradients of a two-dimensional convolution, each in the formulation that onnxruntime's CPU provider runs fastest:
// stride 1 input gradients are a Conv with flipped weights, others a ConvTranspose; weight gradients are one matrix
// product a kernel tap over slices, with strides unfolded into phases first because strided Slice is slow.
import type { GraphBuilder } from '../../graph/builder.ts';
import type { Value } from '../../graph/graph.ts';
import type { spatial } from '../../graph/shapes.ts';

type Geometry = ReturnType<typeof spatial>;
const at = (values: readonly number[], i: number): number => values[i] ?? 0;

/** dX [N, C, H, W] from dY [N, O, h, w]. */
export function inputGradient(g: GraphBuilder, x: Value, w: Value, dy: Value, c: Geometry): Value {
  const [kh, kw] = [at(c.kernel, 0), at(c.kernel, 1)];
  const symmetric = at(c.pads, 0) === at(c.pads, 2) && at(c.pads, 1) === at(c.pads, 3);
  const plain = c.group === 1 && c.strides.every((s) => s === 1) && c.dilations.every((d) => d === 1);
  if (plain && symmetric && kh - 1 >= at(c.pads, 0) && kw - 1 >= at(c.pads, 1)) {
    const swapped = g.transpose(w, [1, 0, 2, 3]);
    const flipped = kh === 1 && kw === 1 ? swapped : g.node('Slice', [swapped, g.integers([-1, -1]), g.integers([-kh - 1, -kw - 1]), g.integers([2, 3]), g.integers([-1, -1])]);
    const [ph, pw] = [kh - 1 - at(c.pads, 0), kw - 1 - at(c.pads, 1)];
    return g.node('Conv', [dy, flipped], { kernel_shape: [kh, kw], pads: [ph, pw, ph, pw] });
  }
  const missing = [0, 1].map((i) => at(x.shape, i + 2) - ((at(dy.shape, i + 2) - 1) * at(c.strides, i) - at(c.pads, i) - at(c.pads, i + 2) + at(c.dilations, i) * (at(c.kernel, i) - 1) + 1));
  return g.node('ConvTranspose', [dy, w], { kernel_shape: c.kernel, strides: c.strides, pads: c.pads, dilations: c.dilations, group: c.group, output_padding: missing });
}

/** dW [O, C / group, kh, kw] from x [N, C, H, W] and dY [N, O, h, w]. */
export function weightGradient(g: GraphBuilder, x: Value, w: Value, dy: Value, c: Geometry): Value {
  const [n, channels, height, width] = [at(x.shape, 0), at(x.shape, 1), at(x.shape, 2), at(x.shape, 3)];
  const [out, , kh, kw] = [at(w.shape, 0), 0, at(c.kernel, 0), at(c.kernel, 1)];
  const [oh, ow] = [at(dy.shape, 2), at(dy.shape, 3)];
  const [sh, sw] = [at(c.strides, 0), at(c.strides, 1)];
  const [dh, dw] = [at(c.dilations, 0), at(c.dilations, 1)];
  if (c.group !== 1) return groupedWeightGradient(g, x, w, dy, c);
  if (channels < 8 || dh !== 1 || dw !== 1 || !(sh === sw && (sh === 1 || sh === 2))) {
    // The images of the batch as channels: dW = Conv(x^T, dY^T) with stride and dilation exchanged.
    const r = g.node('Conv', [g.transpose(x, [1, 0, 2, 3]), g.transpose(dy, [1, 0, 2, 3])], { kernel_shape: [oh, ow], strides: c.dilations, dilations: c.strides, pads: c.pads });
    const cut = at(r.shape, 2) === kh && at(r.shape, 3) === kw ? r : g.node('Slice', [r, g.integers([0, 0]), g.integers([kh, kw]), g.integers([2, 3])]);
    return g.transpose(cut, [1, 0, 2, 3]);
  }
  const rows = g.reshape(dy, [n, out, oh * ow]);
  const product = (part: Value): Value => {
    const r = g.matmul(rows, g.transpose(g.reshape(part, [n, channels, oh * ow]), [0, 2, 1]));
    return g.reshape(n === 1 ? r : g.sum(r, [0], false), [out, channels, 1]);
  };
  if (kh === 1 && kw === 1 && sh === 1 && c.pads.every((p) => p === 0)) return g.reshape(product(x), w.shape);
  const evenly = (size: number, pad: number): number => (sh === 2 ? (size + pad) % 2 : 0);
  const [padH, padW] = [at(c.pads, 0) + at(c.pads, 2), at(c.pads, 1) + at(c.pads, 3)];
  const [extraH, extraW] = [evenly(height, padH), evenly(width, padW)];
  const [fullH, fullW] = [height + padH + extraH, width + padW + extraW];
  const padded = padH + padW + extraH + extraW === 0 ? x : g.node('Pad', [x, g.integers([0, 0, at(c.pads, 0), at(c.pads, 1), 0, 0, at(c.pads, 2) + extraH, at(c.pads, 3) + extraW])]);
  const phases = sh === 1 ? [padded] : g.split(
    g.reshape(g.transpose(g.reshape(padded, [n, channels, fullH / 2, 2, fullW / 2, 2]), [3, 5, 0, 1, 2, 4]), [4 * n, channels, fullH / 2, fullW / 2]), 0, [n, n, n, n]);
  const taps: Value[] = [];
  for (let i = 0; i < kh; i++) for (let j = 0; j < kw; j++) {
    const phase = phases[sh === 1 ? 0 : (i % 2) * 2 + (j % 2)];
    if (phase === undefined) throw new Error('convolution phases are four');
    const [y, z] = [Math.floor(i / sh), Math.floor(j / sw)];
    taps.push(product(g.node('Slice', [phase, g.integers([y, z]), g.integers([y + oh, z + ow]), g.integers([2, 3])])));
  }
  return g.reshape(g.concat(taps, 2), w.shape);
}

/** Depthwise convolutions: every channel of every image is a group of its own. Other groupings are refused. */
function groupedWeightGradient(g: GraphBuilder, x: Value, w: Value, dy: Value, c: Geometry): Value {
  const [n, channels] = [at(x.shape, 0), at(x.shape, 1)];
  if (at(w.shape, 1) !== 1 || at(w.shape, 0) !== channels) throw new Error(`a convolution in ${c.group} groups over ${channels} channels cannot be trained`);
  const folded = g.reshape(x, [1, n * channels, at(x.shape, 2), at(x.shape, 3)]);
  const kernels = g.reshape(dy, [n * channels, 1, at(dy.shape, 2), at(dy.shape, 3)]);
  const r = g.node('Conv', [folded, kernels], { kernel_shape: dy.shape.slice(2), strides: c.dilations, dilations: c.strides, pads: c.pads, group: n * channels });
  const [kh, kw] = [at(c.kernel, 0), at(c.kernel, 1)];
  const cut = at(r.shape, 2) === kh && at(r.shape, 3) === kw ? r : g.node('Slice', [r, g.integers([0, 0]), g.integers([kh, kw]), g.integers([2, 3])]);
  return g.reshape(g.sum(g.reshape(cut, [n, channels, kh, kw]), [0], false), w.shape);
}

// Windows over planes, tap by tap: what a tap (i, j) of the kernel sees in all windows at once is a slice of the padded
// plane. A plane is unfolded into stride x stride phases first, each with every stride-th element, because strided
// slices are slow; put together again they take gradients back.
import { dim as at, type Spatial } from '../../graph/attributes.ts';
import type { GraphBuilder } from '../../graph/builder.ts';
import type { Value } from '../../graph/graph.ts';

/** [N, C, L] as [N, C, 1, L]; planes as they are. */
export function flat(g: GraphBuilder, v: Value): Value {
  if (v.shape.length === 4) return v;
  if (v.shape.length !== 3) throw new Error('only one or two dimensions can be trained');
  return g.reshape(v, [at(v.shape, 0), at(v.shape, 1), 1, at(v.shape, 2)]);
}
/** The geometry that fits `flat`. */
export function onPlane(c: Spatial): Spatial {
  if (c.kernel.length !== 1) return c;
  return { ...c, kernel: [1, at(c.kernel, 0)], strides: [1, at(c.strides, 0)], dilations: [1, at(c.dilations, 0)], pads: [0, at(c.pads, 0), 0, at(c.pads, 1)] };
}

/** Where tap (i, j) begins: in which phase, and how far down and along in it. */
export interface Tap { readonly phase: number; readonly down: number; readonly along: number }
export function tapsOf(c: Spatial): Tap[] {
  const [sh, sw] = [at(c.strides, 0), at(c.strides, 1)];
  return Array.from({ length: at(c.kernel, 0) * at(c.kernel, 1) }, (_, k) => {
    const [y, x] = [Math.floor(k / at(c.kernel, 1)) * at(c.dilations, 0), (k % at(c.kernel, 1)) * at(c.dilations, 1)];
    return { phase: (x % sw) * sh + (y % sh), down: Math.floor(y / sh), along: Math.floor(x / sw) };
  });
}

/** Size of the padded plane: as much as the input with its pads, or as the windows need, in whole strides. */
function fullSize(shape: readonly number[], windows: readonly number[], c: Spatial): number[] {
  return [0, 1].map((i) => {
    const reach = (at(windows, i) - 1) * at(c.strides, i) + at(c.dilations, i) * (at(c.kernel, i) - 1) + 1;
    return Math.ceil(Math.max(reach, at(shape, i + 2) + at(c.pads, i)) / at(c.strides, i)) * at(c.strides, i);
  });
}

/** The phases of x [N, C, H, W], padded with `fill`, for `windows` windows on each axis. */
export function phasesOf(g: GraphBuilder, x: Value, windows: readonly number[], c: Spatial, fill = 0): Value[] {
  const [n, channels] = [at(x.shape, 0), at(x.shape, 1)], [sh, sw] = [at(c.strides, 0), at(c.strides, 1)];
  const [h = 0, w = 0] = fullSize(x.shape, windows, c);
  const [top, left] = [at(c.pads, 0), at(c.pads, 1)], [bottom, right] = [h - top - at(x.shape, 2), w - left - at(x.shape, 3)];
  const padded = top + left + bottom + right === 0 ? x : g.node('Pad', [x, g.integers([0, 0, top, left, 0, 0, bottom, right]), ...(fill === 0 ? [] : [g.scalar(fill)])]);
  if (sh * sw === 1) return [padded];
  // One axis moved outwards at a time takes a third of the time of both at once.
  const rows = g.transpose(g.reshape(padded, [(n * channels * h) / sh, sh, w]), [1, 0, 2]);
  const columns = g.transpose(g.reshape(rows, [(n * channels * h * w) / sw, sw]), [1, 0]);
  return g.split(g.reshape(columns, [sw * sh * n, channels, h / sh, w / sw]), 0, new Array<number>(sh * sw).fill(n));
}

/** What tap `tap` sees in all windows: [N, C, h, w]. */
export function seen(g: GraphBuilder, phases: readonly Value[], { phase, down, along }: Tap, [h = 0, w = 0]: readonly number[]): Value {
  const v = phases[phase];
  if (v === undefined) throw new Error('there are as many phases as the strides multiply to');
  return v.shape[2] === h && v.shape[3] === w ? v : g.node('Slice', [v, g.integers([down, along]), g.integers([down + h, along + w]), g.integers([2, 3])]);
}

/** The sum of what every tap gives back, [N, C, h, w] each, on the plane of `shape` [N, C, H, W]. */
export function foldBack(g: GraphBuilder, parts: readonly (readonly [Tap, Value])[], shape: readonly number[], windows: readonly number[], c: Spatial): Value {
  const [n, channels] = [at(shape, 0), at(shape, 1)], [sh, sw] = [at(c.strides, 0), at(c.strides, 1)];
  const [h = 0, w = 0] = fullSize(shape, windows, c);
  const size = [n, channels, h / sh, w / sw] as const;
  const phases = Array.from({ length: sh * sw }, (_, p) => parts.filter(([tap]) => tap.phase === p).map(([{ down, along }, v]) => {
    const [below, beside] = [size[2] - down - at(windows, 0), size[3] - along - at(windows, 1)];
    return down + along + below + beside === 0 ? v : g.node('Pad', [v, g.integers([0, 0, down, along, 0, 0, below, beside])]);
  }).reduce<Value | null>((sum, v) => (sum === null ? v : g.add(sum, v)), null) ?? g.zeros(size));
  const [first] = phases;
  const columns = (): Value => g.transpose(g.reshape(g.concat(phases, 0), [sw, (n * channels * h * w) / sw]), [1, 0]);
  const full = sh * sw === 1 && first !== undefined ? first : g.reshape(g.transpose(g.reshape(columns(), [sh, (n * channels * h) / sh, w]), [1, 0, 2]), [n, channels, h, w]);
  const [top, left] = [at(c.pads, 0), at(c.pads, 1)];
  if (h === at(shape, 2) && w === at(shape, 3)) return full;
  return g.node('Slice', [full, g.integers([top, left]), g.integers([top + at(shape, 2), left + at(shape, 3)]), g.integers([2, 3])]);
}

// Resize along one axis as a matrix (ONNX operator specification, Resize, whose reference code this follows; with
// antialias the kernels are widened; what reaches over the border counts for the last pixel, as onnxruntime has it).
import type { AxisMap } from './linear-map.ts';

export interface Resampling {
  readonly mode: string;
  readonly position: string;
  readonly rounding: string;
  /** The cubic kernel's coefficient. */
  readonly a: number;
  readonly excludeOutside: boolean;
  readonly antialias: boolean;
}

const position = (o: number, inside: number, out: number, scale: number, how: string): number => {
  switch (how) {
    case 'half_pixel': return (o + 0.5) / scale - 0.5;
    case 'pytorch_half_pixel': return out > 1 ? (o + 0.5) / scale - 0.5 : 0;
    case 'align_corners': return out === 1 ? 0 : (o * (inside - 1)) / (out - 1);
    case 'asymmetric': return o / scale;
    case 'half_pixel_symmetric': return (inside / 2) * (1 - out / (scale * inside)) + (o + 0.5) / scale - 0.5;
    default: throw new Error(`coordinates by ${how} cannot be trained through`);
  }
};
const nearest = (x: number, how: string): number => {
  switch (how) {
    case 'round_prefer_floor': return Math.ceil(x - 0.5);
    case 'round_prefer_ceil': return Math.floor(x + 0.5);
    case 'floor': return Math.floor(x);
    default: return Math.ceil(x);
  }
};
const triangle = (t: number): number => Math.max(0, 1 - Math.abs(t));
/** Keys 1981, "Cubic convolution interpolation for digital image processing". */
const cubic = (t: number, a: number): number => {
  const d = Math.abs(t);
  return d < 1 ? (a + 2) * d ** 3 - (a + 3) * d ** 2 + 1 : d < 2 ? a * d ** 3 - 5 * a * d ** 2 + 8 * a * d - 4 * a : 0;
};

export function resamplingMap(inside: number, out: number, scale: number, r: Resampling): AxisMap {
  return Array.from({ length: out }, (_, o) => {
    const row = new Array<number>(inside).fill(0);
    const x = position(o, inside, out, scale, r.position);
    const put = (at: number, weight: number): void => { const i = Math.min(inside - 1, Math.max(0, at)); row[i] = (row[i] ?? 0) + weight; };
    if (r.mode === 'nearest') { put(nearest(x, r.rounding), 1); return row; }
    const kernel = r.mode === 'cubic' ? (t: number): number => cubic(t, r.a) : triangle;
    const narrow = r.antialias ? Math.min(1, scale) : 1, support = (r.mode === 'cubic' ? 2 : 1) / narrow;
    for (let i = Math.floor(x - support); i <= Math.ceil(x + support); i++) {
      if (r.excludeOutside && (i < 0 || i >= inside)) continue;
      const weight = kernel((i - x) * narrow);
      if (weight !== 0) put(i, weight);
    }
    const total = row.reduce((s, v) => s + v, 0);
    return r.antialias || r.excludeOutside ? row.map((v) => v / total) : row;
  });
}

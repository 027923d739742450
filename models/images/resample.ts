// One resampler for the whole image and for crops: any rectangle of the source, also reaching over its edge, to a
// square of brightness. Triangle filter, widened when shrinking, so small bright lesions fade but never vanish
// between samples (the antialiased bilinear filter of most imaging libraries).
import type { Box } from '../../shared/domain/geometry.ts';
import { brightnessTable, standardWindow } from '../../shared/domain/display.ts';
import type { PixelImage } from './pixels.ts';

/** For each output position the first source index and its weights (they sum to 1 inside the image, less over its edge). */
interface Taps { readonly first: Int32Array; readonly weights: readonly Float32Array[] }

function taps(start: number, length: number, out: number, size: number): Taps {
  const scale = length / out;
  const support = Math.max(scale, 1);
  const first = new Int32Array(out);
  const weights: Float32Array[] = [];
  for (let i = 0; i < out; i++) {
    const centre = start + (i + 0.5) * scale;
    const from = Math.floor(centre - support);
    const to = Math.ceil(centre + support);
    let total = 0;
    const inside: number[] = [];
    let begin = -1;
    for (let s = from; s < to; s++) {
      const w = Math.max(0, 1 - Math.abs(s + 0.5 - centre) / support);
      total += w;
      if (s >= 0 && s < size) { if (begin < 0) begin = s; inside.push(w); }
    }
    first[i] = Math.max(begin, 0);
    weights.push(Float32Array.from(inside, (w) => w / total));
  }
  return { first, weights };
}

/**
 * The rectangle `source` (image pixels, may be fractional and may reach over the edge, where it reads 0) as
 * [3, outHeight, outWidth] brightness in [0, 1]. Grey images fill all three channels.
 */
export function resample(image: PixelImage, source: Box, outWidth: number, outHeight: number, out: Float32Array, at = 0, rowStride = outWidth, planeStride = outWidth * outHeight): void {
  const { width, height, channels } = image.format;
  const { table, offset } = brightnessTableOf(image);
  const horizontal = taps(source.x, source.width, outWidth, width);
  const vertical = taps(source.y, source.height, outHeight, height);
  const rowLength = outWidth * channels;
  const cache = new Map<number, Float32Array>();
  const samples = image.samples;

  const reducedRow = (y: number): Float32Array => {
    const known = cache.get(y);
    if (known !== undefined) return known;
    const row = new Float32Array(rowLength);
    const base = y * width * channels;
    for (let x = 0; x < outWidth; x++) {
      const w = horizontal.weights[x] ?? empty;
      let s = base + (horizontal.first[x] ?? 0) * channels;
      for (let k = 0; k < w.length; k++) {
        const weight = w[k] ?? 0;
        for (let c = 0; c < channels; c++) row[x * channels + c] = (row[x * channels + c] ?? 0) + weight * (table[(samples[s++] ?? 0) + offset] ?? 0);
      }
    }
    cache.set(y, row);
    return row;
  };

  const sum = new Float32Array(rowLength);
  for (let y = 0; y < outHeight; y++) {
    sum.fill(0);
    const w = vertical.weights[y] ?? empty;
    const begin = vertical.first[y] ?? 0;
    for (let k = 0; k < w.length; k++) {
      const row = reducedRow(begin + k);
      const weight = w[k] ?? 0;
      for (let i = 0; i < rowLength; i++) sum[i] = (sum[i] ?? 0) + weight * (row[i] ?? 0);
    }
    for (const kept of cache.keys()) if (kept < begin) cache.delete(kept);
    for (let c = 0; c < 3; c++) {
      const target = at + c * planeStride + y * rowStride;
      const from = channels === 1 ? 0 : c;
      for (let x = 0; x < outWidth; x++) out[target + x] = sum[x * channels + from] ?? 0;
    }
  }
}

const empty = new Float32Array(0);
const tables = new WeakMap<PixelImage, { readonly table: Float32Array; readonly offset: number }>();
function brightnessTableOf(image: PixelImage): { readonly table: Float32Array; readonly offset: number } {
  const known = tables.get(image) ?? brightnessTable(image.format, standardWindow(image.format), image.voiTable ?? null);
  tables.set(image, known);
  return known;
}

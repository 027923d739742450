// What the stored samples in an outline say, in the file's unit: rescaled by slope and intercept (PS3.3 C.11.1), padding
// left out. A pixel belongs to an outline when its centre lies in it or on its edge; in an outline that holds no centre,
// the pixel in its middle does (raster.ts).
import type { PixelFormat } from './case.ts';
import type { Raster } from './raster.ts';

export interface Statistics {
  /** Pixels in the outline that are no padding. */
  readonly count: number;
  readonly mean: number;
  /** Of these pixels themselves, not of a sample of more: divided by their number. */
  readonly deviation: number;
  readonly minimum: number;
  readonly maximum: number;
}

/** One for grey; red, green and blue for colour. Null where all is padding. Samples row by row, channels interleaved. */
export function statisticsOf(samples: ArrayLike<number>, { width, channels, slope, intercept, padding }: Pick<PixelFormat, 'width' | 'channels' | 'slope' | 'intercept' | 'padding'>, { box, pixels }: Raster): readonly Statistics[] | null {
  const all = Array.from({ length: channels }, (_, channel): Statistics | null => {
    let count = 0, mean = 0, squares = 0, low = Infinity, high = -Infinity;
    for (let i = 0; i < pixels.length; i++) {
      if (pixels[i] !== 1) continue;
      const x = box.x + (i % box.width), y = box.y + Math.floor(i / box.width), stored = samples[(y * width + x) * channels + channel];
      if (stored === undefined || (padding !== undefined && stored >= padding[0] && stored <= padding[1])) continue;
      // Welford (1962): no sum of squares that loses what it is asked for where values are large and alike.
      const off = stored - mean;
      count++;
      mean += off / count;
      squares += off * (stored - mean);
      low = Math.min(low, stored);
      high = Math.max(high, stored);
    }
    if (count === 0) return null;
    const [a, b] = [low * slope + intercept, high * slope + intercept];
    return { count, mean: mean * slope + intercept, deviation: Math.abs(slope) * Math.sqrt(squares / count), minimum: Math.min(a, b), maximum: Math.max(a, b) };
  });
  return all.every((s) => s !== null) ? all : null;
}

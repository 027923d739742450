// Values of more than 16 bits as 16: exactly where they are whole numbers that fit, else in 65,535 even steps, and it is
// told by how much they were rounded. What is no number becomes padding.
import type { Samples } from './decoded-image.ts';

export interface Sixteen {
  readonly samples: Samples;
  readonly slope: number;
  readonly intercept: number;
  /** The most by which samples × slope + intercept differs from what was given; 0: exact. */
  readonly rounded: number;
  /** Samples that stand for no number. */
  readonly padding: [number, number] | undefined;
}

/** @param values of one volume, so that all of its slices share the steps. */
export function toSixteenBits(values: Float32Array | Float64Array | Int32Array | Uint32Array): Sixteen {
  let low = Infinity, high = -Infinity, whole = true, holes = false;
  for (const v of values) {
    if (!Number.isFinite(v)) { holes = true; continue; }
    if (v < low) low = v;
    if (v > high) high = v;
    if (whole && !Number.isInteger(v)) whole = false;
  }
  if (low > high) { low = 0; high = 0; }
  if (whole && !holes && low >= -32_768 && high <= 32_767) return { samples: Int16Array.from(values), slope: 1, intercept: 0, rounded: 0, padding: undefined };
  if (whole && !holes && low >= 0 && high <= 65_535) return { samples: Uint16Array.from(values), slope: 1, intercept: 0, rounded: 0, padding: undefined };
  // Zero is left for what is no number.
  const slope = high > low ? (high - low) / 65_534 : 1, samples = new Uint16Array(values.length);
  for (let i = 0; i < samples.length; i++) { const v = values[i] ?? NaN; samples[i] = Number.isFinite(v) ? 1 + Math.round((v - low) / slope) : 0; }
  return { samples, slope, intercept: low - slope, rounded: high > low ? slope / 2 : 0, padding: [0, 0] };
}

// What every decoder answers, and the checks they share: nothing is stored that has the wrong length or an absurd size.
import type { PixelFormat } from '../../../shared/domain/case.ts';
import type { SeriesPlace } from '../../../shared/domain/series.ts';
import { AppError } from '../../../shared/errors.ts';

export type Samples = Uint8Array | Uint16Array | Int16Array;
export interface DecodedImage {
  /** height × width × channels, interleaved. */
  readonly samples: Samples;
  readonly format: Omit<PixelFormat, 'blob'>;
  readonly modality: string;
  /** Patient key and what a person sees; null when the file does not say. */
  readonly patient: { readonly key: string; readonly shown: string } | null;
  readonly study: string;
  /** What made the image and where, as the file says; null when it does not. */
  readonly acquisition: { readonly manufacturer: string | null; readonly model: string | null; readonly institution: string | null } | null;
  readonly frames: number;
  /** SeriesInstanceUID in clear, which is hashed before it is stored, and the place among its images; null when the file does not say. */
  readonly series: (Omit<SeriesPlace, 'id'> & { readonly uid: string }) | null;
}

const mostPixels = 64_000_000;
const fewestPixels = 16;

/** AppError before anything is allocated: too large for the memory of a workstation, or too small to hold a region. */
export function checkSize(name: string, width: number, height: number): void {
  if (!(width >= 1 && height >= 1)) throw new AppError('unreadable-file', `${name} says it is ${width} × ${height} pixels.`);
  if (width * height > mostPixels) throw new AppError('image-too-large', `${name} has ${width} × ${height} pixels; up to ${mostPixels / 1e6} million are read.`);
  if (width < fewestPixels || height < fewestPixels) throw new AppError('image-too-small', `${name} has only ${width} × ${height} pixels.`);
}

/** Centre and width of the stored values between the 0.5th and 99.5th percentile, for images that bring no window. */
export function windowOfData(samples: Samples, slope: number, intercept: number, padding: number | null): { centre: number; width: number } {
  const step = Math.max(1, Math.floor(samples.length / 100_000));
  const values: number[] = [];
  for (let i = 0; i < samples.length; i += step) { const v = samples[i] ?? 0; if (v !== padding) values.push(v); }
  values.sort((a, b) => a - b);
  const quantile = (q: number): number => (values[Math.round(q * (values.length - 1))] ?? 0) * slope + intercept;
  const [low, high] = [Math.min(quantile(0.005), quantile(0.995)), Math.max(quantile(0.005), quantile(0.995))];
  return { centre: (low + high) / 2, width: Math.max(1, high - low) };
}

// What every decoder answers, and the checks they share: nothing is stored that has the wrong length or an absurd size.
// A file is opened once and gives its frames one after the other, so that a film never lies in memory as a whole.
import type { CaseRow, PixelFormat } from '../../../shared/domain/case.ts';
import type { LookupTable } from '../../../shared/domain/display.ts';
import type { Plane } from '../../../shared/domain/series.ts';
import { AppError } from '../../../shared/errors.ts';

export type Samples = Uint8Array | Uint16Array | Int16Array;
/** One byte a pixel, 0 or 1; the image coordinates of its first pixel. */
export interface Overlay { readonly bits: Uint8Array; readonly width: number; readonly height: number; readonly x: number; readonly y: number; readonly name: string }
export interface DecodedFrame {
  /** height × width × channels, interleaved. */
  readonly samples: Samples;
  readonly format: Omit<PixelFormat, 'blob' | 'voiTable' | 'overlays'>;
  /** The file's own way to show them, and what it draws over them. */
  readonly voiTable: (LookupTable & { readonly name: string }) | null;
  readonly overlays: readonly Overlay[];
  readonly plane: Plane | null;
  /** Its order among the images of its series. */
  readonly number: number | null;
}

/** What a file says beside its pixels. Names and UIDs are in clear here: what is stored of them is decided by the importer. */
export interface About {
  readonly modality: string;
  /** Patient key and what a person sees; null when the file does not say. */
  readonly patient: { readonly key: string; readonly shown: string } | null;
  readonly person: NonNullable<CaseRow['person']> | null;
  readonly study: { readonly uid: string; readonly date: string | null; readonly time: string | null; readonly description: string } | null;
  /** What made the image and where; null when the file does not say. */
  readonly acquisition: { readonly manufacturer: string | null; readonly model: string | null; readonly institution: string | null } | null;
  /** A file of many frames is a series of its own. */
  readonly series: { readonly uid: string; readonly description: string; /** Of images that share the patient's coordinates. */ readonly frameOfReference: string | null } | null;
  readonly towards: readonly [string, string] | null;
  readonly taken: readonly string[];
  readonly frameTime: number | null;
  readonly deidentified: boolean;
}
export const nothingSaid: About = { modality: 'other', patient: null, person: null, study: null, acquisition: null, series: null, towards: null, taken: [], frameTime: null, deidentified: false };

export interface ImageFile extends About {
  readonly frames: number;
  /** Counted from 0. AppError as decodeFile's: a frame that cannot be read spoils its file. */
  readonly frame: (index: number) => Promise<DecodedFrame>;
}

const mostPixels = 64_000_000;
const fewestPixels = 16;
const mostFrames = 20_000;

/** AppError before anything is allocated: too large for the memory of a workstation, or too small to hold a region. */
export function checkSize(name: string, width: number, height: number, frames = 1): void {
  if (!(width >= 1 && height >= 1 && frames >= 1)) throw new AppError('unreadable-file', `${name} says it is ${width} × ${height} pixels in ${frames} frames.`);
  if (width * height > mostPixels) throw new AppError('image-too-large', `${name} has ${width} × ${height} pixels; up to ${mostPixels / 1e6} million are read.`);
  if (frames > mostFrames) throw new AppError('image-too-large', `${name} has ${frames} frames; up to ${mostFrames} are read.`);
  if (width < fewestPixels || height < fewestPixels) throw new AppError('image-too-small', `${name} has only ${width} × ${height} pixels.`);
}

export const sampleOf = (samples: Samples): PixelFormat['sample'] => (samples instanceof Uint8Array ? 'uint8' : samples instanceof Int16Array ? 'int16' : 'uint16');

/** Centre and width of the rescaled values between the 0.5th and 99.5th percentile, for images that bring no window. */
export function windowOfData(samples: Samples, slope: number, intercept: number, padding: readonly [number, number] | undefined): { centre: number; width: number } {
  const step = Math.max(1, Math.floor(samples.length / 100_000));
  const values: number[] = [];
  for (let i = 0; i < samples.length; i += step) { const v = samples[i] ?? 0; if (padding === undefined || v < padding[0] || v > padding[1]) values.push(v); }
  values.sort((a, b) => a - b);
  const quantile = (q: number): number => (values[Math.round(q * (values.length - 1))] ?? 0) * slope + intercept;
  const [low, high] = [Math.min(quantile(0.005), quantile(0.995)), Math.max(quantile(0.005), quantile(0.995))];
  // Values of any unit: of a map from 0 to 0.001 a width of one would show nothing.
  return { centre: (low + high) / 2, width: high - low > 0 ? Math.max(high - low, Math.abs(slope)) : Math.abs(slope) };
}

/** A frame of a plain picture: no units, no window but its range. */
export const plainFrame = (samples: Samples, width: number, height: number, channels: 1 | 3, bits: number, number: number | null = null): DecodedFrame => ({
  samples, voiTable: null, overlays: [], plane: null, number,
  format: { width, height, channels, sample: sampleOf(samples), bitsStored: bits, slope: 1, intercept: 0, inverted: false, spacing: null, window: { centre: (2 ** bits - 1) / 2, width: 2 ** bits - 1 } },
});
/** A file of one plain picture. */
export const plainFile = (frame: DecodedFrame): ImageFile => ({ ...nothingSaid, frames: 1, frame: async () => frame });

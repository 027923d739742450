// NIfTI volumes, as slices along their third axis, turned so that they lie as a physician expects: the patient's left at
// the right, the back or the feet at the foot of the image. Read with nifti-reader-js.
import { gunzipSync } from 'node:zlib';
import { isNIFTI, readHeader, type NIFTI1, type NIFTI2 } from 'nifti-reader-js';
import { planeOf, type Plane } from '../../../shared/domain/series.ts';
import { AppError } from '../../../shared/errors.ts';
import { checkSize, nothingSaid, sampleOf, windowOfData, type DecodedFrame, type ImageFile, type Samples } from './decoded-image.ts';
import { toSixteenBits, type Sixteen } from './sixteen-bits.ts';

const mostInflated = 2 ** 31;
export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;
const bufferOf = (bytes: Uint8Array): ArrayBuffer => { const out = new ArrayBuffer(bytes.length); new Uint8Array(out).set(bytes); return out; };
/** Single files ('n+1', 'n+2'); pairs of header and image are not read. */
export function isNifti(bytes: Uint8Array): boolean { return isGzip(bytes) || (bytes.length > 348 && isNIFTI(bufferOf(bytes.subarray(0, 544)))); }

interface Axis { readonly flipped: boolean; readonly direction: readonly [number, number, number] }
type Vector = readonly [number, number, number];
/** Where each axis should lead, by the patient's axis it lies along most: to the left, to the back, to the feet (coordinates grow left, back, head). */
const wanted: Vector = [1, 1, -1];

export function openNifti(packed: Uint8Array, name: string): ImageFile {
  let bytes: Uint8Array;
  try { bytes = isGzip(packed) ? new Uint8Array(gunzipSync(packed, { maxOutputLength: mostInflated })) : packed; } catch (cause) { throw new AppError('unreadable-file', `${name} cannot be unpacked; it may be damaged or cut off.`, { cause }); }
  const buffer = bufferOf(bytes);
  if (!isNIFTI(buffer)) throw new AppError('unsupported-format', `${name} is a packed file, but not a NIfTI volume.`);
  let header: NIFTI1 | NIFTI2;
  try { header = readHeader(buffer); } catch (cause) { throw new AppError('unreadable-file', `${name} has a NIfTI header that cannot be read.`, { cause }); }
  const [rank = 0, width = 0, height = 0, depth = 1, ...more] = header.dims, frames = rank >= 3 ? depth : 1;
  if (rank < 2 || rank > 7) throw new AppError('unreadable-file', `${name} says that it has ${rank} dimensions.`);
  if (more.slice(0, Math.max(0, rank - 3)).some((n) => n > 1)) throw new AppError('unsupported-format', `${name} has more than three dimensions (a series of volumes); single volumes are read.`);
  checkSize(name, width, height, frames);
  const volume = values(buffer, header, width * height * frames, name), isColour = header.datatypeCode === 128;
  const slope = header.scl_slope === 0 || !Number.isFinite(header.scl_slope) ? 1 : header.scl_slope, intercept = header.scl_slope === 0 || !Number.isFinite(header.scl_inter) ? 0 : header.scl_inter;
  const scaled = { slope: slope * volume.slope, intercept: slope * volume.intercept + intercept };
  const window = header.cal_max > header.cal_min ? { centre: (header.cal_max + header.cal_min) / 2, width: header.cal_max - header.cal_min } : windowOfData(volume.samples, scaled.slope, scaled.intercept, volume.padding);
  const placed = placeOf(header), pixels = width * height * (isColour ? 3 : 1), spacing = placed === null ? plainSpacing(header) : placed.spacing;
  return {
    ...nothingSaid, frames,
    frame: async (index): Promise<DecodedFrame> => {
      const samples = flipped(volume.samples.subarray(index * pixels, (index + 1) * pixels), width, height, isColour ? 3 : 1, placed?.x.flipped === true, placed?.y.flipped === true);
      return {
        samples, voiTable: null, overlays: [], plane: placed === null ? null : placed.at(index), number: index + 1,
        format: isColour
          ? { width, height, channels: 3, sample: 'uint8', bitsStored: 8, slope: 1, intercept: 0, inverted: false, window: { centre: 127.5, width: 255 }, spacing }
          : { width, height, channels: 1, sample: sampleOf(samples), bitsStored: samples instanceof Uint8Array ? 8 : 16, ...scaled, inverted: false, window, spacing, ...(spacing === null ? {} : { spacingAt: 'patient' as const }), ...(volume.padding === undefined ? {} : { padding: volume.padding }), ...(volume.rounded === 0 ? {} : { rounded: volume.rounded * Math.abs(slope) }) },
      };
    },
  };

  /** Origin of a slice, directions and spacing in the patient's coordinates of DICOM (left, back, head; NIfTI counts to the right and the front); null where the file does not say. */
  function placeOf({ affine, qform_code: q, sform_code: s }: NIFTI1 | NIFTI2): { x: Axis; y: Axis; spacing: [number, number]; at: (index: number) => Plane | null } | null {
    if (q <= 0 && s <= 0) return null;
    const unit = millimetres(header), column = (c: number): Vector => [-(affine[0]?.[c] ?? NaN) * unit, -(affine[1]?.[c] ?? NaN) * unit, (affine[2]?.[c] ?? NaN) * unit];
    const [i, j, k, origin] = [column(0), column(1), column(2), column(3)], length = (v: Vector): number => Math.hypot(...v);
    if (![...i, ...j, ...k, ...origin].every(Number.isFinite) || length(i) === 0 || length(j) === 0) return null;
    const axis = (v: Vector): Axis => {
      const along = v.reduce((best, c, n) => (Math.abs(c) > Math.abs(v[best] ?? 0) ? n : best), 0), turned = Math.sign(v[along] ?? 1) !== wanted[along], sign = (turned ? -1 : 1) / length(v);
      return { flipped: turned, direction: [v[0] * sign, v[1] * sign, v[2] * sign] };
    };
    const x = axis(i), y = axis(j), first = (n: 0 | 1 | 2): number => origin[n] + (x.flipped ? (width - 1) * i[n] : 0) + (y.flipped ? (height - 1) * j[n] : 0);
    return { x, y, spacing: [length(j), length(i)], at: (index) => planeOf([first(0) + index * k[0], first(1) + index * k[1], first(2) + index * k[2]], [...x.direction, ...y.direction]) };
  }
}

/** Millimetres of the header's unit of length (1 metre, 2 millimetre, 3 micrometre). */
const millimetres = ({ xyzt_units: units }: NIFTI1 | NIFTI2): number => ({ 1: 1000, 3: 0.001 })[units & 7] ?? 1;
function plainSpacing(header: NIFTI1 | NIFTI2): [number, number] | null {
  const [, x = 0, y = 0] = header.pixDims, known = (header.xyzt_units & 7) !== 0;
  return known && x > 0 && y > 0 ? [y * millimetres(header), x * millimetres(header)] : null;
}

function values(buffer: ArrayBuffer, header: NIFTI1 | NIFTI2, count: number, name: string): Sixteen {
  const bytesOf: Readonly<Record<number, number>> = { 2: 1, 4: 2, 8: 4, 16: 4, 64: 8, 128: 3, 256: 1, 512: 2, 768: 4 }, size = bytesOf[header.datatypeCode];
  if (size === undefined) throw new AppError('unsupported-format', `${name} holds values of a kind (${header.getDatatypeCodeString(header.datatypeCode)}) that is not read.`);
  const from = Math.trunc(header.vox_offset), needed = count * size;
  if (!(from >= 348) || from + needed > buffer.byteLength) throw new AppError('truncated-file', `${name} holds ${Math.max(0, buffer.byteLength - from)} bytes of values where ${needed} are needed.`);
  const view = new DataView(buffer, from, needed), little = header.littleEndian, exact = (samples: Samples): Sixteen => ({ samples, slope: 1, intercept: 0, rounded: 0, padding: undefined });
  const fill = <T extends Samples | Float32Array | Float64Array | Int32Array | Uint32Array>(out: T, read: (at: number) => number): T => { for (let i = 0; i < out.length; i++) out[i] = read(i * size); return out; };
  switch (header.datatypeCode) {
    case 2: case 128: return exact(new Uint8Array(buffer.slice(from, from + needed)));
    case 256: return exact(fill(new Int16Array(count), (at) => view.getInt8(at)));
    case 4: return exact(fill(new Int16Array(count), (at) => view.getInt16(at, little)));
    case 512: return exact(fill(new Uint16Array(count), (at) => view.getUint16(at, little)));
    case 8: return toSixteenBits(fill(new Int32Array(count), (at) => view.getInt32(at, little)));
    case 768: return toSixteenBits(fill(new Uint32Array(count), (at) => view.getUint32(at, little)));
    case 16: return toSixteenBits(fill(new Float32Array(count), (at) => view.getFloat32(at, little)));
    default: return toSixteenBits(fill(new Float64Array(count), (at) => view.getFloat64(at, little)));
  }
}

/** A copy of a slice, its columns or rows the other way round. */
function flipped(slice: Samples, width: number, height: number, channels: number, columns: boolean, rows: boolean): Samples {
  const out = slice.slice();
  if (!columns && !rows) return out;
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) for (let c = 0; c < channels; c++) {
    out[(y * width + x) * channels + c] = slice[((rows ? height - 1 - y : y) * width + (columns ? width - 1 - x : x)) * channels + c] ?? 0;
  }
  return out;
}

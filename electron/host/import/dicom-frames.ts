// The stored values of one frame of a DICOM file: native of 1, 8 and 16 bits, run-length encoded, deflated, or by a codec.
// What is inconsistent or cut off is refused: a wrong pixel value is worse than no image.
import { inflateRawSync } from 'node:zlib';
import type { DataSet, Element } from 'dicom-parser';
import { AppError } from '../../../shared/errors.ts';
import { announcedSize, decodeHighThroughput, decodeJpeg2000, decodeJpegLs, decodeJpegOf, decodeJpegXl, decodeRle, hasColourTransform, jpegFrame, type DecodedFrame } from './codecs.ts';
import type { Samples } from './decoded-image.ts';

export type Coding = 'native' | 'rle' | 'deflated-frames' | 'jpeg' | 'jpeg-ls' | 'jpeg-2000' | 'htj2k' | 'jpeg-xl';
const jpeg = '1.2.840.10008.1.2.4.';
/** PS3.6 table A-1. */
const codings: Readonly<Record<string, Coding>> = {
  '1.2.840.10008.1.2': 'native', '1.2.840.10008.1.2.1': 'native', '1.2.840.10008.1.2.2': 'native', '1.2.840.10008.1.2.1.99': 'native', '1.2.840.10008.1.2.5': 'rle', '1.2.840.10008.1.2.8.1': 'deflated-frames',
  ...Object.fromEntries(['50', '51', '53', '55', '57', '70'].map((n) => [jpeg + n, 'jpeg'])),
  [`${jpeg}80`]: 'jpeg-ls', [`${jpeg}81`]: 'jpeg-ls', [`${jpeg}90`]: 'jpeg-2000', [`${jpeg}91`]: 'jpeg-2000', [`${jpeg}201`]: 'htj2k', [`${jpeg}202`]: 'htj2k', [`${jpeg}203`]: 'htj2k',
  [`${jpeg}110`]: 'jpeg-xl', [`${jpeg}111`]: 'jpeg-xl', [`${jpeg}112`]: 'jpeg-xl',
};
export const bigEndian = '1.2.840.10008.1.2.2';
const isVideo = (syntax: string): boolean => /^1\.2\.840\.10008\.1\.2\.4\.10\d/.test(syntax);

export function codingOf(syntax: string, name: string): Coding {
  const coding = codings[syntax];
  if (coding !== undefined) return coding;
  throw new AppError('unsupported-format', isVideo(syntax) ? `${name} is a film (MPEG, transfer syntax ${syntax}), which is not read.` : `${name} is compressed in a way that is not read (transfer syntax ${syntax}).`);
}

export interface PixelDescription {
  readonly rows: number; readonly columns: number; readonly channels: 1 | 3; readonly allocated: 1 | 8 | 16; readonly stored: number; readonly high: number;
  readonly signed: boolean; readonly photometric: string; readonly planar: boolean; readonly frames: number;
}
/** What a frame holds: values as stored, three to a pixel interleaved. `isRgb`: its decoder has turned YCbCr into RGB already. */
export interface StoredFrame { readonly samples: Samples; readonly isRgb: boolean; /** Values with all allocated bits, where overlays may hide above the stored ones. */ readonly raw: Samples | null }

const isHalved = (p: PixelDescription): boolean => p.photometric === 'YBR_FULL_422' || p.photometric === 'YBR_PARTIAL_422';

/** Whether all frames are there, as far as that can be told before decoding. */
export function checkLength(e: Element, p: PixelDescription, coding: Coding, available: number, name: string): void {
  const encapsulated = e.encapsulatedPixelData === true;
  if (encapsulated !== (coding !== 'native')) throw new AppError('unreadable-file', `${name} says that its pixels are ${coding === 'native' ? 'not compressed, but they are' : 'compressed, but they are not'}.`);
  if (coding !== 'native') return;
  const needed = Math.ceil(bytesOf(p) * p.frames), there = Math.max(0, Math.min(e.length, available - e.dataOffset));
  if (there < needed) throw new AppError('truncated-file', `${name} holds ${there} bytes of pixels where ${needed} are needed.`);
}
/** Bytes of one native frame; a fraction where single bits of one frame run into the next (PS3.5 8.1.1). */
const bytesOf = (p: PixelDescription): number => (p.rows * p.columns * (isHalved(p) ? 2 : p.channels) * p.allocated) / 8;

export async function storedFrame(d: DataSet, e: Element, p: PixelDescription, coding: Coding, syntax: string, index: number, name: string): Promise<StoredFrame> {
  if (coding === 'native') return nativeFrame(bytesAt(d, e, p, index), e, p, syntax === bigEndian, p.allocated === 1 ? (index * p.rows * p.columns) % 8 : 0);
  const bytes = encapsulatedFrame(d, e, p, coding, index, name), pixels = p.rows * p.columns;
  if (coding === 'rle') {
    if (p.allocated === 1) throw new AppError('unsupported-format', `${name} has single bits in run-length encoding, which the standard does not know.`);
    const planes = decodeRle(bytes, pixels, p.channels, p.allocated / 8), buffer = new ArrayBuffer(planes.length);
    new Uint8Array(buffer).set(planes);
    const raw = interleaved(p.allocated === 8 ? new Uint8Array(buffer) : new Uint16Array(buffer), { ...p, planar: true });
    return { samples: meaningful(raw, p), isRgb: false, raw };
  }
  if (coding === 'deflated-frames') {
    const most = Math.ceil(bytesOf(p)) + 1;
    let whole: Buffer;
    try { whole = inflateRawSync(bytes, { maxOutputLength: most + 1024 }); } catch (cause) { throw new AppError('unreadable-file', `${name}: the deflated data of frame ${index + 1} cannot be read; they may be damaged or cut off.`, { cause }); }
    if (whole.length < Math.ceil(bytesOf(p))) throw new AppError('truncated-file', `${name}: frame ${index + 1} ends too early.`);
    return nativeFrame(new Uint8Array(whole), e, p, false, 0);
  }
  return codedFrame(bytes, p, coding, name);
}

function bytesAt(d: DataSet, e: Element, p: PixelDescription, index: number): Uint8Array {
  const length = bytesOf(p), from = e.dataOffset + Math.floor(index * length);
  return d.byteArray.subarray(from, e.dataOffset + Math.ceil((index + 1) * length));
}

function nativeFrame(bytes: Uint8Array, e: Element, p: PixelDescription, swap: boolean, firstBit: number): StoredFrame {
  const pixels = p.rows * p.columns;
  if (p.allocated === 1) {
    // Packed from the least significant bit on.
    const out = new Uint8Array(pixels * p.channels);
    for (let i = 0; i < out.length; i++) out[i] = ((bytes[(i + firstBit) >> 3] ?? 0) >> ((i + firstBit) & 7)) & 1;
    return { samples: out, isRgb: false, raw: null };
  }
  // An own buffer: 16-bit views must begin at an even byte. Words of big endian files hold two 8-bit samples the other way round.
  const words = p.allocated === 16 || (swap && e.vr === 'OW'), buffer = new ArrayBuffer(words ? bytes.length + (bytes.length % 2) : bytes.length);
  new Uint8Array(buffer).set(bytes);
  if (swap && words) Buffer.from(buffer).swap16();
  if (isHalved(p)) return { samples: spread(new Uint8Array(buffer), pixels), isRgb: false, raw: null };
  const raw = interleaved(p.allocated === 8 ? new Uint8Array(buffer, 0, bytes.length) : new Uint16Array(buffer), p);
  return { samples: meaningful(raw, p), isRgb: false, raw };
}

/** Y Y Cb Cr of every two pixels as Y Cb Cr of each (PS3.3 C.7.6.3.1.2). */
function spread(bytes: Uint8Array, pixels: number): Uint8Array {
  const out = new Uint8Array(pixels * 3);
  for (let i = 0; i < pixels; i++) { const pair = (i >> 1) * 4; out[3 * i] = bytes[pair + (i & 1)] ?? 0; out[3 * i + 1] = bytes[pair + 2] ?? 0; out[3 * i + 2] = bytes[pair + 3] ?? 0; }
  return out;
}

async function codedFrame(bytes: Uint8Array, p: PixelDescription, coding: Exclude<Coding, 'native' | 'rle' | 'deflated-frames'>, name: string): Promise<StoredFrame> {
  if (p.allocated === 1) {
    if (coding !== 'jpeg-2000' && coding !== 'htj2k' && coding !== 'jpeg-ls') throw new AppError('unsupported-format', `${name} has single bits in a compression that does not know them.`);
  }
  const lossyJpeg = coding === 'jpeg' && jpegFrame(bytes)?.coding !== 0xc3;
  if (lossyJpeg && p.photometric === 'RGB' && !saysRgb(bytes)) throw new AppError('unsupported-format', `${name} says its JPEG colours are RGB, but the JPEG data do not; which is right cannot be known.`);
  const isOther = (size: { readonly width: number; readonly height: number; readonly channels: number }): boolean => size.width !== p.columns || size.height !== p.rows || size.channels !== p.channels;
  const other = (size: { readonly width: number; readonly height: number; readonly channels: number }): AppError => new AppError('unreadable-file', `${name} says ${p.columns} × ${p.rows} × ${p.channels}, but its image is ${size.width} × ${size.height} × ${size.channels}.`);
  // Before decoding: data that announce another size would be decoded for minutes.
  const announced = coding === 'jpeg-xl' ? null : announcedSize(bytes);
  if (announced !== null && isOther(announced)) throw other(announced);
  const frame = await decode(bytes, p, coding);
  if (isOther(frame)) throw other(frame);
  if (frame.bits > p.allocated && p.allocated !== 1) throw new AppError('unreadable-file', `${name} says that it stores ${p.allocated} bits a sample, but its compressed image has ${frame.bits}.`);
  if (p.allocated === 16 && !(frame.samples instanceof Uint8Array) && (frame.samples instanceof Int16Array) !== p.signed) throw new AppError('unreadable-file', `${name} says its values are ${p.signed ? 'signed' : 'unsigned'}, but its compressed image says the opposite.`);
  const samples = frame.samples instanceof Uint8Array && p.allocated === 16 ? Uint16Array.from(frame.samples) : frame.samples;
  // libjpeg turns YCbCr into RGB; wavelet decoders do so where the data say that it was done to them.
  const isRgb = p.channels === 3 && (lossyJpeg || coding === 'jpeg-xl' || ((coding === 'jpeg-2000' || coding === 'htj2k') && hasColourTransform(bytes)));
  return { samples: meaningful(samples, p), isRgb, raw: samples };
}
function decode(bytes: Uint8Array, p: PixelDescription, coding: Exclude<Coding, 'native' | 'rle' | 'deflated-frames'>): Promise<DecodedFrame> {
  switch (coding) {
    case 'jpeg': return decodeJpegOf(bytes, p.allocated, p.signed);
    case 'jpeg-ls': return decodeJpegLs(bytes, p.signed);
    case 'jpeg-2000': return decodeJpeg2000(bytes, p.signed);
    case 'htj2k': return decodeHighThroughput(bytes, p.signed);
    case 'jpeg-xl': return decodeJpegXl(bytes, { width: p.columns, height: p.rows, channels: p.channels, allocated: p.allocated });
  }
}

/** Whether JPEG data state RGB themselves: an Adobe segment without transform, or components named R, G, B. Decoders assume YCbCr otherwise. */
function saysRgb(frame: Uint8Array): boolean {
  for (let at = 2; at + 17 < frame.length && frame[at] === 0xff;) {
    const marker = frame[at + 1] ?? 0, length = ((frame[at + 2] ?? 0) << 8) | (frame[at + 3] ?? 0);
    if (marker === 0xee && String.fromCharCode(...frame.subarray(at + 4, at + 9)) === 'Adobe') return frame[at + 15] === 0;
    if (marker === 0xc0 || marker === 0xc1 || marker === 0xc2) return frame[at + 10] === 0x52 && frame[at + 13] === 0x47 && frame[at + 16] === 0x42;
    at += 2 + length;
  }
  return false;
}

/** How a frame of each coding begins. */
const begins: Readonly<Record<Exclude<Coding, 'native'>, ((b: Uint8Array) => boolean) | null>> = {
  rle: null, 'deflated-frames': null, jpeg: (b) => b[0] === 0xff && b[1] === 0xd8, 'jpeg-ls': (b) => b[0] === 0xff && b[1] === 0xd8,
  'jpeg-2000': (b) => b[0] === 0xff && b[1] === 0x4f && b[2] === 0xff && b[3] === 0x51, htj2k: (b) => b[0] === 0xff && b[1] === 0x4f && b[2] === 0xff && b[3] === 0x51, 'jpeg-xl': (b) => b[0] === 0xff && b[1] === 0x0a,
};

/** The bytes of one frame, put together from its fragments: one a frame, by the offset table, or by how frames begin (PS3.5 A.4). */
function encapsulatedFrame(d: DataSet, e: Element, p: PixelDescription, coding: Exclude<Coding, 'native'>, index: number, name: string): Uint8Array {
  const fragments = e.fragments ?? [], cut = (cause?: unknown): AppError => new AppError('truncated-file', `${name} is cut off within its image.`, { cause });
  if (fragments.length === 0) throw cut();
  const bytesIn = (f: { readonly position: number; readonly length: number }): Uint8Array => { if (f.position + f.length > d.byteArray.length) throw cut(); return d.byteArray.subarray(f.position, f.position + f.length); };
  const starts = p.frames === 1 ? [0] : fragments.length === p.frames ? fragments.map((_, i) => i) : frameStarts();
  if (starts === null || starts.length !== p.frames) throw new AppError('unreadable-file', `${name} says that it has ${p.frames} frames, but which of its ${fragments.length} pieces belong to which cannot be told.`);
  const own = fragments.slice(starts[index], starts[index + 1] ?? fragments.length).map(bytesIn);
  return own.length === 1 && own[0] !== undefined ? own[0] : new Uint8Array(Buffer.concat(own));

  function frameStarts(): number[] | null {
    const table = e.basicOffsetTable ?? [];
    if (table.length === p.frames) {
      const found = table.map((offset) => fragments.findIndex((f) => f.offset === offset));
      if (!found.includes(-1)) return found;
    }
    const begin = begins[coding];
    return begin === null ? null : fragments.flatMap((f, i) => (begin(bytesIn(f)) ? [i] : []));
  }
}

/** Planar samples (all red, all green, all blue) interleaved; others as they are. */
function interleaved<T extends Uint8Array | Uint16Array>(samples: T, p: Pick<PixelDescription, 'channels' | 'planar' | 'rows' | 'columns'>): T | Uint8Array | Uint16Array {
  if (p.channels === 1 || !p.planar) return samples;
  const pixels = p.rows * p.columns;
  const out = samples instanceof Uint8Array ? new Uint8Array(samples.length) : new Uint16Array(samples.length);
  for (let c = 0; c < 3; c++) for (let i = 0; i < pixels; i++) out[i * 3 + c] = samples[c * pixels + i] ?? 0;
  return out;
}

/** Only the stored bits count: shifted down from the high bit, others masked away (overlays hide there), sign extended. */
function meaningful(raw: Samples, p: PixelDescription): Samples {
  const shift = p.high + 1 - p.stored, mask = 2 ** p.stored - 1, sign = 2 ** (p.stored - 1);
  if (!p.signed) {
    if (shift === 0 && p.stored === p.allocated || raw instanceof Int16Array) return raw;
    return raw.map((v) => (v >>> shift) & mask);
  }
  if (raw instanceof Int16Array && p.stored === 16) return raw;
  const out = new Int16Array(raw.length);
  for (let i = 0; i < raw.length; i++) { const v = ((raw[i] ?? 0) >>> shift) & mask; out[i] = v >= sign ? v - 2 * sign : v; }
  return out;
}

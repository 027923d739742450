// PNG and JPEG files. Grey stays one channel, 16 bits stay 16; alpha is laid on black.
import { decode as decodePng, hasPngSignature } from 'fast-png';
import { AppError } from '../../../shared/errors.ts';
import { decodeJpeg } from './codecs.ts';
import { checkSize, type DecodedImage, type Samples } from './decoded-image.ts';

export const isPng = (bytes: Uint8Array): boolean => hasPngSignature(bytes.subarray(0, 8));
export const isJpeg = (bytes: Uint8Array): boolean => bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;

const plain = (samples: Samples, width: number, height: number, channels: 1 | 3, bits: number): DecodedImage => ({
  samples, modality: 'other', patient: null, study: '', acquisition: null, series: null, frames: 1,
  format: {
    width, height, channels, sample: samples instanceof Uint8Array ? 'uint8' : 'uint16', bitsStored: bits, slope: 1, intercept: 0, inverted: false, spacing: null,
    window: { centre: (2 ** bits - 1) / 2, width: 2 ** bits - 1 },
  },
});

export function readPng(bytes: Uint8Array, name: string): DecodedImage {
  if (bytes.length < 33) throw new AppError('truncated-file', `${name} is cut off.`);
  const head = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  checkSize(name, head.getUint32(16), head.getUint32(20));
  let png;
  try {
    png = decodePng(bytes, { checkCrc: true });
  } catch (cause) {
    const cut = !includesEnd(bytes);
    throw new AppError(cut ? 'truncated-file' : 'unreadable-file', cut ? `${name} is cut off: the PNG data end before the image does.` : `${name} is a damaged PNG file.`, { cause });
  }
  const { width, height } = png;
  const pixels = width * height;
  if (png.palette !== undefined) {
    const out = new Uint8Array(pixels * 3);
    const perByte = 8 / png.depth, rowBytes = Math.ceil(width / perByte), mask = 2 ** png.depth - 1;
    for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) {
      const index = ((png.data[y * rowBytes + Math.floor(x / perByte)] ?? 0) >> (8 - png.depth * ((x % perByte) + 1))) & mask;
      const colour = png.palette[index];
      if (colour === undefined) throw new AppError('unreadable-file', `${name} uses a colour that its palette does not have.`);
      const alpha = (colour[3] ?? 255) / 255;
      for (let c = 0; c < 3; c++) out[(y * width + x) * 3 + c] = Math.round((colour[c] ?? 0) * alpha);
    }
    return plain(out, width, height, 3, 8);
  }
  if (png.depth < 8) {
    const out = new Uint8Array(pixels), perByte = 8 / png.depth, rowBytes = Math.ceil(width / perByte), mask = 2 ** png.depth - 1;
    for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) out[y * width + x] = ((((png.data[y * rowBytes + Math.floor(x / perByte)] ?? 0) >> (8 - png.depth * ((x % perByte) + 1))) & mask) * 255) / mask;
    return plain(out, width, height, 1, 8);
  }
  const colours = png.channels >= 3 ? 3 : 1;
  const full = png.depth === 16 ? 65535 : 255;
  const out = png.depth === 16 ? new Uint16Array(pixels * colours) : new Uint8Array(pixels * colours);
  if (png.data.length < pixels * png.channels) throw new AppError('truncated-file', `${name} holds fewer pixels than it says.`);
  const hasAlpha = png.channels === 2 || png.channels === 4;
  for (let i = 0; i < pixels; i++) {
    const alpha = hasAlpha ? (png.data[i * png.channels + png.channels - 1] ?? full) / full : 1;
    for (let c = 0; c < colours; c++) { const v = png.data[i * png.channels + c] ?? 0; out[i * colours + c] = alpha === 1 ? v : Math.round(v * alpha); }
  }
  return plain(out, width, height, colours, png.depth);
}

const includesEnd = (bytes: Uint8Array): boolean => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes('IEND');

/** Width and height from a JPEG's frame header, before decoding; null when none is found. */
export function jpegSize(bytes: Uint8Array): { width: number; height: number } | null {
  for (let at = 2; at + 9 < bytes.length;) {
    if (bytes[at] !== 0xff) { at++; continue; }
    const marker = bytes[at + 1] ?? 0;
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      return { height: ((bytes[at + 5] ?? 0) << 8) | (bytes[at + 6] ?? 0), width: ((bytes[at + 7] ?? 0) << 8) | (bytes[at + 8] ?? 0) };
    }
    at += marker === 0xff || marker === 0xd8 || (marker >= 0xd0 && marker <= 0xd7) ? (marker === 0xff ? 1 : 2) : 2 + (((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0));
  }
  return null;
}

export async function readJpeg(bytes: Uint8Array, name: string): Promise<DecodedImage> {
  const size = jpegSize(bytes);
  if (size === null) throw new AppError('truncated-file', `${name} is cut off before its image begins.`);
  checkSize(name, size.width, size.height);
  const frame = await decodeJpeg(bytes);
  if (frame.channels !== 1 && frame.channels !== 3) throw new AppError('unsupported-format', `${name} has ${frame.channels} colour channels; grey and RGB are read.`);
  return plain(frame.samples, frame.width, frame.height, frame.channels, 8);
}

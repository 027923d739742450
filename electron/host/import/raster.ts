// PNG and JPEG files. Grey stays one channel, 16 bits stay 16; alpha is laid on black; photographs stand upright.
import { decode as decodePng, hasPngSignature } from 'fast-png';
import { AppError } from '../../../shared/errors.ts';
import { decodeJpeg, jpegFrame } from './codecs.ts';
import { checkSize, plainFile, plainFrame, type ImageFile, type Samples } from './decoded-image.ts';

export const isPng = (bytes: Uint8Array): boolean => hasPngSignature(bytes.subarray(0, 8));
export const isJpeg = (bytes: Uint8Array): boolean => bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;

const plain = (samples: Samples, width: number, height: number, channels: 1 | 3, bits: number): ImageFile => plainFile(plainFrame(samples, width, height, channels, bits));

export function readPng(bytes: Uint8Array, name: string): ImageFile {
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

export async function readJpeg(bytes: Uint8Array, name: string): Promise<ImageFile> {
  const head = jpegFrame(bytes);
  if (head === null) throw new AppError('truncated-file', `${name} is cut off before its image begins.`);
  checkSize(name, head.width, head.height);
  const frame = await decodeJpeg(bytes);
  if (frame.channels !== 1 && frame.channels !== 3) throw new AppError('unsupported-format', `${name} has ${frame.channels} colour channels; grey and RGB are read.`);
  const { samples, width, height } = upright(frame.samples, frame.width, frame.height, frame.channels, exifOrientation(bytes));
  return plain(samples, width, height, frame.channels, 8);
}

/** Orientation (0x0112) of a photograph's Exif segment, 1 to 8; 1, upright, where it has none. */
export function exifOrientation(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 2; at + 4 < bytes.length && bytes[at] === 0xff && bytes[at + 1] !== 0xda; at += 2 + view.getUint16(at + 2)) {
    const end = at + 2 + view.getUint16(at + 2), tiff = at + 10;
    if (bytes[at + 1] !== 0xe1 || end > bytes.length || end < tiff + 8 || String.fromCharCode(...bytes.subarray(at + 4, at + 8)) !== 'Exif') continue;
    const little = view.getUint16(tiff) === 0x4949, first = tiff + view.getUint32(tiff + 4, little);
    if (first + 2 > end) return 1;
    for (let i = 0, entry = first + 2; i < view.getUint16(first, little) && entry + 12 <= end; i++, entry += 12) {
      if (view.getUint16(entry, little) !== 0x0112) continue;
      const value = view.getUint16(entry + 8, little);
      return value >= 1 && value <= 8 ? value : 1;
    }
  }
  return 1;
}

/** Samples as a camera held upright would have stored them. The orientation says where the first row and the first column of what is stored belong (Exif 2.32, 4.6.4.A). */
function upright(samples: Samples, width: number, height: number, channels: number, orientation: number): { samples: Samples; width: number; height: number } {
  if (orientation === 1) return { samples, width, height };
  const turned = orientation >= 5, w = turned ? height : width, h = turned ? width : height, out = samples.slice();
  for (let y = 0; y < h; y++) for (let x = 0; x < w; x++) {
    const [sx, sy] = [[x, y], [w - 1 - x, y], [w - 1 - x, h - 1 - y], [x, h - 1 - y], [y, x], [y, w - 1 - x], [h - 1 - y, w - 1 - x], [h - 1 - y, x]][orientation - 1] ?? [x, y];
    for (let c = 0; c < channels; c++) out[(y * w + x) * channels + c] = samples[((sy ?? 0) * width + (sx ?? 0)) * channels + c] ?? 0;
  }
  return { samples: out, width: w, height: h };
}

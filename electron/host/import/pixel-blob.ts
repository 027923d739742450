// The two blobs made of a decoded image: its samples, and a picture small enough for a list.
import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import { encode } from 'fast-png';
import { brightnessTable, standardWindow } from '../../../shared/domain/display.ts';
import type { DecodedFrame } from './decoded-image.ts';

const deflateAsync = promisify(deflate);
const thumbnailSide = 128;

/** zlib-deflated little-endian samples (or table values, or overlay bits), as stored. */
export const pixelBlob = ({ samples }: Pick<DecodedFrame, 'samples'>): Promise<Uint8Array> => deflateAsync(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength), { level: 1 });

/** PNG, 8 bits, windowed, longest side at most 128 pixels, each the mean of the pixels it covers. */
export function thumbnail({ samples, format, voiTable }: Pick<DecodedFrame, 'samples' | 'format' | 'voiTable'>): Uint8Array {
  const { width, height, channels } = format, { table, offset } = brightnessTable(format, { ...standardWindow(format), ...(voiTable === null ? {} : { voi: 'table' }) }, voiTable);
  const scale = Math.min(1, thumbnailSide / Math.max(width, height));
  const w = Math.max(1, Math.round(width * scale)), h = Math.max(1, Math.round(height * scale));
  const out = new Uint8Array(w * h * channels);
  for (let y = 0; y < h; y++) for (let x = 0; x < w; x++) {
    const [x0, x1, y0, y1] = [Math.floor((x * width) / w), Math.max(Math.floor((x * width) / w) + 1, Math.floor(((x + 1) * width) / w)), Math.floor((y * height) / h), Math.max(Math.floor((y * height) / h) + 1, Math.floor(((y + 1) * height) / h))];
    // A few samples a cell suffice for a list; large images would cost a second otherwise.
    const [sx, sy] = [Math.max(1, (x1 - x0) >> 2), Math.max(1, (y1 - y0) >> 2)];
    for (let c = 0; c < channels; c++) {
      let sum = 0, n = 0;
      for (let yy = y0; yy < y1; yy += sy) for (let xx = x0; xx < x1; xx += sx) { sum += table[(samples[(yy * width + xx) * channels + c] ?? 0) + offset] ?? 0; n++; }
      out[(y * w + x) * channels + c] = Math.round((255 * sum) / n);
    }
  }
  return encode({ width: w, height: h, data: out, channels, depth: 8 });
}

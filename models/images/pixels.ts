// Pixel blobs in memory: samples as stored (8 or 16 bits), and the one reading of them that every network input is
// made from, so that training and inference never see two versions of an image.
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { inflate } from 'node:zlib';
import type { PixelFormat } from '../../shared/domain/case.ts';
import { AppError } from '../../shared/errors.ts';

export type Samples = Uint8Array | Uint16Array | Int16Array;
export interface PixelImage { readonly format: PixelFormat; /** height × width × channels, interleaved. */ readonly samples: Samples }

const inflateAsync = promisify(inflate);

/** Reads a pixel blob. AppError('blob-damaged') when it does not hold what its format says. */
export async function readPixels(file: string, format: PixelFormat): Promise<PixelImage> {
  let bytes: Buffer;
  try {
    bytes = await inflateAsync(await readFile(file));
  } catch (cause) {
    throw new AppError('blob-damaged', `The stored pixels of an image (${format.blob.slice(0, 12)}…) cannot be read.`, { cause });
  }
  const count = format.width * format.height * format.channels;
  const width = format.sample === 'uint8' ? 1 : 2;
  if (bytes.byteLength !== count * width) throw new AppError('blob-damaged', `The stored pixels of an image (${format.blob.slice(0, 12)}…) have the wrong length.`);
  const buffer = new ArrayBuffer(bytes.byteLength);
  new Uint8Array(buffer).set(bytes);
  const samples = format.sample === 'uint8' ? new Uint8Array(buffer) : format.sample === 'uint16' ? new Uint16Array(buffer) : new Int16Array(buffer);
  return { format, samples };
}

/**
 * Stored sample -> brightness in [0, 1] as a table over the stored range: rescaled by slope and intercept, windowed
 * linearly (DICOM PS3.3 C.11.2.1.3.2, LINEAR_EXACT), inverted for MONOCHROME1. Index by sample + offset.
 */
export function brightnessTable(format: PixelFormat): { readonly table: Float32Array; readonly offset: number } {
  const offset = format.sample === 'int16' ? 32768 : 0;
  const table = new Float32Array(format.sample === 'uint8' ? 256 : 65536);
  const low = format.window.centre - format.window.width / 2;
  for (let i = 0; i < table.length; i++) {
    const v = Math.min(1, Math.max(0, ((i - offset) * format.slope + format.intercept - low) / format.window.width));
    table[i] = format.inverted ? 1 - v : v;
  }
  return { table, offset };
}

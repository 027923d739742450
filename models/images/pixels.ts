// Pixel blobs in memory: samples as stored (8 or 16 bits), and the table that a file shows them through.
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { inflate } from 'node:zlib';
import type { PixelFormat } from '../../shared/domain/case.ts';
import type { LookupTable } from '../../shared/domain/display.ts';
import { AppError } from '../../shared/errors.ts';

export type Samples = Uint8Array | Uint16Array | Int16Array;
export interface PixelImage { readonly format: PixelFormat; /** height × width × channels, interleaved. */ readonly samples: Samples; /** The file's own table, where it brings one. */ readonly voiTable?: LookupTable }

const inflateAsync = promisify(inflate);

/** A blob's bytes, inflated, in a buffer of their own. */
async function inflated(file: string, blob: string, length: number): Promise<ArrayBuffer> {
  let bytes: Buffer;
  try {
    bytes = await inflateAsync(await readFile(file));
  } catch (cause) {
    throw new AppError('blob-damaged', `The stored pixels of an image (${blob.slice(0, 12)}…) cannot be read.`, { cause });
  }
  if (bytes.byteLength !== length) throw new AppError('blob-damaged', `The stored pixels of an image (${blob.slice(0, 12)}…) have the wrong length.`);
  const buffer = new ArrayBuffer(length);
  new Uint8Array(buffer).set(bytes);
  return buffer;
}

/** Reads a pixel blob and the table that belongs to it. AppError('blob-damaged') when one does not hold what the format says. */
export async function readPixels(blobPath: (sha256: string) => string, format: PixelFormat): Promise<PixelImage> {
  const buffer = await inflated(blobPath(format.blob), format.blob, format.width * format.height * format.channels * (format.sample === 'uint8' ? 1 : 2));
  const samples = format.sample === 'uint8' ? new Uint8Array(buffer) : format.sample === 'uint16' ? new Uint16Array(buffer) : new Int16Array(buffer);
  const { voiTable } = format;
  if (voiTable === undefined) return { format, samples };
  return { format, samples, voiTable: { first: voiTable.first, bits: voiTable.bits, values: new Uint16Array(await inflated(blobPath(voiTable.blob), voiTable.blob, 2 * voiTable.entries)) } };
}

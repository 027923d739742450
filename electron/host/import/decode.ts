// Any image file to samples, told apart by content, never by name.
import { AppError } from '../../../shared/errors.ts';
import type { DecodedImage } from './decoded-image.ts';
import { isDicom, readDicom } from './dicom.ts';
import { isJpeg, isPng, readJpeg, readPng } from './raster.ts';

/** AppError when the file is empty, of no known kind, damaged, too large or too small; the sentence names the file. */
export async function decodeFile(bytes: Uint8Array, name: string): Promise<DecodedImage> {
  if (bytes.length === 0) throw new AppError('empty-file', `${name} is empty (0 bytes).`);
  try {
    if (isPng(bytes)) return readPng(bytes, name);
    if (isJpeg(bytes)) return await readJpeg(bytes, name);
    if (isDicom(bytes)) return await readDicom(bytes, name);
  } catch (cause) {
    // The codecs know no files.
    if (cause instanceof AppError && !cause.message.startsWith(name)) throw new AppError(cause.code, `${name}: ${cause.message}`, { cause });
    throw cause;
  }
  throw new AppError('unsupported-format', `${name} is neither PNG, JPEG nor DICOM.`);
}

// Any image file to frames, told apart by content, never by name.
import { AppError } from '../../../shared/errors.ts';
import type { ImageFile } from './decoded-image.ts';
import { hasDicomPrefix, isBareDicom, openDicom } from './dicom.ts';
import { isNifti, openNifti } from './nifti.ts';
import { isJpeg, isPng, readJpeg, readPng } from './raster.ts';
import { isTiff, openTiff } from './tiff.ts';

/**
 * Opens a file: what it says, and its frames when they are asked for. AppError when the file is empty, of no known kind,
 * damaged, too large or too small; the sentence names the file.
 */
export async function decodeFile(bytes: Uint8Array, name: string): Promise<ImageFile> {
  if (bytes.length === 0) throw new AppError('empty-file', `${name} is empty (0 bytes).`);
  const named = async <T>(work: () => T | Promise<T>): Promise<T> => {
    try { return await work(); } catch (cause) {
      // The codecs know no files.
      if (cause instanceof AppError && !cause.message.startsWith(name)) throw new AppError(cause.code, `${name}: ${cause.message}`, { cause });
      throw cause;
    }
  };
  const file = await named(() => open(bytes, name));
  return { ...file, frame: (index) => named(() => file.frame(index)) };
}

function open(bytes: Uint8Array, name: string): ImageFile | Promise<ImageFile> {
  // First: a DICOM file's preamble may be that of a TIFF.
  if (hasDicomPrefix(bytes)) return openDicom(bytes, name);
  if (isPng(bytes)) return readPng(bytes, name);
  if (isJpeg(bytes)) return readJpeg(bytes, name);
  if (isTiff(bytes)) return openTiff(bytes, name);
  if (isBareDicom(bytes)) return openDicom(bytes, name);
  if (isNifti(bytes)) return openNifti(bytes, name);
  throw new AppError('unsupported-format', `${name} is none of the kinds that are read: DICOM, NIfTI, TIFF, PNG, JPEG.`);
}

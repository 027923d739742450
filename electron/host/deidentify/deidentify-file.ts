// One file with its pixels: what `regionmed deidentify` does file by file, and the entry for the import.
import { createHash } from 'node:crypto';
import { AppError } from '../../../shared/errors.ts';
import { readDataSet } from './data-set.ts';
import { deidentifyDicom, type DeidentificationOptions, type Deidentified, type FileReceipt, type Mask } from './deidentify.ts';
import type { Box } from './find-text.ts';
import { boxesToMask, decodedFrames } from './pixels.ts';
import type { Pseudonyms } from './pseudonyms.ts';

/** 'found' paints what the detector finds; a map paints what a person listed, by SHA-256 of the source file. */
export type Masking = 'none' | 'found' | ReadonlyMap<string, readonly Box[]>;

export async function deidentifyFile(bytes: Uint8Array, name: string, options: DeidentificationOptions, masking: Masking, pseudonyms: Pseudonyms): Promise<Deidentified> {
  if (masking === 'none') return deidentifyDicom(bytes, name, options, pseudonyms);
  const listed = masking === 'found' ? null : masking.get(createHash('sha256').update(bytes).digest('hex'));
  // A file that the reviewer's list does not name was not reviewed.
  if (listed === undefined) return deidentifyDicom(bytes, name, options, pseudonyms);
  const file = readDataSet(bytes, name), compressed = file.elements.some((e) => e.tag === '7FE00010' && e.value.kind === 'encapsulated');
  const decoded = async (boxes: readonly Box[]): Promise<Mask['decoded']> => {
    if (!compressed || boxes.length === 0) return null;
    // What is decoded has gone through it, and would go through it again.
    if (file.elements.some((e) => e.tag === '00283000')) throw new AppError('unsupported-format', `${name} has a table of grey values over compressed pixels, which cannot be masked.`);
    return decodedFrames(bytes, name);
  };
  if (listed !== null) return deidentifyDicom(bytes, name, options, pseudonyms, { boxes: listed, reviewed: true, decoded: await decoded(listed) });
  try {
    const boxes = await boxesToMask(file, bytes, name);
    return deidentifyDicom(bytes, name, options, pseudonyms, { boxes, reviewed: false, decoded: await decoded(boxes) });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    // Without its name: the sentence goes into the receipt.
    return deidentifyDicom(bytes, name, options, pseudonyms, { boxes: [], reviewed: false, decoded: null, unsearched: error.message.replaceAll(name, 'the file') });
  }
}

export interface ForImport {
  /** What is imported and stored as the source in place of the original: its header already names the pseudonym, so title and patient key follow from it as from any file. */
  readonly bytes: Uint8Array;
  /** A name for the file that names nobody. */
  readonly name: string;
  readonly pseudonym: string;
  readonly study: string;
  readonly receipt: FileReceipt;
}

/**
 * The import's single entry: call it with the file's bytes before anything else looks at them, go on with what it
 * answers, set `CaseRow.deidentified`, and add the receipt to a `ReceiptBuilder`. AppError where the file is refused or,
 * unless `release`, identifiers of the original were found in the result: then nothing of it may be stored.
 */
export async function deidentifyForImport(bytes: Uint8Array, name: string, options: DeidentificationOptions, masking: Masking, pseudonyms: Pseudonyms, release = false): Promise<ForImport> {
  const made = await deidentifyFile(bytes, name, options, masking, pseudonyms);
  if (made.receipt.holds.length > 0 && !release) throw new AppError('unsupported-format', `${name} is held back from import: ${made.receipt.holds.join(' ')}`);
  return { bytes: made.bytes, name: `${made.instance}.dcm`, pseudonym: made.person.pseudonym, study: made.study, receipt: made.receipt };
}

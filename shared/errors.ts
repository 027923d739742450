// Every failure the program expects, as one closed union of codes. What is not an AppError is a bug and is
// reported as one. `describeError` holds the sentence a physician or a data team reads, and what to do next;
// it is exhaustive, so a new code does not compile until it has its words.
import { z } from 'zod';

export const errorCodes = [
  'unreadable-file', 'unsupported-format', 'truncated-file', 'empty-file', 'image-too-large', 'image-too-small',
  'bad-annotations', 'not-found', 'conflict', 'invalid-message', 'disconnected', 'cancelled', 'disk-full',
  'journal-damaged', 'blob-damaged', 'bundle-damaged', 'model-unsupported', 'engine-failed', 'device-unavailable', 'nothing-to-train', 'nothing-to-measure', 'not-writable',
  'does-not-fit', 'training-diverged', 'checkpoint-damaged', 'run-in-progress', 'not-signed-off', 'workspace-locked', 'workspace-newer', 'unauthorised',
  'bad-settings-file', 'wrong-usage', 'unsupported-platform', 'internal',
] as const;
export const errorCode = z.enum(errorCodes);
export type ErrorCode = z.infer<typeof errorCode>;

/** A failure that was foreseen. `message` is one sentence for the reader, with file names and figures where they help. */
export class AppError extends Error {
  readonly code: ErrorCode;
  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'AppError';
    this.code = code;
  }
}

export function assertNever(value: never): never {
  throw new Error(`Unexpected value ${JSON.stringify(value)}`);
}

/** What an error looks like on a pipe and on the page. */
export const wireError = z.object({ code: errorCode, message: z.string() });
export type WireError = z.infer<typeof wireError>;

/** Anything thrown, as code and sentence. Bugs become 'internal' and keep their own message. */
export function toWireError(thrown: unknown): WireError {
  if (thrown instanceof AppError) return { code: thrown.code, message: thrown.message };
  if (isDiskFull(thrown)) return { code: 'disk-full', message: 'The disk is full.' };
  if (isDamagedDatabase(thrown)) return { code: 'journal-damaged', message: 'The file of the record of decisions is damaged.' };
  return { code: 'internal', message: thrown instanceof Error ? thrown.message : String(thrown) };
}

export function isDiskFull(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false;
  const code = 'code' in thrown ? thrown.code : undefined;
  return code === 'ENOSPC' || code === 'EDQUOT' || /SQLITE_FULL|database or disk is full/i.test(thrown.message);
}

/** SQLITE_CORRUPT and SQLITE_NOTADB, in SQLite's own words. */
export const isDamagedDatabase = (thrown: unknown): boolean => thrown instanceof Error && /database disk image is malformed|file is not a database/.test(thrown.message);

/** The remedy the reader gets beside the error's own sentence. */
export function describeError(code: ErrorCode): { title: string; remedy: string } {
  switch (code) {
    case 'unreadable-file': return { title: 'This file cannot be read', remedy: 'Ask for the file again from its source; the other files were imported.' };
    case 'unsupported-format': return { title: 'This kind of file is not supported', remedy: 'DICOM, NIfTI, TIFF, PNG and JPEG images are read. Convert the file, or ask for another export.' };
    case 'truncated-file': return { title: 'This file is incomplete', remedy: 'Copy or export it again; part of the image is missing.' };
    case 'empty-file': return { title: 'This file is empty', remedy: 'Copy or export it again.' };
    case 'image-too-large': return { title: 'This image is too large', remedy: 'Export it at a lower resolution or in tiles.' };
    case 'image-too-small': return { title: 'This image is too small to work on', remedy: 'Check that the right file was exported.' };
    case 'bad-annotations': return { title: 'The annotations cannot be read', remedy: 'Correct the line that is named and import again.' };
    case 'not-found': return { title: 'Not found', remedy: 'It may have been removed, or have another name.' };
    case 'conflict': return { title: 'This was changed elsewhere', remedy: 'The latest state has been loaded; repeat the change if it is still needed.' };
    case 'invalid-message': return { title: 'The parts of the program do not understand each other', remedy: 'Reload the window; if it happens again, reinstall the program.' };
    case 'disconnected': return { title: 'The connection to the program is lost', remedy: 'Your work is kept here and is sent when the connection is back.' };
    case 'cancelled': return { title: 'Stopped', remedy: 'Nothing was lost; start again when you like.' };
    case 'disk-full': return { title: 'The disk is full', remedy: 'Free some space; what was saved is safe, and the work goes on from there.' };
    case 'journal-damaged': return { title: 'The record of decisions is damaged', remedy: 'Run "regionmed verify" and restore the workspace from its last copy.' };
    case 'blob-damaged': return { title: 'A stored image is damaged', remedy: 'Import the file again.' };
    case 'bundle-damaged': return { title: 'The model files are damaged', remedy: 'Reinstall the model; it was not loaded.' };
    case 'model-unsupported': return { title: 'This network cannot be used', remedy: 'Export it again as the sentence says; nothing was written.' };
    case 'engine-failed': return { title: 'The engine stopped', remedy: 'It is started again; repeat the step.' };
    case 'device-unavailable': return { title: 'This device cannot run the model', remedy: 'The processor is used instead; it is slower.' };
    case 'nothing-to-train': return { title: 'There is nothing to learn from yet', remedy: 'Sign off some cases, or import what is to be learnt from, and start again.' };
    case 'nothing-to-measure': return { title: 'There is nothing to measure on', remedy: 'Sign off cases of that part, or import an annotated set as ground truth.' };
    case 'not-writable': return { title: 'This cannot be written', remedy: 'Choose a folder that you may write to.' };
    case 'does-not-fit': return { title: 'This run does not fit into memory', remedy: 'Start it with the batch that is named, or close other programs.' };
    case 'training-diverged': return { title: 'Training went wrong', remedy: 'The model in use is unchanged. Start again with a lower learning rate.' };
    case 'checkpoint-damaged': return { title: 'The training run cannot go on', remedy: 'Stop this run and start a new one. The model in use and every decision are unchanged.' };
    case 'run-in-progress': return { title: 'A training run is going on', remedy: 'Wait until it ends, or stop it.' };
    case 'not-signed-off': return { title: 'This case is not signed off', remedy: 'Decide every region, then sign off.' };
    case 'workspace-locked': return { title: 'Another program uses this workspace', remedy: 'Close the other window first.' };
    case 'workspace-newer': return { title: 'This workspace was made by a newer version', remedy: 'Update the program.' };
    case 'unauthorised': return { title: 'Not allowed', remedy: 'Open the program again from its entry address.' };
    case 'bad-settings-file': return { title: 'This file cannot be used', remedy: 'Nothing was changed. Correct what is named, or ask for the file again.' };
    case 'wrong-usage': return { title: 'The command is not understood', remedy: 'Run "regionmed --help".' };
    case 'unsupported-platform': return { title: 'This computer is not supported', remedy: 'See the list of supported systems in the documentation.' };
    case 'internal': return { title: 'Something unexpected happened', remedy: 'Your saved work is safe. Reload the window, and report this sentence.' };
    default: return assertNever(code);
  }
}

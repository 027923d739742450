// Files and folders de-identified one after the other into a folder, with their receipt. Output is named by pseudonym and
// mapped UIDs, since the names of files and folders often name people. A file that is refused or held back is not
// written; the others go on.
import { createHash } from 'node:crypto';
import { readFile, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Progress } from '../../../shared/contracts/host.ts';
import { AppError, isDiskFull, toWireError, type WireError } from '../../../shared/errors.ts';
import { writeAtomically } from '../../../models/bundle/files.ts';
import { checkOptions, type DeidentificationOptions, type Deidentified } from './deidentify.ts';
import { deidentifyFile, type Masking } from './deidentify-file.ts';
import type { Box } from './find-text.ts';
import type { Pseudonyms } from './pseudonyms.ts';
import { ReceiptBuilder, writeReceipt, type PrivacyReceipt } from './receipt.ts';

export interface DeidentifyFilesRequest {
  readonly paths: readonly string[];
  readonly out: string;
  /** JSON; the page lies beside it as .html. */
  readonly receipt: string;
  readonly options: DeidentificationOptions;
  readonly masking: Masking;
  /** Writes files too in which identifiers were found. */
  readonly release: boolean;
  readonly program: string;
  readonly now: () => string;
  readonly onProgress: (progress: Progress) => void;
  readonly signal: { readonly aborted: boolean };
}
export interface DeidentifyFilesResult {
  readonly receipt: PrivacyReceipt;
  readonly refused: readonly { readonly file: string; readonly error: WireError }[];
  /** For whoever reviews: these files stay at the site. */
  readonly held: readonly { readonly file: string; readonly holds: readonly string[] }[];
  readonly review: readonly { readonly file: string; readonly sha256: string; readonly boxes: readonly Box[] }[];
}

async function* filesUnder(paths: readonly string[]): AsyncGenerator<string> {
  for (const given of paths) {
    const info = await stat(given).catch(() => null);
    if (info === null) throw new AppError('not-found', `${given} does not exist.`);
    if (!info.isDirectory()) { yield given; continue; }
    for (const entry of (await readdir(given, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (entry.name.startsWith('.')) continue;
      const full = path.join(given, entry.name);
      if (entry.isDirectory()) yield* filesUnder([full]); else if (entry.isFile()) yield full;
    }
  }
}

/** AppError 'disk-full' or 'cancelled' ends the run; what was written stays, with a receipt that says so. */
export async function deidentifyFiles(r: DeidentifyFilesRequest, pseudonyms: Pseudonyms): Promise<DeidentifyFilesResult> {
  checkOptions(r.options.profile);
  const builder = new ReceiptBuilder({ program: r.program, at: r.now(), profile: r.options.profile, keyFingerprint: pseudonyms.fingerprint, privateAttributesListed: r.options.keepPrivate.size, masking: r.masking === 'none' ? 'none' : r.masking === 'found' ? 'found' : 'reviewed' });
  const refused: { file: string; error: WireError }[] = [], held: { file: string; holds: readonly string[] }[] = [], review: { file: string; sha256: string; boxes: readonly Box[] }[] = [];
  const keep = async (complete: boolean): Promise<PrivacyReceipt> => {
    const receipt = builder.finish(complete);
    await writeReceipt(r.receipt, receipt);
    return receipt;
  };
  // Counted first, without their contents: a folder of millions has no list in memory.
  let of = 0, done = 0;
  for await (const file of filesUnder(r.paths)) { void file; of++; }
  const began = performance.now(), written = new Set<string>();
  try {
    for await (const file of filesUnder(r.paths)) {
      if (r.signal.aborted) throw new AppError('cancelled', `De-identification was stopped after ${done} of ${of} files.`);
      const name = path.basename(file);
      try {
        const bytes = new Uint8Array(await readFile(file).catch((cause: unknown) => { throw new AppError('not-found', `${name} cannot be read from disk.`, { cause }); }));
        const made = await deidentifyFile(bytes, name, r.options, r.masking, pseudonyms);
        const goes = made.receipt.holds.length === 0 || r.release;
        const output = goes ? nameOf(made, written) : null;
        if (output !== null) await writeAtomically(path.join(r.out, output), made.bytes);
        if (made.receipt.holds.length > 0) held.push({ file, holds: made.receipt.holds });
        if (made.receipt.masked.length > 0 && r.masking === 'found') review.push({ file, sha256: createHash('sha256').update(bytes).digest('hex'), boxes: made.receipt.masked });
        builder.add(made.receipt, { output, sha256: goes ? createHash('sha256').update(made.bytes).digest('hex') : null, patient: made.person.pseudonym, study: made.study });
      } catch (error) {
        if (isDiskFull(error) || !(error instanceof AppError) || error.code === 'disk-full' || error.code === 'not-writable') throw error;
        builder.refuse(error.code);
        refused.push({ file, error: toWireError(error) });
      }
      done++;
      r.onProgress({ done, of, name: `file ${done}`, secondsLeft: ((performance.now() - began) / 1000 / done) * (of - done) });
    }
  } catch (error) {
    await keep(false).catch(() => undefined);
    throw error;
  }
  return { receipt: await keep(true), refused, held, review };
}

/** patient/study/instance.dcm; a second file of the same instance gets a number. */
function nameOf(made: Deidentified, written: Set<string>): string {
  const safe = (t: string): string => (/^[0-9A-Za-z.]+$/.test(t) ? t : 'none');
  for (let n = 1; ; n++) {
    const name = `${made.person.pseudonym}/${safe(made.study)}/${safe(made.instance)}${n === 1 ? '' : `-${n}`}.dcm`;
    if (!written.has(name)) { written.add(name); return name; }
  }
}

// The reviewed set without names: each case's file is de-identified on its way out, patient and title become the
// pseudonym, captions lose what the file says of people, and a privacy receipt lies beside. A case whose file cannot be
// de-identified, or is held back, is left out and told to whoever exports.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Progress } from '../../../shared/contracts/host.ts';
import type { CaseRow } from '../../../shared/domain/case.ts';
import type { RegionRow } from '../../../shared/domain/region.ts';
import { AppError } from '../../../shared/errors.ts';
import { writeAtomically } from '../../../models/bundle/files.ts';
import { readDataSet, text } from '../deidentify/data-set.ts';
import { deidentifyFile, type Masking } from '../deidentify/deidentify-file.ts';
import { ownMethod, type DeidentificationOptions, type Deidentified } from '../deidentify/deidentify.ts';
import type { Pseudonyms } from '../deidentify/pseudonyms.ts';
import { ReceiptBuilder, writeReceipt } from '../deidentify/receipt.ts';
import { exportReviewed, type Exported, type ExportInput } from './export-reviewed.ts';

export interface WithoutNames {
  readonly options: DeidentificationOptions;
  readonly masking: Masking;
  readonly release: boolean;
  /** JSON; the page lies beside it as .html. */
  readonly receipt: string;
  readonly program: string;
  readonly now: () => string;
  readonly onProgress: (progress: Progress) => void;
  readonly signal: { readonly aborted: boolean };
}

export async function exportDeidentified(input: ExportInput, format: 'jsonl' | 'coco', folder: string, r: WithoutNames, pseudonyms: Pseudonyms): Promise<Exported & { readonly left: readonly { readonly title: string; readonly reason: string }[] }> {
  const builder = new ReceiptBuilder({ program: r.program, at: r.now(), profile: r.options.profile, keyFingerprint: pseudonyms.fingerprint, privateAttributesListed: r.options.keepPrivate.size, masking: r.masking === 'none' ? 'none' : r.masking === 'found' ? 'found' : 'reviewed' });
  const cases: CaseRow[] = [], redactOf = new Map<string, Deidentified['redact']>(), left: { title: string; reason: string }[] = [];
  const signed = input.cases.filter((c) => c.status === 'signed-off'), bySource = new Map<string, CaseRow[]>();
  // Frames of one file are cases of their own: the file is done once.
  for (const c of signed) bySource.set(c.source, [...bySource.get(c.source) ?? [], c]);
  const taken = new Set<string>();
  let done = 0;
  for (const [source, own] of bySource) {
    if (r.signal.aborted) throw new AppError('cancelled', `The export was stopped after ${done} of ${bySource.size} files.`);
    try {
      const bytes = new Uint8Array(await readFile(input.blobPath(source)).catch((cause: unknown) => { throw new AppError('blob-damaged', 'Its stored file cannot be read.', { cause }); }));
      // What this program de-identified is mapped already: once more would part it from its follow-up studies. What others say of their files is not believed.
      const made = own.some((c) => c.deidentified === true) && text(readDataSet(bytes, 'Its file').elements, '00120063').includes(ownMethod) ? asItIs(bytes) : await deidentifyFile(bytes, 'Its file', r.options, r.masking, pseudonyms);
      const goes = made.receipt.holds.length === 0 || r.release, sha256 = createHash('sha256').update(made.bytes).digest('hex');
      // Two files that say they are the same instance are told apart by what they became.
      const file = `${taken.has(made.instance) ? `${sha256.slice(0, 12)}-` : ''}${made.instance}.dcm`;
      taken.add(made.instance);
      if (goes) await writeAtomically(path.join(folder, 'images', file), made.bytes);
      builder.add(made.receipt, { output: goes ? `images/${file}` : null, sha256: goes ? sha256 : null, patient: made.person.pseudonym, study: made.study });
      for (const c of own) {
        if (!goes) { left.push({ title: c.title, reason: made.receipt.holds.join(' ') }); continue; }
        redactOf.set(c.id, made.redact);
        cases.push({ ...c, file, source: sha256, patient: `dicom:${made.person.pseudonym}`, title: made.person.pseudonym, caption: { ...c.caption, text: made.redact(c.caption.text) } });
      }
    } catch (error) {
      if (!(error instanceof AppError) || error.code === 'disk-full' || error.code === 'not-writable') throw error;
      builder.refuse(error.code);
      for (const c of own) left.push({ title: c.title, reason: error.message });
    }
    r.onProgress({ done: ++done, of: bySource.size, name: `file ${done}`, secondsLeft: null });
  }
  const regionsOf = (id: string): RegionRow[] => {
    const redact = redactOf.get(id) ?? ((t: string) => t);
    return input.regionsOf(id).map((g) => ({ ...g, label: redact(g.label), caption: redact(g.caption), proposal: g.proposal === null ? null : { ...g.proposal, label: redact(g.proposal.label), caption: redact(g.proposal.caption) } }));
  };
  // Who measured is a name, too.
  const measurementsOf: ExportInput['measurementsOf'] = (id) => input.measurementsOf(id).map((m) => ({ ...m, by: '' }));
  const made = await exportReviewed({ cases, regionsOf, measurementsOf, blobPath: input.blobPath }, format, folder, false), receipt = builder.finish(true);
  await writeReceipt(r.receipt, receipt);
  return { ...made, left };
}

function asItIs(bytes: Uint8Array): Deidentified {
  const { elements } = readDataSet(bytes, 'Its file'), pseudonym = text(elements, '00100020');
  return { bytes, person: { pseudonym, shift: 0 }, instance: text(elements, '00080018'), study: text(elements, '0020000D'), redact: (words) => words, receipt: { attributes: [], masked: [], pixelsReviewed: text(elements, '00280301') === 'NO', unexamined: false, searched: 0, hits: [], holds: [] } };
}

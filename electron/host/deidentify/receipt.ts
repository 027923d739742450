// The privacy receipt: what an export or import removed, changed and kept, for a data protection officer. As JSON and as
// a page to read and print. It never holds an old value, a source file's name, nor the key.
import { z } from 'zod';
import { writeAtomically } from '../../../models/bundle/files.ts';
import { edition } from './profile-table.ts';
import type { FileReceipt } from './deidentify.ts';
import { profileOption, type ProfileOption } from '../../../shared/domain/privacy.ts';
import { methodCodes } from './profile.ts';

const box = z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() });
const done = z.enum(['removed', 'emptied', 'replaced', 'UID mapped', 'date moved', 'cleaned', 'kept']);
export const privacyReceipt = z.object({
  format: z.literal('regionmed-privacy-receipt-1'),
  program: z.string(), at: z.string(), edition: z.string(),
  /** False where the run was stopped or failed before its end: the receipt tells of what was written. */
  complete: z.boolean(),
  profile: z.array(profileOption), codes: z.array(z.string()), keyFingerprint: z.string(),
  privateAttributesListed: z.number(),
  masking: z.enum(['none', 'found', 'reviewed']),
  counts: z.object({ files: z.number(), patients: z.number(), studies: z.number(), written: z.number(), heldBack: z.number(), refused: z.number(), withMaskedPixels: z.number(), unexamined: z.number() }),
  actions: z.record(done, z.number()),
  attributes: z.array(z.object({ tag: z.string(), name: z.string(), done, times: z.number(), files: z.number() })),
  files: z.array(z.object({
    /** Name in the export; null where it was held back. */
    output: z.string().nullable(), sha256: z.string().nullable(), masked: z.array(box), pixelsReviewed: z.boolean(), unexamined: z.boolean(), identifiersSearched: z.number(),
    hits: z.array(z.object({ kind: z.string(), where: z.string(), times: z.number() })), holds: z.array(z.string()),
  })),
  refusals: z.array(z.object({ code: z.string(), files: z.number() })),
});
export type PrivacyReceipt = z.infer<typeof privacyReceipt>;

export interface ReceiptRequest { readonly program: string; readonly at: string; readonly profile: ReadonlySet<ProfileOption>; readonly keyFingerprint: string; readonly privateAttributesListed: number; readonly masking: PrivacyReceipt['masking'] }

/** Gathers file after file; `finish` may be called at any time. */
export class ReceiptBuilder {
  readonly #request: ReceiptRequest;
  readonly #attributes = new Map<string, PrivacyReceipt['attributes'][number]>();
  readonly #files: PrivacyReceipt['files'] = [];
  readonly #refusals = new Map<string, number>();
  readonly #patients = new Set<string>();
  readonly #studies = new Set<string>();
  constructor(request: ReceiptRequest) { this.#request = request; }

  add(receipt: FileReceipt, file: { readonly output: string | null; readonly sha256: string | null; readonly patient: string; readonly study: string }): void {
    for (const a of receipt.attributes) {
      const key = `${a.tag} ${a.done}`, there = this.#attributes.get(key);
      this.#attributes.set(key, { ...a, times: a.times + (there?.times ?? 0), files: 1 + (there?.files ?? 0) });
    }
    this.#patients.add(file.patient);
    this.#studies.add(file.study);
    this.#files.push({ output: file.output, sha256: file.sha256, masked: receipt.masked.map((b) => ({ ...b })), pixelsReviewed: receipt.pixelsReviewed, unexamined: receipt.unexamined, identifiersSearched: receipt.searched, hits: receipt.hits.map((h) => ({ ...h })), holds: [...receipt.holds] });
  }
  refuse(code: string): void { this.#refusals.set(code, (this.#refusals.get(code) ?? 0) + 1); }

  finish(complete: boolean): PrivacyReceipt {
    const r = this.#request, attributes = [...this.#attributes.values()].sort((a, b) => (a.tag < b.tag ? -1 : a.tag > b.tag ? 1 : a.done < b.done ? -1 : 1));
    const actions: Partial<Record<z.infer<typeof done>, number>> = {};
    for (const a of attributes) actions[a.done] = (actions[a.done] ?? 0) + a.times;
    const refused = [...this.#refusals.values()].reduce((a, b) => a + b, 0), written = this.#files.filter((f) => f.output !== null).length;
    return {
      format: 'regionmed-privacy-receipt-1', program: r.program, at: r.at, edition, complete, profile: profileOption.options.filter((o) => r.profile.has(o)),
      codes: [methodCodes.basic, ...(r.masking === 'reviewed' ? [methodCodes.cleanPixels] : []), ...profileOption.options.filter((o) => r.profile.has(o)).map((o) => methodCodes[o])].map(([code, meaning]) => `${code} ${meaning}`),
      keyFingerprint: r.keyFingerprint, privateAttributesListed: r.privateAttributesListed, masking: r.masking,
      counts: { files: this.#files.length + refused, patients: this.#patients.size, studies: this.#studies.size, written, heldBack: this.#files.length - written, refused, withMaskedPixels: this.#files.filter((f) => f.masked.length > 0).length, unexamined: this.#files.filter((f) => f.unexamined && f.output !== null).length },
      actions: { removed: 0, emptied: 0, replaced: 0, 'UID mapped': 0, 'date moved': 0, cleaned: 0, kept: 0, ...actions }, attributes, files: this.#files, refusals: [...this.#refusals].map(([code, files]) => ({ code, files })),
    };
  }
}

/** Both forms, durably: `file` as JSON and the page beside it. */
export async function writeReceipt(file: string, receipt: PrivacyReceipt): Promise<void> {
  await writeAtomically(file, `${JSON.stringify(receipt, null, 1)}\n`);
  await writeAtomically(file.replace(/(\.json)?$/, '.html'), receiptPage(receipt));
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
const optionNames: Readonly<Record<ProfileOption, string>> = {
  retainSafePrivate: 'private attributes of the site\'s list kept', retainUids: 'UIDs kept', retainDevice: 'identity of devices kept', retainInstitution: 'identity of institutions kept', retainPatient: 'characteristics of patients kept (age, sex, size, weight ...)',
  retainFullDates: 'dates and times kept', retainModifiedDates: 'dates moved by a number of days that is the same for all studies of a patient; times of day kept', cleanDescriptors: 'descriptions kept where they are technical words', cleanStructured: 'structured content kept, its texts cleaned', cleanGraphics: 'overlays and graphics kept where no text was found in them',
};
const maskingNames: Readonly<Record<PrivacyReceipt['masking'], string>> = {
  none: 'Pixels were not examined for text and are as they were.', found: 'Text that the program found in pixels was painted over; nobody has reviewed it, and the files do not claim clean pixels.', reviewed: 'Pixels were painted over as a person of the site listed after review.',
};

/** Files that the page lists; a hundred thousand would be no page. */
const mostRows = 2000;

/** A page without scripts or links, for the screen and for paper. */
export function receiptPage(r: PrivacyReceipt): string {
  const named = (f: PrivacyReceipt['files'][number]): string => f.output ?? 'held back';
  const row = (cells: readonly (string | number)[], tag: 'td' | 'th' = 'td'): string => `<tr>${cells.map((c) => `<${tag}${typeof c === 'number' ? ' class="n"' : ''}>${escaped(String(c))}</${tag}>`).join('')}</tr>`;
  const held = r.files.filter((f) => f.holds.length > 0), painted = r.files.filter((f) => f.masked.length > 0);
  const dates = r.profile.includes('retainFullDates') ? 'kept' : r.profile.includes('retainModifiedDates') ? 'moved' : 'removed';
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"><title>Privacy receipt</title>
<style>
:root{color-scheme:light}body{font:15px/1.5 system-ui,sans-serif;color:#111;background:#fff;max-width:60rem;margin:2rem auto;padding:0 1rem}h1{font-size:1.6rem;margin:0}h2{font-size:1.15rem;margin:2rem 0 .5rem;border-bottom:1px solid #999}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.2rem .5rem;border-bottom:1px solid #ccc;vertical-align:top;overflow-wrap:anywhere}th{overflow-wrap:normal}.n{text-align:right;font-variant-numeric:tabular-nums}.warning{border:2px solid #a40000;padding:.5rem 1rem}code{font-size:.85em}
thead{display:table-header-group}tr{break-inside:avoid}@media print{body{font-size:10pt;margin:0;max-width:none}}
</style></head><body>
<h1>Privacy receipt</h1>
<p>${escaped(r.at)} · ${escaped(r.program)} · DICOM ${escaped(r.edition)}, Annex E · key ${escaped(r.keyFingerprint)} (fingerprint only)</p>
${r.complete ? '' : '<p class="warning">The run did not reach its end. This receipt tells of what was done until then.</p>'}
<table><tbody>
${row(['Files taken in', r.counts.files])}${row(['Written', r.counts.written])}${row(['Held back', r.counts.heldBack])}${row(['Refused (not readable whole)', r.counts.refused])}${row(['Patients, under pseudonyms', r.counts.patients])}${row(['Studies', r.counts.studies])}${row(['Files with masked pixels', r.counts.withMaskedPixels])}
</tbody></table>
<h2>What was applied</h2>
<p>Basic Application Level Confidentiality Profile. ${r.profile.length === 0 ? 'No options.' : 'With these options:'}</p>
${r.profile.length === 0 ? '' : `<ul>${r.profile.map((o) => `<li>${escaped(optionNames[o])}</li>`).join('')}</ul>`}
<p>Written into each file as (0012,0064): ${escaped(r.codes.join('; '))}.</p>
<p>Names and patient ids are replaced by pseudonyms; UIDs are ${r.profile.includes('retainUids') ? 'kept' : 'mapped'}; dates are ${dates}. The same key gives the same pseudonyms, so that later studies of a patient line up. ${escaped(maskingNames[r.masking])} Faces that could be recognised in volumes of the head are not removed.</p>
${r.counts.unexamined === 0 ? '' : `<p class="warning">${r.counts.unexamined} ${r.counts.unexamined === 1 ? 'file is' : 'files are'} of a kind into whose pixels names are often burned (ultrasound, secondary captures, photographs), and ${r.counts.unexamined === 1 ? 'its pixels were' : 'their pixels were'} not examined.</p>`}
<h2>How often</h2>
<table><thead>${row(['Action', 'Times'], 'th')}</thead><tbody>${Object.entries(r.actions).map(([a, n]) => row([a, n])).join('')}</tbody></table>
<h2>Search for identifiers</h2>
<p>Every byte of each file was searched for the names, ids, birth date, institution, contacts and UIDs that its original gave, as Latin-1, UTF-8 and UTF-16. ${held.length === 0 ? 'None was found.' : `${held.length} ${held.length === 1 ? 'file has' : 'files have'} something to look at:`}</p>
${held.length === 0 ? '' : `<table><thead>${row(['File', 'What', 'Where'], 'th')}</thead><tbody>${held.map((f) => row([named(f), [...f.hits.map((h) => `${h.kind} (${h.times}×)`), ...f.holds].join('; '), f.hits.map((h) => h.where).join('; ')])).join('')}</tbody></table>`}
<h2>Masked pixels</h2>
${painted.length === 0 ? '<p>None.</p>' : `<table><thead>${row(['File', 'Boxes (x, y, width, height in pixels)', 'Reviewed'], 'th')}</thead><tbody>${painted.map((f) => row([named(f), f.masked.map((b) => `${b.x}, ${b.y}, ${b.width}, ${b.height}`).join('; '), f.pixelsReviewed ? 'yes' : 'no'])).join('')}</tbody></table>`}
<h2>Every attribute</h2>
<table><thead>${row(['Tag', 'Name', 'Action', 'Times', 'Files'], 'th')}</thead><tbody>${r.attributes.map((a) => row([a.tag, a.name, a.done, a.times, a.files])).join('')}</tbody></table>
<h2>Files</h2>
${r.files.some((f) => f.identifiersSearched === 0) ? '<p>Some files had been de-identified when they were imported; they are as they were.</p>' : ''}
<table><thead>${row(['File', 'SHA-256'], 'th')}</thead><tbody>${r.files.slice(0, mostRows).map((f) => `<tr><td><code>${escaped(named(f))}</code></td><td><code>${escaped(f.sha256 ?? '')}</code></td></tr>`).join('')}</tbody></table>
${r.files.length <= mostRows ? '' : `<p>And ${r.files.length - mostRows} more: the same receipt as JSON lists all.</p>`}
${r.refusals.length === 0 ? '' : `<p>Refused: ${escaped(r.refusals.map((x) => `${x.files} (${x.code})`).join(', '))}.</p>`}
</body></html>
`;
}

// Signed-off cases leave the house without names: files, patients, titles and captions, with a receipt beside.
import { createHash } from 'node:crypto';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { nothingPrivate } from '../../../../electron/host/deidentify/private-list.ts';
import { Pseudonyms } from '../../../../electron/host/deidentify/pseudonyms.ts';
import { privacyReceipt } from '../../../../electron/host/deidentify/receipt.ts';
import { exportDeidentified, type WithoutNames } from '../../../../electron/host/export/export-deidentified.ts';
import { temporaryFolder } from '../../temporary.ts';
import { having, writeElements, type Given } from '../deidentify/write-elements.ts';
import { boxOf, caseOf, proposalOf } from '../rows.ts';

const pseudonyms = new Pseudonyms(new Uint8Array(32).fill(8)), { pseudonym } = pseudonyms.person('PID-4711-X');
const names = /quitzow|ottilie|PID-4711|1\.2\.3\.4/i;

async function exported(format: 'jsonl' | 'coco') {
  const folder = await temporaryFolder(), out = path.join(folder, 'out');
  const stored = async (bytes: Uint8Array): Promise<string> => { const sha256 = createHash('sha256').update(bytes).digest('hex'); await writeFile(path.join(folder, sha256), bytes); return sha256; };
  const of = (...more: readonly Given[]): Promise<string> => stored(writeElements(having(...more)));
  const signed = { status: 'signed-off' as const, patient: 'dicom:PID-4711-X', title: 'PID-4711-X · CT', caption: { text: 'Ottilie has a nodule.', origin: 'person' as const } };
  const again = pseudonyms.uid('1.2.3.4.77');
  const cases = [
    caseOf('a', { ...signed, file: 'Quitzow.dcm', source: await of() }), caseOf('frame', { ...signed, file: 'Quitzow.dcm', source: await of() }),
    caseOf('same instance', { ...signed, file: 'Quitzow.dcm', source: await of(['00200013', 'IS', '2']) }),
    caseOf('held', { ...signed, source: await of(['00180015', 'CS', 'QUITZOW']) }), caseOf('picture', { ...signed, source: await stored(Buffer.from('not DICOM at all'.repeat(20))) }),
    caseOf('before', { ...signed, title: pseudonym, patient: `dicom:${pseudonym}`, caption: { text: 'A nodule.', origin: 'person' }, deidentified: true, source: await of(['00120063', 'LO', 'RegionMed Studio: PS3.15 2026c Annex E'], ['00080018', 'UI', again], ['00020003', 'UI', again], ['00100020', 'LO', pseudonym], ['00100010', 'PN', pseudonym], ['0020000D', 'UI', pseudonyms.uid('1.2.3.4')], ['0020000E', 'UI', pseudonyms.uid('1.2.3.5')]) }),
    // Another's word that nobody is named, in a file that names somebody.
    caseOf('claimed', { ...signed, deidentified: true, source: await of(['00120062', 'CS', 'YES'], ['00080018', 'UI', '1.2.3.4.99'], ['00200013', 'IS', '9']) }),
    caseOf('new'),
  ];
  const regionsOf = (id: string) => [{ ...proposalOf(id, `${id} 1`, boxOf(1, 2, 30, 40), { caption: id === 'before' ? 'Nodule, left lung' : 'Quitzow, left lung' }), verdict: 'accepted' as const }];
  const request: WithoutNames = { options: { profile: new Set(), keepPrivate: nothingPrivate }, masking: 'none', release: false, receipt: path.join(out, 'privacy-receipt.json'), program: 'test', now: () => '2026-01-01T00:00:00Z', onProgress: () => undefined, signal: { aborted: false } };
  const made = await exportDeidentified({ cases, regionsOf, measurementsOf: () => [], blobPath: (s) => path.join(folder, s) }, format, out, request, pseudonyms);
  const files = (await readdir(out, { recursive: true, withFileTypes: true })).filter((e) => e.isFile()).map((e) => path.join(e.parentPath, e.name));
  return { made, out, files, all: await Promise.all(files.map(async (f) => `${f.slice(out.length)} ${(await readFile(f)).toString('latin1')}`)) };
}

describe.each(['jsonl', 'coco'] as const)('an export as %s', (format) => {
  it('names nobody, leaves out what it cannot clean, and lists each file once', async () => {
    const { made, all, files, out } = await exported(format);
    expect(made).toMatchObject({ cases: 5, regions: 5, left: [{ title: 'PID-4711-X · CT', reason: expect.stringContaining('still stand') }, { reason: expect.stringContaining('is not a DICOM file') }] });
    for (const content of all) expect(content).not.toMatch(names);
    expect(files.filter((f) => f.endsWith('.dcm'))).toHaveLength(4);
    const words = await readFile(made.file, 'utf8');
    for (const image of words.matchAll(/"(?:image|file_name)": ?"([^"]+)"/g)) expect(files).toContain(path.join(out, image[1] ?? ''));
    expect(words).toContain(`dicom:${pseudonym}`);
    expect(words).toContain('[-], left lung');
    expect(words).not.toContain(pseudonyms.person(pseudonym).pseudonym);
    const receipt = privacyReceipt.parse(JSON.parse(await readFile(path.join(out, 'privacy-receipt.json'), 'utf8')));
    expect(receipt.counts).toMatchObject({ files: 6, patients: 1, written: 4, heldBack: 1, refused: 1 });
  });
});

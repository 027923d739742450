// Folders, receipts and keys, as the command line works with them: from files on disk to files on disk.
import { chmod, mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { deidentifyFiles } from '../../../../electron/host/deidentify/deidentify-files.ts';
import { readDataSet, text } from '../../../../electron/host/deidentify/data-set.ts';
import { nothingPrivate } from '../../../../electron/host/deidentify/private-list.ts';
import { exportProjectKey, importProjectKey, projectKey } from '../../../../electron/host/deidentify/project-key.ts';
import { Pseudonyms } from '../../../../electron/host/deidentify/pseudonyms.ts';
import { privacyReceipt, receiptPage } from '../../../../electron/host/deidentify/receipt.ts';
import { deidentify, keyCommand } from '../../../../electron/commands/deidentify.ts';
import { cliJson } from '../../cli/run-cli.ts';
import { temporaryFolder } from '../../temporary.ts';
import { burnText } from './burn-text.ts';
import { having, writeElements, type Given } from './write-elements.ts';

let folder = '', source = '';
const short = (v: number): Uint8Array => Uint8Array.of(v & 255, v >> 8);
const secrets = /quitzow|ottilie|PID-4711|19570314|1\.2\.3\.4\.5/i;
const visit = (n: number, ...more: readonly Given[]): Uint8Array => writeElements(having(['00080018', 'UI', `1.2.3.4.5.${n}`], ['00020003', 'UI', `1.2.3.4.5.${n}`], ['00080020', 'DA', '20240301'], ['00081030', 'LO', 'CT HEAD Quitzow'], ['00100030', 'DA', '19570314'], ...more));

beforeAll(async () => {
  folder = await temporaryFolder();
  source = path.join(folder, 'Quitzow, Ottilie');
  await mkdir(path.join(source, 'CT'), { recursive: true });
  await writeFile(path.join(source, 'CT', 'a.dcm'), visit(1));
  await writeFile(path.join(source, 'CT', 'b.dcm'), visit(2));
  await writeFile(path.join(source, 'CT', 'copy of b.dcm'), visit(2));
  await writeFile(path.join(source, 'notes.txt'), 'Quitzow');
  await writeFile(path.join(source, 'CT', 'held.dcm'), visit(3, ['00180015', 'CS', 'QUITZOW']));
  const image = new Uint8Array(200 * 60).fill(20);
  burnText(image, 200, 60, { text: 'QUITZOW OTTILIE', x: 8, y: 8, height: 12, value: 255, smooth: true });
  await writeFile(path.join(source, 'CT', 'burned.dcm'), visit(4, ['00280002', 'US', short(1)], ['00280004', 'CS', 'MONOCHROME2'], ['00280010', 'US', short(60)], ['00280011', 'US', short(200)], ['00280100', 'US', short(8)], ['00280101', 'US', short(8)], ['00280102', 'US', short(7)], ['00280103', 'US', short(0)], ['7FE00010', 'OB', image]));
  await mkdir(path.join(folder, 'workspace'));
  await writeFile(path.join(folder, 'workspace', 'workspace.json'), JSON.stringify({ format: 1, id: 'test', salt: 'salt', createdAt: '2026-01-01T00:00:00Z' }));
});

const directly = (paths: readonly string[], words: Parameters<typeof deidentify>[1]) => deidentify(paths, words, 'test', () => undefined, { aborted: false });
const filesIn = async (at: string): Promise<string[]> => (await readdir(at, { recursive: true, withFileTypes: true })).filter((e) => e.isFile()).map((e) => path.relative(at, path.join(e.parentPath, e.name)).replaceAll('\\', '/')).sort();

describe('regionmed deidentify', () => {
  it('writes what is clean under names that name nobody, holds back, refuses, and says so', async () => {
    const out = path.join(folder, 'out'), review = path.join(folder, 'review.json'), w = ['--workspace', path.join(folder, 'workspace')];
    const first = await cliJson('deidentify', source, '--out', out, '--profile-options', 'retain-modified-dates,clean-descriptors', '--mask', 'found', '--review', review, ...w);
    expect(first).toMatchObject({ code: 1, result: { counts: { files: 6, patients: 1, studies: 1, written: 4, heldBack: 1, refused: 1, withMaskedPixels: 1 } } });
    const names = await filesIn(out), dicom = names.filter((n) => n.endsWith('.dcm'));
    expect(names.filter((n) => !n.endsWith('.dcm'))).toEqual(['privacy-receipt.html', 'privacy-receipt.json']);
    expect(dicom).toHaveLength(4);
    expect(dicom.filter((n) => n.endsWith('-2.dcm'))).toHaveLength(1);
    for (const name of names) expect(`${name} ${(await readFile(path.join(out, name))).toString('latin1')}`).not.toMatch(secrets);
    const receipt = privacyReceipt.parse(JSON.parse(await readFile(path.join(out, 'privacy-receipt.json'), 'utf8')));
    expect(receipt).toMatchObject({ complete: true, edition: 'PS3.15 2026c', profile: ['retainModifiedDates', 'cleanDescriptors'], masking: 'found', refusals: [{ code: 'unreadable-file', files: 1 }] });
    expect(receipt.attributes).toContainEqual({ tag: '(0010,0010)', name: "Patient's Name", done: 'replaced', times: 5, files: 5 });
    expect(receipt.attributes).toContainEqual({ tag: '(0008,1030)', name: 'Study Description', done: 'cleaned', times: 5, files: 5 });
    expect(receipt.files.filter((f) => f.hits.length > 0)).toMatchObject([{ output: null, sha256: null, hits: [{ kind: 'name', where: '(0018,0015)', times: 1 }] }]);
    const page = await readFile(path.join(out, 'privacy-receipt.html'), 'utf8');
    for (const words of ['Privacy receipt', 'dates moved', 'Held back', '113107', receipt.keyFingerprint]) expect(page).toContain(words);
    const key = Buffer.from(await projectKey(path.join(folder, 'workspace'))).toString('hex');
    expect(page + JSON.stringify(receipt)).not.toContain(key);

    // What was found is looked at by a person, and the list says so: the same files, now claimed clean.
    const again = await directly([path.join(source, 'CT')], { out: path.join(folder, 'reviewed'), mask: review, release: true, workspace: path.join(folder, 'workspace') });
    expect(again).toMatchObject({ code: 0, result: { counts: { written: 5, heldBack: 0, withMaskedPixels: 1 } } });
    const names2 = (await filesIn(path.join(folder, 'reviewed'))).filter((n) => n.endsWith('.dcm'));
    expect(new Set(names2.map((n) => n.split('/')[0]))).toEqual(new Set(dicom.map((n) => n.split('/')[0])));
    const claims = await Promise.all(names2.map(async (n) => text(readDataSet(new Uint8Array(await readFile(path.join(folder, 'reviewed', n))), n).elements, '00280301')));
    expect(claims.filter((c) => c === 'NO')).toHaveLength(1);

    // Another site with the same key gives the same names; its own key would not.
    const other = path.join(folder, 'elsewhere'), file = path.join(folder, 'key.json');
    expect(await keyCommand(['export', file], path.join(folder, 'workspace'))).toMatchObject({ result: { keyFingerprint: receipt.keyFingerprint } });
    expect(await directly([path.join(source, 'CT', 'a.dcm')], { out: other, 'project-key': file })).toMatchObject({ code: 0, result: { keyFingerprint: receipt.keyFingerprint } });
    expect(dicom).toContain((await filesIn(other)).find((n) => n.endsWith('.dcm')));
  }, 30_000);
  it.each<readonly [string, readonly string[], Parameters<typeof directly>[1], string]>([
    ['no files', [], { out: 'x' }, 'needs files'], ['no place', ['a.dcm'], {}, '--out'], ['no key', ['a.dcm'], { out: 'x' }, '--project-key'], ['an option that is none', ['a.dcm'], { out: 'x', 'project-key': 'k', 'profile-options': 'retain-all' }, 'retain-modified-dates'],
    ['options that contradict', ['a.dcm'], { out: 'x', 'project-key': 'k', 'profile-options': 'retain-full-dates,retain-modified-dates' }, 'not both'], ['private attributes without a list', ['a.dcm'], { out: 'x', 'project-key': 'k', 'profile-options': 'retain-safe-private' }, '--keep-private'],
    ['a place among the originals', ['.'], { out: 'x', 'project-key': 'k' }, 'must not lie among'], ['a review without a search', ['a.dcm'], { out: 'x', 'project-key': 'k', review: 'r' }, '--mask found'],
  ])('%s is not understood', async (_, paths, given, words) => { await expect(directly(paths, given)).rejects.toMatchObject({ code: 'wrong-usage', message: expect.stringContaining(words) }); });
});

describe('a run', () => {
  const request = (out: string) => ({ paths: [path.join(source, 'CT')], out, receipt: path.join(out, 'r.json'), options: { profile: new Set<never>(), keepPrivate: nothingPrivate }, masking: 'none' as const, release: false, program: 'test', now: () => '2026-01-01T00:00:00Z', onProgress: () => undefined, signal: { aborted: false } });
  it('that is stopped leaves whole files and a receipt that says it is not complete', async () => {
    const out = path.join(folder, 'stopped'), signal = { aborted: false };
    await expect(deidentifyFiles({ ...request(out), signal, onProgress: ({ done }) => { if (done === 2) signal.aborted = true; } }, new Pseudonyms(new Uint8Array(32)))).rejects.toMatchObject({ code: 'cancelled' });
    const receipt = privacyReceipt.parse(JSON.parse(await readFile(path.join(out, 'r.json'), 'utf8')));
    expect([receipt.complete, receipt.counts.files]).toEqual([false, 2]);
    expect(receiptPage(receipt)).toContain('did not reach its end');
    for (const name of await filesIn(out)) expect(name.endsWith('.tmp')).toBe(false);
  });
  it.skipIf(process.platform === 'win32' || process.getuid?.() === 0)('that may not write ends with that', async () => {
    const out = path.join(folder, 'locked');
    await mkdir(out);
    await chmod(out, 0o500);
    await expect(deidentifyFiles(request(out), new Pseudonyms(new Uint8Array(32)))).rejects.toMatchObject({ code: 'not-writable' });
  });
});

describe('the project key', () => {
  it('is made once, is for its owner alone, and goes to another workspace that has none', async () => {
    const [a, b, c, file] = ['a', 'b', 'c', 'k.json'].map((n) => path.join(folder, 'keys', n));
    if (a === undefined || b === undefined || c === undefined || file === undefined) throw new Error('no places');
    const key = await projectKey(a);
    expect(await projectKey(a)).toEqual(key);
    if (process.platform !== 'win32') expect((await stat(path.join(a, 'project-key.json'))).mode & 0o777).toBe(0o600);
    const fingerprint = await exportProjectKey(a, file);
    expect(await importProjectKey(b, file)).toBe(fingerprint);
    expect(await projectKey(b)).toEqual(key);
    expect(await projectKey(c)).not.toEqual(key);
    await expect(importProjectKey(c, file)).rejects.toMatchObject({ code: 'conflict' });
    await writeFile(file, '{}');
    await expect(importProjectKey(b, file)).rejects.toMatchObject({ code: 'bad-settings-file' });
    await expect(importProjectKey(b, `${file}.not`)).rejects.toMatchObject({ code: 'not-found' });
    expect(z.object({ format: z.string() }).parse(JSON.parse(await readFile(path.join(a, 'project-key.json'), 'utf8'))).format).toBe('regionmed-project-key-1');
  });
});

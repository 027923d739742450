// Import through a whole host: files, folders, annotated sets, and what is wrong with some of them. Whatever one file
// is, the others go on.
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { encode } from 'fast-png';
import { zipSync } from 'fflate';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Host } from '../../../../electron/host/open.ts';
import type { ImportReport, Progress } from '../../../../shared/contracts/host.ts';
import { usualSettings } from '../../../../shared/domain/settings.ts';
import { stackOf } from '../../../../shared/domain/series.ts';
import { readPixels } from '../../../../models/images/pixels.ts';
import { Pause } from '../../../../electron/host/import/pause.ts';
import { temporaryFolder } from '../../temporary.ts';
import { never, openHost, silent } from '../open-host.ts';
import { writeDicom, type Elements } from './write-dicom.ts';

const png = (value: number, width = 32, height = 24): Uint8Array => encode({ width, height, data: new Uint8Array(width * height).fill(value), channels: 1, depth: 8 });
let host: Host, folder = '';
beforeEach(async () => { host = await openHost(path.join(await temporaryFolder(), 'workspace')); folder = await temporaryFolder(); });

async function put(files: Readonly<Record<string, Uint8Array | string>>): Promise<void> {
  for (const [name, bytes] of Object.entries(files)) { await mkdir(path.dirname(path.join(folder, name)), { recursive: true }); await writeFile(path.join(folder, name), bytes); }
}
const imported = (paths: string[] = [folder], as: 'truth' | 'proposals' = 'truth', annotations: string | null = 'auto'): Promise<ImportReport> => host.import({ paths, annotations, as }, silent, never);
const files = (): string[] => host.journal.cases().map((c) => c.file).sort();

describe('files and folders', () => {
  it('reads nested folders and names with spaces and any letters; leaves out what is not an image', async () => {
    await put({ 'a b.png': png(1), 'Röntgen/Müller, Jürgen/Thorax (1).png': png(2), '脳/画像 ①.dcm': writeDicom({ width: 20, height: 20, samples: new Uint16Array(400).fill(9) }), 'deep/er/and/deeper/x': png(3), '.hidden/y.png': png(4), 'notes.txt': 'hello', 'DICOMDIR': 'index' });
    const report = await imported();
    expect(report).toMatchObject({ duplicates: 0, refused: [], annotated: 0 });
    expect(files()).toEqual(['Thorax (1).png', 'a b.png', 'x', '画像 ①.dcm'].sort());
    expect(host.journal.cases().map((c) => c.title).sort()).toEqual(['Thorax (1)', 'a b', 'x', '画像 ①'].sort());
  });

  it('stores the file as it was, the samples and a thumbnail; sixteen bits stay sixteen', async () => {
    const data = Uint16Array.from({ length: 400 }, (_, i) => i * 150), bytes = encode({ width: 20, height: 20, data, channels: 1, depth: 16 });
    await put({ 'deep.png': bytes });
    await imported();
    const [study] = host.journal.cases();
    if (study === undefined) throw new Error('nothing was imported');
    expect(study).toMatchObject({ status: 'new', phantom: false, modality: 'other', pixels: { sample: 'uint16', bitsStored: 16 } });
    expect((await readPixels((blob) => host.blobs.path(blob), study.pixels)).samples).toEqual(data);
    for (const blob of [study.source, study.pixels.blob, study.thumbnail]) expect(await host.blobs.isWhole(blob)).toBe(true);
  });

  it('counts what is there already, within one import and across imports', async () => {
    await put({ 'a.png': png(1), 'again/a copy.png': png(1), 'b.png': png(2) });
    expect(await imported()).toMatchObject({ duplicates: 1 });
    const second = await imported();
    expect([second.imported.length, second.duplicates]).toEqual([0, 3]);
    expect(host.journal.cases()).toHaveLength(2);
  });

  it('lists what cannot be read with the reason, and reads the rest', async () => {
    const dicom = writeDicom({ width: 20, height: 20, samples: new Uint16Array(400) });
    await put({ 'good.png': png(5), 'zero.png': new Uint8Array(0), 'cut.dcm': dicom.subarray(0, dicom.length - 10), 'letter.dcm': 'Dear colleague, '.repeat(30), 'dot.png': png(1, 1, 1), 'also good.dcm': dicom });
    const report = await imported();
    expect(report.refused.map((r) => [r.file, r.error.code])).toEqual([['cut.dcm', 'truncated-file'], ['dot.png', 'image-too-small'], ['letter.dcm', 'unsupported-format'], ['zero.png', 'empty-file']]);
    for (const { file, error } of report.refused) expect(error.message).toContain(file);
    expect(files()).toEqual(['also good.dcm', 'good.png']);
    expect((await host.verify(silent)).damaged).toEqual([]);
  });

  it('a file that tells an impossible pixel spacing is read without it', async () => {
    await put({ 'odd.dcm': writeDicom({ width: 20, height: 20, samples: new Uint8Array(400), more: [[0x00280030, 'DS', '1e999\\1e999']] }) });
    expect((await imported()).refused).toEqual([]);
    expect(host.journal.cases()[0]?.pixels.spacing).toBeNull();
  });

  it('one patient is never divided between training and holdout', async () => {
    const files: Record<string, Uint8Array> = {};
    for (let p = 0; p < 12; p++) for (let k = 0; k < 3; k++) files[`${p}-${k}.dcm`] = writeDicom({ width: 16, height: 16, samples: new Uint8Array(256).fill(p * 3 + k), more: [[0x00100020, 'LO', `patient ${p}`]] });
    await put(files);
    await imported();
    const splits = new Map<string, Set<string>>();
    for (const c of host.journal.cases()) splits.set(c.patient, new Set([...splits.get(c.patient) ?? [], c.split]));
    expect(splits.size).toBe(12);
    expect([...splits.values()].every((s) => s.size === 1)).toBe(true);
  });

  it('a path that does not exist is told before anything is read', async () => {
    await put({ 'a.png': png(1) });
    await expect(imported([path.join(folder, 'nowhere')])).rejects.toMatchObject({ code: 'not-found' });
  });

  it('stopped in the middle, keeps what was imported and nothing half', async () => {
    await put(Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`${i}.png`, png(i)])));
    const stop = new AbortController(), seen: Progress[] = [];
    await expect(host.import({ paths: [folder], annotations: null, as: 'truth' }, (p) => { seen.push(p); if (p.done === 5) stop.abort(); }, stop.signal)).rejects.toMatchObject({ code: 'cancelled' });
    const kept = host.journal.cases().length;
    expect(kept).toBeGreaterThanOrEqual(5);
    expect(kept).toBeLessThan(30);
    // No lane is still at work behind the refusal.
    expect(seen.filter((p) => p.of !== null)).toHaveLength(kept);
    expect((await host.verify(silent)).damaged).toEqual([]);
    const rest = await imported();
    expect([rest.imported.length, rest.duplicates]).toEqual([30 - kept, kept]);
  });
});

describe('annotated sets', () => {
  const line = (image: string, more: object = {}): string => JSON.stringify({ image, width: 32, height: 24, modality: 'ultrasound', text: 'A scan.', patient: 'p1', regions: [{ bbox: [2, 3, 10, 8], label: 'big_cyst', caption: 'A cyst.' }, { bbox: [20, 10, 50, 50], label: 'nodule' }], ...more });
  const jsonl = [line('images/a.png'), '{ this is not JSON', line('images/b.png', { width: -3 }), line('images/c.png', { patient: null, dup_group: 7, regions: [{ bbox: [100, 100, 5, 5], label: 'outside' }] }), line('images/missing.png'), '', line('images/wrong size.png', { width: 40 })].join('\n');
  const images = { 'images/a.png': png(1), 'images/b.png': png(2), 'images/c.png': png(3), 'images/wrong size.png': png(4) };

  it('held, it waits after the file it is at; let go, it ends as if nothing had been', async () => {
    await put(Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`${i}.png`, png(i)])));
    const pause = new Pause(), seen: Progress[] = [];
    const { promise: held, resolve } = Promise.withResolvers<undefined>();
    const report = host.import({ paths: [folder], annotations: null, as: 'truth', unpaused: pause.wait }, (p) => { seen.push(p); if (p.of !== null && p.done === 3) { pause.set(true); resolve(undefined); } }, never);
    await held;
    // Every lane may be at one file; after that none begins another, however long one waits: what the host does next in turn is done.
    for (let quiet = 0, last = -1; quiet < 20; quiet = seen.length === last ? quiet + 1 : 0) { last = seen.length; await host.verify(silent); }
    expect(files().length).toBeLessThan(20);
    pause.set(false);
    expect((await report).imported).toHaveLength(20);
  });

  it('JSONL as ground truth: a bad line costs itself', async () => {
    await put({ ...images, 'annotations.jsonl': jsonl });
    const report = await imported();
    expect([report.imported.length, report.annotated]).toEqual([2, 1]);
    expect(report.refused.map((r) => [r.file, r.error.code])).toEqual([['annotations', 'bad-annotations'], ['annotations', 'bad-annotations'], ['annotations', 'bad-annotations'], ['missing.png', 'not-found'], ['wrong size.png', 'bad-annotations']]);
    expect(report.refused.map((r) => r.error.message).join(' ')).toMatch(/Line 2 is not JSON\..*Line 3: width.*Line 4: 1 box is/);
    const [a, c] = ['a.png', 'c.png'].map((f) => host.journal.cases().find((x) => x.file === f));
    expect(a).toMatchObject({ status: 'new', patient: 'patient:p1', modality: 'ultrasound', caption: { text: 'A scan.', origin: 'dataset' } });
    expect(c).toMatchObject({ patient: 'group:7' });
    expect(host.journal.regionsOf(a?.id ?? '').map(({ box, label, caption, source, verdict, proposal }) => ({ box, label, caption, source, verdict, proposal }))).toEqual([
      { box: { x: 2, y: 3, width: 10, height: 8 }, label: 'big_cyst', caption: 'A cyst.', source: 'truth', verdict: 'proposed', proposal: null },
      // Cut at the image's edge; words put together where the set has none.
      { box: { x: 20, y: 10, width: 12, height: 14 }, label: 'nodule', caption: 'Large nodule in the lower right part of the image.', source: 'truth', verdict: 'proposed', proposal: null },
    ]);
  });

  it('JSONL as proposals: they wait for review', async () => {
    await put({ 'images/a.png': png(1), 'annotations.jsonl': line('images/a.png') });
    await imported([folder], 'proposals');
    const [a] = host.journal.cases();
    expect(a?.status).toBe('proposed');
    expect(host.journal.regionsOf(a?.id ?? '')).toMatchObject([{ source: 'dataset', verdict: 'proposed', proposal: { label: 'big_cyst', score: null, model: null } }, { source: 'dataset' }]);
  });

  const coco = {
    images: [{ id: 5, file_name: 'sub/é 1.png', width: 32, height: 24 }, { id: 'x', file_name: 'two.png', width: 32, height: 24, caption: 'Two.' }],
    annotations: [{ image_id: 5, category_id: 2, bbox: [1, 1, 9, 9], score: 0.4 }, { image_id: 'x', category_id: 1, bbox: [4, 4, 8, 8], caption: 'Here.' }, { image_id: 'x', category_id: 1, bbox: [4, 4, 0, 8] }],
    categories: [{ id: 1, name: 'nodule' }, { id: 2, name: 'cyst' }],
  };
  it.each(['truth', 'proposals'] as const)('COCO as %s', async (as) => {
    await put({ 'sub/é 1.png': png(1), 'two.png': png(2), 'set.coco.json': JSON.stringify(coco) });
    const report = await imported([folder], as);
    expect([report.imported.length, report.annotated, report.refused.length]).toEqual([2, 2, 1]);
    const regions = Object.fromEntries(host.journal.cases().map((c) => [c.file, host.journal.regionsOf(c.id)]));
    expect(regions['é 1.png']).toMatchObject([{ label: 'cyst', box: { x: 1, y: 1, width: 9, height: 9 }, source: as === 'truth' ? 'truth' : 'dataset', proposal: as === 'truth' ? null : { score: 0.4 } }]);
    expect(regions['two.png']).toMatchObject([{ label: 'nodule', caption: 'Here.' }]);
  });

  it('an annotation file without a usable line is refused as a whole', async () => {
    await put({ 'a.png': png(1), 'annotations.jsonl': 'nothing\nof use\n' });
    await expect(imported()).rejects.toMatchObject({ code: 'bad-annotations' });
    await expect(imported([folder], 'truth', path.join(folder, 'no such file.jsonl'))).rejects.toMatchObject({ code: 'not-found' });
    expect(host.journal.cases()).toEqual([]);
  });

  it('what a set says about its pixels completes a PNG', async () => {
    await put({ 'a.png': png(100), 'annotations.jsonl': line('a.png', { window: { centre: 40, width: 400 }, intercept: -1024, slope: 2, spacing: [0.5, 0.5] }) });
    await imported();
    expect(host.journal.cases()[0]?.pixels).toMatchObject({ window: { centre: 40, width: 400 }, intercept: -1024, slope: 2, spacing: [0.5, 0.5] });
  });
});

describe('archives, media and files of many frames', () => {
  const slice = (n: number): Uint8Array => writeDicom({ width: 20, height: 20, samples: new Uint16Array(400).fill(n), more: [[0x00100020, 'LO', 'P1'], [0x0020000d, 'UI', '1.2.3'], [0x0020000e, 'UI', '1.2.3.4'], [0x00200013, 'IS', String(n)]] });
  it('an archive\'s files are read one by one; one that is damaged costs itself, names that lead elsewhere their archive', async () => {
    const archive = zipSync({ 'CD/IM1': slice(1), 'CD/sub/IM2': slice(2), 'CD/viewer.exe': Uint8Array.of(1), 'CD/IM3': Uint8Array.of(1, 2, 3), '__MACOSX/IM1': Uint8Array.of(9) });
    await put({ 'study.zip': archive, 'plain.png': png(4), 'broken.zip': archive.subarray(0, 300), 'trap.zip': zipSync({ '../../IM9': slice(9) }) });
    const report = await imported();
    expect([files(), report.refused.map((r) => [r.file, r.error.code])]).toEqual([['IM1', 'IM2', 'plain.png'], [['IM3', 'unsupported-format'], ['broken.zip', 'unreadable-file'], ['trap.zip', 'unreadable-file']]]);
    // Nothing of it stays unpacked.
    expect(await readdir(path.join(host.workspace.folder, 'staging'))).toEqual([]);
    expect(await imported()).toMatchObject({ imported: [], duplicates: 3 });
  });
  it('a byte changed within an archive is noticed', async () => {
    const archive = zipSync({ IM1: [slice(1), { level: 0 }] });
    archive[600] = (archive[600] ?? 0) ^ 1;
    await put({ 'study.zip': archive });
    expect((await imported()).refused).toMatchObject([{ file: 'IM1', error: { code: 'unreadable-file' } }]);
  });
  it('a medium\'s directory brings its files, and says which are missing', async () => {
    const record = (id: string): Elements => [[0x00041430, 'CS', 'IMAGE'], [0x00041500, 'CS', id]];
    const directory = writeDicom({ width: 20, height: 20, samples: new Uint8Array(400), more: [[0x00041220, 'SQ', [[[0x00041430, 'CS', 'PATIENT']], record('IMAGES\\IM1'), record('IMAGES\\IM2'), record('..\\IM9')]]] });
    await put({ DICOMDIR: directory, 'images/im1': slice(1), 'other/im7': slice(7) });
    const report = await imported([path.join(folder, 'DICOMDIR')]);
    expect([files(), report.refused.map((r) => [r.file, r.error.code])]).toEqual([['im1'], [['IMAGES/IM2', 'not-found']]]);
    const whole = await imported();
    expect([files(), whole.duplicates, whole.refused.map((r) => r.file)]).toEqual([['im1', 'im7'], 1, ['IMAGES/IM2']]);
  });
  it('of a file whose last frame is damaged nothing is there, and its copies are refused like it', async () => {
    const frames = { width: 20, height: 20, samples: new Uint16Array(1200).fill(5), frames: 3, syntax: 'rle' } as const, whole = writeDicom(frames), damaged = writeDicom({ ...frames, compressed: { syntax: '1.2.840.10008.1.2.5', frames: [whole.subarray(0, 0), whole.subarray(0, 0), whole.subarray(0, 0)] } });
    await put({ 'a.dcm': damaged, 'copy of a.dcm': damaged, 'b.dcm': whole });
    const report = await imported();
    expect([files(), report.duplicates, report.refused.map((r) => r.file)]).toEqual([['b.dcm', 'b.dcm', 'b.dcm'], 0, ['a.dcm', 'copy of a.dcm']]);
    expect(host.journal.cases().map((c) => c.title).sort()).toEqual(['b · 1/3', 'b · 2/3', 'b · 3/3']);
  });
  it('who, when and which study are kept; the study\'s UID only as a keyed hash', async () => {
    await put({ 'a.dcm': slice(1), 'b.dcm': slice(2) });
    await imported();
    const [a, b] = host.journal.cases();
    expect([a?.person?.id, a?.study?.id === b?.study?.id, a?.study?.id === host.workspace.studyOf('1.2.3'), a?.series?.id === b?.series?.id]).toEqual(['P1', true, true, true]);
    expect(JSON.stringify(host.journal.records(0, 20, null))).not.toContain('1.2.3');
  });
});

describe('de-identified on the way in', () => {
  const named = (n: number, more: Elements = []): Uint8Array => writeDicom({ width: 20, height: 20, samples: new Uint16Array(400).fill(n), more: [[0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.2'], [0x00080018, 'UI', `1.2.3.9.${n}`], [0x00080020, 'DA', `2024010${n}`], [0x00081030, 'LO', 'Chest of Quitzow'], [0x00100010, 'PN', 'Quitzow^Ottilie'], [0x00100020, 'LO', 'PID-4711-X'], [0x0020000d, 'UI', `1.2.3.7.${n}`], [0x0020000e, 'UI', `1.2.3.8.${n}`], ...more] });
  const privacy = { profile: ['retainModifiedDates', 'cleanDescriptors'] as const, privateList: null, masking: 'none' as const, release: false };
  const secret = /quitzow|ottilie|PID-4711|1\.2\.3\.[789]|2024010/i;
  const everything = async (): Promise<string> => (await Promise.all((await readdir(host.workspace.folder, { recursive: true, withFileTypes: true })).filter((e) => e.isFile() && !/^(lock|journal)\.sqlite/.test(e.name)).map(async (e) => (await readFile(path.join(e.parentPath, e.name))).toString('latin1')))).join('\n') + JSON.stringify(host.journal.records(0, 100, null));
  it('nothing that is stored names anybody: not the file, not the case, not the receipt; follow-up studies meet; pictures without a head are refused', async () => {
    await put({ 'Quitzow Ottilie.dcm': named(1), 'follow-up.dcm': named(3), 'Quitzow.png': png(5) });
    const report = await host.import({ paths: [folder], annotations: null, as: 'truth', privacy: { ...privacy, profile: [...privacy.profile] } }, silent, never);
    const cases = host.journal.cases(), [a, b] = cases;
    expect([cases.length, report.refused.map((r) => r.file), a?.patient === b?.patient, a?.study?.id === b?.study?.id, cases.every((c) => c.deidentified === true && /^2\.25\.\d+\.dcm$/.test(c.file))]).toEqual([2, ['Quitzow.png'], true, false, true]);
    // The days between stay what they were.
    const day = (c: typeof a): number => { const d = c?.study?.date ?? ''; return Date.UTC(Number(d.slice(0, 4)), Number(d.slice(4, 6)) - 1, Number(d.slice(6))) / 86_400_000; };
    expect(Math.abs(day(a) - day(b))).toBe(2);
    expect(await everything()).not.toMatch(secret);
    expect(JSON.parse(await readFile(report.receipt?.file ?? '', 'utf8'))).toMatchObject({ complete: true, counts: { written: 2, refused: 1, patients: 1 } });
    // The same key, the same answer: it is there already.
    expect(await host.import({ paths: [path.join(folder, 'Quitzow Ottilie.dcm')], annotations: null, as: 'truth', privacy: { ...privacy, profile: [...privacy.profile] } }, silent, never)).toMatchObject({ imported: [], duplicates: 1 });
  });
  it('as the site has settled, without being asked', async () => {
    host.journal.appendOne({ id: 's', name: 'changeSettings', caseId: null, actor: 'a', at: '2026-01-01T00:00:00.000Z', of: null, diff: { added: [{ ...usualSettings, privacy: { options: [], mask: false } }], updated: [], removed: [] } });
    await put({ 'a.dcm': named(1) });
    await imported([folder], 'truth', null);
    expect(host.journal.cases().map((c) => [c.deidentified, c.study?.date ?? null])).toEqual([[true, null]]);
  });
});

describe('questions, and what made an image', () => {
  const line = (o: object): string => JSON.stringify({ image: 'a.png', width: 32, height: 24, ...o });
  it('questions of an annotated set are kept as ground truth: journalled, hidden from the page, there after a rebuild', async () => {
    await put({ 'a.png': png(1), 'annotations.jsonl': line({ qa: [{ q: 'Is this a PA or AP film?', a: 'PA', answer_type: 'CLOSED' }, { q: 'Is there a mass?', a: 'no' }, { q: 'What is seen here?', a: 'A cyst', bbox: [2, 3, 8, 6] }, { q: 'And there?', a: 'Nothing', bbox: [40, 3, 8, 6] }] }) });
    const report = await imported();
    expect(report).toMatchObject({ annotated: 1, refused: [{ file: 'annotations', error: { code: 'bad-annotations' } }] });
    const [study] = host.journal.cases();
    expect(host.journal.questions().map((q) => [q.question, q.answer, q.kind, q.box, q.caseId === study?.id] as const).sort(([a], [b]) => (a < b ? -1 : 1))).toEqual([
      ['Is there a mass?', 'no', 'closed', null, true], ['Is this a PA or AP film?', 'PA', 'closed', null, true], ['What is seen here?', 'A cyst', 'open', { x: 2, y: 3, width: 8, height: 6 }, true],
    ]);
    const page = await host.service.snapshot({ cursor: null, limit: 100 }, { emit: silent, signal: never });
    expect(page.rows.map((r) => r.table)).toEqual(['cases']);
    expect(JSON.stringify((await host.service.records({ after: 0, limit: 10, caseId: null }, { emit: silent, signal: never })).records)).not.toContain('mass');
    expect(study).not.toHaveProperty('acquisition');
  });
  it('maker and model are kept as the file says, the institution only as a keyed hash that tells sites apart', async () => {
    const made = (institution: string, fill: number): Uint8Array => writeDicom({ width: 20, height: 20, samples: new Uint16Array(400).fill(fill), more: [[0x00080070, 'LO', 'ACME'], [0x00081090, 'LO', 'Scan 3'], [0x00080080, 'LO', institution]] });
    await put({ 'a.dcm': made('Saint Mary', 1), 'b.dcm': made('SAINT MARY ', 2), 'c.dcm': made('North', 3) });
    await imported();
    const [a, b, c] = host.journal.cases().sort((x, y) => (x.file < y.file ? -1 : 1)).map((study) => study.acquisition);
    expect(a).toMatchObject({ manufacturer: 'ACME', model: 'Scan 3' });
    expect([b?.site, a?.site === c?.site, /^[0-9a-f]{12}$/.test(a?.site ?? '')]).toEqual([a?.site, false, true]);
    expect(JSON.stringify(host.journal.records(0, 10, null)).toLowerCase()).not.toContain('mary');
    const elsewhere = await openHost(path.join(await temporaryFolder(), 'other'));
    expect(elsewhere.workspace.siteOf('Saint Mary')).not.toBe(a?.site);
  });
  it('the slices of a series meet, in whatever parts they come; its UID is kept as a keyed hash only', async () => {
    const uid = '1.2.826.0.1.3680043.8.498.7', slice = (n: number, more: readonly (readonly [number, string, string])[], series = uid): Uint8Array =>
      writeDicom({ width: 20, height: 20, samples: new Uint16Array(400).fill(n + (series === uid ? 0 : 50)), more: [[0x0020000e, 'UI', series], [0x00200013, 'IS', String(n)], ...more] });
    const lies = (z: number): (readonly [number, string, string])[] => [[0x00200032, 'DS', `-10\\5.5\\${z}`], [0x00200037, 'DS', '1\\0\\0\\0\\1\\0']];
    await put({ 'one/a.dcm': slice(1, lies(12.5)), 'one/b.dcm': slice(3, lies(7.5)), 'two/c.dcm': slice(2, lies(10)), 'two/d.dcm': slice(1, [], '1.2.3'), 'two/e.dcm': slice(9, [[0x00200032, 'DS', '0\\0\\0'], [0x00200037, 'DS', '1\\0\\0\\1\\0\\0']], '1.2.3'), 'two/f.dcm': writeDicom({ width: 20, height: 20, samples: new Uint16Array(400).fill(4) }) });
    await imported([path.join(folder, 'one')]);
    await imported([path.join(folder, 'two')]);
    const series = Object.fromEntries(host.journal.cases().map((c) => [c.file[0] ?? '', c.series])), id = series['a']?.id;
    expect(series['a']).toEqual({ id, number: 1, plane: { origin: [-10, 5.5, 12.5], x: [1, 0, 0], y: [0, 1, 0] } });
    const stack = stackOf(host.journal.cases().filter((c) => c.series?.id === id));
    expect([stack.slices.map((c) => c.file), stack.positions]).toEqual([['a.dcm', 'c.dcm', 'b.dcm'], [12.5, 10, 7.5]]);
    // Directions at no right angle are no plane; a file without a series has none.
    expect([series['d']?.id === id, series['d'], series['e']?.plane, series['f']]).toEqual([false, { id: series['e']?.id, number: 1, plane: null }, null, undefined]);
    expect(JSON.stringify(host.journal.records(0, 20, null))).not.toContain(uid);
    const elsewhere = await openHost(path.join(await temporaryFolder(), 'other'));
    expect(elsewhere.workspace.seriesOf(uid)).not.toBe(id);
  });
  it('a file of many frames gives a case for each, in a stack of their own', async () => {
    await put({ 'a.dcm': writeDicom({ width: 20, height: 20, samples: Uint16Array.from({ length: 800 }, (_, i) => (i < 400 ? 3 : 4)), frames: 2, more: [[0x0020000e, 'UI', '1.2.3'], [0x00200013, 'IS', '1'], [0x00181063, 'DS', '40']] }) });
    await imported();
    const cases = host.journal.cases().toSorted((a, b) => (a.frame ?? 0) - (b.frame ?? 0)), [first, second] = cases;
    expect(cases.map((c) => [c.frames, c.frame, c.frameTime, c.series?.number, c.source === first?.source])).toEqual([[2, 1, 40, 1, true], [2, 2, 40, 2, true]]);
    expect([first?.series?.id === second?.series?.id, first?.series?.id === host.workspace.seriesOf('1.2.3'), first?.pixels.blob === second?.pixels.blob]).toEqual([true, false, false]);
    // Its content is known by now, all of it.
    expect(await imported()).toMatchObject({ imported: [], duplicates: 1 });
  });
});

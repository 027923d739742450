// Files and folders into the workspace. Each file is decoded, its blobs stored, then one journal record says it is
// there: a crash in between leaves blobs nobody names, never half a case. A bad file is listed; the others go on.
import { createHash, randomUUID } from 'node:crypto';
import { readFile, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { ImportReport, Progress } from '../../../shared/contracts/host.ts';
import type { CaseRow } from '../../../shared/domain/case.ts';
import type { Command, CommandName } from '../../../shared/domain/command.ts';
import { storeProposals } from '../../../shared/domain/commands/case.ts';
import { emptyDiff, type Diff } from '../../../shared/domain/diff.ts';
import type { QuestionRow } from '../../../shared/domain/question.ts';
import type { RegionRow } from '../../../shared/domain/region.ts';
import { AppError, isDiskFull, toWireError } from '../../../shared/errors.ts';
import { readCoco, readJsonLines, type AnnotatedImage, type Annotations } from './annotations.ts';
import type { DecodePool } from './decode-pool.ts';

export interface ImportDependencies {
  readonly pool: DecodePool;
  readonly putBlob: (bytes: Uint8Array) => Promise<string>;
  readonly hasSource: (sha256: string) => boolean;
  readonly append: (command: Command) => void;
  readonly splitOf: (patient: string) => CaseRow['split'];
  /** An institution's name as a keyed hash. */
  readonly siteOf: (institution: string) => string;
  /** A SeriesInstanceUID as a keyed hash. */
  readonly seriesOf: (uid: string) => string;
  readonly actor: string;
  readonly now: () => string;
}
export interface ImportOptions {
  /** Files and folders. */
  readonly paths: readonly string[];
  /** A JSONL or COCO file; 'auto' takes an annotations.jsonl, a reviewed.jsonl (as exported) or a *.coco.json that lies in a given folder. */
  readonly annotations: string | null;
  readonly as: 'truth' | 'proposals';
  readonly limit?: number;
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: { readonly aborted: boolean };
}

const ignored = /^(\.|DICOMDIR|Thumbs\.db$)/i;
const notImages = /\.(jsonl?|txt|md|csv|xml|pdf|html?|zip)$/i;

async function* filesUnder(paths: readonly string[]): AsyncGenerator<string> {
  for (const given of paths) {
    const info = await stat(given).catch(() => null);
    if (info === null) throw new AppError('not-found', `${given} does not exist.`);
    if (!info.isDirectory()) { yield given; continue; }
    for (const entry of (await readdir(given, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (ignored.test(entry.name)) continue;
      const full = path.join(given, entry.name);
      if (entry.isDirectory()) yield* filesUnder([full]);
      else if (entry.isFile() && !notImages.test(entry.name)) yield full;
    }
  }
}

async function findAnnotations(o: ImportOptions): Promise<{ folder: string; annotations: Annotations } | null> {
  let file = o.annotations;
  if (file === 'auto') {
    file = null;
    // A dropped folder lies one level down in its upload.
    const below = await Promise.all(o.paths.map(async (p) => (await readdir(p, { withFileTypes: true }).catch(() => [])).filter((e) => e.isDirectory()).map((e) => path.join(p, e.name))));
    for (const folder of [...o.paths, ...below.flat()]) {
      const names = await readdir(folder).catch(() => []);
      const found = names.find((n) => n === 'annotations.jsonl') ?? names.find((n) => n === 'reviewed.jsonl') ?? names.find((n) => n.endsWith('.coco.json') || n === 'annotations.json' || n === 'instances.json');
      if (found !== undefined) { file = path.join(folder, found); break; }
    }
  }
  if (file === null) return null;
  const text = await readFile(file, 'utf8').catch((cause: unknown) => { throw new AppError('not-found', `${file} cannot be read.`, { cause }); });
  const annotations = file.endsWith('.jsonl') ? readJsonLines(text) : readCoco(text);
  if (annotations.images.length === 0) throw new AppError('bad-annotations', `${path.basename(file)} holds no usable annotation. ${annotations.problems[0] ?? ''}`.trim());
  return { folder: path.dirname(file), annotations };
}

/** Where an annotated image lies: under its path, or beside the annotations when files were chosen one by one and came without folders. */
async function placeOf(folder: string, file: string): Promise<string> {
  const named = path.resolve(folder, file), beside = path.join(folder, path.basename(file));
  const here = async (f: string): Promise<boolean> => stat(f).then(() => true, () => false);
  return !await here(named) && await here(beside) ? beside : named;
}

/** Disk full ends the import with AppError('disk-full'); every case journalled before stays. */
export async function importFiles(o: ImportOptions, d: ImportDependencies): Promise<ImportReport> {
  const report: ImportReport = { imported: [], duplicates: 0, refused: [], annotated: 0 };
  const found = await findAnnotations(o);
  const files: { path: string; annotated: AnnotatedImage | null }[] = [];
  if (found !== null) {
    for (const image of found.annotations.images) files.push({ path: await placeOf(found.folder, image.file), annotated: image });
    for (const problem of found.annotations.problems) report.refused.push({ file: 'annotations', error: { code: 'bad-annotations', message: problem } });
  } else for await (const file of filesUnder(o.paths)) { files.push({ path: file, annotated: null }); if (files.length >= (o.limit ?? Infinity)) break; }
  files.splice(o.limit ?? Infinity);

  const began = performance.now();
  let done = 0, next = 0;
  const seen = new Set<string>();
  const one = async (file: string, annotated: AnnotatedImage | null): Promise<void> => {
    const name = path.basename(file);
    const bytes = new Uint8Array(await readFile(file).catch((cause: unknown) => { throw new AppError('not-found', `${name} cannot be read from disk.`, { cause }); }));
    const source = createHash('sha256').update(bytes).digest('hex');
    if (bytes.length > 0 && (seen.has(source) || d.hasSource(source))) { report.duplicates++; return; }
    seen.add(source);
    // Copies of a file that cannot be read are refused like it, not counted as there already.
    const image = await d.pool.decode(bytes, name, annotated?.format ?? null).catch((error: unknown) => { seen.delete(source); throw error; });
    if (annotated !== null && (annotated.size.width !== image.image.format.width || annotated.size.height !== image.image.format.height)) {
      throw new AppError('bad-annotations', `${name} is ${image.image.format.width} × ${image.image.format.height} pixels, but its annotation says ${annotated.size.width} × ${annotated.size.height}.`);
    }
    await d.putBlob(bytes);
    const patient = annotated?.patient ?? image.image.patient?.key ?? `file:${source.slice(0, 16)}`;
    const stem = name.replace(/\.[a-z0-9]{2,5}$/i, '');
    const made = annotated?.acquisition ?? image.image.acquisition, placed = image.image.series;
    const study: CaseRow = {
      table: 'cases', id: randomUUID(), title: annotated?.title ?? (image.image.patient === null ? stem : `${image.image.patient.shown} · ${image.image.study === '' ? stem : image.image.study}`),
      patient, modality: annotated?.modality ?? image.image.modality, ...(made === null ? {} : { acquisition: { manufacturer: made.manufacturer, model: made.model, site: made.institution === null ? null : d.siteOf(made.institution) } }), ...(placed === null ? {} : { series: { id: d.seriesOf(placed.uid), number: placed.number, plane: placed.plane } }), file: name, source, pixels: { ...image.image.format, blob: await d.putBlob(image.pixels) }, frames: image.image.frames,
      thumbnail: await d.putBlob(image.thumbnail), phantom: annotated?.phantom ?? false, split: d.splitOf(patient), importedAt: d.now(), status: 'new',
      caption: annotated?.text == null ? { text: '', origin: 'none' } : { text: annotated.text, origin: 'dataset' }, signedOffAt: null,
    };
    const send = (commandName: CommandName, diff: Diff): void => d.append({ id: randomUUID(), name: commandName, caseId: study.id, actor: d.actor, at: d.now(), of: null, diff });
    send('importCase', { ...emptyDiff, added: [study] });
    report.imported.push(study.id);
    if (annotated === null || annotated.regions.length + annotated.questions.length === 0) return;
    report.annotated++;
    const questions = annotated.questions.map((q): QuestionRow => ({ table: 'questions', id: randomUUID(), caseId: study.id, source: 'truth', ...q }));
    const rows = annotated.regions.map((r, i): RegionRow => ({
      table: 'regions', id: randomUUID(), caseId: study.id, box: r.box, ...(r.shape === undefined ? {} : { shape: r.shape }), label: r.label, caption: r.caption, order: i, verdict: 'proposed',
      source: o.as === 'truth' ? 'truth' : 'dataset', proposal: o.as === 'truth' ? null : { box: r.box, ...(r.shape === undefined ? {} : { shape: r.shape }), label: r.label, caption: r.caption, score: r.score === null ? null : Math.min(1, Math.max(0, r.score)), model: null },
    }));
    const truth = [...(o.as === 'truth' ? rows : []), ...questions];
    if (truth.length > 0) send('importTruth', { ...emptyDiff, added: truth });
    if (o.as === 'proposals' && rows.length > 0) send('storeProposals', storeProposals(study, [], rows, null));
  };

  // What ends the import ends every lane after the file it is at: nothing is stored behind the caller's back.
  const endings: unknown[] = [];
  const lane = async (): Promise<void> => {
    for (let job = files[next++]; job !== undefined && endings.length === 0; job = files[next++]) {
      if (o.signal?.aborted === true) { endings.push(new AppError('cancelled', `The import was stopped after ${report.imported.length} files.`)); return; }
      const name = path.basename(job.path);
      try {
        await one(job.path, job.annotated);
      } catch (error) {
        if (isDiskFull(error) || (error instanceof AppError && error.code === 'disk-full')) endings.push(new AppError('disk-full', `The disk is full: ${report.imported.length} files were imported, ${name} and the rest were not.`, { cause: error }));
        else if (error instanceof AppError) report.refused.push({ file: name, error: toWireError(error) });
        else endings.push(error);
      }
      done++;
      o.onProgress?.({ done, of: files.length, name, secondsLeft: ((performance.now() - began) / 1000 / done) * (files.length - done) });
    }
  };
  await Promise.all(Array.from({ length: 3 }, lane));
  if (endings.length > 0) throw endings[0];
  report.refused.sort((a, b) => (a.file < b.file ? -1 : 1));
  return report;
}

// Files and folders into the workspace. Each file is decoded, its blobs stored, then the journal says in one step that it
// is there, with all its frames: a crash in between leaves blobs nobody names, never half a file. A bad file is listed; the
// others go on. What is there already is known by its content, so an import that was stopped goes on when it is begun again.
import { randomUUID } from 'node:crypto';
import { readFile, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { ImportReport, Progress } from '../../../shared/contracts/host.ts';
import type { CaseRow, PixelFormat } from '../../../shared/domain/case.ts';
import type { Command, CommandName } from '../../../shared/domain/command.ts';
import { storeProposals } from '../../../shared/domain/commands/case.ts';
import { emptyDiff, type Diff } from '../../../shared/domain/diff.ts';
import type { QuestionRow } from '../../../shared/domain/question.ts';
import type { RegionRow } from '../../../shared/domain/region.ts';
import { AppError, isDiskFull, toWireError } from '../../../shared/errors.ts';
import { readCoco, readJsonLines, type AnnotatedImage, type Annotations } from './annotations.ts';
import type { ReceiptBuilder } from '../deidentify/receipt.ts';
import type { Deidentification, StoredFrame } from './decode-messages.ts';
import type { DecodePool, OpenFile } from './decode-pool.ts';
import { findFiles, plainFile, type FoundFile } from './found-files.ts';

export interface ImportDependencies {
  readonly pool: DecodePool;
  readonly putBlob: (bytes: Uint8Array) => Promise<string>;
  /** Stores content that `write` puts, durably, at the path it is given. */
  readonly adoptBlob: (sha256: string, write: (to: string) => Promise<void>) => Promise<string>;
  /** A folder for what is unpacked, on the same disk; it is removed afterwards. */
  readonly staging: string;
  readonly hasSource: (sha256: string) => boolean;
  /** All or none. */
  readonly append: (commands: readonly Command[]) => void;
  readonly splitOf: (patient: string) => CaseRow['split'];
  /** An institution's name as a keyed hash. */
  readonly siteOf: (institution: string) => string;
  /** A SeriesInstanceUID and a StudyInstanceUID as keyed hashes. */
  readonly seriesOf: (uid: string) => string;
  readonly studyOf: (uid: string) => string;
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
  /** DICOM files are de-identified before anything else looks at them; others are refused. What was done goes into the receipt. */
  readonly deidentify?: { readonly how: Deidentification; readonly receipt: ReceiptBuilder };
  /** Waits while the import is paused. */
  readonly unpaused?: () => Promise<void>;
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
  const annotations = await findAnnotations(o), limit = o.limit ?? Infinity;
  const jobs: { file: FoundFile; annotated: AnnotatedImage | null }[] = [];
  let release = async (): Promise<void> => undefined;
  if (annotations !== null) {
    for (const image of annotations.annotations.images.slice(0, limit)) jobs.push({ file: plainFile(await placeOf(annotations.folder, image.file)), annotated: image });
    for (const problem of annotations.annotations.problems) report.refused.push({ file: 'annotations', error: { code: 'bad-annotations', message: problem } });
  } else {
    const found = await findFiles(o.paths, d.staging, limit, (count) => o.onProgress?.({ done: count, of: null, name: '', secondsLeft: null }), o.signal);
    release = found.close;
    jobs.push(...found.files.map((file) => ({ file, annotated: null })));
    report.refused.push(...found.problems);
  }

  let began = performance.now(), done = 0, next = 0;
  const seen = new Set<string>();
  const isStopped = (): boolean => o.signal?.aborted === true;
  const stopped = (): AppError => new AppError('cancelled', `The import was stopped after ${done} files; what was imported stays, and an import of the same files goes on where this one ended.`);
  /** Waits while paused; the time spent so does not count. */
  const mayGoOn = async (): Promise<void> => { const from = performance.now(); await o.unpaused?.(); began += performance.now() - from; if (isStopped()) throw stopped(); };

  const one = async (file: OpenFile, given: string, annotated: AnnotatedImage | null): Promise<void> => {
    const { sha256: source, clean } = file, name = clean?.name ?? given;
    if (clean !== null) o.deidentify?.receipt.add(clean.receipt, { output: name, sha256: source, patient: clean.pseudonym, study: clean.study });
    if (file.size > 0 && (seen.has(source) || d.hasSource(source))) { report.duplicates++; return; }
    seen.add(source);
    try {
      const about = await file.decode(), stored: { frame: StoredFrame; pixels: PixelFormat; thumbnail: string }[] = [];
      for (let i = 0; i < about.frames; i++) {
        if (i > 0) await mayGoOn();
        const frame = await file.frame(i), { format } = frame;
        if (i === 0 && annotated !== null && (annotated.size.width !== format.width || annotated.size.height !== format.height)) throw new AppError('bad-annotations', `${name} is ${format.width} × ${format.height} pixels, but its annotation says ${annotated.size.width} × ${annotated.size.height}.`);
        stored.push({ frame, pixels: await storedPixels(frame), thumbnail: await d.putBlob(frame.thumbnail) });
      }
      await d.adoptBlob(source, file.keep);
      // Of a de-identified file, only itself says whose it is.
      const said = clean === null ? annotated : null;
      const patient = said?.patient ?? about.patient?.key ?? `file:${source.slice(0, 16)}`, stem = name.replace(/\.nii\.gz$|\.[a-z0-9]{2,5}$/i, '');
      const words = [about.study?.description ?? '', about.series?.description ?? ''].filter((t) => t !== '').join(' · ');
      const title = said?.title ?? (about.patient === null ? stem : `${about.patient.shown} · ${words === '' ? stem : words}`), several = about.frames > 1;
      const made = annotated?.acquisition ?? about.acquisition, uid = about.series?.uid ?? (several ? `file ${source}` : null), now = d.now();
      const cases = stored.map(({ frame, pixels, thumbnail }, i): CaseRow => ({
        table: 'cases', id: randomUUID(), title: several ? `${title} · ${i + 1}/${about.frames}` : title, patient, modality: annotated?.modality ?? about.modality,
        ...(made === null ? {} : { acquisition: { manufacturer: made.manufacturer, model: made.model, site: made.institution === null ? null : d.siteOf(made.institution) } }),
        ...(uid === null ? {} : { series: { id: d.seriesOf(uid), ...(about.series === null || about.series.description === '' ? {} : { description: about.series.description }), number: frame.number, plane: frame.plane, ...(about.series?.frameOfReference == null ? {} : { frameOfReference: d.seriesOf(`frame of reference ${about.series.frameOfReference}`) }) } }),
        ...(about.person === null ? {} : { person: about.person }), ...(about.study === null ? {} : { study: { id: d.studyOf(about.study.uid), date: about.study.date, time: about.study.time, description: about.study.description } }),
        ...(about.towards === null ? {} : { towards: about.towards }), ...(about.taken.length === 0 ? {} : { taken: about.taken }), ...(about.deidentified || clean !== null ? { deidentified: true } : {}),
        file: name, source, pixels, frames: about.frames, ...(several ? { frame: i + 1, ...(about.frameTime === null ? {} : { frameTime: about.frameTime }) } : {}),
        thumbnail, phantom: annotated?.phantom ?? false, split: d.splitOf(patient), importedAt: now, status: 'new',
        caption: annotated?.text == null ? { text: '', origin: 'none' } : { text: annotated.text, origin: 'dataset' }, signedOffAt: null,
      }));
      const command = (study: CaseRow, commandName: CommandName, diff: Diff): Command => ({ id: randomUUID(), name: commandName, caseId: study.id, actor: d.actor, at: d.now(), of: null, diff });
      const [first] = cases;
      d.append([...cases.map((study) => command(study, 'importCase', { ...emptyDiff, added: [study] })), ...(first === undefined || annotated === null ? [] : annotating(first, annotated).map(({ name: n, diff }) => command(first, n, diff)))]);
      report.imported.push(...cases.map((c) => c.id));
      if (annotated !== null && annotated.regions.length + annotated.questions.length > 0) report.annotated++;
    } catch (error) {
      // Copies of a file that cannot be read are refused like it, not counted as there already.
      seen.delete(source);
      throw error;
    }
  };
  const storedPixels = async ({ format, pixels, voiTable, overlays }: StoredFrame): Promise<PixelFormat> => ({
    ...format, blob: await d.putBlob(pixels),
    ...(voiTable === null ? {} : { voiTable: { blob: await d.putBlob(voiTable.values), first: voiTable.first, bits: voiTable.bits, name: voiTable.name, entries: voiTable.entries } }),
    ...(overlays.length === 0 ? {} : { overlays: await Promise.all(overlays.map(async ({ bits, ...place }) => ({ ...place, blob: await d.putBlob(bits) }))) }),
  });
  /** What a data set says of an image, as what is stored of it: of a file of many frames it means the first. */
  const annotating = (study: CaseRow, annotated: AnnotatedImage): { name: CommandName; diff: Diff }[] => {
    if (annotated.regions.length + annotated.questions.length === 0) return [];
    const questions = annotated.questions.map((q): QuestionRow => ({ table: 'questions', id: randomUUID(), caseId: study.id, source: 'truth', ...q }));
    const rows = annotated.regions.map((r, i): RegionRow => ({
      table: 'regions', id: randomUUID(), caseId: study.id, box: r.box, ...(r.shape === undefined ? {} : { shape: r.shape }), label: r.label, caption: r.caption, order: i, verdict: 'proposed',
      source: o.as === 'truth' ? 'truth' : 'dataset', proposal: o.as === 'truth' ? null : { box: r.box, ...(r.shape === undefined ? {} : { shape: r.shape }), label: r.label, caption: r.caption, score: r.score === null ? null : Math.min(1, Math.max(0, r.score)), model: null },
    }));
    const truth = [...(o.as === 'truth' ? rows : []), ...questions];
    return [...(truth.length > 0 ? [{ name: 'importTruth' as const, diff: { ...emptyDiff, added: truth } }] : []), ...(o.as === 'proposals' && rows.length > 0 ? [{ name: 'storeProposals' as const, diff: storeProposals(study, [], rows, null) }] : [])];
  };

  // What ends the import ends every lane after the file it is at: nothing is stored behind the caller's back.
  const endings: unknown[] = [];
  const lane = async (): Promise<void> => {
    for (let job = jobs[next++]; job !== undefined && endings.length === 0; job = jobs[next++]) {
      const { file: { name, lend }, annotated } = job;
      try {
        await mayGoOn();
        await lend(async (at) => { const file = await d.pool.open(at, name, annotated?.format ?? null, o.deidentify?.how ?? null); try { await one(file, name, annotated); } finally { file.close(); } });
      } catch (error) {
        if (isDiskFull(error) || (error instanceof AppError && error.code === 'disk-full')) endings.push(new AppError('disk-full', `The disk is full: ${report.imported.length} files were imported, ${name} and the rest were not.`, { cause: error }));
        else if (error instanceof AppError && error.code === 'cancelled') { endings.push(error); return; }
        else if (error instanceof AppError) { o.deidentify?.receipt.refuse(error.code); report.refused.push({ file: name, error: toWireError(error) }); }
        else endings.push(error);
      }
      done++;
      o.onProgress?.({ done, of: jobs.length, name, secondsLeft: ((performance.now() - began) / 1000 / done) * (jobs.length - done) });
    }
  };
  try {
    // One more than there are workers: while a worker decodes, another file is written.
    await Promise.all(Array.from({ length: d.pool.size + 1 }, lane));
  } finally { await release(); }
  if (endings.length > 0) throw endings[0];
  report.refused.sort((a, b) => (a.file < b.file ? -1 : 1));
  return report;
}

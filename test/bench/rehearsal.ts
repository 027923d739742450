// The whole loop on a real annotated set, through the program's own host: import, propose, a simulated reader who
// corrects from ground truth, sign-off, fine-tune, gate, promote; round after round. After each round the model in use
// is measured on patients whose cases nobody corrected, and, where asked, on phantom studies: what was known before.
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { evaluateVersion } from '../../electron/commands/evaluate.ts';
import { simulateReview } from '../../electron/commands/simulate-review.ts';
import { forkEngine } from '../../electron/host/fork-engine.ts';
import { Host } from '../../electron/host/open.ts';
import { detectionImage, type DetectionImage } from '../../models/evaluation/detection.ts';
import { evaluate, metricsOf } from '../../models/evaluation/measure.ts';
import { Predictor } from '../../models/inference/predictor.ts';
import { makePhantom, phantomFindings } from '../../models/phantom/make-phantom.ts';
import type { CaseRow } from '../../shared/domain/case.ts';
import type { Metrics } from '../../shared/domain/model.ts';
import { candidateOf, rank, type Strategy } from '../../shared/domain/priority.ts';
import { usualSettings, type RunSettings } from '../../shared/domain/run.ts';

export interface RehearsalOptions {
  readonly set: string;
  /** Rounds to run, and new cases a round. */
  readonly rounds: number;
  readonly perRound: number;
  readonly images?: number;
  readonly seed: number;
  /** Settings that differ from what the program suggests. */
  readonly settings?: Partial<RunSettings>;
  readonly baseBundle: string;
  readonly folder: string;
  /** After which rounds the model is measured, 0 for the start; after all when left out. */
  readonly measured?: readonly number[];
  /** Phantom studies on which forgetting is measured; none when 0. */
  readonly phantoms?: number;
  /** The worklist's order by which each round's cases are taken; random by the seed when left out. */
  readonly order?: Strategy;
  /** Waiting cases, drawn by the seed, that the model in use looks at before they are ordered; all when left out. */
  readonly pool?: number;
  readonly say: (text: string) => void;
}
/** What the model in use found on a held-out image. */
export interface HeldOut { readonly file: string; readonly patient: string; readonly threshold: number; readonly detection: DetectionImage }
export interface Round { readonly round: number; readonly version: string; readonly cases: number; readonly corrections: number; readonly steps: number; readonly minutes: number; readonly verdict: string; readonly metrics: Metrics; readonly falsePerImage: number; readonly phantom: Metrics | null; readonly heldOut: readonly HeldOut[] }
export interface Rehearsal { readonly rounds: readonly Round[]; readonly measuredOn: { readonly images: number; readonly patients: number; readonly regions: number } }

export async function rehearse(o: RehearsalOptions): Promise<Rehearsal> {
  const workspace = path.join(o.folder, 'workspace'), never = new AbortController().signal, rows: Round[] = [];
  await rm(o.folder, { recursive: true, force: true });
  await mkdir(workspace, { recursive: true });
  // The split follows from the salt; a fixed one makes the rehearsal repeatable.
  await writeFile(path.join(workspace, 'workspace.json'), JSON.stringify({ format: 1, id: `rehearsal-${o.seed}`, salt: `rehearsal-${o.seed}`, createdAt: new Date().toISOString() }));
  const host = await Host.open({ workspace, baseBundle: o.baseBundle, startEngine: forkEngine, kind: 'web' });
  let measuredOn = { images: 0, patients: 0, regions: 0 };
  const measure = async (round: number, spent: Pick<Round, 'cases' | 'corrections' | 'steps' | 'minutes' | 'verdict'>): Promise<void> => {
    if (o.measured?.includes(round) === false) return;
    const version = host.registry.champion, predictions = path.join(o.folder, `round-${round}.jsonl`);
    const { metrics, ...on } = await evaluateVersion(host, { version, split: 'holdout', predictions, onProgress: () => undefined, signal: never });
    measuredOn = on;
    const heldOut = await heldOutOf(predictions, host.journal.cases()), threshold = heldOut[0]?.threshold ?? 0, falsePerImage = falseRegions(heldOut);
    const phantom = (o.phantoms ?? 0) === 0 ? null : await onPhantoms(host.registry.folderOf(version), o.phantoms ?? 0);
    rows.push({ round, version, ...spent, metrics, falsePerImage, phantom, heldOut });
    o.say(`round ${round}: ${Object.entries(metrics).map(([k, m]) => `${k} ${m === null ? '-' : m.value.toFixed(3)}`).join(', ')}, false regions an image ${falsePerImage.toFixed(1)}, threshold ${threshold.toFixed(3)}${phantom === null ? '' : `; phantoms AP50 ${phantom.ap50?.value.toFixed(3) ?? '-'}, region-text R@1 ${phantom.regionTextRecall1?.value.toFixed(3) ?? '-'}`}`);
  };
  try {
    const report = await host.import({ paths: [o.set], annotations: 'auto', as: 'truth', ...(o.images === undefined ? {} : { limit: o.images }) }, () => undefined, never);
    const training = inOrder(host.journal.cases().filter((c) => c.split === 'training'), o.seed);
    o.say(`${report.imported.length} images imported, ${report.refused.length} refused; ${training.length} for correction, ${report.imported.length - training.length} held out`);
    await measure(0, { cases: 0, corrections: 0, steps: 0, minutes: 0, verdict: '' });
    for (let round = 1; round <= o.rounds; round++) {
      const start = performance.now(), waiting = training.map((c) => c.id).filter((id) => host.journal.case(id).status !== 'signed-off');
      if (waiting.length === 0) { o.say('no training case is left'); break; }
      // Chance needs to see nothing first.
      const order = o.order ?? 'random', pool = waiting.slice(0, order === 'random' ? o.perRound : o.pool);
      const { failed } = await host.propose(pool, () => undefined, never);
      if (failed.length > 0) throw new Error(`proposing failed: ${failed[0]?.error.message ?? ''}`);
      const next = new Set((order === 'random' ? pool : await inWorklistOrder(host, pool, order)).slice(0, o.perRound)), seen = (performance.now() - start) / 1000;
      const read = simulateReview(host, { overlap: 0.5, limit: Infinity, cases: next });
      const { suggested } = await host.runs.queue(), settings: RunSettings = { ...suggested, seed: o.seed, ...usualSettings, ...o.settings };
      o.say(`round ${round}: ${read.cases} cases of ${pool.length} looked at in ${seen.toFixed(0)} s: ${read.accepted} accepted, ${read.edited} edited, ${read.rejected} rejected, ${read.added} added; training ${settings.steps} steps at ${settings.learningRate}`);
      const { id } = await host.runs.start(settings);
      await host.runs.idle();
      const run = host.runs.list().find((r) => r.id === id);
      if (run === undefined || run.candidate === null) throw new Error(`the run is ${run?.status ?? 'gone'}: ${run?.error?.message ?? ''}`);
      const verdict = (await host.registry.report(run.candidate))?.report.verdict ?? 'not compared';
      // The rehearsal measures what training does, so every candidate goes on, whatever the gate says; the verdict stands in the table.
      await host.registry.promote(run.candidate, 'rehearsal');
      await measure(round, { cases: run.cases, corrections: run.corrections, steps: settings.steps, minutes: (performance.now() - start) / 60_000, verdict });
      o.say(`  loss ${run.losses[0]?.total.toFixed(2) ?? ''} → ${run.losses.at(-1)?.total.toFixed(2) ?? ''}; gate: ${verdict}; ${((performance.now() - start) / 1000).toFixed(0)} s`);
    }
  } finally {
    await host.close();
  }
  return { rounds: rows, measuredOn };
}

/** Training cases in an order that follows from the seed and the images alone. */
function inOrder(cases: readonly CaseRow[], seed: number): CaseRow[] {
  const key = (c: CaseRow): string => createHash('sha256').update(`${seed} ${c.source}`).digest('hex');
  return [...cases].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** As the worklist orders them: the doubts that proposing left with each case, and its distance from what was signed off. */
async function inWorklistOrder(host: Host, ids: readonly string[], strategy: Strategy): Promise<string[]> {
  const found = await host.distances.settled(), distances = new Map(found.ids.map((id, i) => [id, found.distances[i] ?? 0]));
  return rank(ids.map((id) => candidateOf(host.journal.case(id), [], distances.get(id) ?? null)), { strategy, now: new Date().toISOString() }).map((r) => r.id);
}

/** What the written predictions say, image by image. */
async function heldOutOf(file: string, cases: readonly CaseRow[]): Promise<HeldOut[]> {
  const bbox = z.tuple([z.number(), z.number(), z.number(), z.number()]), patients = new Map(cases.map((c) => [c.file, c.patient]));
  const line = z.object({ file: z.string(), width: z.number(), height: z.number(), threshold: z.number(), regions: z.array(z.object({ bbox, score: z.number() })), truth: z.array(z.object({ bbox })) });
  const box = ([x, y, width, height]: z.infer<typeof bbox>) => ({ x, y, width, height });
  return (await readFile(file, 'utf8')).trim().split('\n').map((text) => line.parse(JSON.parse(text))).map((l) => ({
    file: l.file, patient: patients.get(l.file) ?? l.file, threshold: l.threshold, detection: detectionImage(l.regions.map((r) => ({ box: box(r.bbox), score: r.score })), l.truth.map((t) => box(t.bbox)), l),
  }));
}

/** False regions an image among those proposed. */
const falseRegions = (images: readonly HeldOut[]): number => images.flatMap((i) => i.detection.matches.filter((m) => m.truth < 0 && m.score >= i.threshold)).length / images.length;

/** How a version fares on phantom studies that no training has seen. */
async function onPhantoms(bundle: string, count: number): Promise<Metrics> {
  const studies = new Map(Array.from({ length: count }, (_, i) => makePhantom(4_000_000 + i)).map((p) => [p.example.caseId, p]));
  const predictor = await Predictor.open(bundle);
  try {
    return metricsOf(await evaluate({ predictor, examples: [...studies.values()].map((p) => p.example), findings: phantomFindings, load: (e) => {
      const study = studies.get(e.caseId);
      return study === undefined ? Promise.reject(new Error(`there is no ${e.caseId}`)) : Promise.resolve(study.image);
    } }));
  } finally {
    await predictor.release();
  }
}

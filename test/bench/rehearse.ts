// `npm run rehearse -- --set DIR`: the whole loop on a real annotated set, through the program's own host: import,
// propose, a simulated reader who corrects from ground truth, sign-off, fine-tune, gate, promote; round after round.
// After each round the model in use is measured on patients whose cases nobody corrected. What it writes is what it
// measured, whichever way it went.
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { simulateReview } from '../../electron/commands/simulate-review.ts';
import { evaluateVersion } from '../../electron/commands/evaluate.ts';
import { forkEngine } from '../../electron/host/fork-engine.ts';
import { Host } from '../../electron/host/open.ts';
import { match } from '../../models/evaluation/detection.ts';
import type { CaseRow } from '../../shared/domain/case.ts';
import type { Measure, Metrics } from '../../shared/domain/model.ts';
import { usualSettings } from '../../shared/domain/run.ts';
import { z } from 'zod';
import { machine, root, table, writeResults } from './results.ts';

const { values } = parseArgs({ options: {
  set: { type: 'string' }, rounds: { type: 'string', default: '1,2,4' }, cases: { type: 'string', default: '20' }, images: { type: 'string' }, seed: { type: 'string', default: '1' },
  steps: { type: 'string' }, lr: { type: 'string' }, replay: { type: 'string' }, 'no-write': { type: 'boolean', default: false },
} });
if (values.set === undefined) { process.stderr.write('--set DIR is needed: a folder with an annotations.jsonl.\n'); process.exit(2); }
const set = path.resolve(values.set), name = path.basename(set), seed = Number(values.seed), perRound = Number(values.cases);
const shown = new Set(values.rounds.split(',').map(Number)), last = Math.max(...shown);
const out = path.join(root, '.cache', 'rehearsal', `${name}-${seed}`), workspace = path.join(out, 'workspace');
const say = (text: string): void => { process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`); };

await rm(out, { recursive: true, force: true });
await mkdir(workspace, { recursive: true });
// The split follows from the salt; a fixed one makes the rehearsal repeatable.
await writeFile(path.join(workspace, 'workspace.json'), JSON.stringify({ format: 1, id: `rehearsal-${seed}`, salt: `rehearsal-${seed}`, createdAt: new Date().toISOString() }));
const began = performance.now();
const host = await Host.open({ workspace, baseBundle: process.env['REGIONMED_BASE_BUNDLE'] ?? path.join(root, 'models', 'bundles', 'base'), startEngine: forkEngine, kind: 'web' });
const never = new AbortController().signal;

interface Row { readonly round: number; readonly version: string; readonly cases: number; readonly corrections: number; readonly steps: number; readonly minutes: number; readonly verdict: string; readonly metrics: Metrics; readonly falsePerImage: number }
const rows: Row[] = [];
let measuredOn = { images: 0, patients: 0, regions: 0 };

async function measure(round: number, spent: { cases: number; corrections: number; steps: number; minutes: number; verdict: string }): Promise<void> {
  const version = host.registry.champion, predictions = path.join(out, `round-${round}.jsonl`);
  const { metrics, ...on } = await evaluateVersion(host, { version, split: 'holdout', predictions, onProgress: () => undefined, signal: never });
  measuredOn = on;
  const threshold = (await host.registry.manifest(version)).threshold;
  const falsePerImage = await falseRegions(predictions, threshold);
  rows.push({ round, version, ...spent, metrics, falsePerImage });
  say(`round ${round}: ${Object.entries(metrics).map(([k, m]) => `${k} ${m === null ? '-' : m.value.toFixed(3)}`).join(', ')}, false regions an image ${falsePerImage.toFixed(1)}, threshold ${threshold.toFixed(3)}`);
}

/** False regions an image among those proposed, recounted from the written predictions. */
async function falseRegions(file: string, threshold: number): Promise<number> {
  const line = z.object({ regions: z.array(z.object({ bbox: z.tuple([z.number(), z.number(), z.number(), z.number()]), score: z.number() })), truth: z.array(z.object({ bbox: z.tuple([z.number(), z.number(), z.number(), z.number()]) })) });
  const box = ([x, y, width, height]: readonly [number, number, number, number]) => ({ x, y, width, height });
  const lines = (await readFile(file, 'utf8')).trim().split('\n').map((l) => line.parse(JSON.parse(l)));
  const wrong = lines.map((l) => match(l.regions.filter((r) => r.score >= threshold).map((r) => ({ box: box(r.bbox), score: r.score })), l.truth.map((t) => box(t.bbox))).filter((m) => m.truth < 0).length);
  return wrong.reduce((a, b) => a + b, 0) / lines.length;
}

/** Training cases in an order that follows from the seed and the images alone. */
function inOrder(cases: readonly CaseRow[]): CaseRow[] {
  const key = (c: CaseRow): string => createHash('sha256').update(`${seed} ${c.source}`).digest('hex');
  return [...cases].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

try {
  const report = await host.import({ paths: [set], annotations: 'auto', as: 'truth', ...(values.images === undefined ? {} : { limit: Number(values.images) }) }, () => undefined, never);
  const training = inOrder(host.journal.cases().filter((c) => c.split === 'training'));
  say(`${report.imported.length} images imported, ${report.refused.length} refused; ${training.length} for correction, ${report.imported.length - training.length} held out`);
  await measure(0, { cases: 0, corrections: 0, steps: 0, minutes: 0, verdict: '' });
  for (let round = 1; round <= last; round++) {
    const start = performance.now();
    const next = training.slice((round - 1) * perRound, round * perRound).map((c) => c.id);
    if (next.length === 0) { say('no training case is left'); break; }
    const { failed } = await host.propose(next, () => undefined, never);
    if (failed.length > 0) throw new Error(`proposing failed: ${failed[0]?.error.message ?? ''}`);
    const read = simulateReview(host, { overlap: 0.5, limit: Infinity });
    const { suggested } = await host.runs.queue();
    const settings = { steps: Number(values.steps ?? suggested.steps), learningRate: Number(values.lr ?? suggested.learningRate), replay: Number(values.replay ?? suggested.replay), seed, ...usualSettings };
    say(`round ${round}: ${read.cases} cases: ${read.accepted} accepted, ${read.edited} edited, ${read.rejected} rejected, ${read.added} added; training ${settings.steps} steps at ${settings.learningRate}`);
    const { id } = await host.runs.start(settings);
    await host.runs.idle();
    const run = host.runs.list().find((r) => r.id === id);
    if (run === undefined || run.candidate === null) throw new Error(`the run is ${run?.status ?? 'gone'}: ${run?.error?.message ?? ''}`);
    const verdict = (await host.registry.report(run.candidate))?.report.verdict ?? 'not compared';
    // The rehearsal measures what training does, so every candidate goes on, whatever the gate says; the verdict stands in the table.
    await host.registry.promote(run.candidate, 'rehearsal');
    await measure(round, { cases: run.cases, corrections: run.corrections, steps: settings.steps, minutes: (performance.now() - start) / 60_000, verdict });
    say(`  loss ${run.losses[0]?.total.toFixed(2) ?? ''} → ${run.losses.at(-1)?.total.toFixed(2) ?? ''}; gate: ${verdict}; ${((performance.now() - start) / 1000).toFixed(0)} s`);
  }
} finally {
  await host.close();
}

const percent = (m: Measure | null): string => (m === null ? '–' : `${(100 * m.value).toFixed(1)} (${(100 * m.low).toFixed(1)}–${(100 * m.high).toFixed(1)})`);
const listed = rows.filter((r) => r.round === 0 || shown.has(r.round));
const text = `## Rehearsal on a real annotated set: \`${name}\`

\`npm run rehearse -- --set ../shared/data/${name} --rounds ${values.rounds} --cases ${perRound} --seed ${seed}${values.steps === undefined ? '' : ` --steps ${values.steps}`}${values.lr === undefined ? '' : ` --lr ${values.lr}`}${values.replay === undefined ? '' : ` --replay ${values.replay}`}${values.images === undefined ? '' : ` --images ${values.images}`}\`, ${((performance.now() - began) / 60_000).toFixed(0)} minutes in all.
${machine()}

The base bundle was trained on phantom studies only and has never seen the set. Held out from correction: ${measuredOn.images} images of ${measuredOn.patients} patients with ${measuredOn.regions} regions${rows.length === 0 ? '' : ' (where the set names no patient, each image, or group of near-identical images, stands for one)'}. A round: the model in use proposes on ${perRound} new cases, a simulated reader corrects them from ground truth and signs them off, the model is fine-tuned on everything corrected so far and put in use. Percent, with 95 % intervals from 1000 bootstrap resamples of patients.

${table(['after', 'cases', 'corrections', 'steps', 'recall at IoU 0.5', 'false regions an image', 'recall at 2 false', 'AP50', 'region-text R@1', 'right label', 'gate'], listed.map((r) => [
    r.round === 0 ? 'base bundle' : `round ${r.round}`, String(r.cases), String(r.corrections), String(r.steps), percent(r.metrics.recallAt50), r.falsePerImage.toFixed(1), percent(r.metrics.recallAt2Fp), percent(r.metrics.ap50), percent(r.metrics.regionTextRecall1), percent(r.metrics.labelAccuracy), r.verdict === '' ? '–' : r.verdict,
  ]))}

- **Recall at IoU 0.5**: share of annotated regions that a region proposed above the model's own threshold overlaps by a half or more, each proposal counted once; what that costs stands beside it as false regions an image. *Recall at 2 false* cuts the scores where false regions average two an image, *AP50* is over all thresholds: both compare models at equal cost.
- **Region-text Recall@1**: every annotated region of the held-out images is embedded from its true box, every distinct region caption of the held-out images is a candidate, and a hit is the region's own caption coming first; ties count against the model. Captions of this set are derived from label and box (size, finding, place), none was written by a reader.
- *Right label*: of the regions found, those whose label is right. The base bundle knows the names of phantom findings only, so its labels seldom are.
- The gate compares each candidate with the model of the round before it, on the same held-out patients. The rehearsal puts every candidate in use.
- Predictions of each round, one JSON line an image: \`.cache/rehearsal/${name}-${seed}/round-N.jsonl\`.
`;
if (values['no-write']) process.stdout.write(text); else { await writeResults(`rehearsal:${name}`, text); process.stdout.write(text); }

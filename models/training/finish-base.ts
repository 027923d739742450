// The base bundle's last steps: set what its scores mean and where it proposes on images the training never saw, measure
// on others again, set by set, and write the bundle with its report and its model card.
import { rm } from 'node:fs/promises';
import { findingsOf, type Finding } from '../../shared/domain/caption.ts';
import { canonical } from '../../shared/domain/diff.ts';
import type { Example } from '../../shared/domain/example.ts';
import { sha256Of } from '../bundle/files.ts';
import { writeBundle, type BundleContents, type Weights } from '../bundle/bundle.ts';
import { bestThreshold, calibrationError } from '../evaluation/detection.ts';
import { scoreSettings, type ScoreSettings } from '../evaluation/calibration.ts';
import { evaluate, loadFrom, metricsOf, type Evaluated } from '../evaluation/measure.ts';
import { Predictor } from '../inference/predictor.ts';
import type { NetworkConfiguration } from '../nets/configuration.ts';
import { makePhantom, phantomFindings } from '../phantom/make-phantom.ts';
import { cardFile, modelCard, type SetReport } from './model-card.ts';
import type { SetExample } from './set-example.ts';

export interface FinishOptions {
  readonly configuration: NetworkConfiguration; readonly tokenizerJson: string; readonly weights: Weights; readonly folder: string;
  readonly steps: number; readonly seed: number; readonly device: string; readonly seconds: number; readonly phantoms: number;
  /** Real images: what was learnt from, what was kept apart for the scores, what is held out for the report. */
  readonly real: { readonly learnt: readonly SetExample[]; readonly apart: readonly SetExample[]; readonly heldOut: readonly SetExample[]; readonly blobPath: (sha256: string) => string };
}

/** Phantoms for the scores and for the report: seeds far from those of the training. */
const thresholdSeeds = Array.from({ length: 120 }, (_, i) => 1_000_000 + i);
const reportSeeds = Array.from({ length: 300 }, (_, i) => 2_000_000 + i);

/** Phantom findings, and those of the real sets that bear other names. */
export function baseFindings(examples: readonly Example[]): Finding[] {
  const known = new Set(phantomFindings.map((f) => f.label));
  return [...phantomFindings, ...findingsOf(examples.flatMap((e) => e.findings)).filter((f) => !known.has(f.label))].sort((a, b) => (a.label < b.label ? -1 : 1));
}

export async function finishBase(o: FinishOptions): Promise<void> {
  const { learnt, apart, heldOut, blobPath } = o.real, findings = baseFindings(learnt.map((e) => e.example));
  const contents = (scores: ScoreSettings, extra: Record<string, string>): BundleContents => ({
    configuration: o.configuration, weights: o.weights, tokenizerJson: o.tokenizerJson, extra,
    manifest: {
      version: '0.1.0', parent: null, createdAt: new Date().toISOString(), findings, ...scores, licence: learnt.length === 0 ? 'MIT' : 'MIT; learnt from images named in MODEL_CARD.md',
      madeBy: {
        code: 'npm run train:base', seed: o.seed, device: o.device, steps: o.steps, data: sha256Of(new TextEncoder().encode(`phantoms 0 to ${o.phantoms - 1}${canonical(learnt.map((e) => e.example))}`)),
        examples: o.phantoms + learnt.length, phantomOnly: learnt.length === 0, seconds: o.seconds,
      },
    },
  });
  const measure = async (examples: readonly Example[], folder: string): Promise<Evaluated[]> => {
    const predictor = await Predictor.open(folder), stored = loadFrom(blobPath);
    try {
      return await evaluate({ predictor, examples, findings, load: (e) => (e.phantom ? Promise.resolve(makePhantom(Number(e.caseId.replace('phantom-', ''))).image) : stored(e)) });
    } finally {
      await predictor.release();
    }
  };
  const phantoms = (seeds: readonly number[]): Example[] => seeds.map((seed) => makePhantom(seed).example);
  const draft = `${o.folder}.draft`;
  await writeBundle(draft, contents({ threshold: 0.3 }, {}));
  // Recall and precision alike: on a site's images, of a kind it has not seen, the base bundle proposes too much already.
  const unseen = (await measure([...phantoms(thresholdSeeds), ...apart.map((e) => e.example)], draft)).map((e) => e.detection), scores = scoreSettings(unseen, 1, 'fit');
  await writeBundle(draft, contents(scores, {}));
  const report = async (set: string, examples: readonly Example[]): Promise<SetReport> => ({
    set, images: examples.length, patients: new Set(examples.map((e) => e.patient)).size, findings: examples.reduce((n, e) => n + e.findings.length, 0), metrics: metricsOf(await measure(examples, draft)),
  });
  const sets = [await report('phantom', phantoms(reportSeeds))];
  for (const set of new Set(heldOut.map((e) => e.set))) sets.push(await report(set, heldOut.filter((e) => e.set === set).map((e) => e.example)));
  await rm(draft, { recursive: true, force: true });
  const evaluation = {
    note: 'Images that training never saw, of patients (where a set names none: groups of near-identical images) that it never saw. Fractions with 95 % bootstrap intervals over patients. Captions of the real sets are derived from label and box.',
    // What the program shows of the base: the phantoms, which are always there.
    set: sets[0]?.set, metrics: sets[0]?.metrics,
    threshold: scores.threshold, ...(scores.calibration === undefined ? {} : { uncalibratedError: calibrationError(unseen, bestThreshold(unseen, 1)) }), sets,
  };
  await writeBundle(o.folder, contents(scores, { 'evaluation.json': `${JSON.stringify(evaluation, null, 1)}\n`, [cardFile]: modelCard({ phantoms: o.phantoms, steps: o.steps, learnt, sets }) }));
  process.stderr.write(`${JSON.stringify(evaluation, null, 1)}\n`);
}

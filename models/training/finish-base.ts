// The base bundle's last steps: set the threshold on phantoms the training never saw, measure on others again, and
// write the bundle with its report.
import { rm } from 'node:fs/promises';
import type { Example } from '../../shared/domain/example.ts';
import { sha256Of } from '../bundle/files.ts';
import { writeBundle, type BundleContents, type Weights } from '../bundle/bundle.ts';
import { bestThreshold, calibrationError } from '../evaluation/detection.ts';
import { scoreSettings, type ScoreSettings } from '../evaluation/calibration.ts';
import { evaluate, metricsOf } from '../evaluation/measure.ts';
import { Predictor } from '../inference/predictor.ts';
import type { NetworkConfiguration } from '../nets/configuration.ts';
import { makePhantom, phantomFindings } from '../phantom/make-phantom.ts';

export interface FinishOptions {
  readonly configuration: NetworkConfiguration; readonly tokenizerJson: string; readonly weights: Weights; readonly folder: string;
  readonly steps: number; readonly seed: number; readonly device: string; readonly seconds: number; readonly phantoms: number;
}

/** Phantoms for the threshold and for the report: seeds far from those of the training. */
const thresholdSeeds = Array.from({ length: 120 }, (_, i) => 1_000_000 + i);
const reportSeeds = Array.from({ length: 300 }, (_, i) => 2_000_000 + i);

export async function finishBase(o: FinishOptions): Promise<void> {
  const contents = (scores: ScoreSettings, extra: Record<string, string>): BundleContents => ({
    configuration: o.configuration, weights: o.weights, tokenizerJson: o.tokenizerJson, extra,
    manifest: {
      version: '0.1.0', parent: null, createdAt: new Date().toISOString(), findings: [...phantomFindings], ...scores, licence: 'MIT',
      madeBy: { code: 'npm run train:base', seed: o.seed, device: o.device, steps: o.steps, data: sha256Of(new TextEncoder().encode(`phantoms 0 to ${o.phantoms - 1}`)), examples: o.phantoms, phantomOnly: true, seconds: o.seconds },
    },
  });
  const measure = async (seeds: readonly number[], folder: string) => {
    const predictor = await Predictor.open(folder);
    try {
      const studies = new Map(seeds.map((seed) => [`phantom-${seed}`, seed]));
      const examples: Example[] = seeds.map((seed) => makePhantom(seed).example);
      return await evaluate({ predictor, examples, findings: phantomFindings, load: (e) => Promise.resolve(makePhantom(studies.get(e.caseId) ?? 0).image) });
    } finally {
      await predictor.release();
    }
  };
  const draft = `${o.folder}.draft`;
  await writeBundle(draft, contents({ threshold: 0.3 }, {}));
  // Recall and precision alike: on a site's images, of a kind it has not seen, the base bundle proposes too much already.
  const unseen = (await measure(thresholdSeeds, draft)).map((e) => e.detection), scores = scoreSettings(unseen, 1, 'fit');
  await writeBundle(draft, contents(scores, {}));
  const metrics = metricsOf(await measure(reportSeeds, draft));
  await rm(draft, { recursive: true, force: true });
  const report = { set: `${reportSeeds.length} phantom studies (seeds ${reportSeeds[0]} and up) that training never saw`, note: 'Phantom studies only: these figures say nothing about patients.', threshold: scores.threshold, metrics, ...(scores.calibration === undefined ? {} : { uncalibratedError: calibrationError(unseen, bestThreshold(unseen, 1)) }) };
  await writeBundle(o.folder, contents(scores, { 'evaluation.json': `${JSON.stringify(report, null, 1)}\n` }));
  process.stderr.write(`${JSON.stringify(report, null, 1)}\n`);
}

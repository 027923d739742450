// One bundle on one set: what it predicts image by image, and the figures that follow. The statistic of every metric
// is here, so that the gate compares two versions by the same words.
import { metricName } from '../../shared/domain/gate.ts';
import type { MetricName, Metrics } from '../../shared/domain/model.ts';
import type { Example } from '../../shared/domain/example.ts';
import type { Finding } from '../../shared/domain/caption.ts';
import { readPixels, type PixelImage } from '../images/pixels.ts';
import type { Predictor, Proposal } from '../inference/predictor.ts';
import { inUnits, lowestScore } from './calibration.ts';
import { averagePrecision, calibrationError, counted, detectionImage, recall, recallAtFalsePositives, recallOfSmall, type DetectionImage } from './detection.ts';
import { bootstrap } from './bootstrap.ts';
import { ranks, recallAt } from './retrieval.ts';

/** Everything a metric needs to know of one image. */
export interface Evaluated {
  readonly example: Example;
  /** All regions above `lowest`; the bundle proposes those above its threshold. */
  readonly proposals: readonly Proposal[];
  readonly detection: DetectionImage;
  readonly threshold: number;
  /** Rank of the right text for each finding, and for the whole image (null when all images share one text). */
  readonly regionRanks: readonly number[];
  readonly imageRank: number | null;
  /** For each matched finding, whether the proposal's label was right. */
  readonly labels: readonly boolean[];
}
/** Two versions on the same examples, in the same order. */
export interface Pair { readonly champion: readonly Evaluated[]; readonly candidate: readonly Evaluated[] }

export interface EvaluateOptions {
  readonly predictor: Predictor;
  readonly examples: readonly Example[];
  readonly findings: readonly Finding[];
  readonly load: (example: Example) => Promise<PixelImage>;
  readonly onProgress?: (done: number, of: number) => void;
  readonly signal?: AbortSignal;
}

export async function evaluate(o: EvaluateOptions): Promise<Evaluated[]> {
  const { predictor, examples } = o;
  const regionTexts = [...new Set(examples.flatMap((e) => e.findings.map((f) => f.caption)))];
  const imageTexts = [...new Set(examples.map((e) => e.text))];
  const regionTextVectors = await predictor.embedTexts(regionTexts), imageTextVectors = await predictor.embedTexts(imageTexts);
  // The same regions count for two versions of which one is calibrated.
  const { threshold, calibration } = predictor.bundle.manifest, floor = Math.min(inUnits(calibration, lowestScore), threshold);
  const out: Evaluated[] = [];
  for (const [i, example] of examples.entries()) {
    o.signal?.throwIfAborted();
    const image = await o.load(example);
    const proposals = counted(await predictor.propose(image, o.findings, floor), example.findings.map((f) => f.box), example.ignored ?? []);
    const vectors = await predictor.embedBoth(image, example.findings.map((f) => f.box));
    const detection = detectionImage(proposals, example.findings.map((f) => f.box), example.pixels);
    const regionRanks = ranks(vectors.regions.map((embedding, k) => ({ embedding, right: new Set([regionTexts.indexOf(example.findings[k]?.caption ?? '')]) })), regionTextVectors);
    const [imageRank] = imageTexts.length < 2 ? [null] : ranks([{ embedding: vectors.image, right: new Set([imageTexts.indexOf(example.text)]) }], imageTextVectors);
    const labels = detection.matches.flatMap((m, k) => (m.truth >= 0 && m.score >= threshold ? [proposals[k]?.label === example.findings[m.truth]?.label] : []));
    out.push({ example, proposals, detection, threshold, regionRanks, imageRank: imageRank ?? null, labels });
    o.onProgress?.(i + 1, examples.length);
    await new Promise((resolve) => { setImmediate(resolve); });
  }
  return out;
}

export const loadFrom = (blobPath: (sha256: string) => string) => (example: Example): Promise<PixelImage> => readPixels(blobPath, example.pixels);

type Statistic = (images: readonly Evaluated[]) => number | null;
const thresholdOf = (images: readonly Evaluated[]): number => images[0]?.threshold ?? 0;

export const statistics: Readonly<Record<MetricName, Statistic>> = {
  recallAt50: (images) => recall(images.map((i) => i.detection), thresholdOf(images)),
  recallAt2Fp: (images) => recallAtFalsePositives(images.map((i) => i.detection), 2),
  recallSmall: (images) => recallOfSmall(images.map((i) => i.detection), thresholdOf(images)),
  ap50: (images) => averagePrecision(images.map((i) => i.detection)),
  regionTextRecall1: (images) => recallAt(1, images.flatMap((i) => i.regionRanks)),
  imageTextRecall1: (images) => recallAt(1, images.flatMap((i) => (i.imageRank === null ? [] : [i.imageRank]))),
  labelAccuracy: (images) => { const all = images.flatMap((i) => i.labels); return all.length === 0 ? null : all.filter(Boolean).length / all.length; },
  calibrationError: (images) => calibrationError(images.map((i) => i.detection), thresholdOf(images)),
};
export const metricNames: readonly MetricName[] = metricName.options;

export function metricsOf(images: readonly Evaluated[]): Metrics {
  const of = (name: MetricName) => bootstrap(images, (i) => i.example.patient, statistics[name]);
  return {
    recallAt50: of('recallAt50'), recallAt2Fp: of('recallAt2Fp'), recallSmall: of('recallSmall'), ap50: of('ap50'),
    regionTextRecall1: of('regionTextRecall1'), imageTextRecall1: of('imageTextRecall1'), labelAccuracy: of('labelAccuracy'), calibrationError: of('calibrationError'),
  };
}

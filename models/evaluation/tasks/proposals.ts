// Region proposals: free-response ROC (Bunch et al. 1978; the mean of seven points as in LUNA16, Setio et al. 2017),
// average precision at an overlap of one half, both also by lesion size, and whether a score of 0.7 is right in seven of
// ten (Guo et al. 2017, with bins of equal count).
import type { TaskReport } from '../../../shared/domain/task.ts';
import { inUnits } from '../calibration.ts';
import { match } from '../detection.ts';
import { fewestPatients, measured, patientsOf, sizeBands, strata, type Figure, type Weighted } from '../figures.ts';
import type { EvaluateOptions } from '../measure.ts';
import { bboxOf, boxOf, shareOf, subjectsOf, type ProposalsLine } from './lines.ts';

/** Raw scores below this are written to no file. */
const lowest = 0.01;
const falsePositivesPerImage = [1 / 8, 1 / 4, 1 / 2, 1, 2, 4, 8] as const;
const mostBins = 15;
type Band = (typeof sizeBands)[number];

export async function proposalsLines(o: EvaluateOptions): Promise<ProposalsLine[]> {
  const { predictor, examples } = o, { version, threshold, calibration } = predictor.bundle.manifest, subjectOf = subjectsOf(examples, version);
  const lines: ProposalsLine[] = [];
  for (const [i, e] of examples.entries()) {
    o.signal?.throwIfAborted();
    const found = await predictor.propose(await o.load(e), o.findings, Math.min(inUnits(calibration, lowest), threshold));
    lines.push({
      task: 'proposals', ...subjectOf(e), width: e.pixels.width, height: e.pixels.height, threshold,
      regions: found.map((p) => ({ bbox: bboxOf(p.box), score: p.score, label: p.label, caption: p.caption })), truth: e.findings.map((f) => ({ bbox: bboxOf(f.box), label: f.label, caption: f.caption })),
    });
    o.onProgress?.(i + 1, examples.length);
    await new Promise((resolve) => { setImmediate(resolve); });
  }
  return lines;
}

/** A prediction with what it found, of image `at`. */
interface Prediction { readonly at: number; readonly score: number; readonly hit: boolean }
interface Prepared { /** Best first. */ readonly predictions: readonly Prediction[]; /** Findings of each image. */ readonly truths: readonly number[] }

/**
 * All predictions of a set, best first. Of a band of sizes only its findings count: predictions that found another are
 * left out, and so are false ones whose own size lies outside (as COCO does).
 */
function prepare(lines: readonly ProposalsLine[], band: Band | null): Prepared {
  const inBand = (share: number): boolean => band === null || (share >= band[1] && share < band[2]);
  const truths: number[] = [];
  const predictions = lines.flatMap((l, at): Prediction[] => {
    const truth = l.truth.map((t) => boxOf(t.bbox)), regions = [...l.regions].sort((a, b) => b.score - a.score), shares = truth.map((t) => shareOf(t, l));
    truths.push(shares.filter(inBand).length);
    return match(regions.map((r) => ({ box: boxOf(r.bbox), score: r.score })), truth).flatMap((m, i) => {
      const own = regions[i];
      return own === undefined || !inBand(m.truth >= 0 ? shares[m.truth] ?? 0 : shareOf(boxOf(own.bbox), l)) ? [] : [{ at, score: m.score, hit: m.truth >= 0 }];
    });
  }).sort((a, b) => b.score - a.score);
  return { predictions, truths };
}

const totalOf = (counts: readonly number[], weights: ArrayLike<number>): number => counts.reduce((sum, n, i) => sum + n * (weights[i] ?? 0), 0);

/** Share of findings found while false regions average at most `perImage`; equal scores are taken together or not at all. */
const sensitivityAt = ({ predictions, truths }: Prepared, perImage: number): Weighted => (weights) => {
  const all = totalOf(truths, weights);
  let images = 0, hits = 0, wrong = 0;
  for (let i = 0; i < truths.length; i++) images += weights[i] ?? 0;
  for (let i = 0; i < predictions.length;) {
    const score = predictions[i]?.score;
    let more = 0, worse = 0;
    for (let p = predictions[i]; p !== undefined && p.score === score; p = predictions[++i]) { const w = weights[p.at] ?? 0; if (p.hit) more += w; else worse += w; }
    if (wrong + worse > perImage * images) break;
    hits += more;
    wrong += worse;
  }
  return all === 0 ? null : hits / all;
};

const mean = (parts: readonly Weighted[]): Weighted => (weights) => {
  let sum = 0;
  for (const p of parts) { const v = p(weights); if (v === null) return null; sum += v; }
  return sum / parts.length;
};

/** Area under the precision-recall curve, precision made falling (VOC 2010). */
const averagePrecisionOf = ({ predictions, truths }: Prepared): Weighted => {
  const precision = new Float64Array(predictions.length);
  return (weights) => {
    const all = totalOf(truths, weights);
    let hits = 0, seen = 0;
    for (const [i, p] of predictions.entries()) { const w = weights[p.at] ?? 0; seen += w; if (p.hit) hits += w; precision[i] = seen === 0 ? 0 : hits / seen; }
    let best = 0, sum = 0;
    for (let i = predictions.length - 1; i >= 0; i--) {
      const p = predictions[i];
      best = Math.max(best, precision[i] ?? 0);
      if (p?.hit === true) sum += (weights[p.at] ?? 0) * best;
    }
    return all === 0 ? null : sum / all;
  };
};

const recallFrom = ({ predictions, truths }: Prepared, threshold: number): Weighted => (weights) => {
  const all = totalOf(truths, weights);
  let hits = 0;
  for (const p of predictions) if (p.hit && p.score >= threshold) hits += weights[p.at] ?? 0;
  return all === 0 ? null : hits / all;
};

/** Bins of equal count over what is shown (scores from the threshold on), worst score first. */
function binsOf({ predictions }: Prepared, threshold: number, weights: ArrayLike<number>): { count: number; score: number; right: number }[] {
  const shown = predictions.filter((p) => p.score >= threshold && (weights[p.at] ?? 0) > 0).reverse();
  const total = shown.reduce((sum, p) => sum + (weights[p.at] ?? 0), 0), count = Math.min(mostBins, shown.length);
  const bins = Array.from({ length: count }, () => ({ count: 0, score: 0, right: 0 }));
  let sofar = 0;
  for (const p of shown) {
    const w = weights[p.at] ?? 0;
    sofar += w;
    const bin = bins[Math.ceil((sofar * count) / total) - 1];
    if (bin !== undefined) { bin.count += w; bin.score += w * p.score; if (p.hit) bin.right += w; }
  }
  return bins.filter((b) => b.count > 0).map((b) => ({ count: b.count, score: b.score / b.count, right: b.right / b.count }));
}
const expectedCalibrationError = (prepared: Prepared, threshold: number): Weighted => (weights) => {
  const bins = binsOf(prepared, threshold, weights), all = bins.reduce((n, b) => n + b.count, 0);
  return all === 0 ? null : bins.reduce((sum, b) => sum + (b.count / all) * Math.abs(b.score - b.right), 0);
};

const perImageWords: readonly string[] = ['1/8', '1/4', '1/2', '1', '2', '4', '8'];

function figuresOf(threshold: number, band: Band | null): Figure<ProposalsLine>[] {
  const of = (name: string, make: (p: Prepared) => Weighted): Figure<ProposalsLine> => ({ name, prepare: (items) => make(prepare(items, band)) });
  return [
    of('froc', (p) => mean(falsePositivesPerImage.map((n) => sensitivityAt(p, n)))), ...falsePositivesPerImage.map((n, i) => of(`froc.${perImageWords[i] ?? ''}`, (p) => sensitivityAt(p, n))),
    of('ap50', averagePrecisionOf), of('recall', (p) => recallFrom(p, threshold)), ...(band === null ? [of('calibrationError', (p: Prepared) => expectedCalibrationError(p, threshold))] : []),
  ];
}

export function proposalsReport(lines: readonly ProposalsLine[]): TaskReport {
  const threshold = lines[0]?.threshold ?? 0, figures = figuresOf(threshold, null);
  const sizes = sizeBands.flatMap((band) => {
    const [value, from, to] = band;
    const holding = lines.filter((l) => l.truth.some((t) => { const s = shareOf(boxOf(t.bbox), l); return s >= from && s < to; }));
    const items = prepare(lines, band).truths.reduce((a, b) => a + b, 0), patients = patientsOf(holding);
    return items === 0 ? [] : [{ by: 'size' as const, value, items, patients, figures: patients < fewestPatients ? [] : measured(lines, figuresOf(threshold, band)) }];
  });
  return {
    task: 'proposals', items: lines.length, images: lines.length, patients: patientsOf(lines), figures: measured(lines, figures),
    strata: [...strata(lines, figures), ...sizes], reliability: binsOf(prepare(lines, null), threshold, new Float64Array(lines.length).fill(1)),
  };
}

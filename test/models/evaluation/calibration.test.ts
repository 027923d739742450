// Scores made probabilities: the map is the one that made the data, it keeps the order, and on phantoms that the base
// bundle never saw it brings the calibration error down.
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { modelManifest } from '../../../shared/domain/model.ts';
import { calibrated, fitCalibration, scoreSettings, uncalibrated } from '../../../models/evaluation/calibration.ts';
import { calibrationError, detectionImage, type DetectionImage, type Match } from '../../../models/evaluation/detection.ts';
import { Predictor } from '../../../models/inference/predictor.ts';
import { makePhantom, phantomFindings } from '../../../models/phantom/make-phantom.ts';
import { randomFrom } from '../../../models/random.ts';

const maps = fc.record({ slope: fc.double({ min: 0.06, max: 5, noNaN: true }), intercept: fc.double({ min: -6, max: 6, noNaN: true }) });
const scores = fc.double({ min: 0.001, max: 0.999, noNaN: true });

describe('the map', () => {
  test('rises, stays in [0, 1], and its inverse undoes it', () => {
    fc.assert(fc.property(maps, scores, scores, (map, s, t) => {
      if (s < t) expect(calibrated(map, s)).toBeLessThanOrEqual(calibrated(map, t));
      const p = calibrated(map, s);
      expect(p >= 0 && p <= 1).toBe(true);
      if (p > 0.001 && p < 0.999) expect(uncalibrated(map, p)).toBeCloseTo(s, 6);
    }), { seed: 1 });
    expect([0, 1].map((s) => calibrated({ slope: 1, intercept: 0 }, s)).map((p) => Math.round(1e4 * p) / 1e4)).toEqual([0, 1]);
  });
  test('is found again from data that it made', () => {
    const random = randomFrom(3), map = { slope: 1.7, intercept: -0.8 };
    const matches = Array.from({ length: 8000 }, (): Match => { const score = random.uniform(0.02, 0.98); return { score, truth: random.chance(calibrated(map, score)) ? 0 : -1 }; });
    const found = fitCalibration(matches);
    expect(found?.slope).toBeCloseTo(1.7, 0);
    expect(Math.abs((found?.slope ?? 0) - 1.7)).toBeLessThan(0.15);
    expect(Math.abs((found?.intercept ?? 0) + 0.8)).toBeLessThan(0.1);
  });
  test('of little data, of one kind only, or of scores the wrong way round, there is none', () => {
    expect(fitCalibration([{ score: 0.5, truth: 0 }, { score: 0.4, truth: -1 }])).toBeNull();
    expect(fitCalibration(Array.from({ length: 200 }, () => ({ score: 0.9, truth: 0 })))).toBeNull();
    expect(fitCalibration(Array.from({ length: 400 }, (_, i) => ({ score: (i + 1) / 402, truth: i < 200 ? 0 : -1 })))).toBeNull();
  });
  test('perfectly separated data give a finite map that rises', () => {
    const found = fitCalibration(Array.from({ length: 400 }, (_, i) => ({ score: (i + 1) / 402, truth: i < 200 ? -1 : 0 })));
    expect(found !== null && Number.isFinite(found.slope) && found.slope > 1).toBe(true);
  });
  test('a manifest without one is still a manifest, and one that falls is none', () => {
    const schema = modelManifest.shape.calibration;
    expect([schema.safeParse(undefined).success, schema.safeParse({ slope: 2, intercept: -1 }).success, schema.safeParse({ slope: -2, intercept: 1 }).success]).toEqual([true, true, false]);
  });
});

describe('on a network', () => {
  const study = (seed: number) => makePhantom(3_500_000 + seed);
  test('error falls on phantoms it was not fitted on; the threshold is in the units of what is shown', async () => {
    const predictor = await Predictor.open(path.join(import.meta.dirname, '..', '..', '..', 'models', 'bundles', 'base'), 1);
    const raw: DetectionImage[] = [];
    for (let i = 0; i < 36; i++) {
      const { image, example } = study(i);
      const { calibration } = predictor.bundle.manifest;
      const found = (await predictor.propose(image, phantomFindings.slice(0, 1), 0.05)).map((p) => ({ box: p.box, score: calibration === undefined ? p.score : uncalibrated(calibration, p.score) }));
      raw.push(detectionImage(found, example.findings.map((f) => f.box), image.format));
    }
    await predictor.release();
    const [fitted, held] = [raw.slice(0, 18), raw.slice(18)];
    const { calibration, threshold } = scoreSettings(fitted, 1, 'fit');
    if (calibration === undefined) throw new Error('nothing was fitted');
    const after = held.map((i) => ({ ...i, matches: i.matches.map((m) => ({ ...m, score: calibrated(calibration, m.score) })) }));
    expect(calibrationError(after, 0) ?? 1).toBeLessThan(0.6 * (calibrationError(held, 0) ?? 0));
    // The same regions are shown: the cut between them lies at the same place of the order.
    expect(Math.abs(calibrated(calibration, scoreSettings(fitted, 1, undefined).threshold) - threshold)).toBeLessThan(0.02);
  });
});

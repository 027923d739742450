// The base bundle at work on phantoms it never saw: what it answers is sound, the same each time, and better than chance.
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { attributedCaption, certaintyOf } from '../../../shared/domain/caption.ts';
import { iou, type Box } from '../../../shared/domain/geometry.ts';
import { Predictor, type Proposal } from '../../../models/inference/predictor.ts';
import { calibrated } from '../../../models/evaluation/calibration.ts';
import { disagreement, entropy, named } from '../../../models/inference/naming.ts';
import { makePhantom, phantomFindings } from '../../../models/phantom/make-phantom.ts';

const studies = Array.from({ length: 5 }, (_, i) => makePhantom(3_000_000 + i));
let predictor: Predictor;
let proposed: Proposal[][] = [];

beforeAll(async () => {
  predictor = await Predictor.open(path.join(import.meta.dirname, '..', '..', '..', 'models', 'bundles', 'base'), 1);
  proposed = [];
  for (const { image } of studies) proposed.push(await predictor.propose(image, phantomFindings));
});
afterAll(async () => { await predictor.release(); });

const length = (v: Float32Array): number => Math.hypot(...v);
const inside = (b: Box, { width, height }: { width: number; height: number }): boolean => b.x >= 0 && b.y >= 0 && b.width >= 1 && b.height >= 1 && b.x + b.width <= width + 1e-9 && b.y + b.height <= height + 1e-9;

describe('proposals', () => {
  test('scores in [0, 1], best first, none below the bundle\'s threshold', () => {
    for (const list of proposed) {
      const scores = list.map((p) => p.score);
      expect(scores).toEqual([...scores].sort((a, b) => b - a));
      expect(scores.every((s) => s >= predictor.bundle.manifest.threshold && s <= 1)).toBe(true);
    }
  });
  test('boxes in the image, labels of the list, captions that agree with the box', () => {
    const labels = new Set(phantomFindings.map((f) => f.label));
    for (const [i, list] of proposed.entries()) for (const p of list) {
      const format = studies[i]?.image.format ?? { width: 0, height: 0 };
      expect(inside(p.box, format)).toBe(true);
      expect(labels).toContain(p.label);
      expect(p.caption).toBe(attributedCaption(p.label, p.box, format, certaintyOf(p.score)));
      expect(length(p.embedding)).toBeCloseTo(1, 4);
    }
  });
  test('the score follows from both looks; the first of the names is the label', () => {
    const { calibration } = predictor.bundle.manifest;
    for (const p of proposed.flat()) {
      const stated = Math.sqrt(p.firstLook * p.secondLook);
      expect(p.score).toBeCloseTo(calibration === undefined ? stated : calibrated(calibration, stated), 9);
      expect(p.names[0]?.label).toBe(p.label);
      expect(p.names.reduce((sum, n) => sum + n.probability, 0)).toBeCloseTo(1, 6);
    }
  });
  test('the same again for the same image', async () => {
    for (const [i, { image }] of studies.slice(0, 2).entries()) expect(await predictor.propose(image, phantomFindings)).toEqual(proposed[i]);
  });
  test('a lower threshold adds at the end', async () => {
    const more = await Promise.all(studies.slice(0, 3).map(({ image }) => predictor.propose(image, phantomFindings, 0.03)));
    for (const [i, all] of more.entries()) expect(all.slice(0, proposed[i]?.length)).toEqual(proposed[i]);
    expect(more.flat().length).toBeGreaterThan(proposed.slice(0, 3).flat().length);
  });
  test('it has learnt: most findings are found', () => {
    const hits = studies.flatMap(({ example }, i) => example.findings.map((f) => (proposed[i] ?? []).some((p) => iou(p.box, f.box) >= 0.5)));
    expect(hits.filter(Boolean).length / hits.length).toBeGreaterThan(0.5);
  });
  test('with no findings to choose from, a region is a finding', async () => {
    const [study] = studies;
    if (study === undefined) throw new Error('no study');
    const [first] = await predictor.propose(study.image, []);
    expect(first?.label).toBe('finding');
    expect(first?.caption).toBe(attributedCaption('finding', first?.box ?? { x: 0, y: 0, width: 1, height: 1 }, study.image.format, certaintyOf(first?.score ?? 0)));
  });
});

describe('names', () => {
  const sure = [{ label: 'cyst', probability: 1 }, { label: 'stone', probability: 0 }], torn = [{ label: 'cyst', probability: 0.5 }, { label: 'stone', probability: 0.5 }];
  test('entropy is 0 where one name is certain, 1 where all are alike, 0 where there is nothing to choose', () => {
    expect([entropy(sure), entropy(torn), entropy([]), entropy(sure.slice(0, 1))]).toEqual([0, 1, 0, 0]);
    expect(entropy([{ label: 'cyst', probability: 0.9 }, { label: 'stone', probability: 0.1 }])).toBeCloseTo(0.469, 3);
  });
  test('of the whole image are those that its own words are nearest to, and what the explanation holds regions against', async () => {
    const [study] = studies;
    if (study === undefined) throw new Error('no study');
    const names = await predictor.nameImage(study.image, study.example.modality, phantomFindings);
    expect(names.map((n) => n.probability)).toEqual(names.map((n) => n.probability).sort((a, b) => b - a));
    expect(names.reduce((sum, n) => sum + n.probability, 0)).toBeCloseTo(1, 6);
    for (const p of proposed[0] ?? []) expect(disagreement(names, p.names)).toBeCloseTo(disagreement(p.names, names), 9);
    expect(named([], [], new Float32Array(4), 1)).toEqual([]);
  });
});

describe('words for a box', () => {
  const box = { x: 30.5, y: 40, width: 50, height: 64 };
  test('probabilities sum to 1, best first, one for each finding, each caption of this very box', async () => {
    for (const { image } of studies.slice(0, 2)) {
      const found = await predictor.describe(image, box, phantomFindings);
      const probabilities = found.map((s) => s.probability);
      expect(probabilities.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 6);
      expect(probabilities).toEqual([...probabilities].sort((a, b) => b - a));
      expect(new Set(found.map((s) => s.label))).toEqual(new Set(phantomFindings.map((f) => f.label)));
      for (const s of found) expect(s.caption).toBe(attributedCaption(s.label, box, image.format));
    }
  });
  test('a box at the edge, over the edge, or of one pixel has words too', async () => {
    const [study] = studies;
    if (study === undefined) throw new Error('no study');
    const { image } = study;
    for (const b of [{ x: 0, y: 0, ...image.format }, { x: image.format.width - 1, y: image.format.height - 1, width: 1, height: 1 }, { x: -20, y: -20, width: 30, height: 30 }].map(({ x, y, width, height }) => ({ x, y, width, height }))) {
      expect((await predictor.describe(image, b, phantomFindings)).every((s) => Number.isFinite(s.probability))).toBe(true);
    }
  });
});

describe('embeddings', () => {
  test('of images, regions and texts have length 1', async () => {
    for (const { image, example } of studies.slice(0, 2)) {
      const both = await predictor.embedBoth(image, example.findings.map((f) => f.box));
      const texts = await predictor.embedTexts([example.text, '', 'x'.repeat(500), ...example.findings.map((f) => f.caption)]);
      expect(both.regions).toHaveLength(example.findings.length);
      for (const v of [both.image, ...both.regions, ...texts]) expect(length(v)).toBeCloseTo(1, 4);
    }
  });
  test('of one region do not depend on how many are asked for', async () => {
    const [study] = studies;
    if (study === undefined) throw new Error('no study');
    const boxes = Array.from({ length: 11 }, (_, i) => ({ x: 10 + 15 * i, y: 20, width: 30, height: 40 }));
    const all = await predictor.embedRegions(study.image, boxes);
    const [alone] = await predictor.embedRegions(study.image, boxes.slice(9, 10));
    for (const [i, v] of (alone ?? []).entries()) expect(all[9]?.[i]).toBeCloseTo(v, 4);
    expect(await predictor.embedRegions(study.image, [])).toEqual([]);
  });
});

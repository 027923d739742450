// What is shown as the reason is what the network computes: its parts add up to the figures they explain.
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { imageCaption } from '../../../shared/domain/caption.ts';
import type { Explanation } from '../../../shared/contracts/inference.ts';
import { Explainer } from '../../../models/inference/explainer.ts';
import { disagreement } from '../../../models/inference/naming.ts';
import { Predictor, type Proposal } from '../../../models/inference/predictor.ts';
import { makePhantom, phantomFindings } from '../../../models/phantom/make-phantom.ts';
import { dot } from '../../../models/tensor.ts';

const study = makePhantom(3_000_001), { modality } = study.example;
let predictor: Predictor, explainer: Explainer, proposal: Proposal, why: Explanation;

beforeAll(async () => {
  predictor = await Predictor.open(path.join(import.meta.dirname, '..', '..', '..', 'models', 'bundles', 'base'), 1);
  explainer = await Explainer.open(predictor, 1);
  const [first] = await predictor.propose(study.image, phantomFindings);
  if (first === undefined) throw new Error('nothing was proposed');
  proposal = first;
  why = await explainer.explain(study.image, modality, first.box, phantomFindings);
});
afterAll(async () => { await explainer.release(); await predictor.release(); });

const sum = (values: Iterable<number>): number => { let s = 0; for (const v of values) s += v; return s; };

describe('an explanation', () => {
  test('at full strength the region is what it is to the predictor, and its name the one that was proposed', async () => {
    const described = await predictor.describe(study.image, proposal.box, phantomFindings);
    expect(why.region.map((n) => n.label).slice(0, 3)).toEqual(described.map((d) => d.label).slice(0, 3));
    for (const [i, n] of why.region.slice(0, 3).entries()) expect(n.probability).toBeCloseTo(described[i]?.probability ?? 0, 4);
    expect(why.label).toBe(proposal.label);
    expect(why.context.map((s) => s.strength)).toEqual([0, 1 / 7, 2 / 7, 3 / 7, 4 / 7, 5 / 7, 6 / 7, 1]);
    expect(why.context.at(-1)?.names).toEqual(why.region);
  });
  test('the heat of all places is the image\'s likeness to the finding less its likeness to none', async () => {
    const [words, none] = await predictor.embedTexts([imageCaption(modality, [why.label]), imageCaption(modality, [])]), image = await predictor.embedImage(study.image);
    if (words === undefined || none === undefined || why.heat === null) throw new Error('no heat');
    expect(why.heat.values).toHaveLength(why.heat.side ** 2);
    expect(sum(why.heat.values)).toBeCloseTo(dot(words, image) - dot(none, image), 4);
  });
  test('what was taken of the surroundings sums to one, and the gate is ajar', () => {
    if (why.surroundings === null) throw new Error('no surroundings');
    expect(sum(why.surroundings.values)).toBeCloseTo(1, 4);
    expect(Math.min(...why.surroundings.values)).toBeGreaterThanOrEqual(0);
    expect(why.gate).toBeGreaterThan(0);
    expect(why.gate).toBeLessThan(1);
  });
  test('the maps cover the image', () => {
    const longer = Math.max(study.image.format.width, study.image.format.height);
    for (const map of [why.heat, why.objectness, why.surroundings]) expect((map?.side ?? 0) * (map?.cell ?? 0)).toBeCloseTo(longer, 3);
  });
  test('both looks are probabilities, and high where a region was proposed', () => {
    for (const v of [why.firstLook, why.secondLook, why.score, why.disagreement]) { expect(v).toBeGreaterThanOrEqual(0); expect(v).toBeLessThanOrEqual(1); }
    expect(why.firstLook).toBeGreaterThan(0.3);
    expect(why.secondLook).toBeGreaterThan(0.3);
  });
  test('less of the surroundings changes what the region is; another finding changes the heat and nothing else', async () => {
    expect(why.context[0]?.names).not.toEqual(why.context.at(-1)?.names);
    const other = await explainer.explain(study.image, modality, proposal.box, phantomFindings, why.label === 'stone' ? 'cyst' : 'stone');
    expect(other.heat).not.toEqual(why.heat);
    expect({ ...other, heat: null, label: '' }).toEqual({ ...why, heat: null, label: '' });
  });
});

test('branches that say the same do not disagree; that share no word disagree wholly', () => {
  const a = [{ label: 'cyst', probability: 0.7 }, { label: 'stone', probability: 0.3 }];
  expect(disagreement(a, [...a].reverse())).toBeCloseTo(0, 9);
  expect(disagreement([{ label: 'cyst', probability: 1 }], [{ label: 'stone', probability: 1 }])).toBeCloseTo(1, 9);
});

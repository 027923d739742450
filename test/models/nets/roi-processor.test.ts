// The ROI processor's parts, switched off one by one: each network still learns, has only the inputs and weights of its
// parts, and ships as models that the predictor can run. RoIAlign is checked against sampling by hand.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeBundle } from '../../../models/bundle/bundle.ts';
import { alignWeights } from '../../../models/images/region-inputs.ts';
import { Predictor } from '../../../models/inference/predictor.ts';
import { alignBins, wholeRoiProcessor, type NetworkConfiguration, type RoiProcessor } from '../../../models/nets/configuration.ts';
import { lossNames, trainingGraph } from '../../../models/nets/dual-branch.ts';
import { firstValues } from '../../../models/nets/weights.ts';
import { makePhantom, phantomFindings } from '../../../models/phantom/make-phantom.ts';
import { adamW } from '../../../models/training/adamw.ts';
import { makeParameters } from '../../../models/training/parameters.ts';
import { createTrainingStep } from '../../../models/training/step.ts';
import { smallBatch, smallConfiguration, smallShape, smallTokenizerJson } from './small-network.ts';

const none: RoiProcessor = { look: 'crop', context: 'none', gate: false, geometry: false };
const steps: Readonly<Record<string, { roi: RoiProcessor; inputs: readonly string[]; weights: RegExp; without: RegExp }>> = {
  'crop alone': { roi: none, inputs: ['crops'], weights: /^region\.stem/, without: /^roi\.(gate|query|place|reach|out)/ },
  'with pooled context': { roi: { ...none, context: 'mean' }, inputs: ['crops'], weights: /^roi\.out/, without: /^roi\.(gate|query|place|reach)/ },
  'with cross-attention': { roi: { ...none, context: 'attention' }, inputs: ['crops'], weights: /^roi\.query/, without: /^roi\.(gate|place|reach)/ },
  'with a gate': { roi: { ...none, context: 'attention', gate: true }, inputs: ['crops'], weights: /^roi\.gate/, without: /^roi\.(place|reach)/ },
  'with box geometry': { roi: wholeRoiProcessor, inputs: ['crops', 'geometry', 'distance'], weights: /^roi\.reach/, without: /^nothing/ },
  'from the grid': { roi: { ...wholeRoiProcessor, look: 'grid' }, inputs: ['alignY', 'alignX', 'geometry', 'distance'], weights: /^roi\.reach/, without: /^region\.stem/ },
};
const regional = ['crops', 'geometry', 'distance', 'alignY', 'alignX'];
let folder = '';
beforeAll(async () => { folder = await mkdtemp(path.join(tmpdir(), 'regionmed-roi-')); });
afterAll(async () => { await rm(folder, { recursive: true, force: true }); });

describe.each(Object.entries(steps))('the ROI processor %s', (name, { roi, inputs, weights: present, without }) => {
  const c: NetworkConfiguration = { ...smallConfiguration, roi };
  test('has its own inputs and weights, learns, and ships', async () => {
    const { graph, weights } = trainingGraph(c, smallShape);
    expect(graph.inputs.map((v) => v.name).filter((n) => regional.includes(n)).sort()).toEqual([...inputs].sort());
    expect(weights.some((w) => present.test(w.name))).toBe(true);
    expect(weights.filter((w) => without.test(w.name))).toEqual([]);

    const parameters = makeParameters(weights), optimizer = adamW(parameters);
    for (const [i, w] of weights.entries()) firstValues(w, 3, i, parameters.list[i]?.data ?? new Float32Array());
    const step = await createTrainingStep(graph, lossNames, parameters, { device: 'cpu', threads: 1 });
    const feeds = smallBatch(40, c), first = await step.run(feeds);
    for (let n = 1; n <= 15; n++) { optimizer.update(n, 3e-3, 1); await step.run(feeds); }
    const last = await step.run(feeds);
    await step.release();
    expect(last['regionText']).toBeLessThan(0.97 * (first['regionText'] ?? 0));
    expect(last['total']).toBeLessThan(first['total'] ?? 0);

    const bundle = path.join(folder, name.replaceAll(' ', '-'));
    await writeBundle(bundle, { configuration: c, tokenizerJson: smallTokenizerJson, weights: new Map(parameters.list.map((p) => [p.name, p])),
      manifest: { version: '0.0.1', parent: null, createdAt: '2026-01-01T00:00:00.000Z', findings: [...phantomFindings], threshold: 0.05, licence: 'MIT', madeBy: { code: 'test', seed: 3, device: 'cpu', steps: 15, data: '0'.repeat(64), examples: 2, phantomOnly: true, seconds: 1 } } });
    const predictor = await Predictor.open(bundle, 1);
    const { image, example } = makePhantom(40);
    const { regions } = await predictor.embedBoth(image, example.findings.map((f) => f.box));
    await predictor.release();
    expect(regions).toHaveLength(example.findings.length);
    for (const e of regions) expect(Math.hypot(...e)).toBeCloseTo(1, 3);
  });
});

test('a bin of RoIAlign is the mean of its bilinear samples', () => {
  const grid = 8, values = Float32Array.from({ length: grid }, (_, i) => 3 * i + 1), weights = new Float32Array(alignBins * grid);
  alignWeights(1.5, 4, grid, weights, 0);
  // A straight line is sampled exactly: the mean over a bin is its value at the bin's middle; cell i's centre lies at i + 0.5.
  for (let bin = 0; bin < alignBins; bin++) {
    const found = values.reduce((s, v, i) => s + v * (weights[bin * grid + i] ?? 0), 0), middle = 1.5 + bin + 0.5;
    expect(found).toBeCloseTo(3 * (middle - 0.5) + 1, 5);
  }
  alignWeights(-3, 2, grid, weights, 0);
  expect(weights.subarray(0, grid).reduce((a, b) => a + b)).toBeCloseTo(1, 6);
});

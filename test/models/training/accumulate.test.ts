// A batch in parts against the plain step over all of it: the same losses, the same gradients, and after an update the
// same weights, to rounding. Contrastive losses are the hard part: every item meets every other.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { embeddingNames, lossNames, textRows, trainingGraph } from '../../../models/nets/dual-branch.ts';
import { makePhantom } from '../../../models/phantom/make-phantom.ts';
import { randomFrom } from '../../../models/random.ts';
import { adamW, clipping } from '../../../models/training/adamw.ts';
import { createAccumulatedStep } from '../../../models/training/accumulate.ts';
import { makeBatch, type BatchShape } from '../../../models/training/batch.ts';
import { gradientOf, makeParameters, type Parameters } from '../../../models/training/parameters.ts';
import { createTrainingStep, type Feeds, type TrainingStep } from '../../../models/training/step.ts';
import { smallConfiguration, smallNetwork, smallShape, smallTokenizer } from '../nets/small-network.ts';

const count = 3;
const whole: BatchShape = { ...smallShape, images: count * smallShape.images, regionTexts: count * smallShape.regionTexts };
const part = smallNetwork(5), wholeGraph = trainingGraph(smallConfiguration, whole).graph;
const copy = (): Parameters => { const made = makeParameters(part.parameters.list); made.flat.set(part.parameters.flat); return made; };
const one = copy(), several = copy();
let plain: TrainingStep, accumulated: TrainingStep;
const batch = (seed: number): Feeds => makeBatch(Array.from({ length: whole.images }, (_, i) => makePhantom(seed + i)), smallConfiguration, whole, smallTokenizer, randomFrom(seed, 3));

beforeAll(async () => {
  plain = await createTrainingStep(wholeGraph, lossNames, one, { device: 'cpu', threads: 1 });
  accumulated = await createAccumulatedStep(part.graph, wholeGraph, count, several, { device: 'cpu', threads: 1, losses: lossNames, embeddings: embeddingNames, groups: (name) => (textRows.has(name) ? [smallShape.images, smallShape.regionTexts] : null) });
});
afterAll(async () => { await plain.release(); await accumulated.release(); });

/** Largest difference, relative to the largest entry. */
function difference(a: Float32Array, b: Float32Array): number {
  const scale = a.reduce((m, v) => Math.max(m, Math.abs(v)), 1e-12);
  return a.reduce((m, v, i) => Math.max(m, Math.abs(v - (b[i] ?? NaN))), 0) / scale;
}

test('losses and gradients of every tensor are those of the plain step', async () => {
  const feeds = batch(60), expected = await plain.run(feeds), found = await accumulated.run(feeds);
  for (const name of lossNames) expect(Math.abs((found[name] ?? NaN) - (expected[name] ?? NaN)) / Math.abs(expected[name] ?? NaN), name).toBeLessThan(1e-5);
  const largest = one.gradient.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
  for (const [i, p] of one.list.entries()) {
    const own = several.list[i];
    if (own === undefined) throw new Error(p.name);
    const [a, b] = [gradientOf(one, p), gradientOf(several, own)];
    // Where a slope is zero by construction there is nothing but rounding to compare.
    if (a.some((v) => Math.abs(v) > 1e-6 * largest)) expect(difference(a, b), p.name).toBeLessThan(2e-5);
  }
});

test('so are the weights after a step', async () => {
  const feeds = batch(80);
  for (const [step, parameters] of [[plain, one], [accumulated, several]] as const) {
    await step.run(feeds);
    const optimizer = adamW(parameters);
    // The first step of AdamW is the sign of the gradient: moments are given, so that its size counts.
    parameters.second.fill(1e-2);
    optimizer.update(100, 1e-2, clipping(optimizer.gradientNorm(), 2));
  }
  expect(difference(one.flat, several.flat)).toBeLessThan(1e-5);
  expect(difference(one.flat, part.parameters.flat)).toBeGreaterThan(1e-4);
});

test('a batch of another size is told', async () => {
  const feeds = makeBatch(Array.from({ length: smallShape.images }, (_, i) => makePhantom(i)), smallConfiguration, smallShape, smallTokenizer, randomFrom(1));
  await expect(accumulated.run({ ...feeds, mask: batch(1)['mask'] ?? feeds['mask'] ?? { dtype: 'float32', dims: [0], data: new Float32Array(0) }, geometry: { dtype: 'float32', dims: [1, 4, 1], data: new Float32Array(4) } })).rejects.toThrow(/geometry/);
});

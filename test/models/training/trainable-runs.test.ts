// Whole runs that train a part of the network: the loss falls, what is frozen stays, a run that was cut off ends in the
// same bits though its kept features are gone, and a batch in parts does what the whole batch does.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Trainable } from '../../../shared/domain/run.ts';
import type { Weights } from '../../../models/bundle/bundle.ts';
import { makeSampler } from '../../../models/training/sampler.ts';
import { train, type TrainOptions } from '../../../models/training/train.ts';
import { smallConfiguration, smallNetwork, smallShape, smallTokenizer } from '../nets/small-network.ts';

const steps = 12;
const start: Weights = new Map(smallNetwork(6).parameters.list.map((p) => [p.name, { dims: p.dims, data: Float32Array.from(p.data) }]));
let folder = '';
beforeAll(async () => { folder = await mkdtemp(path.join(tmpdir(), 'regionmed-trainable-')); });
afterAll(async () => { await rm(folder, { recursive: true, force: true }); });

const draw = makeSampler({ examples: [], blobPath: (s) => s, replay: 1, phantoms: 4, seed: 3 });
const run = (name: string, change: Partial<TrainOptions> = {}): ReturnType<typeof train> => train({
  configuration: smallConfiguration, tokenizer: smallTokenizer, start, draw, steps, learningRate: 3e-3, seed: 3, device: 'cpu', threads: 1, shape: smallShape,
  checkpoint: path.join(folder, `${name}.safetensors`), key: 'the run', every: 5, onStep: () => undefined, ...change,
});
const moved = (weights: Weights): string[] => [...weights].filter(([name, { data }]) => data.some((v, i) => v !== start.get(name)?.data[i])).map(([name]) => name);
const hex = (weights: Weights): [string, string][] => [...weights].map(([name, { data }]) => [name, Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('hex')]);

describe.each<[string, Trainable, RegExp]>([
  ['heads', { kind: 'heads' }, /^(?:image|text|region)\.(?:stem|down\d|fine|coarse|position|words|block\d|widen|norm)\b/],
  ['last block', { kind: 'last', blocks: 1 }, /^(?:image|text|region)\.(?:stem|down\d|fine|coarse|position|words|widen)\b/],
  ['adapters', { kind: 'lora', rank: 2 }, /^(?:image|text|region)\.(?:stem|down\d|fine|coarse|position|words|widen|norm|block\d\.(?:norm|.*bias))\b/],
])('%s', (name, trainable, stays) => {
  test('learns, and what is frozen stays', async () => {
    const losses: number[] = [];
    const { weights } = await run(name, { trainable, onStep: ({ total }) => losses.push(total) });
    const mean = (part: readonly number[]): number => part.reduce((a, b) => a + b, 0) / part.length;
    expect(mean(losses.slice(-4))).toBeLessThan(mean(losses.slice(0, 4)));
    expect([...weights.keys()]).toEqual([...start.keys()]);
    expect(moved(weights).filter((n) => stays.test(n))).toEqual([]);
    expect(moved(weights)).toEqual(expect.arrayContaining(['head.objectness.weight', 'roi.query.weight', 'text.project.weight']));
    expect(moved(weights).some((n) => n.startsWith('image.block0.'))).toBe(trainable.kind !== 'heads');
  });
  test('cut off and gone on with: the same bits', async () => {
    const expected = hex((await run(name, { trainable })).weights);
    await expect(run(`${name} cut`, { trainable, onStep: ({ step }) => { if (step === 7) throw new Error('killed'); } })).rejects.toThrow('killed');
    const { weights, resumedAt } = await run(`${name} cut`, { trainable });
    expect(resumedAt).toBe(5);
    expect(hex(weights)).toEqual(expected);
  });
});

test.each<[string, Trainable]>([['heads', { kind: 'heads' }], ['last block', { kind: 'last', blocks: 1 }], ['adapters', { kind: 'lora', rank: 2 }]])('%s: a batch in parts, with kept features, takes the steps of the whole batch', async (name, trainable) => {
  const change: Partial<TrainOptions> = { trainable, steps: 3 };
  const whole = await run(`${name} whole`, { ...change, shape: { ...smallShape, images: 2 * smallShape.images, regionTexts: 2 * smallShape.regionTexts } }), parts = await run(`${name} parts`, { ...change, accumulation: 2 });
  expect(moved(whole.weights).length).toBeGreaterThan(20);
  for (const [weight, { data }] of whole.weights) {
    // A shift of all keys does not change a softmax over them: that slope is rounding alone, which the optimiser blows up.
    if (/(?:key|qkv)\.bias$/.test(weight)) continue;
    const other = parts.weights.get(weight)?.data, scale = data.reduce((m, v) => Math.max(m, Math.abs(v)), 1e-6);
    expect(data.reduce((m, v, i) => Math.max(m, Math.abs(v - (other?.[i] ?? NaN))), 0) / scale, weight).toBeLessThan(1e-3);
  }
});

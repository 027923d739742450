// Trainable sets on our own network: which weights a set means, that adapters change nothing until they are trained and
// nothing but the numbers once they are merged, and that frozen features give the gradients of the whole step.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Trainable } from '../../../shared/domain/run.ts';
import { AppError } from '../../../shared/errors.ts';
import { adoptBundle } from '../../../models/bundle/adopt.ts';
import { readBundle, weightsOf, type Bundle, type Weights } from '../../../models/bundle/bundle.ts';
import { differentiate, gradientName } from '../../../models/autodiff/backward.ts';
import { GraphBuilder } from '../../../models/graph/builder.ts';
import type { Graph } from '../../../models/graph/graph.ts';
import type { NetworkConfiguration } from '../../../models/nets/configuration.ts';
import { trainingGraph } from '../../../models/nets/dual-branch.ts';
import { firstValues } from '../../../models/nets/weights.ts';
import { writeOnnx } from '../../../models/onnx/write.ts';
import { randomFrom } from '../../../models/random.ts';
import { openSession } from '../../../models/runtime/session.ts';
import { float32, sizeOf, type Tensor } from '../../../models/tensor.ts';
import { batchTargets, exampleInputs, lookAt, textInputs, type BatchShape } from '../../../models/training/batch.ts';
import { FeatureCache, splitFrozen, type Item } from '../../../models/training/features.ts';
import { adaptableMatrices } from '../../../models/training/low-rank.ts';
import { planTraining, type TrainingPlan } from '../../../models/training/trainable.ts';
import { makePhantom } from '../../../models/phantom/make-phantom.ts';
import { smallConfiguration, smallShape, smallTokenizer } from '../nets/small-network.ts';

const deeper: NetworkConfiguration = { ...smallConfiguration, image: { side: 32, widths: [8, 8, 8], depth: 3 }, text: { vocabulary: smallTokenizer.vocabulary, length: 12, depth: 2 } };
const single: BatchShape = { images: 1, regions: smallShape.regions, regionTexts: 0 };

/** First values with everything moved a little, so that no gradient is zero because a bias or an adapter is. */
function valuesOf(weights: readonly { readonly name: string; readonly dims: readonly number[]; readonly start: Parameters<typeof firstValues>[0]['start'] }[], seed: number): Weights {
  return new Map(weights.map((w, i) => {
    const data = new Float32Array(sizeOf(w.dims)), random = randomFrom(seed, i, 41);
    firstValues(w, seed, i, data);
    if (!w.name.startsWith('scale.')) for (let k = 0; k < data.length; k++) data[k] = (data[k] ?? 0) + 0.05 * random.normal();
    return [w.name, { dims: w.dims, data }];
  }));
}
function plan(set: Trainable, c = deeper, shape = smallShape, bundle?: Bundle): TrainingPlan {
  const { graph, weights } = trainingGraph(c, shape, bundle?.towers), own = valuesOf(weights, 4);
  return planTraining(graph, weights, bundle === undefined ? own : new Map([...own, ...[...weightsOf(bundle)].filter(([name]) => name.includes('.tower.'))]), set, 9);
}
const feedsOf = (weights: Weights): Record<string, Tensor> => Object.fromEntries([...weights].map(([name, { dims, data }]) => [name, float32(dims, data)]));
async function run(graph: Graph, feeds: Record<string, Tensor>): Promise<Record<string, Tensor>> {
  const session = await openSession(writeOnnx(graph, 'test'), { threads: 1, memoryPattern: false });
  try { return await session.run(Object.fromEntries(graph.inputs.map((v) => [v.name, feeds[v.name] ?? float32([0], [])]))); } finally { await session.release(); }
}
/** Largest difference, relative to the largest entry. */
function apart(a: Tensor | undefined, b: Tensor | undefined): number {
  if (a?.dtype !== 'float32' || b?.dtype !== 'float32' || a.data.length !== b.data.length) return Infinity;
  const scale = a.data.reduce((m, v) => Math.max(m, Math.abs(v)), 1e-12);
  return a.data.reduce((m, v, i) => Math.max(m, Math.abs(v - (b.data[i] ?? NaN))), 0) / scale;
}
const looks = (c: NetworkConfiguration) => [40, 41].map((s) => lookAt(makePhantom(s), c, smallShape.regions, randomFrom(s, 3)));
function batch(c: NetworkConfiguration): Record<string, Tensor> {
  const { targets, texts } = batchTargets(looks(c), c, smallShape, randomFrom(8));
  return { ...exampleInputs(looks(c), c, smallShape.regions), ...textInputs(texts, c, smallTokenizer), ...targets };
}

describe('what a set means', () => {
  const all = trainingGraph(deeper, smallShape).weights.map((w) => w.name);
  const trained = (set: Trainable): string[] => plan(set).trained.map((w) => w.name);
  test('all: every weight, in order', () => { expect(trained({ kind: 'all' })).toEqual(all); });
  test('heads: what turns features into answers, and nothing of the towers', () => {
    const heads = trained({ kind: 'heads' });
    for (const name of ['image.pool', 'image.project.weight', 'text.project.weight', 'region.project.weight', 'region.finding.weight', 'head.conv1.weight', 'roi.query.weight', 'roi.reach', 'scale.image', 'scale.region']) expect(heads).toContain(name);
    expect(heads.filter((n) => /^(?:image|text|region)\.(?:stem|down|fine|coarse|position|words|block|widen|norm)/.test(n))).toEqual([]);
  });
  test('last K: the heads, K blocks of each tower and the norm behind them', () => {
    const heads = trained({ kind: 'heads' }), last = trained({ kind: 'last', blocks: 1 });
    expect(heads.filter((n) => !last.includes(n))).toEqual([]);
    const more = last.filter((n) => !heads.includes(n));
    expect(new Set(more.map((n) => n.split('.').slice(0, 2).join('.')))).toEqual(new Set(['image.block2', 'text.block1', 'region.block0', 'image.norm', 'text.norm', 'region.norm']));
    expect(trained({ kind: 'last', blocks: 9 }).filter((n) => /stem|down|words|position/.test(n))).toEqual([]);
  });
  test('a network without blocks has no last ones, and no matrices for adapters', () => {
    const flat: NetworkConfiguration = { ...deeper, text: { vocabulary: smallTokenizer.vocabulary, length: 12, depth: 0 } };
    expect(() => plan({ kind: 'last', blocks: 2 }, flat)).toThrow(AppError);
    expect(() => plan({ kind: 'last', blocks: 2 }, flat)).toThrow('The text encoder of this network has no blocks');
    expect(() => plan({ kind: 'lora', rank: 2, matrices: ['nowhere'] })).toThrow('no matrix in a block whose name holds nowhere');
  });
  test('frozen weights are constants, trained ones inputs; what is frozen comes back as it was', () => {
    const p = plan({ kind: 'heads' }), inputs = new Set(p.graph.inputs.map((v) => v.name));
    for (const name of all) expect([inputs.has(name), p.graph.initializers.has(name)]).toEqual(p.trained.some((w) => w.name === name) ? [true, false] : [false, true]);
    const changed = new Map([...p.start].map(([name, { dims, data }]) => [name, { dims, data: data.map((v) => v + 1) }]));
    const finished = p.finished(changed), before = valuesOf(trainingGraph(deeper, smallShape).weights, 4);
    expect([...finished.keys()]).toEqual(all);
    for (const [name, { data }] of finished) expect(data, name).toEqual(changed.get(name)?.data ?? before.get(name)?.data);
  });
});

describe('adapters', () => {
  const set: Trainable = { kind: 'lora', rank: 3 };
  test('beside the matrices of all blocks, and only where the names say so', () => {
    const adapted = (s: Trainable): string[] => plan(s).trained.filter((w) => w.name.endsWith('.adapter.down')).map((w) => w.name.replace('.weight.adapter.down', ''));
    const blocks = ['image.block0', 'image.block1', 'image.block2', 'region.block0', 'text.block0', 'text.block1'];
    expect(adapted(set)).toEqual(blocks.flatMap((b) => ['qkv', 'out', 'wide', 'narrow'].map((m) => `${b}.${m}`)));
    expect(adapted({ ...set, matrices: ['qkv', 'text.block1.out'] })).toEqual([...blocks.map((b) => `${b}.qkv`), 'text.block1.out'].sort((a, b) => blocks.findIndex((x) => a.startsWith(x)) - blocks.findIndex((x) => b.startsWith(x))));
    expect(plan({ kind: 'lora', rank: 500 }).trained.find((w) => w.name === 'image.block0.qkv.weight.adapter.down')?.dims).toEqual([8, 8]);
  });
  test('beside a Gemm as exporters write it, factors of one and all; not where it scales', () => {
    const adaptable = (alpha: number) => {
      const g = new GraphBuilder(), x = g.input('x', [2, 5]), w = g.input('w', [3, 5]);
      return adaptableMatrices(g.finish({ y: g.node('Gemm', [x, w], { alpha: { float: alpha }, beta: { float: 1 }, transB: 1 }) }));
    };
    expect([...adaptable(1)]).toEqual([['w', { transposed: true, inside: 5, outside: 3 }]]);
    expect([...adaptable(0.5)]).toEqual([]);
  });
  test('at the start the network is what it was', async () => {
    const p = plan(set), whole = plan({ kind: 'all' });
    const [a, b] = [await run(p.graph, { ...batch(deeper), ...feedsOf(p.start) }), await run(whole.graph, { ...batch(deeper), ...feedsOf(whole.start) })];
    for (const name of Object.keys(b)) expect(apart(b[name], a[name]), name).toBeLessThan(1e-5);
  });
  test('merged, the network says what the adapted one said', async () => {
    const p = plan(set), whole = plan({ kind: 'all' });
    const moved: Weights = new Map([...p.start].map(([name, { dims, data }], i) => { const random = randomFrom(5, i); return [name, { dims, data: name.includes('.adapter.') ? data.map((v) => v + 0.1 * random.normal()) : data }]; }));
    const [adapted, merged, before] = [await run(p.graph, { ...batch(deeper), ...feedsOf(moved) }), await run(whole.graph, { ...batch(deeper), ...feedsOf(p.finished(moved)) }), await run(whole.graph, { ...batch(deeper), ...feedsOf(whole.start) })];
    expect(apart(adapted['total'], before['total'])).toBeGreaterThan(1e-3);
    for (const name of Object.keys(merged)) expect(apart(adapted[name], merged[name]), name).toBeLessThan(2e-5);
  });
  test('no gradient of a frozen matrix is computed: no product of its shape is in the graph', () => {
    const c = { ...deeper, width: 24, heads: 3 }, p = plan(set, c);
    const whole = plan({ kind: 'all' }, c);
    const products = (graph: Graph): number => graph.nodes.filter((n) => (n.op === 'Gemm' || n.op === 'MatMul') && String(graph.values.get(n.outputs[0] ?? '')?.shape) === '24,72').length;
    expect(products(differentiate(p.graph, 'total', p.trained.map((w) => w.name)))).toBe(0);
    expect(products(differentiate(whole.graph, 'total', whole.trained.map((w) => w.name)))).toBe(6);
  });
});

describe('frozen features', () => {
  let folder = '', adopted: Bundle | undefined;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'regionmed-frozen-'));
    const tower = (name: string): string => path.join(import.meta.dirname, '..', 'bundle', 'towers', name);
    await adoptBundle({ imageEncoder: tower('clip-image.onnx'), textEncoder: tower('clip-text.onnx'), tokenizer: tower('clip.tokenizer.json'), out: folder, width: 8, textLength: 12, createdAt: '2026-01-01T00:00:00.000Z' });
    adopted = await readBundle(folder);
  });
  afterAll(async () => { await rm(folder, { recursive: true, force: true }); });
  const grid: NetworkConfiguration = { ...deeper, roi: { ...deeper.roi, look: 'grid' } };
  test.each<[string, NetworkConfiguration | 'adopted', Trainable, readonly string[]]>([
    ['heads', deeper, { kind: 'heads' }, ['example', 'text']], ['last block', deeper, { kind: 'last', blocks: 1 }, ['example', 'text']],
    // Of two text blocks the last two are all: below them is a table, which is not worth keeping.
    ['last two, regions from the grid', grid, { kind: 'last', blocks: 2 }, ['example']], ['adapters', deeper, { kind: 'lora', rank: 2 }, ['example', 'text']],
    ['heads of an adopted network', 'adopted', { kind: 'heads' }, ['example', 'text']], ['last block of an adopted network', 'adopted', { kind: 'last', blocks: 1 }, ['example', 'text']],
  ])('%s: losses and gradients of the whole step, to rounding', async (_, network, set, kinds) => {
    const bundle = network === 'adopted' ? adopted : undefined, c = network === 'adopted' ? bundle?.configuration ?? deeper : network, tokenizer = bundle?.tokenizer ?? smallTokenizer;
    const whole = plan(set, c, smallShape, bundle), split = splitFrozen(whole.graph, plan(set, c, single, bundle).graph, { example: smallShape.images, text: smallShape.images + smallShape.regionTexts });
    expect(split.parts.map((p) => p.kind)).toEqual(kinds);
    // Beside an adopted encoder stand convolutions of ours, which are heads and see pixels.
    expect(split.rest.inputs.map((v) => v.name).includes('image')).toBe(bundle !== undefined);
    expect(split.rest.nodes.length).toBeLessThan(whole.graph.nodes.length);
    const names = whole.trained.map((w) => w.name), weights = feedsOf(whole.start);
    const { targets, texts } = batchTargets(looks(c), c, smallShape, randomFrom(8));
    let asked = 0;
    const items = {
      example: looks(c).map((look, i): Item => ({ key: String(i), inputs: () => { asked++; return exampleInputs([look], c, smallShape.regions); } })),
      text: texts.map((text): Item => ({ key: text, inputs: () => { asked++; return textInputs([text], c, tokenizer); } })),
    };
    const cache = await FeatureCache.open(split, { threads: 1 }), none = await FeatureCache.open(split, { threads: 1 }, 0);
    try {
      const features = await cache.feeds(items), first = asked;
      expect(first).toBe(looks(c).length + (kinds.includes('text') ? new Set(texts).size : 0));
      expect(await cache.feeds(items)).toEqual(features);
      expect(asked).toBe(first);
      expect(await none.feeds(items)).toEqual(features);
      const expected = await run(differentiate(whole.graph, 'total', names), { ...exampleInputs(looks(c), c, smallShape.regions), ...textInputs(texts, c, tokenizer), ...targets, ...weights });
      const found = await run(differentiate(split.rest, 'total', names), { ...exampleInputs(looks(c), c, smallShape.regions, bundle !== undefined), ...textInputs(texts, c, tokenizer), ...targets, ...features, ...weights });
      expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort());
      const wrong = Object.keys(expected).filter((name) => apart(expected[name], found[name]) > 1e-5);
      // A shift of all keys does not change a softmax over them: that slope is rounding alone.
      expect(wrong.filter((name) => !/k(?:ey|_proj)\.bias/.test(name))).toEqual([]);
      expect(names.every((name) => found[gradientName(name)] !== undefined)).toBe(true);
    } finally {
      await cache.release();
      await none.release();
    }
  });
  test('all: nothing stays the same from step to step, so nothing is kept', () => {
    const set: Trainable = { kind: 'all' }, whole = plan(set);
    const split = splitFrozen(whole.graph, plan(set, deeper, single).graph, { example: smallShape.images, text: smallShape.images + smallShape.regionTexts });
    expect(split.parts).toEqual([]);
    expect(split.rest.inputs.map((v) => v.name)).toEqual(whole.graph.inputs.map((v) => v.name));
  });
});

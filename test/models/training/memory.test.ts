// What a step holds: the order of least memory is the one onnxruntime runs, computing again holds less and answers the
// same, what is predicted is what the runtime's own books say, and a run that does not fit says which batch would.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as ort from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import { differentiate, gradientName } from '../../../models/autodiff/backward.ts';
import { recomputed } from '../../../models/autodiff/recompute.ts';
import { GraphBuilder } from '../../../models/graph/builder.ts';
import type { Graph } from '../../../models/graph/graph.ts';
import { bytesOf, mostLiving } from '../../../models/graph/living.ts';
import { withOpenRows } from '../../../models/graph/open-rows.ts';
import { asItStands, runningOrder } from '../../../models/graph/order.ts';
import { Layers } from '../../../models/nets/layers.ts';
import { firstValues, weightInputs, type WeightSpecification } from '../../../models/nets/weights.ts';
import { writeOnnx } from '../../../models/onnx/write.ts';
import { randomFrom } from '../../../models/random.ts';
import { sizeOf } from '../../../models/tensor.ts';
import { makeSampler } from '../../../models/training/sampler.ts';
import { assertFits } from '../../../models/training/memory.ts';
import { train } from '../../../models/training/train.ts';
import { smallConfiguration, smallShape, smallTokenizer } from '../nets/small-network.ts';

let folder = '';
beforeAll(async () => { folder = await mkdtemp(path.join(tmpdir(), 'regionmed-memory-')); });
afterAll(async () => { await rm(folder, { recursive: true, force: true }); });

/** Eight transformer blocks on x [8, 64, 48], their sum of squares as the loss. */
const found: WeightSpecification[] = [];
const forward = ((): Graph => {
  const g = new GraphBuilder(), l = new Layers(g, weightInputs(found));
  let x = g.input('x', [8, 64, 48]);
  for (let i = 0; i < 8; i++) x = l.block(`block${i}`, x, 4, null);
  return g.finish({ loss: g.mean(g.mul(x, x), [0, 1, 2], false) });
})();
const weights = found.map((w) => w.name), plain = differentiate(forward, 'loss', weights);
const again = recomputed(plain, forward, new Set(weights));

const event = z.object({ cat: z.string(), name: z.string(), args: z.object({ mem_bytes_in_use: z.coerce.number().optional(), op_name: z.string().optional() }) });
/** Runs a graph and answers its outputs, the names of the nodes as they ran, and the most bytes that the runtime's arena had in use. */
async function profiled(graph: Graph, open: boolean): Promise<{ outputs: Map<string, Float32Array>; order: string[]; peak: number }> {
  const shown = new Set(['x']);
  const session = await ort.InferenceSession.create(open ? writeOnnx(withOpenRows(graph, shown), 'g', shown) : writeOnnx(graph, 'g'), { enableMemPattern: false, interOpNumThreads: 1, intraOpNumThreads: 1, enableProfiling: true, profileFilePrefix: path.join(folder, `${Math.random()}`), logSeverityLevel: 3 });
  const feeds: Record<string, ort.Tensor> = { x: new ort.Tensor('float32', Float32Array.from({ length: 8 * 64 * 48 }, ((random) => () => random.normal())(randomFrom(1))), [8, 64, 48]) };
  for (const [i, w] of found.entries()) { const data = new Float32Array(sizeOf(w.dims)); firstValues(w, 2, i, data); feeds[w.name] = new ort.Tensor('float32', data, [...w.dims]); }
  const out = await session.run(feeds);
  const outputs = new Map(Object.entries(out).map(([name, t]) => [name, Float32Array.from(z.instanceof(Float32Array).parse(t.data))]));
  session.endProfiling();
  await session.release();
  const [file = ''] = (await import('node:fs')).readdirSync(folder).filter((f) => f.endsWith('.json'));
  const nodes = z.array(z.unknown()).parse(JSON.parse(await readFile(path.join(folder, file), 'utf8'))).flatMap((e) => { const ok = event.safeParse(e); return ok.success && ok.data.name.endsWith('_kernel_time') ? [ok.data] : []; });
  await rm(path.join(folder, file));
  return { outputs, order: nodes.map((n) => n.name.slice(0, -'_kernel_time'.length)), peak: Math.max(...nodes.map((n) => n.args.mem_bytes_in_use ?? 0)) };
}

test('onnxruntime runs the graph in the order that is computed for it', async () => {
  const graph = asItStands(plain), { order } = await profiled(graph, true);
  const place = new Map(runningOrder(graph).map((n, i) => [n.name, i]));
  const places = order.flatMap((name) => place.get(name) ?? []);
  expect(places.length).toBeGreaterThan(0.6 * graph.nodes.length);
  // Nodes that it fuses run a little earlier or later than what they were made of.
  const early = places.filter((p, i) => i > 0 && p < Math.max(...places.slice(Math.max(0, i - 40), i)) - 40);
  expect(early.length).toBeLessThan(0.02 * places.length);
});

describe('less is held', () => {
  test('in the order of least memory than in the file\'s, and much less where activations are computed again; the gradients are the same', async () => {
    const [file, ordered, twice] = [await profiled(plain, false), await profiled(asItStands(plain), true), await profiled(asItStands(again), true)];
    expect(ordered.peak).toBeLessThan(file.peak);
    expect(twice.peak).toBeLessThan(0.5 * ordered.peak);
    for (const name of weights) {
      const expected = file.outputs.get(gradientName(name)) ?? new Float32Array(0), scale = expected.reduce((m, v) => Math.max(m, Math.abs(v)), 1e-9);
      for (const other of [ordered, twice]) expect(expected.reduce((m, v, i) => Math.max(m, Math.abs(v - (other.outputs.get(gradientName(name))?.[i] ?? NaN))), 0) / scale, name).toBeLessThan(1e-4);
    }
    // What is said to live is what the runtime has in use, and what it keeps back for reuse.
    for (const [graph, { peak }, most] of [[asItStands(plain), ordered, 1.4], [asItStands(again), twice, 2.4]] as const) {
      expect(peak / mostLiving(graph)).toBeGreaterThan(0.95);
      expect(peak / mostLiving(graph)).toBeLessThan(most);
    }
  });
  test('a chain holds two values at a time, a gradient of it all', () => {
    const g = new GraphBuilder();
    let x = g.input('x', [1000]);
    for (let i = 0; i < 10; i++) x = g.exp(x);
    const chain = g.finish({ y: g.sum(x, [0], false) });
    expect(mostLiving(chain)).toBe(8000);
    expect(mostLiving(asItStands(differentiate(chain, 'y', ['x'])))).toBeGreaterThan(10 * 4000);
    expect(bytesOf({ name: 'i', shape: [3, 2], dtype: 'int64' })).toBe(48);
  });
});

describe('a run that does not fit', () => {
  const needs = (images: number): number => 1e8 + images * 5e7;
  const told = (images: number, free: number): string => { try { assertFits(images, needs, free); return 'fits'; } catch (error) { return error instanceof AppError ? `${error.code}: ${error.message}` : String(error); } };
  test.each([
    [8, 5e8, 'fits'], [8, 4.9e8, 'does-not-fit: A step over 8 images needs about 0.50 GB of memory, and 0.49 GB are free. 7 images at a time would fit.'],
    [8, 3e8, 'does-not-fit: A step over 8 images needs about 0.50 GB of memory, and 0.30 GB are free. 4 images at a time would fit: a batch of 4 with 2 times the accumulation is the same step.'],
    [8, 1.6e8, 'does-not-fit: A step over 8 images needs about 0.50 GB of memory, and 0.16 GB are free. One image at a time would fit: a batch of 1 with 8 times the accumulation is the same step.'],
    [8, 1e8, 'does-not-fit: A step over 8 images needs about 0.50 GB of memory, and 0.10 GB are free. Not even one image at a time would fit; train fewer weights (heads), or free memory.'],
  ])('%i images in %d bytes: %s', (images, free, expected) => { expect(told(images, free)).toBe(expected); });
  test('says so before its first step', async () => {
    const steps: number[] = [];
    await expect(train({ configuration: smallConfiguration, tokenizer: smallTokenizer, start: null, draw: makeSampler({ examples: [], blobPath: (s) => s, replay: 1, phantoms: 2, seed: 1 }), steps: 2, learningRate: 1e-3, seed: 1, device: 'cpu', threads: 1,
      shape: smallShape, memory: 1e6, checkpoint: path.join(folder, 'c.safetensors'), key: 'k', onStep: (p) => steps.push(p.step) })).rejects.toMatchObject({ code: 'does-not-fit' });
    expect(steps).toEqual([]);
  });
});

test('computing again trains to the same weights', async () => {
  const run = (name: string, recompute: boolean): ReturnType<typeof train> => train({ configuration: smallConfiguration, tokenizer: smallTokenizer, start: null, draw: makeSampler({ examples: [], blobPath: (s) => s, replay: 1, phantoms: 4, seed: 1 }), steps: 2, learningRate: 1e-3, seed: 1, device: 'cpu', threads: 1,
    shape: smallShape, recompute, checkpoint: path.join(folder, `${name}.safetensors`), key: name, onStep: () => undefined });
  const [a, b] = [await run('plain', false), await run('again', true)];
  for (const [name, { data }] of a.weights) expect(data.reduce((m, v, i) => Math.max(m, Math.abs(v - (b.weights.get(name)?.data[i] ?? NaN))), 0), name).toBeLessThan(2e-3);
});

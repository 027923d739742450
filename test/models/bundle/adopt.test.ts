// Encoders that were made elsewhere, adopted: they give what they gave before, bundles with them are read, written and
// run like ours, their network learns whole or in part, and what cannot be used is refused with a sentence.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Trainable } from '../../../shared/domain/run.ts';
import { AppError } from '../../../shared/errors.ts';
import { adoptBundle, type AdoptOptions } from '../../../models/bundle/adopt.ts';
import { readBundle, weightsOf, writeBundle, type Bundle, type Weights } from '../../../models/bundle/bundle.ts';
import { evaluate, metricsOf } from '../../../models/evaluation/measure.ts';
import { Predictor } from '../../../models/inference/predictor.ts';
import { modelProto } from '../../../models/onnx/schema.ts';
import { makePhantom, phantomFindings } from '../../../models/phantom/make-phantom.ts';
import { randomFrom } from '../../../models/random.ts';
import { openSession } from '../../../models/runtime/session.ts';
import { float32, int64, type Tensor } from '../../../models/tensor.ts';
import { makeSampler } from '../../../models/training/sampler.ts';
import { train, type TrainOptions } from '../../../models/training/train.ts';

const towers = path.join(import.meta.dirname, 'towers');
const tower = (name: string): string => path.join(towers, name);
let folder = '';
beforeAll(async () => { folder = await mkdtemp(path.join(tmpdir(), 'regionmed-adopt-')); });
afterAll(async () => { await rm(folder, { recursive: true, force: true }); });
const at = (name: string): string => path.join(folder, name);

const options = (change: Partial<AdoptOptions> = {}): AdoptOptions => ({
  imageEncoder: tower('clip-image.onnx'), textEncoder: tower('clip-text.onnx'), tokenizer: tower('clip.tokenizer.json'), out: at('bundle'), width: 16, textLength: 16, createdAt: '2026-01-01T00:00:00.000Z', findings: phantomFindings, ...change,
});
const sets = { all: { kind: 'all' }, heads: { kind: 'heads' }, last: { kind: 'last', blocks: 1 }, lora: { kind: 'lora', rank: 2 } } as const satisfies Record<string, Trainable>;
const pairs: readonly [string, Partial<AdoptOptions>, readonly (keyof typeof sets)[]][] = [
  ['clip', {}, ['all', 'heads', 'last', 'lora']], ['convolutions and bert', { imageEncoder: tower('convolutions.onnx'), textEncoder: tower('bert-text.onnx'), tokenizer: tower('bert.tokenizer.json') }, ['last']],
];
const numbers = (t: Tensor | undefined): Float32Array => { if (t?.dtype !== 'float32') throw new Error('no numbers'); return t.data; };
const unit = (v: Float32Array): Float32Array => { const n = Math.hypot(...v); return v.map((x) => x / n); };
function far(a: Float32Array, b: Float32Array): number { return a.length === b.length ? a.reduce((m, v, i) => Math.max(m, Math.abs(v - (b[i] ?? NaN))), 0) : Infinity; }

describe.each(pairs)('%s', (name, files, kinds) => {
  const out = (): string => at(`bundle ${name}`);
  let bundle: Bundle;
  beforeAll(async () => { await adoptBundle(options({ ...files, out: out() })); bundle = await readBundle(out()); });

  test('says what it is and that it is untrained', async () => {
    expect(bundle.configuration).toMatchObject({ image: { kind: 'adopted', side: 32, tokenSide: 4, prefix: name === 'clip' ? 1 : 0, project: name !== 'clip' }, text: { kind: 'adopted', pool: name === 'clip' ? 'given' : 'mean', project: name !== 'clip' }, embedding: name === 'clip' ? 12 : 256 });
    expect(bundle.manifest).toMatchObject({ threshold: 1, findings: phantomFindings, madeBy: { steps: 0, phantomOnly: false } });
    const report = z.object({ note: z.string(), metrics: z.record(z.string(), z.null()) }).parse(JSON.parse(await readFile(path.join(out(), 'evaluation.json'), 'utf8')));
    expect(report.note).toContain('untrained');
  });

  test('weights live once: the graphs beside the models hold none of them', async () => {
    const weights = weightsOf(bundle);
    expect([...weights.keys()].filter((n) => n.startsWith('image.tower.')).length).toBeGreaterThan(10);
    for (const part of ['image', 'text'] as const) expect((await readFile(path.join(out(), `${part}-tower.onnx`))).length).toBeLessThan(0.75 * (await readFile(files[`${part}Encoder`] ?? tower(`clip-${part}.onnx`))).length);
    await writeBundle(at('again'), { configuration: bundle.configuration, towers: bundle.towers, weights, tokenizerJson: bundle.tokenizerJson, manifest: bundle.manifest });
    for (const file of ['image.onnx', 'region.onnx', 'text.onnx', 'image-tower.onnx', 'text-tower.onnx']) expect((await readFile(path.join(at('again'), file))).equals(await readFile(path.join(out(), file))), file).toBe(true);
  });

  test('a fresh bundle proposes nothing by itself, runs all the same, and is measured', async () => {
    const predictor = await Predictor.open(out(), 1);
    try {
      const { image, example } = makePhantom(3_000_000);
      expect(await predictor.propose(image, phantomFindings)).toEqual([]);
      const found = await predictor.propose(image, phantomFindings, 0.01);
      for (const p of found) expect(p.embedding).toHaveLength(bundle.configuration.embedding);
      const metrics = metricsOf(await evaluate({ predictor, examples: [example], findings: phantomFindings, load: () => Promise.resolve(image) }));
      expect(metrics.recallAt50?.value).toBe(0);
    } finally {
      await predictor.release();
    }
  });

  const draw = makeSampler({ examples: [], blobPath: (s) => s, replay: 1, phantoms: 4, seed: 3 });
  const run = (run: string, change: Partial<TrainOptions>): ReturnType<typeof train> => train({
    configuration: bundle.configuration, towers: bundle.towers, tokenizer: bundle.tokenizer, start: weightsOf(bundle), draw, steps: 10, learningRate: 3e-3, seed: 3, device: 'cpu', threads: 1,
    shape: { images: 2, regions: 4, regionTexts: 6 }, checkpoint: at(`${name} ${run}.safetensors`), key: 'the run', every: 4, onStep: () => undefined, ...change,
  });
  const moved = (weights: Weights): string[] => { const before = weightsOf(bundle); return [...weights].filter(([n, { data }]) => far(data, before.get(n)?.data ?? new Float32Array(0)) > 0).map(([n]) => n); };
  test.each(kinds)('%s: the loss falls, the towers move as far as they may, and a run goes on to the same bits', async (kind) => {
    const trainable = sets[kind], losses: number[] = [], work = run(kind, { trainable, onStep: ({ total }) => losses.push(total) });
    const { weights } = await work;
    const mean = (part: readonly number[]): number => part.reduce((a, b) => a + b, 0) / part.length;
    expect(mean(losses.slice(-3))).toBeLessThan(mean(losses.slice(0, 3)));
    const changed = moved(weights), inTowers = changed.filter((n) => n.includes('.tower.'));
    expect(changed).toEqual(expect.arrayContaining(['head.objectness.weight', 'region.stem.weight', 'image.adapter.weight']));
    if (kind === 'all') expect(inTowers.filter((n) => n.startsWith('image.')).length).toBeGreaterThan(8);
    if (kind === 'last') expect(inTowers.filter((n) => /layers?\.?[01]\.|layer1/.test(n) && n.startsWith('image.'))).toEqual([]);
    if (kind === 'last' || kind === 'lora') expect(inTowers.some((n) => n.startsWith('text.'))).toBe(true);
    if (kind === 'heads') expect(inTowers.every((n) => /project/.test(n))).toBe(true);
    await expect(run(`${kind} cut`, { trainable, onStep: ({ step }) => { if (step === 6) throw new Error('killed'); } })).rejects.toThrow('killed');
    const again = await run(`${kind} cut`, { trainable });
    expect(again.resumedAt).toBe(4);
    for (const [n, { data }] of weights) expect(far(data, again.weights.get(n)?.data ?? new Float32Array(0)), n).toBe(0);
  });
});

describe('an adopted encoder gives what it gave', () => {
  test('image: pixels normalised as told, the same embedding', async () => {
    const mean = [0.4, 0.5, 0.3] as const, std = [0.2, 0.3, 0.25] as const;
    await adoptBundle(options({ out: at('same'), mean, std }));
    const bundle = await readBundle(at('same')), random = randomFrom(2);
    const brightness = Float32Array.from({ length: 3 * 32 * 32 }, () => random.uniform());
    const ours = await openSession(bundle.models['image.onnx'], { threads: 1 }), theirs = await openSession(await readFile(tower('clip-image.onnx')), { threads: 1 });
    try {
      const found = await ours.run({ image: float32([1, 3, 32, 32], brightness.map((v) => (v - 0.5) / 0.25)) });
      const expected = await theirs.run({ pixel_values: float32([1, 3, 32, 32], brightness.map((v, i) => (v - (mean[Math.floor(i / 1024)] ?? 0)) / (std[Math.floor(i / 1024)] ?? 1))) });
      expect(far(numbers(found['embedding']), unit(numbers(expected['image_embeds'])))).toBeLessThan(2e-6);
    } finally {
      await ours.release();
      await theirs.release();
    }
  });
  // The newer exporter's file is the same encoder as the older one's, which alone the runtime opens from bytes.
  test.each([['clip-text', 'clip', 'text_embeds', 'clip-text'], ['clip-text-new', 'clip', 'text_embeds', 'clip-text'], ['bert-text', 'bert', 'last_hidden_state', 'bert-text']])('%s: the same vectors, however many other texts there are', async (name, tokens, output, original) => {
    await adoptBundle(options({ out: at('same'), textEncoder: tower(`${name}.onnx`), tokenizer: tower(`${tokens}.tokenizer.json`) }));
    const predictor = await Predictor.open(at('same'), 1), theirs = await openSession(await readFile(tower(`${original}.onnx`)), { threads: 1 });
    try {
      const { tokenizer, configuration } = predictor.bundle, texts = ['Small nodule in the upper left part of the image.', 'ring', 'a large mass, 3 mm'];
      const found = await predictor.embedTexts(texts), project = weightsOf(predictor.bundle).get('text.project.weight');
      for (const [i, text] of texts.entries()) {
        const { ids, mask } = tokenizer.encode(text, 16), real = mask.reduce((a, b) => a + b, 0), whole = (v: Iterable<number>): Tensor => int64([1, 16], [...v]);
        const out = numbers((await theirs.run({ input_ids: whole(ids), attention_mask: whole(mask), ...(name === 'bert-text' ? { token_type_ids: whole(new Int32Array(16)) } : {}) }))[output]);
        const vector = name !== 'bert-text' ? out : Float32Array.from({ length: configuration.embedding }, (_, e) => {
          let sum = 0;
          for (let d = 0; d < 16; d++) { let mean = 0; for (let t = 0; t < real; t++) mean += (out[t * 16 + d] ?? 0) / real; sum += mean * (project?.data[d * configuration.embedding + e] ?? NaN); }
          return sum;
        });
        expect(far(found[i] ?? new Float32Array(0), unit(vector)), text).toBeLessThan(5e-6);
      }
    } finally {
      await predictor.release();
      await theirs.release();
    }
  });
});

test('matrices that an exporter turned over and numbered are called by their places again', async () => {
  const namesOf = async (textEncoder: string): Promise<string[]> => {
    await adoptBundle(options({ out: at('named'), textEncoder }));
    return [...weightsOf(await readBundle(at('named'))).keys()].filter((n) => n.startsWith('text.tower.')).sort((a, b) => (a < b ? -1 : 1));
  };
  const names = await namesOf(tower('clip-text-new.onnx'));
  expect(names).toEqual(await namesOf(tower('clip-text.onnx')));
  expect(names).toContain('text.tower.model.text_model.encoder.layers.1.self_attn.q_proj.weight');
});

describe('what cannot be used is refused with a sentence, and nothing is written', () => {
  interface Message { graph: { node: { op_type: string; name: string; input: string[]; output: string[]; domain?: string }[]; initializer: { name: string; raw_data: Uint8Array; dims: number[]; external_data?: { key: string; value: string }[] }[]; input: { type: { tensor_type: { shape: { dim: { dim_value?: number; dim_param?: string }[] } } } }[]; output: { name: string }[] } }
  /** The file with one thing changed. */
  async function changed(name: string, change: (m: Message) => void): Promise<string> {
    const message = modelProto.toObject(modelProto.decode(await readFile(tower(name))), { longs: Number }) as Message;
    change(message);
    const file = at(`changed ${name}`);
    await writeFile(file, modelProto.encode(modelProto.fromObject(message)).finish());
    return file;
  }
  const refusal = async (change: Partial<AdoptOptions>): Promise<AppError> => {
    const error: unknown = await adoptBundle(options({ out: at('refused'), ...change })).then(() => null, (e: unknown) => e);
    if (!(error instanceof AppError)) throw new Error(`not refused with a sentence: ${String(error)}`);
    await expect(readFile(path.join(at('refused'), 'manifest.json'))).rejects.toThrow();
    return error;
  };
  test('an operator that is not known, by name', async () => {
    const file = await changed('clip-image.onnx', (m) => { const node = m.graph.node.find((n) => n.op_type === 'Sigmoid'); if (node !== undefined) { node.op_type = 'Unheard'; node.name = 'the odd one'; } });
    const { code, message } = await refusal({ imageEncoder: file });
    expect(code).toBe('model-unsupported');
    expect(message).toMatch(/image encoder changed clip-image\.onnx.*(?:Unheard|the odd one)/);
  });
  test('a weight that is no number, by name', async () => {
    const file = await changed('clip-text.onnx', (m) => { const t = m.graph.initializer.find((i) => i.name.endsWith('token_embedding.weight')); if (t !== undefined) { t.raw_data = Uint8Array.from(t.raw_data); new DataView(t.raw_data.buffer).setFloat32(40, NaN, true); } });
    expect((await refusal({ textEncoder: file })).message).toMatch(/holds a value that is no number in the weight model\.\S*token_embedding\.weight \(entry 10 of \d+\)/);
  });
  test.each([['bert', 'roberta', /numbered up to 360, but the text encoder bert-text\.onnx knows 139/], ['clip', 'bert', /it has 139 tokens, the text encoder clip-text\.onnx 358; it belongs to another encoder/]])('%s with the tokenizer of %s', async (text, tokenizer, sentence) => {
    expect((await refusal({ textEncoder: tower(`${text}-text.onnx`), tokenizer: tower(`${tokenizer}.tokenizer.json`) })).message).toMatch(sentence);
  });
  test('an image encoder without a place for each part of the image', async () => {
    const file = await changed('clip-image.onnx', (m) => { m.graph.output = m.graph.output.filter((o) => o.name === 'image_embeds'); });
    expect((await refusal({ imageEncoder: file })).message).toContain('none of which has a place for each part of the image');
  });
  test('weights in a file outside the model\'s folder', async () => {
    const file = await changed('clip-text-new.onnx', (m) => { for (const t of m.graph.initializer) for (const e of t.external_data ?? []) if (e.key === 'location') e.value = `../${e.value}`; });
    expect((await refusal({ textEncoder: file })).message).toMatch(/\.\.\/clip-text-new\.onnx\.data/);
  });
  test('a folder with other files in it is left as it is', async () => {
    await mkdir(at('papers'));
    await writeFile(path.join(at('papers'), 'thesis.txt'), 'years of work');
    for (const out of [at('papers'), path.join(at('papers'), 'thesis.txt')]) expect(await refusal({ out })).toMatchObject({ code: 'wrong-usage' });
    expect(await readFile(path.join(at('papers'), 'thesis.txt'), 'utf8')).toBe('years of work');
  });
  test('texts longer than its table of places', async () => { expect((await refusal({ textLength: undefined })).message).toContain('That was with texts of 64 tokens; where it has places for fewer, --text-length says so.'); });
  test('a batch that is fixed', async () => {
    const file = await changed('clip-image.onnx', (m) => { const [dim] = m.graph.input[0]?.type.tensor_type.shape.dim ?? []; if (dim !== undefined) { delete dim.dim_param; dim.dim_value = 1; } });
    expect((await refusal({ imageEncoder: file })).message).toContain('for batches of exactly 1');
  });
  test.each<[string, Partial<AdoptOptions>, string]>([
    ['what is no network', { imageEncoder: tower('clip.tokenizer.json') }, 'This is not an ONNX model'], ['what is no tokenizer', { tokenizer: tower('clip.expected.json') }, 'tokenizer of this model cannot be read'], ['a file that is not there', { textEncoder: tower('nowhere.onnx') }, 'cannot be read'],
    ['a text encoder in the image encoder\'s place', { imageEncoder: tower('clip-text.onnx') }, 'must take one input of shape [batch, 3, side, side]'], ['an image encoder in the text encoder\'s place', { textEncoder: tower('clip-image.onnx') }, 'texts are [batch, length]'],
    ['an output that is not there', { imageTokens: 'nothing' }, 'has no output nothing'], ['another side than the network has', { side: 64 }, '64 pixels a side'],
  ])('%s', async (_, change, sentence) => { expect((await refusal(change)).message).toContain(sentence); });
});

// A run that was cut off and gone on with ends in the same bits as one that was not; a checkpoint of another run is
// not mistaken for it, and a damaged one is told.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import type { Weights } from '../../../models/bundle/bundle.ts';
import { fromSafetensors, toSafetensors } from '../../../models/training/safetensors.ts';
import { makeSampler } from '../../../models/training/sampler.ts';
import { train, type TrainOptions } from '../../../models/training/train.ts';
import { smallConfiguration, smallShape, smallTokenizer } from '../nets/small-network.ts';

const steps = 6;
let folder = '';
beforeAll(async () => { folder = await mkdtemp(path.join(tmpdir(), 'regionmed-resume-')); });
afterAll(async () => { await rm(folder, { recursive: true, force: true }); });

const draw = makeSampler({ examples: [], blobPath: (s) => s, replay: 1, phantoms: 6, seed: 3 });
const run = (name: string, change: Partial<TrainOptions> = {}): ReturnType<typeof train> => train({
  configuration: smallConfiguration, tokenizer: smallTokenizer, start: null, draw, steps, learningRate: 1e-3, seed: 3, device: 'cpu', threads: 1, shape: smallShape,
  checkpoint: path.join(folder, `${name}.safetensors`), key: 'the run', every: 2, onStep: () => undefined, ...change,
});
const bits = (weights: Weights): Map<string, string> => new Map([...weights].map(([name, { data }]) => [name, Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('hex')]));
const codeOf = async (work: Promise<unknown>): Promise<string> => work.then(() => 'no error', (error: unknown) => (error instanceof AppError ? error.code : String(error)));

/** Runs until step `n` is done and stops there, as a person who presses stop. */
async function cutOff(name: string, n: number): Promise<void> {
  const stop = new AbortController();
  const code = await codeOf(run(name, { signal: stop.signal, onStep: ({ step }) => { if (step === n) stop.abort(); } }));
  expect(code).toBe('cancelled');
}

describe('going on', () => {
  test('ends bit-identical, wherever the run was cut off, once or twice', async () => {
    const whole = await run('whole');
    expect(whole.resumedAt).toBe(0);
    const expected = bits(whole.weights);
    await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: steps - 1 }), fc.integer({ min: 1, max: steps - 1 }), async (first, second) => {
      const name = `cut-${first}-${second}`;
      await cutOff(name, first);
      if (second > first) await cutOff(name, second);
      const { weights, resumedAt } = await run(name);
      expect(resumedAt).toBe(Math.max(first, second > first ? second : 0));
      expect(bits(weights)).toEqual(expected);
    }), { seed: 11, numRuns: 4 });
  });

  test('a process that dies after a checkpoint goes on from that one', async () => {
    const expected = bits((await run('whole')).weights);
    // Dies in step 5: the last checkpoint is of step 4.
    await expect(run('killed', { onStep: ({ step }) => { if (step === 5) throw new Error('killed'); } })).rejects.toThrow('killed');
    const { weights, resumedAt } = await run('killed');
    expect(resumedAt).toBe(4);
    expect(bits(weights)).toEqual(expected);
  });

  test('a finished run answers from its checkpoint without another step', async () => {
    await run('whole');
    const seen: number[] = [];
    const { resumedAt } = await run('whole', { onStep: ({ step }) => seen.push(step) });
    expect([resumedAt, seen]).toEqual([steps, []]);
  });
});

describe('checkpoints that do not belong or are damaged', () => {
  let sound = Buffer.alloc(0);
  beforeAll(async () => {
    await cutOff('other', 3);
    sound = await readFile(path.join(folder, 'other.safetensors'));
  });
  test('of another run: started anew', async () => {
    const { resumedAt } = await run('other', { key: 'another run' });
    expect(resumedAt).toBe(0);
  });
  test('a damaged newest one costs some steps, not the run, and is told; the end is the same', async () => {
    const expected = bits((await run('whole')).weights);
    await expect(run('fell', { onStep: ({ step }) => { if (step === 5) throw new Error('killed'); } })).rejects.toThrow('killed');
    const file = path.join(folder, 'fell.safetensors'), newest = await readFile(file);
    // One bit, far in the numbers: nothing but a hash can see it.
    newest[newest.length - 40] = (newest[newest.length - 40] ?? 0) ^ 1;
    await writeFile(file, newest);
    const { weights, resumedAt, notes } = await run('fell');
    expect(resumedAt).toBe(2);
    expect(notes).toEqual(['The newest checkpoint was damaged; the run went on from the one before, after step 2.']);
    expect(bits(weights)).toEqual(expected);
  });
  test('a run that goes on elsewhere says so', async () => {
    await cutOff('moved', 3);
    const { notes } = await run('moved', { madeBy: { settings: 'other' } });
    expect(notes).toEqual(['From step 3 on another settings: the last bits may differ from those of a run that nothing changed in.']);
  });
  test.each<[string, (bytes: Buffer) => Uint8Array]>([
    ['cut off in its numbers', (b) => b.subarray(0, Math.floor(b.length / 2))], ['cut off by a byte', (b) => b.subarray(0, -1)], ['cut off in its head', (b) => b.subarray(0, 40)], ['empty', (b) => b.subarray(0, 0)],
    ['without its moments', (b) => { const { tensors, metadata } = fromSafetensors(b); tensors.delete('adamw.second'); return Buffer.concat(toSafetensors(Object.fromEntries(tensors), metadata)); }],
    ['without its step', (b) => { const { tensors, metadata } = fromSafetensors(b); return Buffer.concat(toSafetensors(Object.fromEntries(tensors), { key: metadata['key'] ?? '' })); }],
    ['with a number changed', (b) => { const changed = Buffer.from(b); changed[b.length - 9] = (changed[b.length - 9] ?? 0) ^ 64; return changed; }],
    ['of a step that is no step', (b) => { const { tensors, metadata } = fromSafetensors(b); return Buffer.concat(toSafetensors(Object.fromEntries(tensors), { ...metadata, step: 'x' })); }],
  ])('%s: told, and left as it is', async (name, damage) => {
    const file = path.join(folder, 'damaged.safetensors');
    const left = Buffer.from(damage(sound));
    await writeFile(file, left);
    expect(await codeOf(run('damaged')), name).toBe('checkpoint-damaged');
    expect(await readFile(file)).toEqual(left);
    await rm(file);
  });
});

test('safetensors: names, shapes, numbers and notes come back', () => {
  const tensors = { 'a.weight': { dims: [2, 3], data: Float32Array.of(1, -2, 3, 0.5, 1e-30, NaN) }, b: { dims: [], data: Float32Array.of(7) }, none: { dims: [0, 4], data: new Float32Array(0) } };
  const read = fromSafetensors(Buffer.concat(toSafetensors(tensors, { key: 'ä "quoted"', step: '12' })));
  expect(read.metadata).toEqual({ key: 'ä "quoted"', step: '12' });
  expect(Object.fromEntries(read.tensors)).toEqual(tensors);
});

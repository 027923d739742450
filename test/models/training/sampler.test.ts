// Which examples a step sees: all of a site's once an epoch, the promised share of phantoms, and the same for the same
// step whoever asks.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { deflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exampleFromReview } from '../../../shared/domain/example.ts';
import { AppError } from '../../../shared/errors.ts';
import { randomFrom } from '../../../models/random.ts';
import { makeSampler, type SamplerOptions } from '../../../models/training/sampler.ts';
import { pixels, study } from '../../shared/domain/rows.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'regionmed-sampler-'));
  await writeFile(path.join(folder, 'a'.repeat(64)), deflateSync(new Uint8Array(16)));
});
afterAll(async () => { await rm(folder, { recursive: true, force: true }); });

const examples = Array.from({ length: 7 }, (_, i) => exampleFromReview(study({ id: `case-${i}`, pixels: pixels({ width: 4, height: 4 }), status: 'signed-off' }), []));
const sampler = (change: Partial<SamplerOptions> = {}) => makeSampler({ examples, blobPath: (sha) => path.join(folder, sha), replay: 0.25, phantoms: 3, seed: 5, ...change });
const ids = async (draw: ReturnType<typeof sampler>, steps: readonly number[], count = 8): Promise<string[][]> => {
  const out: string[][] = [];
  for (const step of steps) out.push((await draw(step, count)).map((d) => d.example.caseId));
  return out;
};
const first = [1, 2, 3, 4, 5, 6, 7];

describe('the sampler', () => {
  test('a quarter of each batch is phantoms, the rest every example once an epoch', async () => {
    const drawn = await ids(sampler(), first);
    for (const batch of drawn) expect(batch.filter((id) => id.startsWith('phantom'))).toHaveLength(2);
    const own = drawn.flat().filter((id) => id.startsWith('case'));
    for (let epoch = 0; epoch < 6; epoch++) expect(new Set(own.slice(7 * epoch, 7 * (epoch + 1))).size).toBe(7);
    expect(own.slice(0, 7)).not.toEqual(own.slice(7, 14));
  });
  test('a step draws the same whether others were drawn before it or not', async () => {
    const inOrder = await ids(sampler(), first);
    const draw = sampler();
    expect(await ids(draw, [6, 2, 7])).toEqual([inOrder[5], inOrder[1], inOrder[6]]);
    expect(await ids(sampler({ seed: 6 }), first)).not.toEqual(inOrder);
  });
  test('without examples all is phantoms, or nothing can be drawn', async () => {
    expect((await ids(sampler({ examples: [], replay: 1 }), [1]))[0]?.every((id) => id.startsWith('phantom'))).toBe(true);
    expect(() => sampler({ examples: [] })).toThrow(AppError);
  });
  test('however large the share of phantoms, one example remains', async () => {
    expect((await ids(sampler({ replay: 0.99 }), [1], 4))[0]?.filter((id) => id.startsWith('case'))).toHaveLength(1);
  });
});

describe('random numbers', () => {
  test('follow from the parts they are made of, in order', () => {
    const five = (...parts: number[]): number[] => { const r = randomFrom(...parts); return Array.from({ length: 5 }, () => r.uniform()); };
    expect(five(1, 2)).toEqual(five(1, 2));
    expect(five(1, 2)).not.toEqual(five(2, 1));
    expect(five(1)).not.toEqual(five(1, 0));
  });
  test('lie where they should: uniform, whole, normal, chance, shuffled', () => {
    const r = randomFrom(9), n = 20_000;
    const draw = (f: () => number): { mean: number; low: number; high: number; deviation: number } => {
      const all = Array.from({ length: n }, f), mean = all.reduce((a, b) => a + b) / n;
      return { mean, low: all.reduce((a, b) => Math.min(a, b)), high: all.reduce((a, b) => Math.max(a, b)), deviation: Math.sqrt(all.reduce((a, b) => a + (b - mean) ** 2, 0) / n) };
    };
    const uniform = draw(() => r.uniform(-2, 4)), whole = draw(() => r.integer(6)), normal = draw(() => r.normal()), chance = draw(() => (r.chance(0.3) ? 1 : 0));
    expect(uniform.mean).toBeCloseTo(1, 1);
    expect(uniform.low).toBeGreaterThanOrEqual(-2);
    expect(uniform.high).toBeLessThan(4);
    expect([whole.low, whole.high]).toEqual([0, 5]);
    expect(whole.mean).toBeCloseTo(2.5, 1);
    expect(normal.mean).toBeCloseTo(0, 1);
    expect(normal.deviation).toBeCloseTo(1, 1);
    expect(chance.mean).toBeCloseTo(0.3, 1);
    const items = [1, 2, 3, 4, 5, 6, 7, 8], shuffled = r.shuffled(items);
    expect(new Set(shuffled)).toEqual(new Set(items));
    expect(shuffled).not.toEqual(items);
    expect(items).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });
});

// AdamW against its textbook form in float64, the clipping of gradients, and the learning rate over a run.
import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import assembler from 'wabt';
import { randomFrom } from '../../../models/random.ts';
import { adamWBytes } from '../../../models/training/adamw-bytes.ts';
import { adamW, adamWDefaults, clipping } from '../../../models/training/adamw.ts';
import { gradientOf, makeParameters, type Parameters } from '../../../models/training/parameters.ts';
import { learningRateAt } from '../../../models/training/schedule.ts';

/** Algorithm 2 of arXiv 1711.05101, one weight, as it is printed there. */
function reference(start: number, gradients: readonly number[], rate: number, decays: boolean): number {
  const { beta1, beta2, epsilon, weightDecay } = adamWDefaults;
  let [w, m, v] = [start, 0, 0];
  for (const [i, g] of gradients.entries()) {
    const t = i + 1;
    m = beta1 * m + (1 - beta1) * g;
    v = beta2 * v + (1 - beta2) * g * g;
    const mHat = m / (1 - beta1 ** t), vHat = v / (1 - beta2 ** t);
    w = w - rate * (mHat / (Math.sqrt(vHat) + epsilon)) - (decays ? rate * weightDecay * w : 0);
  }
  return w;
}

/** Parameters of one tensor each, with the given numbers. */
function parametersOf(...tensors: readonly { readonly values: readonly number[]; readonly decays?: boolean }[]): Parameters {
  const parameters = makeParameters(tensors.map(({ values, decays = false }, i) => ({ name: `p${i}`, dims: [values.length], decays })));
  for (const [i, p] of parameters.list.entries()) p.data.set(tensors[i]?.values ?? []);
  return parameters;
}

describe('AdamW', () => {
  test('agrees with the textbook on random sequences, whatever the tensors\' sizes, and touches nothing between them', () => {
    fc.assert(fc.property(fc.integer(), fc.constantFrom(1e-4, 1e-3, 1e-2), fc.constantFrom(1e-3, 1, 100), fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.boolean()), { minLength: 1, maxLength: 4 }), fc.constantFrom(1, 0.25), (seed, rate, scale, shapes, shortened) => {
      const random = randomFrom(seed), steps = 30, numbers = (n: number, size: number): number[] => Array.from({ length: n }, () => Math.fround(size * random.normal()));
      const start = shapes.map(([n, decays]) => ({ values: numbers(n, 1), decays }));
      const gradients = Array.from({ length: steps }, () => shapes.map(([n]) => numbers(n, scale)));
      const parameters = parametersOf(...start), optimizer = adamW(parameters);
      for (const [t, step] of gradients.entries()) {
        for (const [i, p] of parameters.list.entries()) gradientOf(parameters, p).set(step[i] ?? []);
        optimizer.update(t + 1, rate, shortened);
      }
      for (const [i, { data, decays }] of parameters.list.entries()) for (const [k, found] of data.entries()) {
        const expected = reference(start[i]?.values[k] ?? NaN, gradients.map((g) => shortened * (g[i]?.[k] ?? NaN)), rate, decays);
        expect(Math.abs(found - expected)).toBeLessThan(1e-5 * Math.max(1, Math.abs(expected)));
      }
      const own = new Set(parameters.list.flatMap((p) => Array.from(p.data, (_, k) => p.data.byteOffset / 4 + k)));
      for (const block of [parameters.flat, parameters.first, parameters.second]) expect(block.filter((_, k) => !own.has(k)).every((v) => v === 0)).toBe(true);
    }), { seed: 2, numRuns: 100 });
  });
  test('the first step is the rate, whatever the gradient\'s size', () => {
    const parameters = parametersOf({ values: [1, 1, 1] });
    parameters.gradient.set([1e-4, -3, 500]);
    adamW(parameters).update(1, 0.01, 1);
    for (const [i, expected] of [0.99, 1.01, 0.99].entries()) expect(parameters.flat[i]).toBeCloseTo(expected, 5);
  });
  test('moments of a weight that gets no gradient end at zero, never among the denormals', () => {
    const parameters = parametersOf({ values: [1] }), optimizer = adamW(parameters);
    const smallest: number[] = [];
    parameters.gradient[0] = 1e-3;
    optimizer.update(1, 1e-3, 1);
    parameters.gradient[0] = 0;
    for (let step = 2; step < 4000; step++) {
      optimizer.update(step, 1e-3, 1);
      smallest.push(...[parameters.first[0] ?? NaN, parameters.second[0] ?? NaN].filter((v) => v !== 0));
    }
    expect([parameters.first[0], parameters.second[0]]).toEqual([0, 0]);
    expect(Math.min(...smallest)).toBeGreaterThanOrEqual(9.99e-31);
  });
  test('a gradient that is no number is not hidden: the weight becomes none, its neighbours stay', () => {
    const parameters = parametersOf({ values: [1, 1, 1, 1] }), optimizer = adamW(parameters);
    parameters.gradient.set([0.5, NaN, 0.5, 0.5]);
    optimizer.update(1, 1e-3, 1);
    expect(Array.from(parameters.flat, Number.isNaN)).toEqual([false, true, false, false]);
    expect(optimizer.weightNorm()).toBeNaN();
  });
  test('the bytes are those of the text', async () => {
    const wabt = await assembler();
    const text = await readFile(new URL('../../../models/training/adamw.wat', import.meta.url), 'utf8');
    const { buffer } = wabt.parseWat('adamw.wat', text, { simd: true }).toBinary({});
    expect(Buffer.from(buffer).toString('base64')).toBe(adamWBytes);
  });
});

describe('the norm', () => {
  test('is Euclidean, exact to float64\'s rounding', () => {
    fc.assert(fc.property(fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { maxLength: 40 }), (values) => {
      const parameters = parametersOf({ values });
      const expected = Math.sqrt(values.reduce((sum, v) => sum + v * v, 0));
      expect(Math.abs(adamW(parameters).weightNorm() - expected)).toBeLessThanOrEqual(1e-14 * expected);
    }), { seed: 4, numRuns: 200 });
  });
  test('of what is no number is none, of infinity infinite', () => {
    const parameters = parametersOf({ values: [1, 1] }), optimizer = adamW(parameters);
    parameters.gradient.set([1, NaN]);
    expect(optimizer.gradientNorm()).toBeNaN();
    parameters.gradient.set([1, -Infinity]);
    expect(optimizer.gradientNorm()).toBe(Infinity);
  });
  test('longer than the limit is shortened to it, shorter is left alone', () => { expect([clipping(5, 1), clipping(0.5, 2), clipping(0, 2)]).toEqual([0.2, 1, 1]); });
});

describe('learning rate', () => {
  test.each([60, 200, 600, 3600])('over %i steps: up to the peak, then down to a hundredth of it', (steps) => {
    const rates = Array.from({ length: steps }, (_, i) => learningRateAt(i + 1, steps, 1));
    const top = rates.indexOf(Math.max(...rates));
    expect(rates[top]).toBe(1);
    expect(top + 1).toBe(Math.max(10, steps / 20));
    expect(rates.every((r, i) => i === 0 || (i <= top ? r > (rates[i - 1] ?? 0) : r < (rates[i - 1] ?? 0)))).toBe(true);
    expect(rates.at(-1)).toBeCloseTo(0.01, 12);
    expect(rates[0]).toBeCloseTo(1 / (top + 1), 12);
  });
  test('a run shorter than the warm-up only warms up', () => { expect([1, 2, 3, 4].map((s) => learningRateAt(s, 4, 1))).toEqual([0.25, 0.5, 0.75, 1]); });
});

// AdamW against its textbook form in float64, the clipping of gradients, and the learning rate over a run.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { randomFrom } from '../../../models/random.ts';
import { adamW, adamWDefaults, clipGradient, freshState } from '../../../models/training/adamw.ts';
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

describe('AdamW', () => {
  test('agrees with the textbook on random sequences', () => {
    fc.assert(fc.property(fc.integer(), fc.constantFrom(1e-4, 1e-3, 1e-2), fc.constantFrom(1e-3, 1, 100), (seed, rate, scale) => {
      const random = randomFrom(seed), size = 6, steps = 40;
      const gradients = Array.from({ length: steps }, () => Float32Array.from({ length: size }, () => scale * random.normal()));
      const start = Float32Array.from({ length: size }, () => random.normal());
      const weights = Float32Array.from(start), state = freshState(size), decayed = Uint8Array.from({ length: size }, (_, i) => i % 2);
      for (const [i, g] of gradients.entries()) adamW(weights, g, state, i + 1, rate, decayed);
      for (let i = 0; i < size; i++) {
        const expected = reference(start[i] ?? 0, gradients.map((g) => g[i] ?? 0), rate, i % 2 === 1);
        expect(Math.abs((weights[i] ?? NaN) - expected)).toBeLessThan(1e-5 * Math.max(1, Math.abs(expected)));
      }
    }), { seed: 2, numRuns: 100 });
  });
  test('the first step is the rate, whatever the gradient\'s size', () => {
    const weights = Float32Array.of(1, 1, 1);
    adamW(weights, Float32Array.of(1e-4, -3, 500), freshState(3), 1, 0.01, new Uint8Array(3));
    for (const [i, expected] of [0.99, 1.01, 0.99].entries()) expect(weights[i]).toBeCloseTo(expected, 5);
  });
  test('moments of a weight that gets no gradient end at zero, never among the denormals', () => {
    const state = freshState(1), weights = Float32Array.of(1);
    const smallest: number[] = [];
    adamW(weights, Float32Array.of(1e-3), state, 1, 1e-3, new Uint8Array(1));
    for (let step = 2; step < 4000; step++) {
      adamW(weights, new Float32Array(1), state, step, 1e-3, new Uint8Array(1));
      smallest.push(...[state.first[0] ?? NaN, state.second[0] ?? NaN].filter((v) => v !== 0));
    }
    expect([state.first[0], state.second[0]]).toEqual([0, 0]);
    expect(Math.min(...smallest)).toBeGreaterThanOrEqual(9.99e-31);
  });
});

describe('clipping', () => {
  test('shortens to the limit and keeps the direction; answers the norm before', () => {
    const g = Float32Array.of(3, 4, 0);
    expect(clipGradient(g, 1)).toBe(5);
    for (const [i, expected] of [0.6, 0.8, 0].entries()) expect(g[i]).toBeCloseTo(expected, 6);
  });
  test('leaves a short one alone', () => {
    const g = Float32Array.of(0.3, -0.4);
    expect(clipGradient(g, 2)).toBeCloseTo(0.5, 6);
    expect(g).toEqual(Float32Array.of(0.3, -0.4));
  });
  test('what is no number stays none', () => { expect(clipGradient(Float32Array.of(1, NaN), 1)).toBeNaN(); });
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

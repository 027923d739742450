// Intervals over patients: seeded, around the value, and honest where there is little to resample.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bootstrap } from '../../../models/evaluation/bootstrap.ts';
import { randomFrom } from '../../../models/random.ts';

interface Reading { readonly patient: string; readonly value: number }
const mean = (drawn: readonly Reading[]): number | null => (drawn.length === 0 ? null : drawn.reduce((s, r) => s + r.value, 0) / drawn.length);
const readings = (values: readonly number[], perPatient = 1): Reading[] => values.map((value, i) => ({ patient: `p${Math.floor(i / perPatient)}`, value }));
const of = (all: readonly Reading[], seed?: number) => bootstrap(all, (r) => r.patient, mean, seed);

describe('intervals', () => {
  test('the same data and seed give the same interval, another seed another', () => {
    const all = readings(Array.from({ length: 12 }, (_, i) => Math.sin(i)));
    expect(of(all, 1)).toEqual(of(all, 1));
    expect(of(all, 1)).not.toEqual(of(all, 2));
  });
  test('contain the value', () => {
    fc.assert(fc.property(fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 }), fc.integer({ min: 1, max: 3 }), (values, per) => {
      const m = of(readings(values, per));
      expect(m?.value).toBe(mean(readings(values)));
      expect(m?.low).toBeLessThanOrEqual(m?.value ?? NaN);
      expect(m?.high).toBeGreaterThanOrEqual(m?.value ?? NaN);
      expect(m?.n).toBe(Math.ceil(values.length / per));
    }), { seed: 1, numRuns: 40 });
  });
  test('as wide as the normal approximation says', () => {
    const random = randomFrom(5), n = 100;
    const m = of(readings(Array.from({ length: n }, () => random.normal())));
    const half = ((m?.high ?? NaN) - (m?.low ?? NaN)) / 2;
    expect(half).toBeGreaterThan(0.85 * 1.96 / Math.sqrt(n));
    expect(half).toBeLessThan(1.15 * 1.96 / Math.sqrt(n));
  });
  test('images of one patient are one witness: ten of each change nothing', () => {
    const single = of(readings([0, 1, 0, 1, 1, 0])), tenfold = of(readings([0, 1, 0, 1, 1, 0].flatMap((v) => new Array<number>(10).fill(v)), 10));
    expect(tenfold).toEqual(single);
  });
});

describe('where there is little', () => {
  test('one patient: no spread to be seen', () => { expect(of(readings([0.25]))).toEqual({ value: 0.25, low: 0.25, high: 0.25, n: 1 }); });
  test('nobody: no figure', () => { expect(of([])).toBeNull(); });
  test('a statistic that has no value on some draws is told over the others', () => {
    const onlyWithFirst = (drawn: readonly Reading[]): number | null => (drawn.some((r) => r.patient === 'p0') ? mean(drawn) : null);
    const m = bootstrap(readings([1, 0, 0]), (r) => r.patient, onlyWithFirst);
    expect(m?.low).toBeGreaterThan(0);
    expect(m?.high).toBe(1);
  });
});

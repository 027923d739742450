// What is kept incrementally is what a plain computation over all cases gives, whatever was signed off, reopened and
// added in between; and the distances are the order of farthest-first traversal.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Coverage } from '../../../shared/domain/coverage.ts';

const width = 6;
const unit = (v: readonly number[]): Float32Array => { const length = Math.hypot(...v) || 1; return Float32Array.from(v, (x) => x / length); };
/** Whole numbers, so that equal vectors and ties do occur. */
const vector = fc.array(fc.integer({ min: -2, max: 2 }), { minLength: width, maxLength: width }).filter((v) => v.some((x) => x !== 0)).map(unit);
const cosine = (a: Float32Array, b: Float32Array): number => a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);
function all(c: Coverage): Map<string, number> {
  const passes = c.distances();
  for (;;) { const step = passes.next(); if (step.done === true) return step.value; }
}

type Step = readonly ['put', number, Float32Array] | readonly ['cover' | 'forget', number];
const step: fc.Arbitrary<Step> = fc.oneof(fc.tuple(fc.constant('put' as const), fc.nat(14), vector), fc.tuple(fc.constantFrom('cover' as const, 'forget' as const), fc.nat(14)));

test('after any steps, each case that waits is as far from what is signed off as it really is, or nearer because one before it was taken', () => {
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const c = new Coverage(width), vectors = new Map<string, Float32Array>(), done = new Set<string>();
    for (const s of steps) {
      const id = `case ${s[1]}`;
      if (s[0] === 'put') { c.put(id, s[2]); vectors.set(id, s[2]); }
      else if (s[0] === 'cover') { c.cover(id); if (vectors.has(id)) done.add(id); }
      else { c.forget(id); done.delete(id); }
      expect(c.isCovered(id)).toBe(done.has(id));
    }
    const found = all(c);
    expect([...found.keys()].sort()).toEqual([...vectors.keys()].filter((id) => !done.has(id)).sort());
    // In the order of the answer every case is the farthest of those that are left: no other waits that is farther.
    const covered = [...done];
    for (const [at, [id, distance]] of [...found].entries()) {
      const farFrom = (of: string): number => 1 - Math.max(-1, ...covered.map((d) => cosine(vectors.get(of) ?? unit([1]), vectors.get(d) ?? unit([1]))));
      if (at > 0 || done.size > 0) {
        expect(distance).toBeCloseTo(farFrom(id), 5);
        for (const rest of [...found.keys()].slice(at)) expect(farFrom(rest)).toBeLessThanOrEqual(distance + 1e-5);
      }
      covered.push(id);
    }
    expect([...found.values()]).toEqual([...found.values()].sort((a, b) => b - a));
  }));
});

describe('in particular', () => {
  const [east, nearEast, north] = [unit([1, 0, 0, 0, 0, 0]), unit([10, 1, 0, 0, 0, 0]), unit([0, 1, 0, 0, 0, 0])];
  test('what is like a signed-off case comes late; when that is reopened it is new again', () => {
    const c = new Coverage(width);
    for (const [id, v] of [['east', east], ['near east', nearEast], ['north', north]] as const) c.put(id, v);
    c.cover('east');
    expect([...all(c).keys()]).toEqual(['north', 'near east']);
    c.cover('north');
    c.forget('east');
    expect([...all(c).keys()]).toEqual(['east', 'near east']);
  });
  test('with nothing signed off, the most usual comes first', () => {
    const c = new Coverage(width);
    for (const [id, v] of [['a', east], ['b', unit([10, 3, 0, 0, 0, 0])], ['c', unit([10, -3, 0, 0, 0, 0])], ['d', unit([-1, 0, 0, 0, 0, 1])]] as const) c.put(id, v);
    expect([...all(c).keys()].slice(0, 2)).toEqual(['a', 'd']);
  });
  test('beyond the cases that are taken one by one the rest still are in order of their distance, each once', () => {
    const c = new Coverage(width);
    for (let i = 0; i < 400; i++) c.put(`${i}`, unit(Array.from({ length: width }, (_, k) => Math.sin(i * 7.1 + k * 3.3))));
    c.cover('7');
    const found = all(c);
    expect(found.size).toBe(399);
    expect([...found.values()]).toEqual([...found.values()].sort((a, b) => b - a));
  });
});

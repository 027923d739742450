// Agreement of readers: the published worked examples, and what must hold for any readers.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { agreementOf, cohen, fleiss, placesOf, type Marked } from '../../../shared/domain/agreement.ts';

const mark = (id: string, x: number, label = 'cyst', width = 10): Marked => ({ id, label, box: { x, y: 0, width, height: 10 } });

describe('kappa', () => {
  test('Cohen: fifty proposals read by two (20 yes and yes, 5 yes and no, 10 no and yes, 15 no and no), a common worked example: 0.4', () => {
    const rows = [...Array.from({ length: 20 }, () => ['yes', 'yes']), ...Array.from({ length: 5 }, () => ['yes', 'no']), ...Array.from({ length: 10 }, () => ['no', 'yes']), ...Array.from({ length: 15 }, () => ['no', 'no'])];
    expect(cohen(rows)).toBeCloseTo(0.4, 9);
  });
  test('Fleiss: ten subjects by fourteen raters in five categories (Fleiss 1971, as worked out in many texts): 0.210', () => {
    const table = [[0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1], [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7]];
    expect(fleiss(table.map((row) => row.flatMap((n, c) => new Array<string>(n).fill(String(c)))))).toBeCloseTo(0.2099, 4);
  });
  test('is one for readers who always agree, null where nothing but one name is used', () => {
    expect(cohen([['a', 'a'], ['b', 'b']])).toBe(1);
    expect(fleiss([['a', 'a', 'a'], ['b', 'b', 'b']])).toBe(1);
    expect([cohen([['a', 'a']]), fleiss([['a', 'a', 'a']]), cohen([]), fleiss([])]).toEqual([null, null, null, null]);
  });
});

describe('places', () => {
  test('the better overlap is joined, what nobody else marked stands alone', () => {
    const places = placesOf([[mark('a1', 0), mark('a2', 50)], [mark('b1', 3), mark('b2', 1), mark('b3', 80)]]);
    expect(places.map(({ marks }) => marks.map((m) => m?.id ?? null))).toEqual([['a1', 'b2'], ['a2', null], [null, 'b1'], [null, 'b3']]);
  });
  test('of any three readers: every mark once, no place with two of one reader, the same whatever the order of readers', () => {
    const marks = fc.array(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 8, max: 14 })), { maxLength: 6 });
    fc.assert(fc.property(marks, marks, marks, (...all) => {
      const readers = all.map((list, r) => list.map(([x, width], i) => mark(`${r}${i}`, x + r / 7, 'cyst', width + i / 11)));
      const places = placesOf(readers), ids = places.flatMap((p) => p.marks.flatMap((m) => (m === null ? [] : [m.id])));
      expect(ids.sort()).toEqual(readers.flat().map((m) => m.id).sort());
      const setsOf = (found: typeof places): string[] => found.map((p) => p.marks.flatMap((m) => (m === null ? [] : [m.id])).sort().join(' ')).sort();
      expect(setsOf(placesOf(readers.toReversed()))).toEqual(setsOf(places));
    }), { seed: 1, numRuns: 200 });
  });
  test('agreement counts shared places, overlap and names', () => {
    const places = placesOf([[mark('a1', 0), mark('a2', 50, 'stone'), mark('a3', 100)], [mark('b1', 0), mark('b2', 50, 'cyst')]]);
    expect(agreementOf([places])).toMatchObject({ places: 3, shared: 2, overlap: 1 });
    expect(agreementOf([]).kappa).toBeNull();
    expect(agreementOf([placesOf([[mark('a', 0), mark('b', 30, 'stone')], [mark('c', 0), mark('d', 30, 'stone')]])]).kappa).toBe(1);
  });
});

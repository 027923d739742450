// Other images of a patient: which are offered and in which order, what a blinded reader may see of them, and which slice
// stands beside which.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CaseRow } from '../../../shared/domain/case.ts';
import { alikeSlice, linkedSlice, linkOf, priorsOf, shareFrame, showsDecisions } from '../../../shared/domain/prior.ts';
import { nearestTo, planeOf, projected, stackOf, type Plane, type Stack } from '../../../shared/domain/series.ts';
import { pixels, study } from './rows.ts';

const of = (id: string, date: string | null, change: Partial<CaseRow> = {}): CaseRow => study({ id, study: { id: `study of ${date ?? id}`, date, time: null, description: '' }, ...change });
const keys = (present: CaseRow, others: readonly CaseRow[]): string[] => priorsOf(present, others).map((p) => p.key);

describe('what is offered', () => {
  const present = of('present', '20260301');
  test('the newest before first, then what came later; another kind of image last', () => {
    const others = [of('old', '20200101'), of('last', '20260201'), of('after', '20260401'), of('other', '20260228', { modality: 'CT' }), present, of('stranger', '20250101', { patient: 'p2' })];
    expect(keys(present, others)).toEqual(['last', 'old', 'after', 'other']);
    expect(priorsOf(present, others).map((p) => p.when)).toEqual(['earlier', 'earlier', 'later', 'earlier']);
  });
  test('the same view before others of its kind', () => { expect(keys(of('present', '20260301', { taken: ['PA'] }), [of('side', '20260201', { taken: ['LATERAL'] }), of('front', '20250101', { taken: ['PA'] })])).toEqual(['front', 'side']); });
  test('a series once, and never the slices of its own; the same study is said to be that', () => {
    const slice = (series: string, n: number, date: string): CaseRow => of(`${series}-${n}`, date, { series: { id: series, number: n, plane: null } });
    const [now] = [slice('own', 2, '20260301')], found = priorsOf(now, [now, slice('own', 1, '20260301'), slice('b', 2, '20260301'), slice('b', 1, '20260301'), slice('c', 1, '20240101')]);
    expect(found.map((p) => [p.key, p.when, p.stack.slices.map((s) => s.id)])).toEqual([['c', 'earlier', ['c-1']], ['b', 'same', ['b-1', 'b-2']]]);
  });
  test('without dates the order of import, and no claim', () => {
    const found = priorsOf(study({ id: 'present', importedAt: '2026-03-01T00:00:00.000Z' }), [study({ id: 'a', importedAt: '2026-01-01T00:00:00.000Z' }), study({ id: 'b', importedAt: '2026-02-01T00:00:00.000Z' })]);
    expect(found.map((p) => [p.key, p.when])).toEqual([['b', null], ['a', null]]);
  });
});

describe('several readers', () => {
  const readBy = { readOf: { caseId: 'original', reader: 'anna' } };
  test('neither the case itself nor another\'s reading is beside a reading', () => {
    expect(keys(of('mine', '20260301', readBy), [of('original', '20260301', { readers: ['anna', 'ben'] }), of('his', '20260301', { readOf: { caseId: 'original', reader: 'ben' } }), of('old', '20250101')])).toEqual(['old']);
  });
  test('decisions are seen when signed off; by a blinded reader only those of a study known to be another', () => {
    const signed = (id: string, date: string | null): CaseRow => of(id, date, { status: 'signed-off' }), mine = of('mine', '20260301', readBy);
    expect([showsDecisions(of('x', '20260301'), signed('y', '20260301')), showsDecisions(of('x', '20260301'), of('y', '20200101'))]).toEqual([true, false]);
    expect([showsDecisions(mine, signed('y', '20260301')), showsDecisions(mine, signed('y', '20200101')), showsDecisions(mine, study({ status: 'signed-off' })), showsDecisions(study(readBy), signed('y', '20200101'))]).toEqual([false, true, false, false]);
  });
});

/** Directions of a plane in any attitude, of unit length and at right angles. */
const planes: fc.Arbitrary<{ plane: Plane; normal: readonly [number, number, number] }> = fc.tuple(...[1, 2, 3].map(() => fc.double({ min: -Math.PI, max: Math.PI, noNaN: true })), ...[1, 2, 3].map(() => fc.double({ min: -200, max: 200, noNaN: true }))).map(([a = 0, b = 0, c = 0, ...origin]) => {
  const [ca, sa, cb, sb, cc, sc] = [Math.cos(a), Math.sin(a), Math.cos(b), Math.sin(b), Math.cos(c), Math.sin(c)];
  const plane = planeOf(origin, [ca * cb, sa * cb, -sb, ca * sb * sc - sa * cc, sa * sb * sc + ca * cc, cb * sc]);
  if (plane === null) throw new Error('no plane');
  return { plane, normal: [ca * sb * cc + sa * sc, sa * sb * cc - ca * sc, cb * cc] };
});
const slice = (id: string, plane: Plane, spacing: [number, number], frame = 'f'): CaseRow => study({ id, pixels: pixels({ width: 100, height: 80 }, { spacing }), series: { id: `series of ${id}`, number: 1, plane, frameOfReference: frame } });
const place = fc.record({ x: fc.double({ min: 0, max: 100, noNaN: true }), y: fc.double({ min: 0, max: 80, noNaN: true }) });
const spacings = fc.tuple(fc.double({ min: 0.2, max: 3, noNaN: true }), fc.double({ min: 0.2, max: 3, noNaN: true }));

describe('a place on another plane', () => {
  test('there and back is the place, and as far off as it was moved along the normal', () => {
    fc.assert(fc.property(planes, place, spacings, spacings, fc.double({ min: -50, max: 50, noNaN: true }), ({ plane, normal }, p, s, t, mm) => {
      const { origin } = plane, moved: Plane = { ...plane, origin: [origin[0] + mm * normal[0], origin[1] + mm * normal[1], origin[2] + mm * normal[2]] };
      const from = slice('a', plane, s), to = slice('b', moved, t), there = projected(from, p, to);
      if (there === null) throw new Error('no place');
      expect(there.off).toBeCloseTo(-mm, 6);
      const back = projected(to, there.at, from);
      expect([back?.at.x, back?.at.y, back?.off].map((v) => Math.round(1e5 * (v ?? NaN)) / 1e5 + 0)).toEqual([p.x, p.y, mm].map((v) => Math.round(1e5 * v) / 1e5 + 0));
    }), { seed: 8, numRuns: 200 });
  });
  test('an axial place on a coronal image lies at its height', () => {
    const axial = slice('a', { origin: [-50, -40, 30], x: [1, 0, 0], y: [0, 1, 0] }, [1, 1]), coronal = slice('c', { origin: [-50, 10, 60], x: [1, 0, 0], y: [0, 0, -1] }, [0.5, 0.5]);
    expect(projected(axial, { x: 20.5, y: 50.5 }, coronal)).toEqual({ at: { x: 40.5, y: 60.5 }, off: 0 });
    expect(projected(axial, { x: 20.5, y: 47.5 }, coronal)?.off).toBeCloseTo(-3, 9);
  });
  test('of oblique slices the nearest is found', () => {
    fc.assert(fc.property(planes, place, fc.integer({ min: 0, max: 8 }), fc.double({ min: -1.2, max: 1.2, noNaN: true }), ({ plane, normal }, p, n, off) => {
      const at = (mm: number, id: string): CaseRow => slice(id, { ...plane, origin: [plane.origin[0] + mm * normal[0], plane.origin[1] + mm * normal[1], plane.origin[2] + mm * normal[2]] }, [1, 1]);
      const found = nearestTo(at(3 * n + off, 'from'), p, Array.from({ length: 9 }, (_, i) => at(3 * i, `s${i}`)));
      expect([found?.index, Math.abs(found?.place.off ?? NaN)]).toEqual([n, expect.closeTo(Math.abs(off), 6)]);
    }), { seed: 9, numRuns: 100 });
  });
  test('coordinates are shared by frame of reference where both say it, else within a study only', () => {
    const plane: Plane = { origin: [0, 0, 0], x: [1, 0, 0], y: [0, 1, 0] }, a = slice('a', plane, [1, 1]), other = { study: { id: 'st', date: null, time: null, description: '' } };
    expect([shareFrame(a, slice('b', plane, [1, 1])), shareFrame({ ...a, ...other }, { ...slice('b', plane, [1, 1], 'g'), ...other }), shareFrame(study({ ...other, series: { id: 's', number: 1, plane } }), study({ ...other, series: { id: 't', number: 1, plane } })), shareFrame(study({ series: { id: 's', number: 1, plane } }), study({ series: { id: 't', number: 1, plane } })), shareFrame(study(other), study(other))]).toEqual([true, false, true, false, false]);
  });
});

describe('linked', () => {
  const stack = (...positions: readonly number[]): Stack<number> => ({ slices: positions, positions });
  test('by millimetres where both say where they lie, else by number; no farther than the ends', () => {
    const a = stack(0, 5, 10, 15, 20), b = stack(100, 102, 104, 106, 108, 110, 112, 114, 116, 118, 120), link = linkOf(a, 1, b, 3);
    expect(link).toEqual({ by: 'mm', offset: 101 });
    expect([0, 1, 2, 4].map((at) => linkedSlice(a, at, b, link))).toEqual([0, 3, 5, 10]);
    const byNumber = linkOf({ slices: [0, 1, 2], positions: null }, 1, b, 4);
    expect([byNumber, linkedSlice({ slices: [0, 1, 2], positions: null }, 2, b, byNumber), linkedSlice({ slices: [0, 1, 2], positions: null }, 0, stack(0, 1), byNumber)]).toEqual([{ by: 'slices', offset: 3 }, 5, 1]);
    expect([alikeSlice(a, 2, b), alikeSlice(stack(0), 0, b), alikeSlice(a, 4, stack(0))]).toEqual([5, 5, 0]);
    expect(stackOf([])).toEqual({ slices: [], positions: null });
  });
});

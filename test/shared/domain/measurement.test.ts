// What measurements say, held against what is reckoned another way: millimetres with pixels that are not square, and the
// values in an outline against every pixel looked at one by one.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addMeasurement, changeMeasurement, removeMeasurement } from '../../../shared/domain/commands/measurement.ts';
import { isEmptyDiff } from '../../../shared/domain/diff.ts';
import { calibrationOf, measurementKinds, measurementRow, outlineOf, pointsOf, readingOf, type Measured, type MeasurementRow } from '../../../shared/domain/measurement.ts';
import { rasterOf } from '../../../shared/domain/raster.ts';
import { covers, runsOf, type Point, type Shape } from '../../../shared/domain/shape.ts';
import { statisticsOf } from '../../../shared/domain/statistics.ts';
import { pixels, study } from './rows.ts';

const at = (...points: readonly (readonly [number, number])[]): Point[] => points.map(([x, y]) => ({ x, y }));
const degrees = (m: Measured, spacing: [number, number] | null): number => { const r = readingOf(m, spacing); return r.kind === 'angle' && r.value !== null ? Math.round(1e6 * r.value) / 1e6 : NaN; };

describe('lengths and angles', () => {
  test('a length is in millimetres of both directions, in pixels without them', () => {
    const m: Measured = { kind: 'length', points: at([10, 10], [40, 50]) };
    expect(readingOf(m, [0.3, 0.4])).toEqual({ kind: 'length', value: Math.hypot(30 * 0.4, 40 * 0.3) });
    expect(readingOf(m, null)).toEqual({ kind: 'length', value: 50 });
  });
  test('an angle is the patient\'s, not the grid\'s', () => {
    // Twice as high as wide: the diagonal of a square of pixels stands steeper.
    const m: Measured = { kind: 'angle', points: at([20, 10], [10, 10], [20, 20]) };
    expect([degrees(m, null), degrees(m, [1, 1]), degrees(m, [2, 1])]).toEqual([45, 45, Math.round(1e6 * (Math.atan(2) * 180) / Math.PI) / 1e6]);
    expect(degrees({ kind: 'angle', points: at([0, 10], [10, 10], [20, 10]) }, null)).toBe(180);
    expect(readingOf({ kind: 'angle', points: at([10, 10], [10, 10], [20, 10]) }, null)).toEqual({ kind: 'angle', value: null });
  });
  test('two lines have no direction: their angle is at most a right one, however they were drawn', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 359 }), fc.integer({ min: 0, max: 359 }), fc.boolean(), (a, b, turned) => {
      const end = (d: number): [number, number] => [50 + 40 * Math.cos((d * Math.PI) / 180), 50 + 40 * Math.sin((d * Math.PI) / 180)], first = at([50, 50], end(a)), second = at([50, 50], end(b));
      const apart = Math.abs(a - b) % 180;
      expect(degrees({ kind: 'cobb', points: [...(turned ? first.toReversed() : first), ...second] }, null)).toBeCloseTo(Math.min(apart, 180 - apart), 4);
    }), { seed: 1 });
  });
  test('areas are of the outline, in square millimetres', () => {
    expect(readingOf({ kind: 'rectangle', points: at([30, 40], [10, 20]) }, [0.5, 0.25])).toEqual({ kind: 'area', value: 400 * 0.125 });
    expect(readingOf({ kind: 'ellipse', points: at([10, 20], [30, 40]) }, null)).toEqual({ kind: 'area', value: Math.PI * 100 });
  });
  test('where millimetres lie is said', () => {
    expect([calibrationOf({ spacing: null, spacingAt: 'detector' }), calibrationOf({ spacing: [1, 1], spacingAt: 'detector' }), calibrationOf({ spacing: [1, 1] })]).toEqual(['pixels', 'detector', 'unstated']);
  });
});

describe('values in an outline', () => {
  const width = 23, height = 17, format = pixels({ width, height }, { sample: 'int16', slope: -1.5, intercept: 20, padding: [-2000, -1990] });
  /** Every pixel of the image, one by one. */
  const bruteForce = (samples: Int16Array, inside: (p: Point) => boolean): { count: number; mean: number; deviation: number; minimum: number; maximum: number } | null => {
    const found: number[] = [];
    for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) { const v = samples[y * width + x] ?? 0; if (inside({ x: x + 0.5, y: y + 0.5 }) && !(v >= -2000 && v <= -1990)) found.push(v * -1.5 + 20); }
    if (found.length === 0) return null;
    const mean = found.reduce((a, v) => a + v, 0) / found.length;
    return { count: found.length, mean, deviation: Math.sqrt(found.reduce((a, v) => a + (v - mean) ** 2, 0) / found.length), minimum: Math.min(...found), maximum: Math.max(...found) };
  };
  const images = fc.array(fc.oneof({ weight: 5, arbitrary: fc.integer({ min: -1024, max: 3071 }) }, fc.integer({ min: -2000, max: -1990 })), { minLength: width * height, maxLength: width * height }).map((v) => Int16Array.from(v));
  const place = fc.record({ x: fc.double({ min: 0, max: width, noNaN: true }), y: fc.double({ min: 0, max: height, noNaN: true }) });
  const close = (samples: Int16Array, outline: { box: { x: number; y: number; width: number; height: number }; shape?: Shape }): void => {
    const found = statisticsOf(samples, format, rasterOf(outline, format)), expected = bruteForce(samples, (p) => covers(outline.shape, outline.box, p));
    // No pixel's centre in it: the one in its middle is read, which the other way does not.
    if (expected === null) return;
    expect(found).toHaveLength(1);
    for (const k of ['count', 'mean', 'deviation', 'minimum', 'maximum'] as const) expect(found?.[0]?.[k], k).toBeCloseTo(expected[k], 6);
  };
  test('boxes and ellipses, padding left out', () => {
    fc.assert(fc.property(images, place, place, fc.constantFrom('ellipse' as const, 'rectangle' as const), (samples, a, b, kind) => {
      const outline = outlineOf({ kind, points: [a, b] });
      if (outline !== null && outline.box.width > 0.01 && outline.box.height > 0.01) close(samples, outline);
    }), { seed: 3, numRuns: 200 });
  });
  test('polygons, also such that cross themselves, and masks', () => {
    fc.assert(fc.property(images, fc.array(place, { minLength: 3, maxLength: 7 }), (samples, points) => {
      const xs = points.map((p) => p.x), ys = points.map((p) => p.y), box = { x: Math.min(...xs), y: Math.min(...ys), width: Math.max(...xs) - Math.min(...xs), height: Math.max(...ys) - Math.min(...ys) };
      close(samples, { box, shape: { kind: 'polygon', points } });
      const on = { x: 3, y: 2, width: 11, height: 9 }, bits = Uint8Array.from({ length: 99 }, (_, i) => ((samples[i] ?? 0) & 1));
      close(samples, { box: on, shape: { kind: 'mask', runs: runsOf(bits) } });
    }), { seed: 4, numRuns: 100 });
  });
  test('nothing but padding is no value; large values that are alike keep their spread', () => {
    expect(statisticsOf(new Int16Array(width * height).fill(-1995), format, rasterOf({ box: { x: 1, y: 1, width: 5, height: 5 } }, format))).toBeNull();
    const [grey] = statisticsOf([30_000_000, 30_000_002], { width: 2, channels: 1, slope: 1, intercept: 0 }, rasterOf({ box: { x: 0, y: 0, width: 2, height: 1 } }, { width: 2, height: 1 })) ?? [];
    expect(grey).toMatchObject({ count: 2, mean: 30_000_001, deviation: 1 });
  });
  test('of colours each by itself', () => {
    const colours = statisticsOf([10, 20, 30, 30, 40, 50], { width: 2, channels: 3, slope: 1, intercept: 0 }, rasterOf({ box: { x: 0, y: 0, width: 2, height: 1 } }, { width: 2, height: 1 }));
    expect(colours?.map((c) => [c.mean, c.deviation, c.minimum, c.maximum])).toEqual([[20, 10, 10, 30], [30, 10, 20, 40], [40, 10, 30, 50]]);
  });
});

describe('as rows', () => {
  const made = (points: readonly Point[], kind: MeasurementRow['kind'] = 'length'): MeasurementRow => { const [row] = addMeasurement(study(), [], { id: 'm', kind, points: [...points], by: 'anna', at: '2026-01-01T00:00:00.000Z' }).added; if (row?.table !== 'measurements') throw new Error('nothing was measured'); return row; };
  test('lie on the image, in tenths of a pixel, also of a case that is signed off', () => {
    expect(made(at([-5, 10.04], [900, 20])).points).toEqual(at([0, 10], [400, 20]));
    expect(isEmptyDiff(addMeasurement(study({ status: 'signed-off', signedOffAt: '2026-01-01T00:00:00.000Z' }), [], made(at([1, 1], [2, 2]))))).toBe(false);
  });
  test('changed as they were is no change; changed otherwise names who did', () => {
    const m = made(at([1, 1], [9, 9]));
    expect(isEmptyDiff(changeMeasurement(study(), m, m.points, 'ben', '2026-01-02T00:00:00.000Z'))).toBe(true);
    expect(changeMeasurement(study(), m, at([1, 1], [10, 9]), 'ben', '2026-01-02T00:00:00.000Z').updated).toEqual([[m, { ...m, points: at([1, 1], [10, 9]), by: 'ben', at: '2026-01-02T00:00:00.000Z' }]]);
    expect(removeMeasurement(m).removed).toEqual([m]);
    const [next] = addMeasurement(study(), [{ ...m, order: 4 }, m], { id: 'n', kind: 'length', points: m.points, by: 'ben', at: '2026-01-02T00:00:00.000Z' }).added;
    expect(next).toMatchObject({ order: 5 });
  });
  test.each(measurementKinds)('%s has its number of points, no more and no fewer', (kind) => {
    const row = { table: 'measurements', id: 'm', caseId: 'case-1', kind, order: 1, by: 'anna', at: '2026-01-01T00:00:00.000Z' };
    expect([1, 2, 3, 4, 5].filter((n) => measurementRow.safeParse({ ...row, points: at(...Array.from({ length: n }, (_, i) => [i, i] as const)) }).success)).toEqual([pointsOf[kind]]);
  });
});

// Outlines: that what is stored is what was drawn, wherever its box goes, and that area and inside agree.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Box } from '../../../shared/domain/geometry.ts';
import { areaOf, boundsOf, covers, fitted, pixelsOf, runsOf, simplified, type Point, type Shape } from '../../../shared/domain/shape.ts';

const sides = fc.record({ width: fc.integer({ min: 1, max: 40 }), height: fc.integer({ min: 1, max: 40 }) });
const masks = sides.chain((size) => fc.array(fc.integer({ min: 0, max: 1 }), { minLength: size.width * size.height, maxLength: size.width * size.height }).map((pixels) => ({ size, pixels: Uint8Array.from(pixels) })));
/** Corners in order of their angle about a middle point: a polygon that does not cross itself. */
const stars: fc.Arbitrary<Point[]> = fc.array(fc.integer({ min: 5, max: 50 }), { minLength: 3, maxLength: 12 }).map((radii) => radii.map((r, i) => { const turn = (2 * Math.PI * i) / radii.length; return { x: 100 + r * Math.cos(turn), y: 100 + r * Math.sin(turn) }; }));
/** The share of a fine grid of the box that is inside, in square pixels. */
function counted(s: Shape | undefined, b: Box, steps = 120): number {
  let inside = 0;
  for (let i = 0; i < steps; i++) for (let k = 0; k < steps; k++) if (covers(s, b, { x: b.x + ((i + 0.5) / steps) * b.width, y: b.y + ((k + 0.5) / steps) * b.height })) inside++;
  return (inside / steps ** 2) * b.width * b.height;
}

describe('a mask', () => {
  test('of runs is the pixels it was made of', () => {
    fc.assert(fc.property(masks, ({ size, pixels }) => { expect(pixelsOf(runsOf(pixels), size)).toEqual(pixels); }), { seed: 1 });
  });
  test('has the area and the inside of its pixels', () => {
    fc.assert(fc.property(masks, ({ size, pixels }) => {
      const s: Shape = { kind: 'mask', runs: runsOf(pixels) }, b = { x: 7, y: 9, ...size };
      expect(areaOf(s, b)).toBe(pixels.reduce((a, v) => a + v, 0));
      for (let i = 0; i < pixels.length; i++) expect(covers(s, b, { x: b.x + (i % size.width) + 0.5, y: b.y + Math.floor(i / size.width) + 0.5 })).toBe(pixels[i] === 1);
    }), { seed: 2, numRuns: 50 });
  });
  test('stretched to twice its size has each pixel four times', () => {
    fc.assert(fc.property(masks, ({ size, pixels }) => {
      const b = { x: 0, y: 0, ...size }, twice = { x: 3, y: 4, width: 2 * size.width, height: 2 * size.height }, s: Shape = { kind: 'mask', runs: runsOf(pixels) };
      const large = fitted(s, b, twice);
      expect(areaOf(large, twice)).toBe(4 * areaOf(s, b));
      expect(fitted(large, twice, b)).toEqual(s);
    }), { seed: 3 });
  });
});

describe('a polygon', () => {
  test('moved and stretched fills its new box', () => {
    fc.assert(fc.property(stars, fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 300 }), (points, width, height) => {
      const after = { x: 11, y: 13, width, height }, next = fitted({ kind: 'polygon', points }, boundsOf(points), after);
      if (next.kind !== 'polygon') throw new Error('a polygon became something else');
      const b = boundsOf(next.points);
      for (const k of ['x', 'y', 'width', 'height'] as const) expect(b[k]).toBeCloseTo(after[k], 6);
    }), { seed: 4 });
  });
  test('has the area of the points inside it', () => {
    fc.assert(fc.property(stars, (points) => { const s: Shape = { kind: 'polygon', points }, b = boundsOf(points); expect(Math.abs(counted(s, b) - areaOf(s, b)) / areaOf(s, b)).toBeLessThan(0.05); }), { seed: 5, numRuns: 30 });
  });
});

test('an ellipse has its area and its inside; a box has its own; a point has none', () => {
  const b = { x: 5, y: 6, width: 40, height: 20 };
  expect(areaOf({ kind: 'ellipse' }, b)).toBeCloseTo(Math.PI * 20 * 10, 6);
  expect(counted({ kind: 'ellipse' }, b)).toBeCloseTo(Math.PI * 20 * 10, -1);
  expect(areaOf(undefined, b)).toBe(800);
  expect(counted(undefined, b)).toBe(800);
  expect(areaOf({ kind: 'point' }, b)).toBe(0);
  expect(covers({ kind: 'ellipse' }, b, { x: 6, y: 7 })).toBe(false);
  expect(() => boundsOf([])).toThrow(RangeError);
});

describe('an outline with fewer vertices', () => {
  test('is nowhere farther from the vertices left out than asked, and a triangle at least', () => {
    const distance = (p: Point, a: Point, b: Point): number => { const l = Math.hypot(b.x - a.x, b.y - a.y); return l === 0 ? Math.hypot(p.x - a.x, p.y - a.y) : Math.abs((b.x - a.x) * (a.y - p.y) - (a.x - p.x) * (b.y - a.y)) / l; };
    fc.assert(fc.property(stars, fc.integer({ min: 0, max: 12 }), (points, tolerance) => {
      const kept = simplified(points, tolerance);
      expect(kept.length).toBeGreaterThanOrEqual(3);
      for (const k of kept) expect(points).toContainEqual(k);
      if (kept.length > 3) for (const p of points) expect(Math.min(...kept.map((a, i) => distance(p, a, kept[(i + 1) % kept.length] ?? a)))).toBeLessThanOrEqual(tolerance + 1e-9);
      if (tolerance === 0) expect(kept.length).toBe(points.filter((p, i) => distance(p, points[(i + points.length - 1) % points.length] ?? p, points[(i + 1) % points.length] ?? p) > 1e-9).length);
    }), { seed: 6 });
  });
  test('of a circle of a thousand, within half a pixel, is a tenth', () => {
    const circle = Array.from({ length: 1000 }, (_, i) => ({ x: 100 * Math.cos((i * Math.PI) / 500), y: 100 * Math.sin((i * Math.PI) / 500) }));
    expect(simplified(circle, 0.5).length).toBeLessThan(100);
  });
});

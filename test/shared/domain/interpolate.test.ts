// Outlines between outlines: what must hold whatever the shapes are, and what plain geometry says of circles.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Box } from '../../../shared/domain/geometry.ts';
import { outlineBetween } from '../../../shared/domain/interpolate.ts';
import { maskOf, rasterOf, strokeOf, type Raster } from '../../../shared/domain/raster.ts';
import type { Outline } from '../../../shared/domain/series.ts';
import { areaOf, boundsOf, ellipsePoints } from '../../../shared/domain/shape.ts';

const image = { width: 96, height: 80 };
const share = fc.constantFrom(0.125, 0.25, 0.5, 0.75, 0.875);
const box: fc.Arbitrary<Box> = fc.record({ x: fc.integer({ min: 0, max: 60 }), y: fc.integer({ min: 0, max: 50 }), width: fc.integer({ min: 4, max: 36 }), height: fc.integer({ min: 4, max: 30 }) });
/** A blot of two strokes of the brush, anywhere. */
const mask: fc.Arbitrary<Outline> = fc.tuple(fc.array(fc.record({ x: fc.integer({ min: 8, max: 86 }), y: fc.integer({ min: 8, max: 70 }) }), { minLength: 1, maxLength: 3 }), fc.constantFrom(2, 4.5, 7)).map(([path, radius]) => {
  const stroke = strokeOf(path, radius, image);
  if (stroke === null) throw new Error('the stroke lies outside the image');
  return maskOf(stroke);
});
const polygon: fc.Arbitrary<Outline> = fc.tuple(box, fc.array(fc.integer({ min: 40, max: 100 }), { minLength: 5, maxLength: 9 })).map(([b, radii]) => {
  const points = radii.map((r, i) => { const turn = (2 * Math.PI * i) / radii.length; return { x: b.x + b.width / 2 + (b.width / 200) * r * Math.cos(turn), y: b.y + b.height / 2 + (b.height / 200) * r * Math.sin(turn) }; });
  return { box: boundsOf(points), shape: { kind: 'polygon', points } };
});
const plain: fc.Arbitrary<Outline> = fc.tuple(box, fc.constantFrom<Outline['shape']>(undefined, { kind: 'ellipse' })).map(([b, shape]) => ({ box: b, shape }));
const any = fc.oneof(mask, polygon, plain);

const pixels = (r: Raster): Set<number> => new Set([...r.pixels].flatMap((v, i) => (v === 1 ? [(r.box.y + Math.floor(i / r.box.width)) * image.width + r.box.x + (i % r.box.width)] : [])));
const coverage = (o: Outline): Set<number> => pixels(rasterOf(o, image));
const area = ({ box: b, shape }: Outline): number => areaOf(shape, b);
const circle = (x: number, y: number, r: number): Outline => { const b = { x: x - r, y: y - r, width: 2 * r, height: 2 * r }; return { box: b, shape: { kind: 'polygon', points: ellipsePoints(b) } }; };
const painted = (o: Outline): Outline => maskOf(rasterOf(o, image));

test('between equal outlines lies that outline', () => {
  fc.assert(fc.property(any, share, (a, t) => { expect(outlineBetween(a, a, t, image)).toEqual(a); }), { seed: 1 });
  // Equal pixels, told in two ways.
  fc.assert(fc.property(polygon, share, (a, t) => { expect(coverage(outlineBetween(painted(a), a, t, image))).toEqual(coverage(a)); }), { seed: 2 });
});

test('the order of the two does not matter', () => {
  fc.assert(fc.property(any, any, share, (a, b, t) => { expect(outlineBetween(a, b, t, image)).toEqual(outlineBetween(b, a, 1 - t, image)); }), { seed: 3 });
});

test('nothing lies outside the bounds of both, nor outside the mean of their bounds by more than its pixels', () => {
  fc.assert(fc.property(any, any, share, (a, b, t) => {
    const { box: c } = outlineBetween(a, b, t, image), [p, q] = [rasterOf(a, image).box, rasterOf(b, image).box], mean = (u: number, v: number): number => u * (1 - t) + v * t;
    expect(c.x).toBeGreaterThanOrEqual(Math.min(a.box.x, b.box.x, p.x, q.x));
    expect(c.y).toBeGreaterThanOrEqual(Math.min(a.box.y, b.box.y, p.y, q.y));
    expect(c.x + c.width).toBeLessThanOrEqual(Math.max(a.box.x + a.box.width, b.box.x + b.box.width, p.x + p.width, q.x + q.width) + 1e-9);
    expect(c.y + c.height).toBeLessThanOrEqual(Math.max(a.box.y + a.box.height, b.box.y + b.box.height, p.y + p.height, q.y + q.height) + 1e-9);
    expect(c.x).toBeGreaterThanOrEqual(mean(p.x, q.x) - 1);
    expect(c.x + c.width).toBeLessThanOrEqual(mean(p.x + p.width, q.x + q.width) + 1);
  }), { seed: 4 });
});

describe('masks about one centre, one within the other', () => {
  test('have between them what contains the one and is contained in the other', () => {
    fc.assert(fc.property(fc.integer({ min: 3, max: 12 }), fc.integer({ min: 2, max: 16 }), share, (r, more, t) => {
      const [a, b] = [painted(circle(48, 40, r)), painted(circle(48, 40, r + more))], made = outlineBetween(a, b, t, image), [inner, between, outer] = [coverage(a), coverage(made), coverage(b)];
      expect([...inner].filter((i) => !between.has(i))).toEqual([]);
      expect([...between].filter((i) => !outer.has(i))).toEqual([]);
      // Under a pixel more there may be no pixel more.
      if (t * more >= 1) expect(area(made)).toBeGreaterThan(area(a));
      // A circle whose radius is the mean, within half a pixel of its rim.
      const radius = r + t * more;
      expect(Math.abs(area(made) - Math.PI * radius ** 2)).toBeLessThan(Math.PI * radius + 1);
    }), { seed: 5 });
  });
});

test('a contour that grows and moves is a contour, as large as the mean radius says, about the mean centre', () => {
  for (const t of [0.25, 0.5, 0.75]) {
    // They do not overlap.
    const made = outlineBetween(circle(20, 24, 8), circle(70, 50, 16), t, image), radius = 8 + 8 * t;
    expect(made.shape?.kind).toBe('polygon');
    expect(Math.abs(made.box.x + made.box.width / 2 - 20 - 50 * t)).toBeLessThan(0.5);
    expect(Math.abs(made.box.y + made.box.height / 2 - 24 - 26 * t)).toBeLessThan(0.5);
    // Near its rim everywhere.
    const points = made.shape?.kind === 'polygon' ? made.shape.points : [];
    for (const p of points) expect(Math.abs(Math.hypot(p.x - 20 - 50 * t, p.y - 24 - 26 * t) - radius)).toBeLessThan(0.6);
    expect(Math.abs(area(made) / (Math.PI * radius ** 2) - 1)).toBeLessThan(0.05);
    // Fewer vertices than pixels on the rim: it is to be edited by hand.
    expect(points.length).toBeLessThan(2 * radius + 8);
  }
});

test('boxes and ellipses stay what they are, side by side; a mask makes a mask, what has a hole too', () => {
  const [a, b] = [{ x: 10, y: 10, width: 10, height: 20 }, { x: 20, y: 12, width: 30, height: 10 }];
  expect(outlineBetween({ box: a }, { box: b }, 0.25, image)).toEqual({ box: { x: 12.5, y: 10.5, width: 15, height: 17.5 } });
  expect(outlineBetween({ box: a, shape: { kind: 'ellipse' } }, { box: b, shape: { kind: 'ellipse' } }, 0.5, image)).toEqual({ box: { x: 15, y: 11, width: 20, height: 15 }, shape: { kind: 'ellipse' } });
  expect(outlineBetween({ box: a, shape: { kind: 'point' } }, { box: b, shape: { kind: 'point' } }, 0.5, image).shape).toEqual({ kind: 'point' });
  expect(outlineBetween({ box: a }, { box: b, shape: { kind: 'ellipse' } }, 0.5, image).shape?.kind).toBe('polygon');
  expect(outlineBetween({ box: a }, painted({ box: b }), 0.5, image).shape?.kind).toBe('mask');
  // Two lines that cross have one pixel in common, a ring and its middle none: something remains.
  const across = outlineBetween(painted({ box: { x: 10, y: 30, width: 40, height: 1 } }), painted({ box: { x: 30, y: 10, width: 1, height: 40 } }), 0.5, image);
  expect(area(across)).toBeGreaterThan(0);
});

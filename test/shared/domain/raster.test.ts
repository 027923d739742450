// Outlines as pixels and back, held against what an outline covers, pixel by pixel.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { joined, maskOf, rasterOf, ringsOf, strokeOf, type Raster } from '../../../shared/domain/raster.ts';
import { covers, runsOf, type Shape } from '../../../shared/domain/shape.ts';

const image = { width: 40, height: 30 };
const has = ({ box, pixels }: Raster, x: number, y: number): boolean => x >= box.x && y >= box.y && x < box.x + box.width && y < box.y + box.height && pixels[(y - box.y) * box.width + x - box.x] === 1;
const each = function* (): Generator<readonly [number, number]> { for (let y = 0; y < image.height; y++) for (let x = 0; x < image.width; x++) yield [x, y]; };
// Off the centres of pixels, where either answer is right.
const coordinate = (most: number): fc.Arbitrary<number> => fc.integer({ min: 0, max: 10 * most }).map((v) => Math.min(most, v / 10 + 0.0137));
const place = fc.record({ x: coordinate(image.width), y: coordinate(image.height) });
const box = fc.tuple(place, place).map(([a, b]) => ({ x: Math.min(a.x, b.x), y: Math.min(a.y, b.y), width: Math.max(1, Math.abs(a.x - b.x)), height: Math.max(1, Math.abs(a.y - b.y)) })).filter((b) => b.x + b.width <= image.width && b.y + b.height <= image.height);
const bitmaps = fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 48, maxLength: 48 }).filter((all) => all.includes(1));

test('a box, an ellipse and a polygon have the pixels whose centres they cover', () => {
  fc.assert(fc.property(box, fc.array(place, { minLength: 3, maxLength: 7 }), fc.constantFrom<'box' | 'ellipse' | 'polygon'>('box', 'ellipse', 'polygon'), (b, corners, kind) => {
    const whole = { x: 0, y: 0, ...image }, at = kind === 'polygon' ? whole : b, shape: Shape | undefined = kind === 'box' ? undefined : kind === 'ellipse' ? { kind } : { kind, points: corners };
    const raster = rasterOf({ box: at, shape }, image), meant = [...each()].filter(([x, y]) => covers(shape, at, { x: x + 0.5, y: y + 0.5 }));
    if (meant.length === 0) { expect(raster.count).toBe(1); return; }
    expect([...each()].filter(([x, y]) => has(raster, x, y))).toEqual(meant);
    expect(raster.count).toBe(meant.length);
  }), { seed: 1, numRuns: 80 });
});

test('a stroke has what lies under the brush, within a quarter of a pixel, and the pixel under its tip', () => {
  fc.assert(fc.property(fc.array(place, { minLength: 1, maxLength: 4 }), fc.constantFrom(0.5, 1.7, 6), (path, radius) => {
    const raster = strokeOf(path, radius, image);
    if (raster === null) { expect(path.every((p) => p.x >= image.width || p.y >= image.height)).toBe(true); return; }
    const off = (x: number, y: number): number => Math.min(...path.map((a, i) => {
      const b = path[i + 1] ?? a, l = (b.x - a.x) ** 2 + (b.y - a.y) ** 2, k = l === 0 ? 0 : Math.min(1, Math.max(0, ((x - a.x) * (b.x - a.x) + (y - a.y) * (b.y - a.y)) / l));
      return Math.hypot(x - a.x - k * (b.x - a.x), y - a.y - k * (b.y - a.y));
    }));
    expect([...each()].filter(([x, y]) => { const d = off(x + 0.5, y + 0.5); return has(raster, x, y) ? d > Math.max(radius, Math.SQRT1_2) + 0.01 : d < radius - 0.3; })).toEqual([]);
  }), { seed: 2, numRuns: 60 });
});

test('with and without are union and difference, in their own bounds', () => {
  const some = fc.tuple(place, fc.integer({ min: 1, max: 6 })).map(([p, r]) => strokeOf([p], r, image)).filter((r) => r !== null);
  fc.assert(fc.property(some, some, (a, b) => {
    for (const how of ['with', 'without'] as const) {
      const made = joined(a, b, how), meant = [...each()].filter(([x, y]) => (how === 'with' ? has(a, x, y) || has(b, x, y) : has(a, x, y) && !has(b, x, y)));
      expect(made === null ? [] : [...each()].filter(([x, y]) => has(made, x, y))).toEqual(meant);
      if (made !== null) expect({ left: Math.min(...meant.map(([x]) => x)), bottom: Math.max(...meant.map(([, y]) => y)) + 1 }).toEqual({ left: made.box.x, bottom: made.box.y + made.box.height });
    }
  }), { seed: 3, numRuns: 50 });
});

test('the rings of a mask enclose its pixels and no others; painted again they are the mask', () => {
  fc.assert(fc.property(bitmaps, (bits) => {
    const at = { x: 3, y: 5, width: 8, height: 6 }, rings = ringsOf(runsOf(bits), at);
    // Even-odd over all rings.
    const inside = (x: number, y: number): boolean => rings.filter((points) => covers({ kind: 'polygon', points }, { x: 0, y: 0, ...image }, { x, y })).length % 2 === 1;
    expect(bits.map((_, i) => Number(inside(at.x + (i % 8) + 0.5, at.y + Math.floor(i / 8) + 0.5)))).toEqual(bits);
    expect(rings.flatMap((ring) => ring.filter((p, i) => { const q = ring[(i + 1) % ring.length] ?? p; return (p.x === q.x) === (p.y === q.y); }))).toEqual([]);
  }), { seed: 4, numRuns: 80 });
  const full = rasterOf({ box: { x: 2, y: 2, width: 5, height: 4 } }, image);
  expect(maskOf(full)).toEqual({ box: { x: 2, y: 2, width: 5, height: 4 }, shape: { kind: 'mask', runs: [0, 20] } });
  expect(ringsOf([0, 20], full.box)).toHaveLength(1);
});

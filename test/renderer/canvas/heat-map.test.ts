// A heat map is shown as it is: smoothing keeps the cells' values and their places, colours are nothing at zero and are
// told apart by colour-blind readers, and the words name the place where most of it lies.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { heatColour, mostly, paintedHeat, shareWithin, smoothed, type HeatMap } from '../../../renderer/canvas/heat-map.ts';
import { placeOf } from '../../../shared/domain/geometry.ts';

const mapOf = (side: number, cell: number, value: (x: number, y: number) => number): HeatMap => ({ side, cell, values: Float32Array.from({ length: side * side }, (_, i) => value(i % side, Math.floor(i / side))) });
const heat = fc.integer({ min: 2, max: 8 }).chain((side) => fc.record({ side: fc.constant(side), cell: fc.integer({ min: 4, max: 40 }), values: fc.array(fc.integer({ min: -50, max: 50 }), { minLength: side * side, maxLength: side * side }).map((v) => Float32Array.from(v)) }));

describe('smoothing', () => {
  test('meets each cell in its middle', () => {
    fc.assert(fc.property(heat, (map) => {
      // With an odd number of samples a cell, one of them is the cell's middle.
      const per = 5, side = map.side * map.cell, { width, values } = smoothed(map, { width: side, height: side }, map.side * per);
      for (const [i, v] of map.values.entries()) expect(values[(Math.floor(i / map.side) * per + 2) * width + (i % map.side) * per + 2]).toBeCloseTo(v, 3);
    }));
  });
  test('keeps what is level, and a slope away from the edges', () => {
    const level = smoothed(mapOf(6, 10, () => 0.7), { width: 60, height: 60 });
    for (const v of level.values) expect(v).toBeCloseTo(0.7, 5);
    const slope = smoothed(mapOf(8, 8, (x) => x), { width: 64, height: 64 }, 64);
    for (let x = 16; x < 48; x++) expect(slope.values[30 * 64 + x]).toBeCloseTo((x + 0.5) / 8 - 0.5, 4);
  });
  test('leaves out what lies beyond the image', () => {
    // A wide image: the lower half of the square grid is empty.
    const map = mapOf(8, 8, (_, y) => (y < 4 ? 1 : -9)), { width, height, values } = smoothed(map, { width: 64, height: 32 }, 64);
    expect([width, height]).toEqual([64, 32]);
    for (let x = 0; x < 64; x++) expect(values[15 * width + x]).toBeGreaterThan(0.9);
  });
});

/** How a colour looks to readers without red, green or blue cones: Machado, Oliveira and Fernandes (2009), severity 1, on linear light. */
const blindness = {
  protanopia: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
  deuteranopia: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
  tritanopia: [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
} as const;
const linear = (c: number): number => (c <= 10.31475 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4);
/** CIELAB of linear sRGB, white D65. */
function lab(rgb: readonly number[]): number[] {
  const [r = 0, g = 0, b = 0] = rgb.map((c) => Math.min(1, Math.max(0, c))), f = (t: number): number => (t > (6 / 29) ** 3 ? Math.cbrt(t) : t / (3 * (6 / 29) ** 2) + 4 / 29);
  const [x, y, z] = [f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505), f(0.2126 * r + 0.7152 * g + 0.0722 * b), f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089)];
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

describe('colours', () => {
  test.each(Object.entries(blindness))('for and against look different with %s', (_, matrix) => {
    const seen = (share: number): number[] => { const rgb = heatColour(share, 'diverging').slice(0, 3).map(linear); return lab(matrix.map((row) => row.reduce((sum, m, i) => sum + m * (rgb[i] ?? 0), 0))); };
    const [a, b] = [seen(1), seen(-1)];
    expect(Math.hypot(...a.map((v, i) => v - (b[i] ?? 0)))).toBeGreaterThan(40);
  });
  test('nothing is shown at zero, the more the farther from it, and no less than nothing in a sequential map', () => {
    fc.assert(fc.property(fc.double({ min: -1, max: 1, noNaN: true }), fc.double({ min: -1, max: 1, noNaN: true }), (a, b) => {
      const [near, far] = Math.abs(a) < Math.abs(b) ? [a, b] : [b, a];
      expect(heatColour(near, 'diverging')[3]).toBeLessThanOrEqual(heatColour(far, 'diverging')[3]);
      expect(heatColour(-Math.abs(a), 'sequential')[3]).toBe(0);
    }));
    expect([heatColour(0, 'diverging')[3], heatColour(0, 'sequential')[3], heatColour(1, 'diverging')[3], heatColour(-1, 'diverging')[3]]).toEqual([0, 0, 255, 255]);
  });
  test('a map that says nothing is clear; else its largest value is fullest', () => {
    const image = { width: 40, height: 40 };
    expect(paintedHeat(mapOf(4, 10, () => 0), 'diverging', image).data.every((v, i) => i % 4 !== 3 || v === 0)).toBe(true);
    const { data, width } = paintedHeat(mapOf(4, 10, (x, y) => (x === 1 && y === 2 ? 0.003 : 0)), 'diverging', image, 60);
    expect(data[4 * (37 * width + 22) + 3]).toBeGreaterThan(240);
    expect(data[4 * (5 * width + 52) + 3]).toBe(0);
  });
});

describe('in words', () => {
  const image = { width: 90, height: 60 };
  test('most of it lies where its cell is', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 5 }), (x, y) => {
      const map = mapOf(9, 10, (i, k) => (i === x && k === y ? 5 : -1));
      expect(mostly(map, image)).toEqual({ place: placeOf({ x: 10 * x, y: 10 * y, width: 10, height: 10 }, image), share: 1 });
      expect(shareWithin(map, image, { x: 10 * x, y: 10 * y, width: 10, height: 10 })).toBeCloseTo(1, 9);
      expect(shareWithin(map, image, { x: 10 * x, y: 10 * y, width: 5, height: 10 })).toBeCloseTo(0.5, 9);
    }));
  });
  test('what lies beyond the image or speaks against the finding is not counted', () => {
    expect(mostly(mapOf(9, 10, (_, y) => (y >= 6 ? 7 : -1)), image)).toBeNull();
    expect(mostly(mapOf(9, 10, (x, y) => (y >= 6 ? 7 : x < 3 && y < 2 ? 1 : 0)), image)).toEqual({ place: 'upper left', share: 1 });
  });
});

// Pixels on their way to the network: brightness through the window, resampling that keeps what is there, and boxes
// that go into the square and come back.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import { boxGeometry, cropWindow, fromNetwork, geometryLength, regionCrop, toNetwork, wholeImage } from '../../../models/images/network-input.ts';
import { readPixels, type PixelImage } from '../../../models/images/pixels.ts';
import { brightnessTable } from '../../../shared/domain/display.ts';
import { resample } from '../../../models/images/resample.ts';
import { boxesInside, pixels } from '../../shared/domain/rows.ts';

const grey = (width: number, height: number, value: (x: number, y: number) => number): PixelImage =>
  ({ format: pixels({ width, height }, { window: { centre: 127.5, width: 255 } }), samples: Uint8Array.from({ length: width * height }, (_, i) => value(i % width, Math.floor(i / width))) });
const part = (image: PixelImage, x: number, y: number, width: number, height: number, w: number, h: number): number[] => {
  const out = new Float32Array(3 * w * h);
  resample(image, { x, y, width, height }, w, h, out);
  return [...out.subarray(0, w * h)];
};

describe('brightness', () => {
  test('rescaled, windowed, inverted where low is bright', () => {
    const ct = brightnessTable(pixels(undefined, { sample: 'int16', bitsStored: 16, slope: 2, intercept: -1000, window: { centre: 0, width: 400 } }));
    // Stored 400, 500, 600 are -200, 0 and 200 Hounsfield units.
    expect([399, 400, 500, 600, 601, -32768].map((v) => ct.table[v + ct.offset])).toEqual([0, 0, 0.5, 1, 1, 0]);
    const inverted = brightnessTable(pixels(undefined, { inverted: true, window: { centre: 127.5, width: 255 } }));
    expect([inverted.table[0], inverted.table[255]]).toEqual([1, 0]);
  });
});

describe('resampling', () => {
  test('at its own size: the same pixels, bit by bit', () => {
    const image = grey(7, 5, (x, y) => 30 * x + y);
    expect(part(image, 0, 0, 7, 5, 7, 5)).toEqual([...image.samples].map((v) => Math.fround(v / 255)));
    expect(part(image, 2, 1, 3, 2, 3, 2)).toEqual([61, 91, 121, 62, 92, 122].map((v) => Math.fround(v / 255)));
  });
  test('shrunk: a flat image stays flat, but for its outermost pixels, which see a little of what is beyond', () => {
    for (const size of [3, 10, 31]) {
      const seen = part(grey(100, 80, () => 200), 0, 0, 100, 80, size, size);
      const isInner = (i: number): boolean => [i % size, Math.floor(i / size)].every((v) => v > 0 && v < size - 1);
      for (const [i, v] of seen.entries()) if (isInner(i)) expect(v).toBeCloseTo(200 / 255, 5); else expect(v).toBeGreaterThan(0.5 * (200 / 255));
    }
  });
  test('shrunk: a small bright spot fades but never vanishes, wherever it lies', () => {
    for (let at = 10; at < 30; at++) {
      const seen = part(grey(64, 64, (x, y) => (x === at && y === at ? 255 : 0)), 0, 0, 64, 64, 8, 8);
      expect(Math.max(...seen)).toBeGreaterThan(0.25 / 64);
      expect(64 * seen.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
    }
  });
  test('over the edge it reads nothing', () => {
    const out = part(grey(4, 4, () => 255), -4, 0, 8, 4, 8, 4);
    expect(out.slice(0, 3)).toEqual([0, 0, 0]);
    expect(out.slice(4, 8)).toEqual([1, 1, 1, 1]);
  });
  test('grey fills three channels, colours keep theirs', () => {
    const out = new Float32Array(12);
    resample({ format: pixels({ width: 2, height: 2 }, { channels: 3, window: { centre: 127.5, width: 255 } }), samples: Uint8Array.from({ length: 12 }, (_, i) => [255, 51, 0][i % 3] ?? 0) }, { x: 0, y: 0, width: 2, height: 2 }, 2, 2, out);
    expect([...out]).toEqual([1, 1, 1, 1, ...new Array<number>(4).fill(Math.fround(0.2)), 0, 0, 0, 0]);
    const three = new Float32Array(12);
    resample(grey(2, 2, (x) => 255 * x), { x: 0, y: 0, width: 2, height: 2 }, 2, 2, three);
    expect([...three]).toEqual([0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1]);
  });
});

describe('views', () => {
  test('the whole image: its longer side fills the square, the border is the middle grey', () => {
    const out = new Float32Array(3 * 64).fill(9);
    wholeImage(grey(20, 10, () => 255), { x: 0, y: 0, width: 20, height: 10 }, 8, out, 0);
    for (let channel = 0; channel < 3; channel++) {
      const plane = [...out.subarray(64 * channel, 64 * (channel + 1))];
      for (const inner of plane.slice(9, 15)) expect(inner).toBeCloseTo(2, 5);
      expect(Math.min(...plane.slice(0, 32))).toBeGreaterThan(1);
      expect(plane.slice(32)).toEqual(new Array<number>(32).fill(0));
    }
  });
  test('a crop is a square around the box, a little larger, never under 12 pixels', () => {
    expect(cropWindow({ x: 100, y: 50, width: 40, height: 20 })).toEqual({ x: 94, y: 34, width: 52, height: 52 });
    expect(cropWindow({ x: 10, y: 10, width: 2, height: 2 })).toEqual({ x: 5, y: 5, width: 12, height: 12 });
    const out = new Float32Array(3 * 16);
    regionCrop(grey(40, 40, (x) => (x < 20 ? 0 : 255)), { x: 15, y: 15, width: 10, height: 10 }, 4, out, 0);
    expect(out[0]).toBeCloseTo(-2, 5);
    expect(out[3]).toBeCloseTo(2, 5);
  });
  test('boxes go into the square and come back', () => {
    fc.assert(fc.property(boxesInside, fc.double({ min: 0.2, max: 1.5, noNaN: true }), ({ image, box }, zoom) => {
      const window = { x: (1 - zoom) * 7, y: 3, width: zoom * image.width, height: zoom * image.height };
      const inside = toNetwork(box, window, 256), back = fromNetwork(inside, window, 256);
      for (const key of ['x', 'y', 'width', 'height'] as const) expect(back[key]).toBeCloseTo(box[key], 6);
    }), { seed: 1 });
  });
  test('the geometry of any box is finite and of the size of one', () => {
    fc.assert(fc.property(boxesInside, ({ image, box }) => {
      const g = boxGeometry(box, { x: 0, y: 0, ...image });
      expect(g).toHaveLength(geometryLength);
      for (const v of g) expect(Math.abs(v)).toBeLessThan(4);
    }), { seed: 2 });
    const [cx, cy, w, h] = boxGeometry({ x: 25, y: 0, width: 50, height: 100 }, { x: 0, y: 0, width: 100, height: 100 });
    expect([cx, cy, w, h]).toEqual([0, 0, 0, 1]);
  });
});

describe('stored pixels', () => {
  const format = pixels({ width: 3, height: 2 }, { sample: 'int16', bitsStored: 16 });
  const samples = Int16Array.of(-32768, -1, 0, 1, 2, 32767);
  const raw = new Uint8Array(samples.buffer);
  test('come back as they were; a blob that is cut off, too short or no blob is told', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'regionmed-pixels-'));
    const file = path.join(folder, 'blob');
    const read = async (bytes: Uint8Array): Promise<string> => { await writeFile(file, bytes); return readPixels(() => file, format).then((i) => [...i.samples].join(), (e: unknown) => (e instanceof AppError ? e.code : String(e))); };
    try {
      expect(await read(deflateSync(raw))).toBe([...samples].join());
      for (const bad of [deflateSync(raw).subarray(0, -3), deflateSync(raw.subarray(2)), raw, new Uint8Array(0)]) expect(await read(bad)).toBe('blob-damaged');
      await rm(file);
      await expect(readPixels(() => file, format)).rejects.toMatchObject({ code: 'blob-damaged' });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

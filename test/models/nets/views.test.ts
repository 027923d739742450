// The tiles that the proposal head looks at: nothing is missed between them, and nothing that a tile cut is kept.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { belongsToTile, tileSide, viewsOf } from '../../../models/nets/views.ts';

const images = fc.record({ width: fc.integer({ min: 40, max: 3000 }), height: fc.integer({ min: 40, max: 3000 }) });
const side = 256;

describe('tiles', () => {
  test('every small box lies whole in the image as one of its views shows it, and belongs to it', () => {
    fc.assert(fc.property(images, fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0.01, max: 0.15, noNaN: true }), (image, u, v, share) => {
      const tile = tileSide(image, side);
      if (tile === null) { expect(viewsOf(image, side)).toHaveLength(1); return; }
      const size = Math.max(1, share * Math.min(tile - 30, image.width, image.height));
      const box = { x: u * (image.width - size), y: v * (image.height - size), width: size, height: size };
      expect(viewsOf(image, side).slice(1).some((t) => box.x >= t.x && box.y >= t.y && box.x + size <= t.x + t.width && box.y + size <= t.y + t.height && belongsToTile(box, t, image))).toBe(true);
    }), { seed: 1 });
  });
  test('views lie inside the image, the whole comes first, and there are at most as many as the share allows', () => {
    fc.assert(fc.property(images, (image) => {
      const [whole, ...tiles] = viewsOf(image, side);
      expect(whole).toEqual({ x: 0, y: 0, ...image });
      for (const t of tiles) { expect(t.x).toBeGreaterThanOrEqual(0); expect(t.y).toBeGreaterThanOrEqual(0); expect(t.x + t.width).toBeLessThanOrEqual(image.width); expect(t.y + t.height).toBeLessThanOrEqual(image.height); }
      expect(tiles.length).toBeLessThanOrEqual(9);
    }), { seed: 2 });
  });
  test('what an inner edge cuts is left to the neighbour; the image\'s own edge cuts nothing', () => {
    const image = { width: 1000, height: 1000 }, tile = { x: 300, y: 0, width: 400, height: 400 };
    expect(belongsToTile({ x: 301, y: 50, width: 40, height: 40 }, tile, image)).toBe(false);
    expect(belongsToTile({ x: 660, y: 50, width: 39, height: 40 }, tile, image)).toBe(false);
    expect(belongsToTile({ x: 400, y: 0, width: 40, height: 40 }, tile, image)).toBe(true);
    expect(belongsToTile({ x: 400, y: 50, width: 250, height: 40 }, tile, image)).toBe(false);
  });
});

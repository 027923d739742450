// From samples to colours: the maps, the table that both painters use, and the window that an image chooses by itself.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { brightnessTable, standardWindow } from '../../../shared/domain/display.ts';
import { autoWindow, colourMaps, colourOf, colourTable, paintSamples, paletteOf } from '../../../renderer/canvas/tone.ts';
import { pixels } from '../../shared/domain/rows.ts';

const lightness = ([r, g, b]: readonly [number, number, number]): number => 0.2126 * (r / 255) ** 2.2 + 0.7152 * (g / 255) ** 2.2 + 0.0722 * (b / 255) ** 2.2;

describe('colour maps', () => {
  test.each(colourMaps)('%s: brighter is never darker, from near black to bright', (map) => {
    const steps = Array.from({ length: 256 }, (_, i) => lightness(colourOf(map, i)));
    expect(steps.every((v, i) => i === 0 || v >= (steps[i - 1] ?? 0) - 1e-3)).toBe(true);
    expect([(steps[0] ?? 1) < 0.03, (steps[255] ?? 0) > 0.7]).toEqual([true, true]);
    expect(paletteOf(map)).toHaveLength(1024);
  });
  test('hot iron as the standard has it', () => { expect([0, 1, 127, 128, 129, 192, 193, 255].map((i) => colourOf('hotIron', i))).toEqual([[0, 0, 0], [2, 0, 0], [254, 0, 0], [255, 0, 0], [255, 2, 0], [255, 128, 0], [255, 130, 4], [255, 254, 252]]); });
});

describe('what is painted', () => {
  test('grey of every stored value is its brightness, to the nearest step', () => {
    const format = pixels(undefined, { width: 256, height: 256, sample: 'int16', bitsStored: 16, slope: 0.5, intercept: -10, window: { centre: 40, width: 4000 }, padding: [-32_768, -32_000] });
    const { rgba, offset } = colourTable(format, { window: standardWindow(format), map: 'grey' }, null), { table } = brightnessTable(format), grey = Uint8ClampedArray.from(table, (v) => 255 * v);
    expect(offset).toBe(32_768);
    const all = Int16Array.from({ length: 65_536 }, (_, i) => i - 32_768), out = paintSamples(all, format, { rgba, offset });
    expect(all.findIndex((_, i) => out[4 * i] !== grey[i] || out[4 * i + 2] !== grey[i] || out[4 * i + 3] !== 255)).toBe(-1);
  });
  test('channels of a colour image go through the window each by itself, whatever map is chosen', () => {
    const format = pixels(undefined, { width: 2, height: 1, channels: 3, sample: 'uint8', bitsStored: 8, window: { centre: 127.5, width: 255 } }), table = colourTable(format, { window: standardWindow(format), map: 'inferno' }, null);
    expect([...paintSamples(Uint8Array.from([0, 128, 255, 7, 8, 9]), format, table)]).toEqual([0, 128, 255, 255, 7, 8, 9, 255]);
  });
});

describe('the window by itself', () => {
  const format = pixels(undefined, { width: 100, height: 50, sample: 'int16', bitsStored: 16, slope: 2, intercept: -1000, padding: [-2000, -1990] });
  test('what lies between the darkest and the brightest two hundredth, without padding, in the file\'s unit', () => {
    const samples = Int16Array.from({ length: 5000 }, (_, i) => (i < 2000 ? -1995 : i < 2010 ? -900 : i > 4995 ? 30_000 : 100 + ((i * 7) % 201)));
    expect(autoWindow(samples, format, null)).toEqual({ centre: -600, width: 400 });
    expect(autoWindow(samples, format, { x: 0, y: 0, width: 100, height: 20 })).toBeNull();
  });
  test('never empty and never beyond what is there', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: -1900, max: 30_000 }), { minLength: 5000, maxLength: 5000 }), fc.boolean(), (values, part) => {
      const found = autoWindow(Int16Array.from(values), format, part ? { x: 10, y: 10, width: 20, height: 20 } : null);
      expect(found?.width).toBeGreaterThanOrEqual(1);
      expect((found?.centre ?? 0) - (found?.width ?? 0) / 2).toBeGreaterThanOrEqual(Math.min(...values) * 2 - 1001);
      expect((found?.centre ?? 0) + (found?.width ?? 0) / 2).toBeLessThanOrEqual(Math.max(...values) * 2 - 999);
    }), { seed: 3, numRuns: 10 });
  });
});

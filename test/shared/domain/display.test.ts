// The grey pipeline against the standard's own words: PS3.3 C.11.1 (modality), C.11.2 (VOI), at the bit of eight-bit output.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PixelFormat } from '../../../shared/domain/case.ts';
import { brightnessTable, lookedUp, standardWindow, windowed } from '../../../shared/domain/display.ts';

const format = (o: Partial<PixelFormat> = {}): PixelFormat => ({ blob: '0'.repeat(64), width: 16, height: 16, channels: 1, sample: 'int16', bitsStored: 16, slope: 1, intercept: 0, window: { centre: 0, width: 100 }, inverted: false, spacing: null, ...o });
/** As on an eight-bit screen. */
const grey = (v: number): number => Math.round(255 * v);
const all = Array.from({ length: 65_536 }, (_, i) => i - 32_768);

describe('windows as the standard works them out, for every 16-bit value', () => {
  // C.11.2.1.2.1, its four examples with output 0 to 255, written out.
  test.each<[string, number, number, (x: number) => number]>([
    ['centre 2048, width 4096', 2048, 4096, (x) => (x <= 0 ? 0 : x > 4095 ? 255 : ((x - 2047.5) / 4095 + 0.5) * 255)],
    ['centre 2048, width 1', 2048, 1, (x) => (x <= 2047.5 ? 0 : 255)],
    ['centre 0, width 100', 0, 100, (x) => (x <= -50 ? 0 : x > 49 ? 255 : ((x + 0.5) / 99 + 0.5) * 255)],
    ['centre 0, width 1', 0, 1, (x) => (x <= -0.5 ? 0 : 255)],
  ])('linear, %s', (_, centre, width, by) => {
    for (const x of all) if (grey(windowed(x, centre, width, 'linear')) !== Math.round(by(x))) expect([x, grey(windowed(x, centre, width, 'linear'))]).toEqual([x, Math.round(by(x))]);
  });
  // C.11.2.1.3.2.
  test.each<[string, number, number, (x: number) => number]>([
    ['centre 2048, width 4096', 2048, 4096, (x) => (x <= 0 ? 0 : x > 4096 ? 255 : ((x - 2048) / 4096 + 0.5) * 255)],
    ['centre 2048, width 1', 2048, 1, (x) => (x <= 2047.5 ? 0 : x > 2048.5 ? 255 : (x - 2048 + 0.5) * 255)],
    ['centre 0, width 100', 0, 100, (x) => (x <= -50 ? 0 : x > 50 ? 255 : (x / 100 + 0.5) * 255)],
  ])('linear exact, %s', (_, centre, width, by) => {
    for (const x of all) if (grey(windowed(x, centre, width, 'linear-exact')) !== Math.round(by(x))) expect([x, grey(windowed(x, centre, width, 'linear-exact'))]).toEqual([x, Math.round(by(x))]);
  });
  test('sigmoid: half at the centre, symmetric about it, as C.11.2.1.3.1 has it', () => {
    for (const x of all) if (grey(windowed(x, 2048, 4096, 'sigmoid')) !== Math.round(255 / (1 + Math.exp((-4 * (x - 2048)) / 4096)))) expect(x).toBeNull();
    expect(windowed(2048, 2048, 4096, 'sigmoid')).toBe(0.5);
    expect(windowed(3000, 2048, 4096, 'sigmoid') + windowed(1096, 2048, 4096, 'sigmoid')).toBeCloseTo(1, 12);
  });
  test('whatever the window, brighter values are never darker, and nothing leaves 0 to 1', () => {
    fc.assert(fc.property(fc.integer({ min: -40_000, max: 40_000 }), fc.integer({ min: -40_000, max: 40_000 }), fc.double({ min: -3000, max: 3000, noNaN: true }), fc.double({ min: 1, max: 9000, noNaN: true }), fc.constantFrom('linear', 'linear-exact', 'sigmoid'), (a, b, c, w, by) => {
      const [low, high] = [windowed(Math.min(a, b), c, w, by), windowed(Math.max(a, b), c, w, by)];
      return low >= 0 && high <= 1 && low <= high;
    }), { seed: 11, numRuns: 2000 });
  });
});

describe('tables', () => {
  test('what lies below the first entry takes its value, what lies beyond the last takes the last one (C.11.2.1.1)', () => {
    const table = { first: -2, bits: 12, values: Uint16Array.of(0, 1000, 2000, 4095) };
    expect([-100, -2, -1, 0, 1, 100].map((x) => Math.round(4095 * lookedUp(x, table)))).toEqual([0, 0, 1000, 2000, 4095, 4095]);
  });
  test('the file\'s table is what is shown first, through the rescaled value; a window that is chosen replaces it', () => {
    const f = format({ sample: 'uint8', bitsStored: 8, slope: 2, intercept: -10, voi: 'sigmoid', voiTable: { blob: '0'.repeat(64), first: 0, entries: 3, bits: 8, name: '' } });
    const table = { first: 0, bits: 8, values: Uint16Array.of(10, 20, 30) };
    expect(standardWindow(f).voi).toBe('table');
    const shown = brightnessTable(f, standardWindow(f), table).table;
    // Stored 5, 6: rescaled 0, 2.
    expect([5, 6, 7].map((stored) => grey(shown[stored] ?? NaN))).toEqual([10, 30, 30]);
    const chosen = brightnessTable(f, { ...standardWindow(f), voi: 'sigmoid', centre: 0, width: 4 }, table).table;
    expect(chosen[5]).toBe(0.5);
  });
});

describe('the way to the screen', () => {
  test('modality rescale comes first (C.11.1): Hounsfield units of a CT', () => {
    const { table, offset } = brightnessTable(format({ slope: 2, intercept: -1024, voi: 'linear', window: { centre: 40, width: 400 } }));
    // 40 − 0.5 ± 399/2: from −160 to 239.
    expect([432, 433, 631, 632].map((stored) => grey(table[stored + offset] ?? NaN))).toEqual([0, grey((-158 - 39.5) / 399 + 0.5), grey((238 - 39.5) / 399 + 0.5), 255]);
  });
  test('MONOCHROME1 and a reader\'s inversion each turn it over; padding stays black', () => {
    for (const [inverted, byReader, expected] of [[false, false, 0], [true, false, 255], [false, true, 255], [true, true, 0]] as const) {
      const f = format({ sample: 'uint16', inverted, window: { centre: 500, width: 100 }, padding: [65_000, 65_535] });
      const { table } = brightnessTable(f, { ...standardWindow(f), inverted: byReader });
      expect([grey(table[0] ?? NaN), table[65_000], table[65_535]]).toEqual([expected, 0, 0]);
    }
  });
});

// How image pixels lie on the screen, the windows a reader chooses from, and lengths for the scale bar.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Box } from '../../../shared/domain/geometry.ts';
import { aboutMiddle, boxBetween, boxOnScreen, fit, fitWidth, handlePoint, handles, handleSeen, matrixBetween, matrixOf, placeLabels, resize, scaleBar, toImage, toScreen, towardsImage, turnedBy, zoomAt, zoomToBox, type Orientation, type View } from '../../../renderer/canvas/geometry.ts';
import { dragWindow, presetOf, presetsFor } from '../../../renderer/canvas/presets.ts';
import { boxesInside, pixels, sizes } from '../../shared/domain/rows.ts';

const number = (min: number, max: number): fc.Arbitrary<number> => fc.double({ min, max, noNaN: true });
const views: fc.Arbitrary<View> = fc.record({ scale: number(0.02, 40), x: number(-2000, 2000), y: number(-2000, 2000) });
const points = fc.record({ x: number(-3000, 3000), y: number(-3000, 3000) });
const stages = fc.record({ width: fc.integer({ min: 200, max: 4000 }), height: fc.integer({ min: 200, max: 3000 }) });

describe('views', () => {
  test('fit: the whole image, centred, as large as the margin lets it', () => {
    fc.assert(fc.property(sizes, stages, (image, stage) => {
      const v = fit(image, stage, 8);
      const [left, right] = [v.x, stage.width - v.x - image.width * v.scale], [top, bottom] = [v.y, stage.height - v.y - image.height * v.scale];
      expect(left).toBeCloseTo(right, 6);
      expect(top).toBeCloseTo(bottom, 6);
      expect(Math.min(left, top)).toBeCloseTo(8, 6);
    }), { seed: 1 });
  });
  test('zoom: the point under the pointer stays, within 2 % to 4000 %', () => {
    fc.assert(fc.property(views, points, number(0.001, 1000), (v, p, factor) => {
      const zoomed = zoomAt(v, p, factor), [a, b] = [toImage(p, v), toImage(p, zoomed)];
      expect(zoomed.scale).toBeGreaterThanOrEqual(0.02);
      expect(zoomed.scale).toBeLessThanOrEqual(40);
      expect(Math.hypot(a.x - b.x, a.y - b.y) * zoomed.scale).toBeLessThan(1e-6);
    }), { seed: 2 });
  });
  test('zoom to a box: its centre in the middle, its surroundings around it, never above 1200 %', () => {
    fc.assert(fc.property(boxesInside, stages, ({ box }, stage) => {
      const v = zoomToBox(box, stage), centre = toImage({ x: stage.width / 2, y: stage.height / 2 }, v);
      expect(centre.x).toBeCloseTo(box.x + box.width / 2, 6);
      expect(centre.y).toBeCloseTo(box.y + box.height / 2, 6);
      expect(v.scale).toBeLessThanOrEqual(12);
      expect(box.width * v.scale).toBeLessThanOrEqual(stage.width / 3 + 1e-9);
      expect(box.height * v.scale).toBeLessThanOrEqual(stage.height / 3 + 1e-9);
    }), { seed: 3 });
  });
});

describe('turned and mirrored', () => {
  const ways: fc.Arbitrary<Orientation> = fc.record({ turns: fc.constantFrom(0, 1, 2, 3), mirrored: fc.boolean() }), turned: fc.Arbitrary<View> = fc.tuple(views, ways).map(([v, w]) => ({ ...v, ...w }));
  const near = (p: { x: number; y: number }, q: { x: number; y: number }, within = 1e-6): void => { expect(Math.hypot(p.x - q.x, p.y - q.y)).toBeLessThan(within); };
  test('to the screen and back is the same place, as a canvas says too', () => {
    fc.assert(fc.property(turned, points, (v, p) => {
      const s = toScreen(p, v), [a, b, c, d, e, f] = matrixOf(v);
      near(toImage(s, v), p);
      near({ x: a * p.x + c * p.y + e, y: b * p.x + d * p.y + f }, s);
    }), { seed: 7 });
  });
  test('what was painted under one view is laid under another where it belongs', () => {
    fc.assert(fc.property(turned, turned, points, (then, now, p) => {
      const s = toScreen(p, then), [a, b, c, d, e, f] = matrixBetween(then, now);
      near({ x: a * s.x + c * s.y + e, y: b * s.x + d * s.y + f }, toScreen(p, now), 1e-4 * (1 + now.scale / then.scale));
    }), { seed: 8 });
  });
  test('four turns, right after left, and mirrored twice are nothing', () => {
    fc.assert(fc.property(ways, (w) => {
      const after = (...by: Parameters<typeof turnedBy>[1][]): Orientation => by.reduce(turnedBy, w);
      for (const same of [after('right', 'right', 'right', 'right'), after('left', 'right'), after('across', 'across'), after('down', 'down'), after('across', 'down', 'right', 'right')]) expect(same).toEqual(w);
    }), { seed: 9 });
  });
  test('as it is seen: a turn to the right leads up to the right, mirrored across left to right', () => {
    fc.assert(fc.property(turned, (v) => {
      const up = towardsImage({ x: 0, y: -1 }, v), side = towardsImage({ x: -1, y: 0 }, v), seen = (p: { x: number; y: number }, w: Orientation) => toScreen(p, { scale: 1, x: 0, y: 0, ...w });
      near(seen(up, turnedBy(v, 'right')), { x: 1, y: 0 });
      near(seen(side, turnedBy(v, 'across')), { x: 1, y: 0 });
      near(seen(up, turnedBy(v, 'across')), { x: 0, y: -1 });
      near(seen(up, turnedBy(v, 'down')), { x: 0, y: 1 });
    }), { seed: 10 });
  });
  test('a box covers what its corners cover; a handle is called by where it is seen', () => {
    fc.assert(fc.property(boxesInside, turned, fc.constantFrom(...handles), ({ box }, v, h) => {
      near(handlePoint(boxOnScreen(box, v), handleSeen(h, v)), toScreen(handlePoint(box, h), v));
    }), { seed: 11 });
  });
  test('fitted, as wide as the stage and about its middle, whichever way round', () => {
    fc.assert(fc.property(sizes, stages, ways, views, (image, stage, way, v) => {
      const all = boxOnScreen({ x: 0, y: 0, ...image }, fit(image, stage, 8, way)), wide = boxOnScreen({ x: 0, y: 0, ...image }, fitWidth(image, stage, way)), middle = { x: stage.width / 2, y: stage.height / 2 };
      expect(Math.min(all.x, all.y)).toBeCloseTo(8, 5);
      near({ x: all.x + all.width / 2, y: all.y + all.height / 2 }, middle);
      expect(wide.width).toBeCloseTo(stage.width - 16, 5);
      near(toImage(middle, aboutMiddle(v, stage, 3, way)), toImage(middle, v), 1e-4);
      expect(zoomAt({ ...v, ...way }, middle, 2)).toMatchObject(way);
    }), { seed: 12 });
  });
});

describe('boxes under the hand', () => {
  const inside = (b: Box, image: { width: number; height: number }): boolean => b.x >= 0 && b.y >= 0 && b.x + b.width <= image.width + 1e-9 && b.y + b.height <= image.height + 1e-9;
  test('between two points: the same either way round, inside the image', () => {
    fc.assert(fc.property(points, points, sizes, (p, q, image) => {
      expect(boxBetween(p, q, image)).toEqual(boxBetween(q, p, image));
      expect(inside(boxBetween(p, q, image), image)).toBe(true);
    }), { seed: 4 });
  });
  test('a handle dragged anywhere leaves a box in the image', () => {
    fc.assert(fc.property(boxesInside, fc.constantFrom(...handles), points, ({ image, box }, handle, p) => {
      const b = resize(box, handle, p, image);
      expect(inside(b, image)).toBe(true);
      expect(Math.min(b.width, b.height)).toBeGreaterThanOrEqual(Math.min(2, image.width, image.height));
    }), { seed: 5 });
  });
  test('a handle put where it is changes nothing', () => {
    const box = { x: 20, y: 30, width: 40, height: 50 };
    for (const h of handles) expect(resize(box, h, handlePoint(box, h), { width: 400, height: 300 })).toEqual(box);
  });
});

describe('labels', () => {
  const stage = { width: 400, height: 300 }, size = { width: 40, height: 17 };
  const apart = (a: Box, b: Box): boolean => a.x >= b.x + b.width || b.x >= a.x + a.width || a.y >= b.y + b.height || b.y >= a.y + a.height;
  const placed = (boxes: readonly Box[], taken: readonly Box[] = []): Box[] => placeLabels(boxes.map((box) => ({ box, size })), stage, taken).map((p) => ({ ...p, ...size }));
  test('above their boxes where there is room, below at the upper edge, clear of what is taken', () => {
    const [free, edge, shy] = [{ x: 50, y: 100, width: 60, height: 50 }, { x: 200, y: 4, width: 60, height: 50 }, { x: 300, y: 100, width: 60, height: 50 }];
    expect(placed([free, edge, shy], [{ x: 290, y: 70, width: 100, height: 25 }]).map(({ x, y }) => [x, y])).toEqual([[50, 81], [200, 56], [300, 152]]);
  });
  test('two boxes whose labels would fall together: both can be read, and neither covers a box', () => {
    const boxes = [{ x: 100, y: 100, width: 60, height: 60 }, { x: 110, y: 105, width: 60, height: 60 }];
    const labels = placed(boxes);
    for (const [i, l] of labels.entries()) {
      for (const other of labels.slice(i + 1)) expect(apart(l, other)).toBe(true);
      for (const box of boxes) expect(apart(l, box)).toBe(true);
    }
  });
  test('always inside the stage, whatever the box', () => {
    fc.assert(fc.property(fc.array(fc.record({ x: number(-300, 500), y: number(-300, 400), width: number(1, 600), height: number(1, 600) }), { maxLength: 12 }), (boxes) => {
      for (const l of placed(boxes)) expect([l.x >= 0, l.y >= 0, l.x + l.width <= stage.width, l.y + l.height <= stage.height]).toEqual([true, true, true, true]);
    }), { seed: 8 });
  });
});

test('scale bar: 1, 2 or 5 times a power of ten millimetres, as long as fits', () => {
  expect(scaleBar(0.1, 120)).toEqual({ mm: 10, pixels: 100 });
  expect(scaleBar(0.5, 120).mm).toBe(50);
  expect(scaleBar(0.02, 120).mm).toBe(2);
  fc.assert(fc.property(number(1e-4, 100), (mmPerPixel) => {
    const { mm, pixels: length } = scaleBar(mmPerPixel, 120);
    expect(length).toBeLessThanOrEqual(120 + 1e-6);
    expect(length).toBeGreaterThan(120 / 2.51);
    expect([1, 2, 5].some((k) => Math.abs(Math.log10(mm / k) - Math.round(Math.log10(mm / k))) < 1e-9)).toBe(true);
  }), { seed: 6 });
});

describe('windows', () => {
  test('CT: the ones everybody knows, in Hounsfield units', () => {
    for (const modality of ['CT', 'ct', 'Computed tomography of the chest']) expect(presetsFor(pixels(), modality).slice(0, 4).map((p) => [p.name, p.window.centre, p.window.width])).toEqual([['soft tissue', 40, 400], ['lung', -600, 1500], ['bone', 300, 1500], ['brain', 40, 80]]);
    expect(presetsFor(pixels(), 'ductography').map((p) => p.name)).not.toContain('lung');
  });
  test('others: the file\'s own, the full range in rescaled units, a harder and a softer one', () => {
    const format = pixels(undefined, { sample: 'uint16', bitsStored: 12, slope: 2, intercept: -100, window: { centre: 900, width: 500 } });
    expect(presetsFor(format, 'radiograph').map((p) => [p.name, p.window.centre, p.window.width])).toEqual([['as stored', 900, 500], ['full range', 3995, 8190], ['hard', 900, 250], ['soft', 900, 900]]);
    expect(presetsFor(pixels(undefined, { sample: 'int16', bitsStored: 16 }), 'MR')[1]).toMatchObject({ name: 'full range', window: { centre: -0.5, width: 65535 } });
  });
  test('the windows and the table that a file names come after, and are found again', () => {
    const format = pixels(undefined, { voi: 'sigmoid', window: { centre: 40, width: 400 }, windows: [{ centre: 40, width: 400, name: 'NORMAL' }, { centre: 60, width: 90, name: 'HARDER' }], voiTable: { blob: '0'.repeat(64), first: 0, entries: 2, bits: 8, name: 'CURVE' } });
    const presets = presetsFor(format, 'radiograph');
    expect(presets.slice(4).map((p) => [p.name, p.window.voi])).toEqual([[{ file: 'CURVE' }, 'table'], [{ file: 'HARDER' }, 'sigmoid']]);
    expect([presetOf(presets, { centre: 1, width: 1, inverted: true, voi: 'table' })?.name, presetOf(presets, { centre: 60, width: 90, inverted: true, voi: 'sigmoid' })?.name, presetOf(presets, { centre: 60, width: 90, inverted: false, voi: 'linear' })]).toEqual([{ file: 'CURVE' }, { file: 'HARDER' }, null]);
  });
  test('a drag right widens, down raises the centre and so darkens; there and back is as before', () => {
    const w = { centre: 40, width: 400, inverted: true, voi: 'linear-exact' } as const, format = pixels();
    expect(dragWindow(format, w, { x: 100, y: 0 }).width).toBeGreaterThan(400);
    expect(dragWindow(format, w, { x: 0, y: 30 })).toEqual({ ...w, centre: 80 });
    expect(dragWindow(format, dragWindow(format, w, { x: 120, y: 0 }), { x: -120, y: 0 }).width).toBeCloseTo(400, 9);
    expect(dragWindow(format, w, { x: -1e6, y: 0 }).width).toBe(1);
    // Who drags leaves the file's table.
    expect(dragWindow({ ...format, voi: 'sigmoid' }, { ...w, voi: 'table' }, { x: 0, y: 0 }).voi).toBe('sigmoid');
  });
});

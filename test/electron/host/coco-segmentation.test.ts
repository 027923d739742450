// Outlines written as COCO and read back; and the small example of COCO's own documentation of run lengths.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { outlined, outlineIn, segmentationOf } from '../../../electron/host/coco-segmentation.ts';
import { exportReviewed } from '../../../electron/host/export/export-reviewed.ts';
import { readCoco, readJsonLines } from '../../../electron/host/import/annotations.ts';
import { areaOf, runsOf, type Shape } from '../../../shared/domain/shape.ts';
import { measurementRow } from '../../../shared/domain/measurement.ts';
import { drawn, pixels, study } from '../../shared/domain/rows.ts';

const image = { width: 5, height: 4 };
const triangle: Shape = { kind: 'polygon', points: [{ x: 1, y: 1 }, { x: 4, y: 1 }, { x: 4, y: 3.5 }] };

describe('segmentations', () => {
  test('a mask is counted down the columns of the whole image, from outside', () => {
    // Columns 1 and 2, rows 1 and 2, without the pixel at (2, 2).
    const mask = { box: { x: 1, y: 1, width: 2, height: 2 }, shape: { kind: 'mask', runs: [0, 3, 1] } } as const;
    const written = segmentationOf({ box: mask.box, shape: { kind: 'mask', runs: [...mask.shape.runs] } }, image);
    expect(written).toEqual({ counts: [5, 2, 2, 1, 10], size: [4, 5] });
    expect(outlineIn(written, image)).toEqual(mask);
  });
  test('any mask and any polygon come back as they were', () => {
    fc.assert(fc.property(fc.array(fc.boolean(), { minLength: 20, maxLength: 20 }).filter((all) => all.includes(true)), (all) => {
      const given = outlineIn({ counts: runsOf(all.map(Number)), size: [4, 5] }, image);
      expect(given === null ? null : outlineIn(segmentationOf(given, image), image)).toEqual(given);
      expect(given === null ? 0 : areaOf(given.shape, given.box)).toBe(all.filter(Boolean).length);
    }), { seed: 1, numRuns: 100 });
    expect(outlineIn(segmentationOf({ box: { x: 1, y: 1, width: 3, height: 2.5 }, shape: triangle }, image), image)).toEqual({ box: { x: 1, y: 1, width: 3, height: 2.5 }, shape: triangle });
  });
  test('an ellipse is a polygon of nearly its area; a box and a point have no outline', () => {
    const box = { x: 10, y: 20, width: 60, height: 40 }, round = outlineIn(segmentationOf({ box, shape: { kind: 'ellipse' } }, { width: 100, height: 100 }), { width: 100, height: 100 });
    expect(round?.box).toEqual(box);
    expect((round === null ? 0 : areaOf(round.shape, round.box)) / areaOf({ kind: 'ellipse' }, box)).toBeCloseTo(1, 2);
    for (const shape of [undefined, { kind: 'point' }] as const) expect(segmentationOf({ box, shape }, { width: 100, height: 100 })).toEqual([]);
  });
  test('two polygons are one mask; what lies outside the image is cut off', () => {
    expect(outlineIn([[0, 0, 2, 0, 2, 2, 0, 2], [3, 0, 5, 0, 5, 2, 3, 2]], image)).toEqual({ box: { x: 0, y: 0, width: 5, height: 2 }, shape: { kind: 'mask', runs: [0, 2, 1, 4, 1, 2] } });
    expect(outlineIn([[-3, 0, 2, 0, 2, 9, -3, 9]], image)?.box).toEqual({ x: 0, y: 0, width: 2, height: 4 });
  });
  test('what is empty, packed, of another size or no outline is none', () => {
    for (const given of [[], [[1, 1, 2, 2]], [[9, 9, 20, 9, 20, 20]], { counts: [20], size: [4, 5] }, { counts: [5, 3], size: [4, 5] }, { counts: [3, 1, 16], size: [5, 4] }, { counts: '52203', size: [4, 5] }] satisfies Parameters<typeof outlineIn>[0][]) expect(outlineIn(given, image)).toBeNull();
    expect(outlined({ kind: 'mask', runs: [0, 5] }, { x: 0, y: 0, width: 2, height: 2 }, image)).toBeNull();
    expect(outlined({ kind: 'mask', runs: [0, 4] }, { x: 0.5, y: 0, width: 2, height: 2 }, image)).toBeNull();
  });
});

test('a reviewed set keeps its outlines through JSON lines and COCO, proposals beside them', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'regionmed-export-'));
  try {
    const box = { x: 40, y: 30, width: 60, height: 50 }, corners: Shape = { kind: 'polygon', points: [{ x: 40, y: 30 }, { x: 100, y: 30 }, { x: 70, y: 80 }] };
    const regions = [drawn('box', { box }), drawn('ellipse', { box, shape: { kind: 'ellipse' } }), drawn('polygon', { box, shape: corners }), drawn('mask', { box: { x: 3, y: 4, width: 2, height: 2 }, shape: { kind: 'mask', runs: [1, 3] } })];
    const measurement = measurementRow.parse({ table: 'measurements', id: 'm', caseId: 'case-1', kind: 'length', points: [{ x: 0, y: 0 }, { x: 12, y: 8 }], order: 1, by: 'someone', at: '2026-01-01T00:00:00.000Z' });
    const input = { cases: [study({ status: 'signed-off', pixels: pixels(undefined, { spacing: [0.5, 0.25], spacingAt: 'detector' }) })], regionsOf: () => regions, measurementsOf: () => [measurement], blobPath: () => '' };
    const lines = readJsonLines(await readFile((await exportReviewed(input, 'jsonl', folder, false)).file, 'utf8'));
    expect(lines.problems).toEqual([]);
    expect(z.object({ measurements: z.array(z.unknown()) }).parse(JSON.parse(await readFile(path.join(folder, 'reviewed.jsonl'), 'utf8'))).measurements).toEqual([{ kind: 'length', points: [[0, 0], [12, 8]], calibration: 'detector', by: 'someone', at: '2026-01-01T00:00:00.000Z', length_mm: 5 }]);
    expect(lines.images[0]?.regions.map((r) => [r.box, r.shape])).toEqual(regions.map((r) => [r.box, r.shape]));
    const text = await readFile((await exportReviewed(input, 'coco', folder, false)).file, 'utf8'), coco = readCoco(text);
    expect(coco.problems).toEqual([]);
    expect(coco.images[0]?.regions.map((r) => r.shape?.kind)).toEqual([undefined, 'polygon', 'polygon', 'mask']);
    expect(coco.images[0]?.regions.map((r) => r.box)).toEqual(regions.map((r) => r.box));
    const areas = z.object({ annotations: z.array(z.object({ area: z.number() })) }).parse(JSON.parse(text)).annotations.map((a) => a.area);
    expect(areas).toEqual([3000, Math.PI / 4 * 3000, 1500, 3]);
  } finally { await rm(folder, { recursive: true, force: true }); }
});

test('an outline that cannot be read costs its region nothing but itself, and is told', () => {
  const coco = readCoco(JSON.stringify({ images: [{ id: 1, file_name: 'a.png', ...image }], categories: [], annotations: [{ image_id: 1, bbox: [1, 1, 2, 2], segmentation: { counts: '52203', size: [4, 5] } }] }));
  expect(coco.images[0]?.regions).toMatchObject([{ box: { x: 1, y: 1, width: 2, height: 2 } }]);
  expect(coco.problems).toEqual(['a.png: outlines that are compressed, empty or of another size are left out; their boxes are taken.']);
  const lines = readJsonLines(JSON.stringify({ image: 'a.png', ...image, regions: [{ bbox: [1, 1, 2, 2], shape: { kind: 'mask', runs: [0, 9] } }] }));
  expect(lines.images[0]?.regions[0]?.shape).toBeUndefined();
  expect(lines.problems).toEqual(['Line 1: 1 outline does not fit into the image or the box; the box alone is taken.']);
});

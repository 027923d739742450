// One click in a lesion gives its outline: about as large as it is, about the click, and the same each time.
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { iou } from '../../../shared/domain/geometry.ts';
import { areaOf, boundsOf, covers } from '../../../shared/domain/shape.ts';
import { Outliner } from '../../../models/inference/outliner.ts';
import { Predictor } from '../../../models/inference/predictor.ts';
import { makePhantom } from '../../../models/phantom/make-phantom.ts';

const studies = [3_000_001, 3_000_003].map((seed) => makePhantom(seed));
const lesions = studies.flatMap(({ image, example }) => example.findings.slice(0, 3).map(({ box }) => ({ image, box, middle: { x: box.x + box.width / 2, y: box.y + box.height / 2 } })));
let predictor: Predictor, outliner: Outliner;

beforeAll(async () => {
  predictor = await Predictor.open(path.join(import.meta.dirname, '..', '..', '..', 'models', 'bundles', 'base'), 1);
  outliner = await Outliner.open(predictor, 1);
});
afterAll(async () => { await outliner.release(); await predictor.release(); });

describe('an outline', () => {
  test('holds the click, fills its box, lies in the image, and agrees with the lesion', async () => {
    const overlaps: number[] = [];
    for (const { image, box, middle } of lesions) {
      const { points, box: bounds } = await outliner.outline(image, middle);
      expect(bounds).toEqual(boundsOf(points));
      expect(covers({ kind: 'polygon', points: [...points] }, bounds, middle)).toBe(true);
      expect(areaOf({ kind: 'polygon', points: [...points] }, bounds)).toBeLessThan(bounds.width * bounds.height);
      for (const p of points) { expect(p.x).toBeGreaterThanOrEqual(0); expect(p.y).toBeGreaterThanOrEqual(0); expect(p.x).toBeLessThanOrEqual(image.format.width); expect(p.y).toBeLessThanOrEqual(image.format.height); }
      overlaps.push(iou(bounds, box));
    }
    expect(overlaps.length).toBeGreaterThan(3);
    expect(overlaps.reduce((a, b) => a + b, 0) / overlaps.length).toBeGreaterThan(0.55);
  });
  test('is the same the second time, and follows the size that is expected', async () => {
    const [lesion] = lesions;
    if (lesion === undefined) throw new Error('no lesion');
    const { image, middle, box } = lesion;
    expect(await outliner.outline(image, middle)).toEqual(await outliner.outline(image, middle));
    const small = await outliner.outline(image, middle, { x: middle.x - box.width / 8, y: middle.y - box.height / 8, width: box.width / 4, height: box.height / 4 });
    expect(small.box.width).toBeLessThan(0.6 * box.width);
  });
  test('where nothing is, something small about the click is drawn, and nothing breaks at the corner', async () => {
    const [study] = studies;
    if (study === undefined) throw new Error('no study');
    const { points } = await outliner.outline(study.image, { x: 0, y: 0 });
    expect(points.length).toBeGreaterThanOrEqual(3);
  });
});

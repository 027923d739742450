// What the proposal head is told on its grid, and that decoding is the reverse of it.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { iou, type Box } from '../../../shared/domain/geometry.ts';
import { decodeProposals } from '../../../models/nets/decode-proposals.ts';
import { denseTargets, type DenseObject } from '../../../models/training/dense-targets.ts';

const grid = 16, cells = grid * grid, side = 128;
const cellOf = (b: Box): number => Math.floor((b.y + b.height / 2) / 8) * grid + Math.floor((b.x + b.width / 2) / 8);

function targets(findings: readonly DenseObject[], rejected: readonly Box[] = [], ignored: readonly Box[] = []) {
  // Filled with rubbish first: the function owns every number.
  const out = { objectness: new Float32Array(cells).fill(7), objectnessWeight: new Float32Array(cells).fill(7), box: new Float32Array(4 * cells).fill(7), boxWeight: new Float32Array(cells).fill(7) };
  denseTargets(grid, findings, rejected, ignored, out);
  return out;
}
const sum = (values: Float32Array): number => values.reduce((a, b) => a + b, 0);

describe('targets', () => {
  const box = { x: 40, y: 24, width: 24, height: 16 };
  test('an empty image is all ground', () => {
    const t = targets([]);
    expect(sum(t.objectness)).toBe(0);
    expect(sum(t.objectnessWeight)).toBe(cells);
    expect(sum(t.boxWeight)).toBe(0);
  });
  test('a finding peaks with exactly 1 at its centre and nowhere else; its box weights sum to its weight', () => {
    const t = targets([{ box, weight: 1 }]);
    expect(t.objectness[cellOf(box)]).toBe(1);
    expect([...t.objectness].filter((v) => v >= 1)).toHaveLength(1);
    expect(t.objectnessWeight[cellOf(box)]).toBe(1);
    expect(sum(t.boxWeight)).toBeCloseTo(1, 5);
    expect([0, 1, 2, 3].map((i) => t.box[i * cells + cellOf(box)])).toEqual([0, -0.5, Math.fround(Math.log(3)), Math.fround(Math.log(2))]);
  });
  test('a missed one counts twice', () => {
    const t = targets([{ box, weight: 2 }]);
    expect(t.objectnessWeight[cellOf(box)]).toBe(2);
    expect(sum(t.boxWeight)).toBeCloseTo(2, 5);
  });
  test('a rejected box: more weight at its centre, target below one, no box', () => {
    const t = targets([], [box]);
    expect(t.objectnessWeight[cellOf(box)]).toBeGreaterThan(1);
    expect(t.objectness[cellOf(box)]).toBe(0);
    expect(sum(t.boxWeight)).toBe(0);
  });
  test('a finding is stronger than a rejected box in its place', () => {
    const t = targets([{ box, weight: 1 }], [box]);
    expect(t.objectness[cellOf(box)]).toBe(1);
    expect(t.objectnessWeight[cellOf(box)]).toBe(1);
  });
  test('an ignored box: no weight at its centre', () => {
    const t = targets([], [], [box]);
    expect(t.objectnessWeight[cellOf(box)]).toBe(0);
    expect(t.objectnessWeight[0]).toBe(1);
  });
  test('a small finding inside a large one keeps its own cells', () => {
    const small = { x: 60, y: 60, width: 8, height: 8 }, large = { x: 8, y: 8, width: 112, height: 112 };
    for (const order of [[small, large], [large, small]]) {
      const t = targets(order.map((b) => ({ box: b, weight: 1 })));
      expect(t.box[2 * cells + cellOf(small)]).toBe(0);
    }
  });
});

/** Boxes apart enough that no two share cells, somewhere in the square. */
const layout = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 4, max: 40, noNaN: true }), fc.double({ min: 4, max: 40, noNaN: true })), { minLength: 1, maxLength: 6 })
  .map((drawn) => drawn.map(([u, v, width, height]): Box => ({ x: u * (side - width), y: v * (side - height), width, height }))
    .reduce<Box[]>((kept, b) => (kept.every((k) => Math.abs(k.x + k.width / 2 - b.x - b.width / 2) > 28 || Math.abs(k.y + k.height / 2 - b.y - b.height / 2) > 28) ? [...kept, b] : kept), []));

describe('decoding', () => {
  const logits = (objectness: Float32Array): Float32Array => objectness.map((p) => Math.log(Math.max(1e-6, p)) - Math.log(Math.max(1e-6, 1 - p)));
  const decode = (t: ReturnType<typeof targets>, window: Box, limit = 100): Box[] => decodeProposals(grid, logits(t.objectness), t.box, window, side, { limit, minimum: 0.995 }).map((p) => p.box);

  test('gives the boxes that the targets were made of, within a tenth of a pixel', () => {
    fc.assert(fc.property(layout, (boxes) => {
      const found = decode(targets(boxes.map((box) => ({ box, weight: 1 }))), { x: 0, y: 0, width: side, height: side });
      expect(found).toHaveLength(boxes.length);
      for (const b of boxes) {
        const best = found.reduce((a, f) => (iou(f, b) > iou(a, b) ? f : a));
        for (const key of ['x', 'y', 'width', 'height'] as const) expect(Math.abs(best[key] - b[key])).toBeLessThan(0.11);
      }
    }), { seed: 7, numRuns: 300 });
  });

  test('answers in pixels of the image, letterboxed or not, inside the window', () => {
    const window = { x: 0, y: 0, width: 512, height: 300 };
    const box = { x: 40, y: 10, width: 20, height: 12 };
    expect(decode(targets([{ box, weight: 1 }]), window)).toEqual([{ x: 160, y: 40, width: 80, height: 48 }]);
    // Reaches under the letterbox: what is outside is cut away.
    const low = { x: 40, y: 60, width: 20, height: 30 };
    const [cut] = decode(targets([{ box: low, weight: 1 }]), window);
    expect(cut).toEqual({ x: 160, y: 240, width: 80, height: 60 });
  });

  test('best first, at most the limit, and one of two that are the same finding', () => {
    const l = new Float32Array(cells).fill(-9), boxes = new Float32Array(4 * cells);
    const peaks: readonly (readonly [number, number])[] = [[3 * grid + 3, 1], [3 * grid + 5, 2], [9 * grid + 9, 3]];
    for (const [cell, logit] of peaks) { l[cell] = logit; boxes[2 * cells + cell] = Math.log(6); boxes[3 * cells + cell] = Math.log(6); }
    const whole = { x: 0, y: 0, width: side, height: side };
    const found = decodeProposals(grid, l, boxes, whole, side, { limit: 100, minimum: 0.5 });
    // The first two overlap by one half: 16 pixels apart, 48 wide.
    expect(found.map((p) => p.score)).toEqual([3, 2, 1].map((v) => 1 / (1 + Math.exp(-v))));
    boxes[3 * grid + 5] = -0.4;
    expect(decodeProposals(grid, l, boxes, whole, side, { limit: 100, minimum: 0.5 })).toHaveLength(2);
    expect(decodeProposals(grid, l, boxes, whole, side, { limit: 1, minimum: 0.5 })).toHaveLength(1);
    expect(decodeProposals(grid, l, boxes, whole, side, { limit: 9, minimum: 0.99 })).toEqual([]);
  });
});

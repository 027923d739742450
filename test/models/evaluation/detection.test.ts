// Detection figures on sets small enough to work out by hand.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { averagePrecision, bestThreshold, calibrationError, counted, detectionImage, match, recall, recallAtFalsePositives, recallOfSmall, type DetectionImage } from '../../../models/evaluation/detection.ts';
import { ranks, recallAt } from '../../../models/evaluation/retrieval.ts';

const box = (x: number, width = 10) => ({ x, y: 0, width, height: 10 });
/** An image by what its predictions found, best first: score and index of the truth, or -1. */
const image = (truths: number, matches: readonly (readonly [number, number])[], small: readonly boolean[] = new Array<boolean>(truths).fill(false)): DetectionImage =>
  ({ truths, small, matches: matches.map(([score, truth]) => ({ score, truth })) });

describe('matching', () => {
  test('each truth is found once, by the best score that overlaps it by half', () => {
    const found = match([{ box: box(1), score: 0.5 }, { box: box(0), score: 0.9 }, { box: box(30), score: 0.7 }, { box: box(52), score: 0.6 }], [box(0), box(50)]);
    expect(found).toEqual([{ score: 0.9, truth: 0 }, { score: 0.7, truth: -1 }, { score: 0.6, truth: 1 }, { score: 0.5, truth: -1 }]);
  });
  test('overlap of exactly one half counts, less does not', () => {
    expect(match([{ box: box(0, 5), score: 1 }], [box(0)])[0]?.truth).toBe(0);
    expect(match([{ box: box(0, 4.99), score: 1 }], [box(0)])[0]?.truth).toBe(-1);
  });
  test('of two truths the better overlap is taken, also when it comes second', () => {
    expect(match([{ box: box(2), score: 1 }], [box(0), box(3)])[0]?.truth).toBe(1);
    expect(match([{ box: box(2), score: 1 }], [box(3), box(0)])[0]?.truth).toBe(0);
  });
  test('no truth is found twice, whatever is predicted', () => {
    const boxes = fc.array(fc.record({ x: fc.integer({ min: 0, max: 60 }), width: fc.integer({ min: 5, max: 30 }) }).map(({ x, width }) => box(x, width)), { maxLength: 8 });
    fc.assert(fc.property(boxes, boxes, (predicted, truth) => {
      const hits = match(predicted.map((b, i) => ({ box: b, score: 1 / (i + 1) })), truth).filter((m) => m.truth >= 0).map((m) => m.truth);
      expect(new Set(hits).size).toBe(hits.length);
    }), { seed: 1 });
  });
  test('a prediction on what a person left open counts only where it finds something else', () => {
    const predicted = [{ box: box(0), score: 0.9 }, { box: box(30), score: 0.8 }, { box: box(60), score: 0.7 }];
    expect(counted(predicted, [box(62)], [box(1), box(59)]).map((p) => p.score)).toEqual([0.8, 0.7]);
    expect(counted(predicted, [], [])).toBe(predicted);
  });
  test('small is under a hundredth of the image', () => {
    expect(detectionImage([], [box(0), box(0, 11)], { width: 100, height: 105 }).small).toEqual([true, false]);
  });
});

// Three images, five findings. By score: .9 hit, .8 false, .7 hit, .6 false, .5 false, .4 hit; two are never found.
const set = [image(2, [[0.9, 0], [0.6, -1], [0.4, 1]], [true, false]), image(2, [[0.8, -1], [0.7, 1]], [true, false]), image(1, [[0.5, -1]], [true])];

describe('figures', () => {
  test('recall at a threshold', () => {
    expect([0, 0.4, 0.45, 0.7, 0.95].map((t) => recall(set, t))).toEqual([0.6, 0.6, 0.4, 0.4, 0]);
    expect(recall([image(0, [[0.9, -1]])], 0.5)).toBeNull();
  });
  test('recall among the small', () => {
    expect(recallOfSmall(set, 0.5)).toBeCloseTo(1 / 3, 12);
    expect(recallOfSmall([image(1, [[0.9, 0]])], 0.5)).toBeNull();
  });
  test('a point of the FROC curve: recall while false regions stay within the allowance', () => {
    // None allowed: only what scores above the best false region (.8).
    expect([0, 1 / 3, 2 / 3, 1].map((n) => recallAtFalsePositives(set, n))).toEqual([0.2, 0.4, 0.4, 0.6]);
  });
  test('average precision, precision made falling', () => {
    // Recall steps .2 at precision 1, .2 at 2/3, .2 at 1/2.
    expect(averagePrecision(set)).toBeCloseTo(0.2 + 0.2 * (2 / 3) + 0.2 * 0.5, 12);
    // A hit after a miss lifts the precision before it: hit, false, hit, hit of three.
    expect(averagePrecision([image(3, [[0.9, 0], [0.8, -1], [0.7, 1], [0.6, 2]])])).toBeCloseTo(1 / 3 + (2 / 3) * 0.75, 12);
    expect(averagePrecision([image(2, [[0.9, 0], [0.8, 1]])])).toBe(1);
    expect(averagePrecision([image(2, [])])).toBe(0);
    expect(averagePrecision([image(0, [[0.5, -1]])])).toBeNull();
  });
  test('calibration: scores against how often they were right', () => {
    expect(calibrationError([image(1, [[1, 0], [0, -1]])], 0)).toBe(0);
    // Two bins of one: |.9 - 1| and |.8 - 0|, averaged.
    expect(calibrationError([image(1, [[0.9, 0], [0.8, -1]])], 0)).toBeCloseTo(0.45, 12);
    // Thirty at .5, every other right: each bin of two is right.
    expect(calibrationError([image(15, Array.from({ length: 30 }, (_, i) => [0.5, i % 2 === 0 ? i / 2 : -1] as const))], 0)).toBeCloseTo(0, 12);
    expect(calibrationError(set, 0.95)).toBeNull();
  });
  test('the best threshold lies just under the score where the F-measure is best', () => {
    // F1 by cut: .9 2/6, .8 2/7, .7 4/8 (best), .6 4/9, .5 4/10, .4 6/11 (best of all).
    expect(bestThreshold(set, 1)).toBeCloseTo(0.4, 5);
    // Of two findings one found at .9, then three false before the other: precision wins at beta 1/2, recall at 2.
    const late = [image(2, [[0.85, 0], [0.6, -1], [0.5, -1], [0.4, -1], [0.3, 1]])];
    expect(bestThreshold(late, 0.5)).toBeCloseTo(0.85, 5);
    expect(bestThreshold(late, 2)).toBeCloseTo(0.3, 5);
    expect(bestThreshold([], 2)).toBeCloseTo(0.5, 5);
    expect(bestThreshold([image(1, [[0.99, 0]])], 2)).toBe(0.9);
    expect(bestThreshold([image(1, [[0.01, 0]])], 2)).toBe(0.05);
  });
});

describe('retrieval', () => {
  const axis = (...v: number[]): Float32Array => Float32Array.from(v);
  const candidates = [axis(1, 0), axis(0, 1), axis(Math.SQRT1_2, Math.SQRT1_2)];
  test('rank of the best right text', () => {
    expect(ranks([{ embedding: axis(1, 0), right: new Set([0]) }, { embedding: axis(1, 0), right: new Set([2]) }, { embedding: axis(1, 0), right: new Set([1]) }, { embedding: axis(0, 1), right: new Set([0, 2]) }], candidates)).toEqual([1, 2, 3, 2]);
  });
  test('ties count against us', () => { expect(ranks([{ embedding: axis(1, 0), right: new Set([1]) }], [axis(1, 0), axis(1, 0), axis(0, 1)])).toEqual([2]); });
  test('a right text that is not among the candidates comes last', () => { expect(ranks([{ embedding: axis(1, 0), right: new Set([-1]) }], candidates)).toEqual([4]); });
  test('recall at K', () => { expect([recallAt(1, [1, 2, 1, 5]), recallAt(2, [1, 2, 1, 5]), recallAt(1, [])]).toEqual([0.5, 0.75, null]); });
});

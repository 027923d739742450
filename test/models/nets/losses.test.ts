// Each part of the joint loss on numbers that were worked out by hand.
import { describe, expect, test } from 'vitest';
import { GraphBuilder } from '../../../models/graph/builder.ts';
import type { Value } from '../../../models/graph/graph.ts';
import { binary, boxLoss, contrastive, focal } from '../../../models/nets/losses.ts';
import { writeOnnx } from '../../../models/onnx/write.ts';
import { openSession } from '../../../models/runtime/session.ts';
import { float32 } from '../../../models/tensor.ts';

async function valueOf(build: (g: GraphBuilder, c: (dims: readonly number[], data: readonly number[]) => Value) => Value): Promise<number> {
  const g = new GraphBuilder();
  const loss = build(g, (dims, data) => g.constant(float32(dims, data)));
  expect(loss.shape).toEqual([]);
  const session = await openSession(writeOnnx(g.finish({ loss }), 'loss'), { threads: 1 });
  try { return Number((await session.run({}))['loss']?.data[0]); } finally { await session.release(); }
}

describe('contrastive', () => {
  const axes = [1, 0, 0, 1];
  test('two pairs at right angles: both directions are log(e^s + 1) - s', async () => {
    const loss = await valueOf((g, c) => contrastive(g, c([2, 2], axes), c([2, 2], axes), c([1], [3]), c([2, 2], [0.5, 0, 0, 0.5]), c([2, 2], [0.5, 0, 0, 0.5]), null, null));
    expect(loss).toBeCloseTo(Math.log(1 + Math.exp(-3)), 5);
  });
  test('pairs the wrong way round cost the scale more', async () => {
    const loss = await valueOf((g, c) => contrastive(g, c([2, 2], axes), c([2, 2], axes), c([1], [3]), c([2, 2], [0, 0.5, 0.5, 0]), c([2, 2], [0, 0.5, 0.5, 0]), null, null));
    expect(loss).toBeCloseTo(3 + Math.log(1 + Math.exp(-3)), 5);
  });
  test('two regions with one text: the text shares its row between them', async () => {
    // Logits: both regions 2 with text 0, 0 with text 1 (a hard negative that is nobody's).
    const loss = await valueOf((g, c) => contrastive(g, c([2, 2], [1, 0, 1, 0]), c([2, 2], axes), c([1], [2]), c([2, 2], [0.5, 0, 0.5, 0]), c([2, 2], [0.5, 0.5, 0, 0]), null, null));
    const toText = Math.log(1 + Math.exp(-2)), toRegion = Math.log(2);
    expect(loss).toBeCloseTo((toText + toRegion) / 2, 5);
  });
  test('padded candidates count for nothing, whatever they hold', async () => {
    const padded = (filling: number): Promise<number> => valueOf((g, c) => contrastive(g, c([2, 2], [1, 0, filling, 1]), c([2, 2], [1, 0, 1, filling]), c([1], [5]), c([2, 2], [1, 0, 0, 0]), c([2, 2], [1, 0, 0, 0]), c([1, 2], [0, -1e4]), c([1, 2], [0, -1e4])));
    expect(await padded(0)).toBeCloseTo(0, 6);
    expect(await padded(7)).toBeCloseTo(0, 6);
  });
});

describe('focal', () => {
  const one = (logit: number, target: number, weight = 1): Promise<number> => valueOf((g, c) => focal(g, c([1, 1, 1, 1], [logit]), c([1, 1, 1, 1], [target]), c([1, 1, 1, 1], [weight])));
  test('a peak at even odds: (1/2)^2 log 2', async () => { expect(await one(0, 1)).toBeCloseTo(0.25 * Math.LN2, 6); });
  test('ground at even odds: (1/2)^2 log 2; near a peak (t = 1/2) a sixteenth of it', async () => {
    expect(await one(0, 0)).toBeCloseTo(0.25 * Math.LN2, 6);
    expect(await one(0, 0.5)).toBeCloseTo((0.25 * Math.LN2) / 16, 6);
  });
  test('certain and right costs nothing, certain and wrong its logit; weights multiply', async () => {
    expect(await one(20, 1)).toBeLessThan(1e-6);
    expect(await one(-20, 1)).toBeCloseTo(20, 4);
    expect(await one(20, 0, 5)).toBeCloseTo(100, 3);
    expect(await one(20, 0, 0)).toBe(0);
  });
});

describe('box', () => {
  /** Centre and size in cells; the loss takes log sizes. */
  const apart = (p: readonly [number, number, number, number], t: readonly [number, number, number, number]): Promise<number> => valueOf((g, c) => {
    const coded = ([x, y, w, h]: readonly [number, number, number, number]): Value => c([1, 4, 1, 1], [x, y, Math.log(w), Math.log(h)]);
    return boxLoss(g, coded(p), coded(t), c([1, 1, 1, 1], [1]));
  });
  test('the same box costs nothing', async () => { expect(await apart([0.2, -0.1, 3, 2], [0.2, -0.1, 3, 2])).toBeCloseTo(0, 5); });
  test('half overlapped: IoU 1/3, hull filled', async () => {
    // 2 x 2 boxes one apart: intersection 2, union 6, hull 6; GIoU 1/3. Offsets differ by 1.
    expect(await apart([1, 0, 2, 2], [0, 0, 2, 2])).toBeCloseTo(1 - 1 / 3 + 0.5, 4);
  });
  test('apart: GIoU is minus the empty share of the hull', async () => {
    // Unit boxes three apart: hull 4, union 2, GIoU -1/2.
    expect(await apart([3, 0, 1, 1], [0, 0, 1, 1])).toBeCloseTo(1.5 + 0.5 * 3, 4);
  });
  test('one inside the other: GIoU is IoU', async () => {
    expect(await apart([0, 0, 1, 1], [0, 0, 2, 2])).toBeCloseTo(0.75 + 0.5 * 2 * Math.LN2, 4);
  });
  test('cells without weight are not looked at', async () => {
    const loss = await valueOf((g, c) => boxLoss(g, c([1, 4, 1, 2], [0, 9, 0, 9, 0, 2, 0, 2]), c([1, 4, 1, 2], [0, 0, 0, 0, 0, 0, 0, 0]), c([1, 1, 1, 2], [1, 0])));
    expect(loss).toBeCloseTo(0, 5);
  });
});

test('binary: log 2 at even odds, the logit where it is wrong, weights sum', async () => {
  const loss = await valueOf((g, c) => binary(g, c([3, 1], [0, -4, 4]), c([3, 1], [1, 1, 1]), c([3, 1], [0.5, 0.25, 0.25])));
  expect(loss).toBeCloseTo(0.5 * Math.LN2 + 0.25 * (4 + Math.log(1 + Math.exp(-4))) + 0.25 * Math.log(1 + Math.exp(-4)), 5);
});

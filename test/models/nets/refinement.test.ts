// A box put right and back: what the region branch is taught is what its answer is read as.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { refined, refinementOf } from '../../../models/nets/refinement.ts';
import { iou } from '../../../shared/domain/geometry.ts';

const box = fc.record({ x: fc.integer({ min: 0, max: 500 }), y: fc.integer({ min: 0, max: 500 }), width: fc.integer({ min: 2, max: 300 }), height: fc.integer({ min: 2, max: 300 }) });
const near = fc.tuple(box, fc.double({ min: -0.4, max: 0.4, noNaN: true }), fc.double({ min: -0.4, max: 0.4, noNaN: true }), fc.double({ min: 0.6, max: 1.6, noNaN: true }), fc.double({ min: 0.6, max: 1.6, noNaN: true }))
  .map(([b, dx, dy, w, h]) => [b, { x: b.x + dx * b.width, y: b.y + dy * b.height, width: w * b.width, height: h * b.height }] as const);

test('the truth is reached from any box near it', () => {
  fc.assert(fc.property(near, ([given, right]) => { expect(iou(refined(given, refinementOf(given, right)), right)).toBeGreaterThan(0.999); }), { seed: 1 });
});
test('nothing that a network says makes a box wild', () => {
  const any = fc.double({ noDefaultInfinity: false });
  fc.assert(fc.property(box, fc.tuple(any, any, any, any), (given, said) => {
    const to = refined(given, said);
    expect(to.width / given.width).toBeGreaterThan(0.49);
    expect(to.width / given.width).toBeLessThan(2.01);
    expect(Math.abs(to.x + to.width / 2 - given.x - given.width / 2)).toBeLessThanOrEqual(given.width + 1e-6);
  }), { seed: 2 });
});

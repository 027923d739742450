// Which slice comes next in a film, and which are fetched around the one that is seen.
import { expect, test } from 'vitest';
import { nextInFilm, wantedAround } from '../../../../renderer/rooms/review/slice-scroll.ts';

function film(count: number, bounces: boolean, frames: number): number[] {
  let now: { at: number; way: 1 | -1 } = { at: 0, way: 1 };
  return Array.from({ length: frames }, () => { const { at } = now; now = nextInFilm(now.at, count, now.way, bounces); return at; });
}
test('in a loop, or there and back', () => {
  expect(film(4, false, 9)).toEqual([0, 1, 2, 3, 0, 1, 2, 3, 0]);
  expect(film(4, true, 9)).toEqual([0, 1, 2, 3, 2, 1, 0, 1, 2]);
  expect(film(1, true, 3)).toEqual([0, 0, 0]);
});
test('the next in the direction of travel come first, some behind, and nothing beyond the ends', () => {
  expect(wantedAround(10, 500, 1, 6)).toEqual([11, 12, 13, 14, 9, 15]);
  expect(wantedAround(10, 500, -1, 6)).toEqual([9, 8, 7, 6, 11, 5]);
  expect(wantedAround(498, 500, 1, 40)).toEqual([499, 497, 496, 495, 494, 493, 492, 491, 490]);
});

// The second look puts a proposal's box right: how far its centre and size are off, in sides of the box itself
// (Girshick et al. 2014, arXiv 1311.2524, appendix C).
import type { Box } from '../../shared/domain/geometry.ts';

/** What the region branch should answer for `given` when the truth is `right`: offset of the centre, log of the size. */
export const refinementOf = (given: Box, right: Box): [number, number, number, number] => [
  (right.x + right.width / 2 - given.x - given.width / 2) / given.width, (right.y + right.height / 2 - given.y - given.height / 2) / given.height,
  Math.log(right.width / given.width), Math.log(right.height / given.height),
];

/** The reverse; a box moves by at most its own side and at most doubles or halves, whatever the network says. */
export function refined(given: Box, [dx, dy, dw, dh]: readonly [number, number, number, number]): Box {
  const limit = (v: number, most: number): number => Math.min(most, Math.max(-most, Number.isFinite(v) ? v : 0));
  const width = given.width * Math.exp(limit(dw, Math.LN2)), height = given.height * Math.exp(limit(dh, Math.LN2));
  return { x: given.x + given.width / 2 + limit(dx, 1) * given.width - width / 2, y: given.y + given.height / 2 + limit(dy, 1) * given.height - height / 2, width, height };
}

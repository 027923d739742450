// How what was drawn is stored: in tenths of a pixel, inside the image.
import { clampBox, type Box, type Size } from '../../../shared/domain/geometry.ts';
import { boundsOf, type Shape } from '../../../shared/domain/shape.ts';
import { rounded, type Point } from '../geometry.ts';
import { tenths } from './tool.ts';

/** Rounding place and size apart may lead over the edge by one tenth, so it is brought back. */
export const settled = (b: Box, image: Size): Box => rounded(clampBox(rounded(b), image));

/** A closed outline with its bounds; null where it is flat: a line has no inside. */
export function polygonOf(points: readonly Point[]): { box: Box; shape: Shape } | null {
  const kept = points.map(tenths), box = rounded(boundsOf(kept));
  return kept.length < 3 || box.width < 1 || box.height < 1 ? null : { box, shape: { kind: 'polygon', points: kept } };
}

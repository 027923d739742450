// The pieces of an image that the proposal head looks at: the whole, and where the image has more pixels than the
// network's input, overlapping tiles of it, so that a lesion of a few pixels is not lost in the shrunken whole
// (Akyon et al. 2022, "Slicing aided hyper inference", arXiv 2202.06934, for the idea).
import type { Box, Size } from '../../shared/domain/geometry.ts';

/** A tile's side is at least the network's input, and at least this share of the image's longer side: cost stays bounded. */
export const tileShare = 0.4;
/** Tiles overlap by at least this share of their side, so that what one cuts another holds whole. */
const overlap = 0.2;

/** The side of a tile in image pixels, or null where the whole image shows (nearly) every pixel already. */
export function tileSide(image: Size, side: number): number | null {
  const longer = Math.max(image.width, image.height);
  return longer < 1.25 * side ? null : Math.max(side, Math.round(tileShare * longer));
}

/** The whole image first, then its tiles row by row; in image pixels, inside the image. */
export function viewsOf(image: Size, side: number): Box[] {
  const whole = { x: 0, y: 0, width: image.width, height: image.height };
  const tile = tileSide(image, side);
  if (tile === null) return [whole];
  const starts = (length: number): number[] => {
    if (length <= tile) return [0];
    const n = Math.ceil((length - tile) / (tile * (1 - overlap))) + 1;
    return Array.from({ length: n }, (_, i) => Math.round((i * (length - tile)) / (n - 1)));
  };
  return [whole, ...starts(image.height).flatMap((y) => starts(image.width).map((x) => ({ x, y, width: Math.min(tile, image.width), height: Math.min(tile, image.height) })))];
}

/** Whether a box proposed in a tile counts: it is small against the tile and not cut by an edge that is not the image's own. */
export function belongsToTile(box: Box, tile: Box, image: Size): boolean {
  if (Math.max(box.width, box.height) > 0.5 * Math.max(tile.width, tile.height)) return false;
  const margin = 2, inner = (edge: number, size: number): boolean => edge > 0 && edge < size;
  return !((inner(tile.x, image.width) && box.x < tile.x + margin) || (inner(tile.x + tile.width, image.width) && box.x + box.width > tile.x + tile.width - margin)
    || (inner(tile.y, image.height) && box.y < tile.y + margin) || (inner(tile.y + tile.height, image.height) && box.y + box.height > tile.y + tile.height - margin));
}

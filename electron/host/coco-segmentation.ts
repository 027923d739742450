// Outlines as COCO writes them (cocodataset.org/#format-data): polygons as flat lists of coordinates, masks as run
// lengths over the whole image, column by column, the first run outside.
import { z } from 'zod';
import { clampBox, type Box, type Size } from '../../shared/domain/geometry.ts';
import { joined, maskOf, rasterOf, type Raster } from '../../shared/domain/raster.ts';
import { boundsOf, ellipsePoints, pixelsOf, runsOf, type Point, type Shape } from '../../shared/domain/shape.ts';

/** A region's outline, and the box about it. */
export interface Outlined { readonly box: Box; readonly shape: Shape }

const runLengths = z.object({ counts: z.array(z.number().int().nonnegative()), size: z.tuple([z.number().int().positive(), z.number().int().positive()]) });
/** Run lengths packed into text (COCO's compressed form) are let through, so that their box is not lost with them. */
export const segmentation = z.union([z.array(z.array(z.number())), runLengths, z.object({ counts: z.string(), size: z.array(z.number()) })]);
export type Segmentation = z.infer<typeof segmentation>;

/** Empty for a box and a point, which have no outline; an ellipse is a polygon of 64 corners. */
export function segmentationOf({ box, shape }: { readonly box: Box; readonly shape?: Shape | undefined }, image: Size): Segmentation {
  if (shape?.kind === 'mask') {
    const pixels = pixelsOf(shape.runs, box), columns = new Uint8Array(image.width * image.height);
    for (let y = 0; y < box.height; y++) for (let x = 0; x < box.width; x++) if (pixels[y * box.width + x] === 1) columns[(box.x + x) * image.height + box.y + y] = 1;
    return { counts: runsOf(columns), size: [image.height, image.width] };
  }
  const points = shape?.kind === 'polygon' ? shape.points : shape?.kind === 'ellipse' ? ellipsePoints(box) : [];
  return points.length === 0 ? [] : [points.flatMap(({ x, y }) => [x, y])];
}

/** The outline that a segmentation is; several polygons are one mask. Null where it is empty, compressed, or not of this image. */
export function outlineIn(given: Segmentation, image: Size): Outlined | null {
  if (Array.isArray(given)) {
    const parts = given.flatMap((flat) => { const made = polygonIn(pairs(flat), image); return made === null ? [] : [made]; });
    if (parts.length <= 1) return parts[0] ?? null;
    const all = parts.map((part) => rasterOf(part, image)).reduce<Raster | null>((sum, part) => (sum === null ? part : joined(sum, part, 'with')), null);
    return all === null ? null : maskOf(all);
  }
  const { counts, size: [height, width] } = given;
  if (typeof counts === 'string' || height !== image.height || width !== image.width || counts.reduce((sum, n) => sum + n, 0) !== width * height) return null;
  const columns = pixelsOf(counts, image), rows = new Uint8Array(columns.length);
  for (let x = 0; x < width; x++) for (let y = 0; y < height; y++) rows[y * width + x] = columns[x * height + y] ?? 0;
  const whole: Raster = { box: { x: 0, y: 0, width, height }, pixels: rows, count: 0 }, trimmed = joined(whole, { ...whole, pixels: new Uint8Array(rows.length) }, 'with');
  return trimmed === null ? null : maskOf(trimmed);
}

/** An outline beside the box it was written with, brought into the image; null where the two do not belong together. */
export function outlined(shape: Shape, box: Box, image: Size): Outlined | null {
  if (shape.kind === 'polygon') return polygonIn(shape.points, image);
  const inside = clampBox(box, image), kept = (['x', 'y', 'width', 'height'] as const).every((k) => inside[k] === box[k]);
  if (shape.kind === 'mask') return kept && Object.values(box).every(Number.isInteger) && shape.runs.reduce((sum, n) => sum + n, 0) === box.width * box.height && shape.runs.some((n, i) => i % 2 === 1 && n > 0) ? { box, shape } : null;
  return kept ? { box, shape } : null;
}

const pairs = (flat: readonly number[]): Point[] => Array.from({ length: Math.floor(flat.length / 2) }, (_, i) => ({ x: flat[2 * i] ?? 0, y: flat[2 * i + 1] ?? 0 }));
function polygonIn(points: readonly Point[], image: Size): Outlined | null {
  if (points.length < 3) return null;
  const inside = points.map(({ x, y }) => ({ x: Math.min(image.width, Math.max(0, x)), y: Math.min(image.height, Math.max(0, y)) })), box = boundsOf(inside);
  return box.width < 1 || box.height < 1 ? null : { box, shape: { kind: 'polygon', points: inside } };
}

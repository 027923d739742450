// The two views a network gets of an image: the whole of it, letterboxed into a square, and square crops of regions
// taken from the full resolution, so that a small lesion keeps its pixels.
import { clampBox, type Box, type Size } from '../../shared/domain/geometry.ts';
import { resample } from './resample.ts';
import type { PixelImage } from './pixels.ts';

/** Network pixels per image pixel when `window` fills a square of `size` (its longer side does). */
export const letterboxScale = (window: Size, size: number): number => size / Math.max(window.width, window.height);

/** Brightness is fed centred: x -> (x - 0.5) / 0.25, so that most values lie in [-2, 2]; the letterbox border is 0. */
const centred = (out: Float32Array, from: number, to: number): void => { for (let i = from; i < to; i++) out[i] = ((out[i] ?? 0) - 0.5) * 4; };

/** Writes the part `window` of the image (image pixels; the whole image for inference) as [3, size, size] at `at`. Its upper left corner is the square's. */
export function wholeImage(image: PixelImage, window: Box, size: number, out: Float32Array, at: number): void {
  const scale = letterboxScale(window, size);
  const w = Math.max(1, Math.min(size, Math.round(window.width * scale)));
  const h = Math.max(1, Math.min(size, Math.round(window.height * scale)));
  const plane = size * size;
  out.fill(0.5, at, at + 3 * plane);
  resample(image, window, w, h, out, at, size, plane);
  centred(out, at, at + 3 * plane);
}

/** Margin around a region's box in its crop: enough to see its border, little enough to keep its pixels. */
const cropMargin = 1.3;

/** The square that is cropped for a box: centred on it, 1.3 times its longer side, at least 12 image pixels. */
export function cropWindow(box: Box): Box {
  const side = Math.max(12, Math.max(box.width, box.height) * cropMargin);
  return { x: box.x + box.width / 2 - side / 2, y: box.y + box.height / 2 - side / 2, width: side, height: side };
}

/** Writes the crop of one box from the full resolution as [3, size, size] at `at`. */
export function regionCrop(image: PixelImage, box: Box, size: number, out: Float32Array, at: number): void {
  resample(image, cropWindow(clampBox(box, image.format)), size, size, out, at);
  centred(out, at, at + 3 * size * size);
}

/** A box in the letterboxed square of `size`, in its pixels. */
export function toNetwork(box: Box, window: Box, size: number): Box {
  const s = letterboxScale(window, size);
  return { x: (box.x - window.x) * s, y: (box.y - window.y) * s, width: box.width * s, height: box.height * s };
}

/** The reverse of `toNetwork`. */
export function fromNetwork(box: Box, window: Box, size: number): Box {
  const s = letterboxScale(window, size);
  return { x: box.x / s + window.x, y: box.y / s + window.y, width: box.width / s, height: box.height / s };
}

/** Length of `boxGeometry`'s vector. */
export const geometryLength = 8;

/** A box relative to its image, for the ROI processor: centre, size, log area share, log aspect, and edges' distances; about [-1, 1] each. */
export function boxGeometry(box: Box, window: Box): number[] {
  const cx = (box.x - window.x + box.width / 2) / window.width;
  const cy = (box.y - window.y + box.height / 2) / window.height;
  const w = box.width / window.width;
  const h = box.height / window.height;
  return [
    2 * cx - 1, 2 * cy - 1, 2 * w - 1, 2 * h - 1,
    Math.log(Math.max(w * h, 1e-6)) / 4 + 1, Math.log(Math.max(w, 1e-3) / Math.max(h, 1e-3)) / 2,
    Math.tanh(6 * (cx - 1 / 3)) + Math.tanh(6 * (cx - 2 / 3)), Math.tanh(6 * (cy - 1 / 3)) + Math.tanh(6 * (cy - 2 / 3)),
  ];
}

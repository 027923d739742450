// Boxes and what is said about them. A box is in image pixels, origin at the top left corner of the top left
// pixel, x to the right, y down; it may touch the image's edge but not cross it.
import { z } from 'zod';

export const box = z.object({ x: z.number(), y: z.number(), width: z.number().positive(), height: z.number().positive() });
export type Box = z.infer<typeof box>;
export interface Size { readonly width: number; readonly height: number }

export const area = (b: Size): number => b.width * b.height;

/** Intersection over union of two boxes, in [0, 1]. */
export function iou(a: Box, b: Box): number {
  const w = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const h = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (w <= 0 || h <= 0) return 0;
  return (w * h) / (area(a) + area(b) - w * h);
}

/** `b` moved into the image, and shrunk where it is larger than it; at least one pixel in each direction. */
export function clampBox(b: Box, image: Size): Box {
  const width = Math.min(Math.max(b.width, 1), image.width);
  const height = Math.min(Math.max(b.height, 1), image.height);
  // The sum is compared, not the difference: 10.6 and 89.4 lie in 100 pixels, though 100 - 89.4 is a little less than 10.6.
  const along = (at: number, length: number, size: number): number => (at <= 0 ? 0 : at + length > size ? size - length : at);
  return { x: along(b.x, width, image.width), y: along(b.y, height, image.height), width, height };
}

/** The nearest box on whole pixels, at least one large. */
export const onPixels = (b: Box): Box => ({ x: Math.round(b.x), y: Math.round(b.y), width: Math.max(1, Math.round(b.width)), height: Math.max(1, Math.round(b.height)) });

export const sameBox = (a: Box, b: Box): boolean => a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;

export const places = [
  'upper left', 'upper', 'upper right', 'middle left', 'centre', 'middle right', 'lower left', 'lower', 'lower right',
] as const;
export type Place = (typeof places)[number];

/** Which ninth of the image the box's centre lies in. Sides are the image's, not the patient's. */
export function placeOf(b: Box, image: Size): Place {
  const third = (v: number, size: number): number => Math.min(2, Math.max(0, Math.floor((3 * v) / size)));
  const place = places[third(b.y + b.height / 2, image.height) * 3 + third(b.x + b.width / 2, image.width)];
  if (place === undefined) throw new RangeError('placeOf: the image has no area');
  return place;
}

export const placePhrase = (place: Place): string =>
  place === 'centre' ? 'in the centre of the image' : `in the ${place} part of the image`;

export const sizeWords = ['small', 'medium-sized', 'large'] as const;
export type SizeWord = (typeof sizeWords)[number];

/** An image that may say how large its pixels are: millimetres per pixel, [between rows, between columns]. */
export interface Spaced { readonly spacing?: readonly [number, number] | null }

/** Width × height of a box, "8.5 × 12 mm", in micrometres where both are under a tenth of a millimetre; null without spacing. */
export function extentPhrase(b: Size, spacing: Spaced['spacing']): string | null {
  if (spacing == null) return null;
  const width = b.width * spacing[1], height = b.height * spacing[0], micro = Math.max(width, height) < 0.1;
  const digits = (mm: number): string => { const v = micro ? 1000 * mm : mm; return String(v < 10 ? Math.max(0.1, Math.round(10 * v) / 10) : Math.round(v)); };
  return `${digits(width)} × ${digits(height)} ${micro ? 'µm' : 'mm'}`;
}

/** Size relative to the image: under 1 % of its area is small, under 6 % medium-sized, else large. */
export function sizeOf(b: Box, image: Size): SizeWord {
  const share = area(b) / area(image);
  return share < 0.01 ? 'small' : share < 0.06 ? 'medium-sized' : 'large';
}

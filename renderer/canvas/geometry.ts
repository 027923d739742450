// The view on an image: how image pixels lie on the screen. Everything here is pure.
import type { Box, Size } from '../../shared/domain/geometry.ts';
import { clampBox } from '../../shared/domain/geometry.ts';

export interface Point { readonly x: number; readonly y: number }
/** screen = image * scale + offset */
export interface View { readonly scale: number; readonly x: number; readonly y: number }

export const toImage = (p: Point, v: View): Point => ({ x: (p.x - v.x) / v.scale, y: (p.y - v.y) / v.scale });

/** The whole image, centred, with a margin in screen pixels. */
export function fit(image: Size, stage: Size, margin = 8): View {
  const scale = Math.max(0.01, Math.min((stage.width - 2 * margin) / image.width, (stage.height - 2 * margin) / image.height));
  return { scale, x: (stage.width - image.width * scale) / 2, y: (stage.height - image.height * scale) / 2 };
}

/** Zooms by `factor` about a point of the screen, which stays where it is. 2 % to 4000 %. */
export function zoomAt(v: View, p: Point, factor: number): View {
  const scale = Math.min(40, Math.max(0.02, v.scale * factor));
  const k = scale / v.scale;
  return { scale, x: p.x - (p.x - v.x) * k, y: p.y - (p.y - v.y) * k };
}

/** The view that shows a box large, with its surroundings. */
export function zoomToBox(b: Box, stage: Size): View {
  const scale = Math.min(12, Math.min(stage.width / (b.width * 3), stage.height / (b.height * 3)));
  return { scale, x: stage.width / 2 - (b.x + b.width / 2) * scale, y: stage.height / 2 - (b.y + b.height / 2) * scale };
}

/** A box to begin with where no pointer draws one: in the middle of the stage, a sixth of its shorter side, inside the image. */
export function boxInMiddle(v: View, stage: Size, image: Size): Box {
  const middle = toImage({ x: stage.width / 2, y: stage.height / 2 }, v), side = Math.min(stage.width, stage.height) / 6 / v.scale;
  return clampBox({ x: middle.x - side / 2, y: middle.y - side / 2, width: side, height: side }, image);
}

export const boxBetween = (a: Point, b: Point, image: Size): Box => {
  const inside = (p: Point): Point => ({ x: Math.min(image.width, Math.max(0, p.x)), y: Math.min(image.height, Math.max(0, p.y)) });
  const [p, q] = [inside(a), inside(b)];
  return { x: Math.min(p.x, q.x), y: Math.min(p.y, q.y), width: Math.abs(p.x - q.x), height: Math.abs(p.y - q.y) };
};

export const handles = ['nw', 'n', 'ne', 'e', 'se', 's', 'sw', 'w'] as const;
export type Handle = (typeof handles)[number];

/** Where a handle of a box is, in image pixels. */
export const handlePoint = (b: Box, h: Handle): Point => ({
  x: h.includes('w') ? b.x : h.includes('e') ? b.x + b.width : b.x + b.width / 2,
  y: h.includes('n') ? b.y : h.includes('s') ? b.y + b.height : b.y + b.height / 2,
});

/** The box with one handle dragged to a point; edges may cross, the box stays at least 2 pixels. */
export function resize(b: Box, h: Handle, p: Point, image: Size): Box {
  const x0 = h.includes('w') ? p.x : b.x, x1 = h.includes('e') ? p.x : b.x + b.width;
  const y0 = h.includes('n') ? p.y : b.y, y1 = h.includes('s') ? p.y : b.y + b.height;
  const made = boxBetween({ x: x0, y: y0 }, { x: x1, y: y1 }, image);
  return clampBox({ ...made, width: Math.max(2, made.width), height: Math.max(2, made.height) }, image);
}

export const rounded = (b: Box): Box => ({ x: Math.round(b.x * 10) / 10, y: Math.round(b.y * 10) / 10, width: Math.round(b.width * 10) / 10, height: Math.round(b.height * 10) / 10 });

export const overlap = (a: Box, b: Box): boolean => a.x < b.x + b.width && a.x + a.width > b.x && a.y < b.y + b.height && a.y + a.height > b.y;

/**
 * Where labels stand for their boxes, all in screen pixels and inside the stage: above, below, right or left of the box.
 * The first place that covers nothing is taken; else the first that covers a box, but no earlier label and nothing of
 * `taken`; else the place above.
 */
export function placeLabels(labels: readonly { readonly box: Box; readonly size: Size }[], stage: Size, taken: readonly Box[] = []): Point[] {
  const gap = 2, placed: Box[] = [...taken];
  return labels.map(({ box, size }) => {
    const most = { x: Math.max(0, stage.width - size.width), y: Math.max(0, stage.height - size.height) };
    const x = Math.min(Math.max(0, box.x), most.x), y = Math.min(Math.max(0, box.y), most.y), farX = box.x + box.width - size.width, farY = box.y + box.height - size.height;
    const above = box.y - size.height - gap, below = box.y + box.height + gap, right = box.x + box.width + gap, left = box.x - size.width - gap;
    const places = [{ x, y: above }, { x, y: below }, { x: right, y }, { x: left, y }, { x: farX, y: above }, { x: farX, y: below }, { x: right, y: farY }, { x: left, y: farY }]
      .filter((p) => p.x >= 0 && p.y >= 0 && p.x <= most.x && p.y <= most.y);
    const free = (p: Point, others: readonly Box[]): boolean => !others.some((o) => overlap({ ...p, ...size }, o));
    const apart = places.filter((p) => free(p, placed));
    const at = apart.find((p) => free(p, labels.map((l) => l.box))) ?? apart[0] ?? places[0] ?? { x, y };
    placed.push({ ...at, ...size });
    return at;
  });
}

/** About how wide a label's letters are on the screen: a Japanese one is nearly twice a Latin one. */
export const textWidth = (text: string): number => 7 * text.length + 5 * (text.match(/[\u2e80-\uffff]/g)?.length ?? 0);

/** A length for the scale bar: 1, 2 or 5 times a power of ten millimetres, at most `most` long. */
export function scaleBar(mmPerScreenPixel: number, most: number): { mm: number; pixels: number } {
  const target = most * mmPerScreenPixel, power = 10 ** Math.floor(Math.log10(target));
  const mm = [5, 2, 1].map((k) => k * power).find((v) => v <= target) ?? power;
  return { mm, pixels: mm / mmPerScreenPixel };
}

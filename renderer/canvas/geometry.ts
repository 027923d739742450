// The view on an image: how image pixels lie on the screen. Everything here is pure.
import type { Box, Size } from '../../shared/domain/geometry.ts';
import { clampBox } from '../../shared/domain/geometry.ts';

export interface Point { readonly x: number; readonly y: number }
/** How the image is laid on the screen: mirrored left to right first, then turned clockwise by quarters. Absent: as stored. */
export interface Orientation { readonly turns?: 0 | 1 | 2 | 3; readonly mirrored?: boolean }
/** screen = image, mirrored and turned about its first corner, * scale + offset */
export interface View extends Orientation { readonly scale: number; readonly x: number; readonly y: number }

/** Where the image's x and y lead on the screen, of unit length: (a, b) and (c, d), as a canvas takes them. */
interface Axes { readonly a: number; readonly b: number; readonly c: number; readonly d: number }
const asStored: Axes = { a: 1, b: 0, c: 0, d: 1 };
const axes: readonly Axes[] = [asStored, { a: 0, b: 1, c: -1, d: 0 }, { a: -1, b: 0, c: 0, d: -1 }, { a: 0, b: -1, c: 1, d: 0 }, { a: -1, b: 0, c: 0, d: 1 }, { a: 0, b: -1, c: -1, d: 0 }, { a: 1, b: 0, c: 0, d: -1 }, { a: 0, b: 1, c: 1, d: 0 }];
const axesOf = ({ turns = 0, mirrored = false }: Orientation): Axes => axes[mirrored ? turns + 4 : turns] ?? asStored;
/** For a canvas that is to be painted in image coordinates. */
export function matrixOf(v: View): [a: number, b: number, c: number, d: number, e: number, f: number] { const { a, b, c, d } = axesOf(v); return [a * v.scale, b * v.scale, c * v.scale, d * v.scale, v.x, v.y]; }
/** For a canvas on which what was painted under one view is laid as it lies under another. */
export function matrixBetween(then: View, now: View): [a: number, b: number, c: number, d: number, e: number, f: number] {
  const p = axesOf(then), q = axesOf(now), k = now.scale / then.scale;
  const [a, b, c, d] = [(q.a * p.a + q.c * p.c) * k, (q.b * p.a + q.d * p.c) * k, (q.a * p.b + q.c * p.d) * k, (q.b * p.b + q.d * p.d) * k];
  return [a, b, c, d, now.x - a * then.x - c * then.y, now.y - b * then.x - d * then.y];
}

export const toScreen = (p: Point, v: View): Point => { const { a, b, c, d } = axesOf(v); return { x: (a * p.x + c * p.y) * v.scale + v.x, y: (b * p.x + d * p.y) * v.scale + v.y }; };
export const toImage = (p: Point, v: View): Point => { const s = towardsImage({ x: p.x - v.x, y: p.y - v.y }, v); return { x: s.x / v.scale, y: s.y / v.scale }; };
/** A direction on the screen as one of the image, as long. */
export function towardsImage(by: Point, of: Orientation): Point { const { a, b, c, d } = axesOf(of); return { x: a * by.x + b * by.y + 0, y: c * by.x + d * by.y + 0 }; }
/** What a box covers of the screen. */
export function boxOnScreen(b: Box, v: View): Box {
  // As stored, which is nearly always and for thousands of marks.
  if (isAsStored(v)) return { x: b.x * v.scale + v.x, y: b.y * v.scale + v.y, width: b.width * v.scale, height: b.height * v.scale };
  const p = toScreen(b, v), q = toScreen({ x: b.x + b.width, y: b.y + b.height }, v);
  return { x: Math.min(p.x, q.x), y: Math.min(p.y, q.y), width: Math.abs(p.x - q.x), height: Math.abs(p.y - q.y) };
}

/** Lies on its side: the image's width is seen as a height. */
export const isOnSide = ({ turns = 0 }: Orientation): boolean => turns % 2 === 1;
const seenSize = ({ width, height }: Size, of: Orientation): Size => (isOnSide(of) ? { width: height, height: width } : { width, height });
const quarter = (turns: number): 0 | 1 | 2 | 3 => ([0, 1, 2, 3] as const)[((turns % 4) + 4) % 4] ?? 0;
export type TurnOf = 'right' | 'left' | 'across' | 'down';
/** Turned or mirrored as it is seen: 'across' exchanges left and right of the screen, 'down' top and bottom. */
export function turnedBy({ turns = 0, mirrored = false }: Orientation, by: TurnOf): Orientation {
  switch (by) {
    case 'right': return { turns: quarter(turns + 1), mirrored };
    case 'left': return { turns: quarter(turns - 1), mirrored };
    case 'across': return { turns: quarter(-turns), mirrored: !mirrored };
    case 'down': return { turns: quarter(2 - turns), mirrored: !mirrored };
  }
}
export const isAsStored = ({ turns = 0, mirrored = false }: Orientation): boolean => turns === 0 && !mirrored;
const sameWay = (a: Orientation, b: Orientation): boolean => (a.turns ?? 0) === (b.turns ?? 0) && (a.mirrored ?? false) === (b.mirrored ?? false);
export const sameView = (a: View, b: View): boolean => a.scale === b.scale && a.x === b.x && a.y === b.y && sameWay(a, b);

/** The view under which a point of the image lies at a point of the screen. */
export function viewWith(scale: number, way: Orientation, p: Point, at: Point): View {
  const { turns, mirrored } = way, v: View = { scale, x: 0, y: 0, ...(turns === undefined ? {} : { turns }), ...(mirrored === undefined ? {} : { mirrored }) }, s = toScreen(p, v);
  return { ...v, x: at.x - s.x, y: at.y - s.y };
}
const middleOf = ({ width, height }: Size): Point => ({ x: width / 2, y: height / 2 });

/** The whole image, centred, with a margin in screen pixels. */
export function fit(image: Size, stage: Size, margin = 8, way: Orientation = {}): View {
  const seen = seenSize(image, way);
  return viewWith(Math.max(0.01, Math.min((stage.width - 2 * margin) / seen.width, (stage.height - 2 * margin) / seen.height)), way, middleOf(image), middleOf(stage));
}
/** The whole width, centred. */
export const fitWidth = (image: Size, stage: Size, way: Orientation = {}, margin = 8): View => viewWith(Math.max(0.01, (stage.width - 2 * margin) / seenSize(image, way).width), way, middleOf(image), middleOf(stage));
/** At another scale or another way round, what is in the middle of the stage staying there. */
export const aboutMiddle = (v: View, stage: Size, scale: number, way: Orientation): View => viewWith(scale, way, toImage(middleOf(stage), v), middleOf(stage));

/** Zooms by `factor` about a point of the screen, which stays where it is. 2 % to 4000 %. */
export function zoomAt(v: View, p: Point, factor: number): View {
  const scale = Math.min(40, Math.max(0.02, v.scale * factor));
  const k = scale / v.scale;
  return { ...v, scale, x: p.x - (p.x - v.x) * k, y: p.y - (p.y - v.y) * k };
}

/** The view that shows a box large, with its surroundings. */
export function zoomToBox(b: Box, stage: Size, way: Orientation = {}): View {
  const seen = seenSize(b, way), scale = Math.min(12, Math.min(stage.width / (seen.width * 3), stage.height / (seen.height * 3)));
  return viewWith(scale, way, { x: b.x + b.width / 2, y: b.y + b.height / 2 }, middleOf(stage));
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

const compass: readonly Handle[] = ['n', 'ne', 'e', 'se', 's', 'sw', 'w', 'nw'];
/** Which handle it is as it is seen on the screen. */
export const handleSeen = (h: Handle, { turns = 0, mirrored = false }: Orientation): Handle => { const at = compass.indexOf(h); return compass[((mirrored ? 8 - at : at) + 2 * turns) % 8] ?? h; };

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

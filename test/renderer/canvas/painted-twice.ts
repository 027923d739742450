// The picture of marks painted twice in a real browser, for test/e2e/picture.spec.ts: once again only where something
// changed, once whole.
import { maskOf, strokeOf } from '../../../shared/domain/raster.ts';
import { ellipsePoints, type Shape } from '../../../shared/domain/shape.ts';
import type { View } from '../../../renderer/canvas/geometry.ts';
import { labelPlaces } from '../../../renderer/canvas/label-places.ts';
import { paintPicture, pictureSize, repaintPicture, type Shown } from '../../../renderer/canvas/marks-picture.ts';
import { Paths, type Mark } from '../../../renderer/canvas/paint.ts';
import { regionStyles } from '../../../renderer/canvas/region-style.ts';

const image = { width: 200, height: 150 }, stage = { width: 160, height: 120 };

export interface Drawn { readonly x: number; readonly y: number; readonly width: number; readonly height: number; readonly kind: 'box' | 'ellipse' | 'polygon' | 'mask' | 'point'; readonly verdict: keyof typeof regionStyles; readonly depth: number }
export type Change =
  | { readonly kind: 'other'; readonly at: number; readonly to: Drawn } | { readonly kind: 'decided'; readonly at: number; readonly verdict: keyof typeof regionStyles }
  | { readonly kind: 'chosen'; readonly at: number } | { readonly kind: 'added'; readonly to: Drawn } | { readonly kind: 'lastRemoved' };
export interface Turn { readonly drawn: readonly Drawn[]; readonly changes: readonly Change[]; readonly view: View; readonly ratio: number; readonly first: number }
/** Pixels of a square. */
const side = 4;
/** By how much the mean of a channel differs at most in a square, of 255; and how many values are painted at all. */
export interface Difference { readonly most: number; readonly painted: number }

function markOf({ x, y, width, height, kind, verdict, depth }: Drawn, i: number): Mark {
  const box = { x, y, width, height };
  const stroke = kind === 'mask' ? strokeOf([{ x: x + width / 2, y: y + height / 2 }, { x: x + width, y: y + height }], 4, image) : null, outline = stroke === null ? null : maskOf(stroke);
  const shape: Shape | undefined = kind === 'ellipse' || kind === 'point' ? { kind } : kind === 'polygon' ? { kind, points: ellipsePoints(box, 7) } : outline?.shape;
  return { id: `mark ${i}`, box: outline?.box ?? box, shape, depth, locked: false, style: regionStyles[verdict], label: `${i + 1} .97` };
}

function changed(marks: readonly Mark[], chosen: string | null, changes: readonly Change[]): [readonly Mark[], string | null] {
  let now = marks, selected = chosen;
  for (const c of changes) {
    const at = 'at' in c ? c.at % now.length : 0, m = now[at];
    if (c.kind === 'other') now = now.with(at, markOf(c.to, at));
    else if (c.kind === 'decided' && m !== undefined) now = now.with(at, { ...m, style: regionStyles[c.verdict] });
    else if (c.kind === 'chosen') selected = m?.id ?? null;
    else if (c.kind === 'added') now = [...now, markOf(c.to, now.length)];
    else if (c.kind === 'lastRemoved' && now.length > 1) now = now.slice(0, -1);
  }
  return [now, selected];
}

function canvasFor(shown: Shown): CanvasRenderingContext2D {
  const canvas = document.createElement('canvas'), c = canvas.getContext('2d', { willReadFrequently: true });
  if (c === null) throw new Error('no canvas');
  ({ width: canvas.width, height: canvas.height } = pictureSize(shown));
  return c;
}

declare global { interface Window { paintedTwice: (turn: Turn) => Difference | null } }
/** Null where all is to be painted anew. */
window.paintedTwice = ({ drawn, changes, view, ratio, first }) => {
  const shown = (marks: readonly Mark[], selected: string | null): Shown => ({ marks, selected, view, stage, ratio, places: labelPlaces(marks, selected, view, stage) });
  const marks = drawn.map(markOf), was = shown(marks, marks[first % marks.length]?.id ?? null), is = shown(...changed(marks, was.selected, changes));
  const again = canvasFor(was), whole = canvasFor(is), { width, height } = pictureSize(is);
  paintPicture(again, was, new Paths());
  if (!repaintPicture(again, was, is, new Paths())) return null;
  paintPicture(whole, is, new Paths());
  const a = again.getImageData(0, 0, width, height).data, b = whole.getImageData(0, 0, width, height).data;
  // As it is seen: the colour of what is hardly there says nothing, and where a stroke is clipped its edge may lie half a
  // pixel beside, so that means over squares are compared.
  const squares = Math.ceil(width / side), off = new Float64Array(4 * squares * Math.ceil(height / side));
  const seen = (data: Uint8ClampedArray, at: number): number => (data[at] ?? 0) * (at % 4 === 3 ? 1 : (data[at | 3] ?? 0) / 255);
  let painted = 0;
  for (let at = 0; at < a.length; at++) {
    if ((a[at] ?? 0) > 0) painted++;
    if (a[at] === b[at] && a[at | 3] === b[at | 3]) continue;
    const pixel = at >> 2, square = 4 * (Math.floor(Math.floor(pixel / width) / side) * squares + Math.floor((pixel % width) / side)) + (at % 4);
    off[square] = (off[square] ?? 0) + seen(a, at) - seen(b, at);
  }
  return { most: off.reduce((most, sum) => Math.max(most, Math.abs(sum) / (side * side)), 0), painted };
};

// Measuring: a drag from end to end, or click by click; a measurement that is there is taken by a point or by its line. One
// in hand is moved by keys as a polygon's vertex is: Tab goes round its points and the whole, arrows move, Delete removes.
import { outlineOf, pointsOf, type Measured, type MeasurementKind } from '../../../shared/domain/measurement.ts';
import { ellipsePoints } from '../../../shared/domain/shape.ts';
import type { Size } from '../../../shared/domain/geometry.ts';
import { toImage, type Point, type View } from '../geometry.ts';
import { done, grip, idle, inImage, near, onScreen, slack, stay, tenths, type Gesture, type Measure, type Measuring, type Press, type Scene, type Turn } from './tool.ts';

/** The lines of a measurement, in image coordinates. */
export function linesOf(m: Measured): readonly (readonly Point[])[] {
  const [a, b, c, d] = m.points, outline = outlineOf(m);
  if (m.kind === 'cobb') return [[a, b], [c, d]].map((l) => l.filter((p) => p !== undefined));
  if (outline === null || m.kind === 'probe') return [m.points];
  const { x, y, width, height } = outline.box, ring = outline.shape === undefined ? [{ x, y }, { x: x + width, y }, { x: x + width, y: y + height }, { x, y: y + height }] : ellipsePoints(outline.box);
  return [[...ring, ...ring.slice(0, 1)]];
}

function toLine(p: Point, a: Point, b: Point): number {
  const along = (b.x - a.x) ** 2 + (b.y - a.y) ** 2, k = along === 0 ? 0 : Math.min(1, Math.max(0, ((p.x - a.x) * (b.x - a.x) + (p.y - a.y) * (b.y - a.y)) / along));
  return Math.hypot(p.x - a.x - k * (b.x - a.x), p.y - a.y - k * (b.y - a.y));
}

/** What a press would take: the nearest point within reach, else a line. */
export function measureAt(at: Point, { measures = [], view }: Pick<Scene, 'measures' | 'view'>): { readonly of: Measure; readonly index: number | null } | null {
  let best: { of: Measure; index: number } | null = null, least: number = grip;
  for (const of of measures) for (const [index, p] of of.points.entries()) {
    const s = onScreen(p, view), off = Math.hypot(s.x - at.x, s.y - at.y);
    if (off <= least) { best = { of, index }; least = off; }
  }
  if (best !== null) return best;
  const hit = measures.find((m) => linesOf(m).some((line) => line.slice(1).some((q, i) => { const p = line[i]; return p !== undefined && toLine(at, onScreen(p, view), onScreen(q, view)) <= grip / 2; })));
  return hit === undefined ? null : { of: hit, index: null };
}

/** Takes hold of what is there; null where nothing is. */
export function measureHeld(scene: Scene, { at }: Press): Turn | null {
  const hit = measureAt(at, scene);
  return hit === null ? null : stay({ kind: 'remeasuring', ...hit, points: hit.of.points, from: at, moved: false });
}

/** Nothing was drawn where all points are one, or an area is flat. */
function isNothing(as: MeasurementKind, points: readonly Point[], view: View): boolean {
  if (as === 'probe') return false;
  const outline = outlineOf({ kind: as, points: [...points] });
  if (outline !== null) return outline.box.width < 1 || outline.box.height < 1;
  const [first, ...others] = points.map((p) => onScreen(p, view));
  return first === undefined || others.every((p) => near(p, first, slack));
}

function placed(scene: Scene, gesture: Extract<Measuring, { kind: 'measuring' }>, at: Point): Turn {
  const points = [...gesture.points, tenths(inImage(at, scene))];
  if (points.length < pointsOf[gesture.as]) return stay({ ...gesture, points, from: at });
  return isNothing(gesture.as, points, scene.view) ? done() : done({ kind: 'measure', as: gesture.as, points });
}

export function measureDown(scene: Scene, gesture: Gesture, press: Press): Turn {
  const { at } = press, p = tenths(inImage(at, scene));
  if (gesture.kind === 'measuring') {
    // The second click of a double click is not another point.
    const last = gesture.points.at(-1);
    return last !== undefined && near(onScreen(last, scene.view), at, slack) ? stay({ ...gesture, from: at, held: true }) : placed(scene, { ...gesture, held: true }, at);
  }
  const held = press.alt ? null : measureHeld(scene, press);
  if (held !== null) return held;
  const as = scene.measuring ?? 'length';
  return as === 'probe' ? done({ kind: 'measure', as, points: [p] }) : stay({ kind: 'measuring', as, points: [p], cursor: p, from: at, held: true });
}

/** All points moved alike, no farther than the image's edges. */
export function shifted(points: readonly Point[], index: number | null, by: Point, image: Size): Point[] {
  const on = (v: number, low: number, high: number): number => Math.min(high, Math.max(low, v));
  if (index !== null) return points.map((p, i) => (i === index ? tenths({ x: on(p.x + by.x, 0, image.width), y: on(p.y + by.y, 0, image.height) }) : p));
  const xs = points.map((p) => p.x), ys = points.map((p) => p.y);
  const x = on(by.x, -Math.min(...xs), image.width - Math.max(...xs)), y = on(by.y, -Math.min(...ys), image.height - Math.max(...ys));
  return points.map((p) => tenths({ x: p.x + x, y: p.y + y }));
}

export function measureMove(scene: Scene, gesture: Measuring, at: Point): Turn {
  switch (gesture.kind) {
    case 'measured': return stay(gesture);
    case 'measuring': return stay({ ...gesture, cursor: tenths(inImage(at, scene)) });
    case 'remeasuring': {
      if (!gesture.moved && near(at, gesture.from, slack)) return stay(gesture);
      const from = toImage(gesture.from, scene.view), to = toImage(at, scene.view);
      return stay({ ...gesture, moved: true, points: shifted(gesture.of.points, gesture.index, { x: to.x - from.x, y: to.y - from.y }, scene.image) });
    }
  }
}

export function measureUp(scene: Scene, gesture: Measuring): Turn {
  switch (gesture.kind) {
    case 'measured': return stay(gesture);
    case 'measuring': {
      const at = onScreen(gesture.cursor, scene.view);
      return !gesture.held || near(at, gesture.from, slack) ? stay({ ...gesture, held: false }) : placed(scene, { ...gesture, held: false }, at);
    }
    case 'remeasuring': {
      const { of: { id }, index, points, moved } = gesture;
      return { gesture: { kind: 'measured', id, index }, effects: moved ? [{ kind: 'remeasure', id, points }] : [] };
    }
  }
}

const ways: Readonly<Record<string, Point>> = { Left: { x: -1, y: 0 }, Right: { x: 1, y: 0 }, Up: { x: 0, y: -1 }, Down: { x: 0, y: 1 } };

/** `key` as actions are written. Arrows are the screen's: they go the way they show, however the image is turned. */
export function measureKey(scene: Scene, gesture: Measuring, key: string): Turn | null {
  if (gesture.kind === 'measuring') return key !== 'Backspace' ? null : stay(gesture.points.length <= 1 ? idle : { ...gesture, points: gesture.points.slice(0, -1) });
  if (gesture.kind !== 'measured') return null;
  const { id, index } = gesture, n = scene.measures?.find((m) => m.id === id)?.points.length;
  if (n === undefined) return null;
  const far = key.startsWith('Shift '), way = ways[far ? key.slice(6) : key];
  if (way !== undefined) {
    const here = toImage({ x: 0, y: 0 }, scene.view), there = toImage(way, scene.view), length = Math.hypot(there.x - here.x, there.y - here.y), step = (far ? 10 : 1) / (length === 0 ? 1 : length);
    return { gesture, effects: [{ kind: 'shift', id, index, by: { x: Math.round(step * (there.x - here.x)), y: Math.round(step * (there.y - here.y)) } }] };
  }
  const round = (by: 1 | -1): Turn => { const next = ((index ?? n) + by + n + 1) % (n + 1); return stay({ ...gesture, index: next === n ? null : next }); };
  switch (key) {
    case 'Tab': return round(1);
    case 'Shift Tab': return round(-1);
    case 'Delete': case 'Backspace': return done({ kind: 'unmeasure', id });
    case 'Enter': return stay(idle);
    default: return null;
  }
}

/** One as it would be if the gesture ended now. */
export const asMeasured = <T extends Measure>(m: T, gesture: Gesture): T => (gesture.kind === 'remeasuring' && gesture.of.id === m.id ? { ...m, points: [...gesture.points] } : m);
/** What is being drawn, as far as it is one already. */
export function begunMeasure(gesture: Gesture): Measured | null {
  if (gesture.kind !== 'measuring') return null;
  const points = [...gesture.points, gesture.cursor];
  return { kind: gesture.as, points };
}

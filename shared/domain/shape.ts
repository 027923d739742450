// The outline of a region where its box is not all that was drawn. The box stays the outline's bounds: it is what the
// network learns, what is compared, and what a list shows; the outline says which pixels inside it are meant.
import { z } from 'zod';
import { area, type Box } from './geometry.ts';

/** In image pixels, as boxes are. */
export const point = z.object({ x: z.number(), y: z.number() });
export type Point = z.infer<typeof point>;

export const shape = z.discriminatedUnion('kind', [
  /** The ellipse inscribed in the box. */
  z.object({ kind: z.literal('ellipse') }),
  /** Closed, by its vertices in order; freehand and assisted contours are polygons, too. */
  z.object({ kind: z.literal('polygon'), points: z.array(point).min(3) }),
  /** Pixels of the box, which lies on whole pixels then, row by row: so many out, so many in, so many out … */
  z.object({ kind: z.literal('mask'), runs: z.array(z.number().int().nonnegative()) }),
  /** A place without extent: the box is a square about it, as large as a mark is shown. */
  z.object({ kind: z.literal('point') }),
]);
export type Shape = z.infer<typeof shape>;

/** The smallest box about the points. RangeError without any. */
export function boundsOf(points: readonly Point[]): Box {
  if (points.length === 0) throw new RangeError('boundsOf: there are no points');
  let left = Infinity, top = Infinity, right = -Infinity, bottom = -Infinity;
  for (const { x, y } of points) { left = Math.min(left, x); top = Math.min(top, y); right = Math.max(right, x); bottom = Math.max(bottom, y); }
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** The ellipse inscribed in a box as a closed polygon, for what knows no ellipses: of 64 corners, it is within 0.13 % of its radius. */
export function ellipsePoints(b: Box, corners = 64): Point[] {
  return Array.from({ length: corners }, (_, i) => ({ x: b.x + (b.width / 2) * (1 + Math.cos((2 * Math.PI * i) / corners)), y: b.y + (b.height / 2) * (1 + Math.sin((2 * Math.PI * i) / corners)) }));
}

/** The outline after its box went from `before` to `after`: moved, and stretched where the size changed. A mask takes the nearest pixel. */
export function fitted(s: Shape, before: Box, after: Box): Shape {
  if (s.kind === 'polygon') {
    const kx = after.width / before.width, ky = after.height / before.height;
    return { kind: 'polygon', points: s.points.map((p) => ({ x: after.x + (p.x - before.x) * kx, y: after.y + (p.y - before.y) * ky })) };
  }
  if (s.kind !== 'mask' || (before.width === after.width && before.height === after.height)) return s;
  const pixels = pixelsOf(s.runs, before), next = new Uint8Array(after.width * after.height);
  for (let y = 0; y < after.height; y++) {
    const row = Math.min(before.height - 1, Math.floor(((y + 0.5) * before.height) / after.height));
    for (let x = 0; x < after.width; x++) next[y * after.width + x] = pixels[row * before.width + Math.min(before.width - 1, Math.floor(((x + 0.5) * before.width) / after.width))] ?? 0;
  }
  return { kind: 'mask', runs: runsOf(next) };
}

/** Area in square pixels. */
export function areaOf(s: Shape | undefined, b: Box): number {
  switch (s?.kind) {
    case undefined: return area(b);
    case 'ellipse': return (Math.PI / 4) * area(b);
    case 'polygon': return Math.abs(s.points.reduce((sum, p, i) => { const q = s.points[(i + 1) % s.points.length] ?? p; return sum + p.x * q.y - q.x * p.y; }, 0)) / 2;
    case 'mask': return s.runs.reduce((sum, run, i) => (i % 2 === 1 ? sum + run : sum), 0);
    case 'point': return 0;
  }
}

/** Whether a point of the image lies in the outline (even-odd where a polygon crosses itself). */
export function covers(s: Shape | undefined, b: Box, p: Point): boolean {
  if (p.x < b.x || p.y < b.y || p.x > b.x + b.width || p.y > b.y + b.height) return false;
  switch (s?.kind) {
    case undefined: case 'point': return true;
    case 'ellipse': return ((p.x - b.x - b.width / 2) / (b.width / 2)) ** 2 + ((p.y - b.y - b.height / 2) / (b.height / 2)) ** 2 <= 1;
    case 'polygon': {
      let inside = false;
      for (const [i, a] of s.points.entries()) {
        const c = s.points[(i + 1) % s.points.length] ?? a;
        if ((a.y > p.y) !== (c.y > p.y) && p.x < a.x + ((p.y - a.y) / (c.y - a.y)) * (c.x - a.x)) inside = !inside;
      }
      return inside;
    }
    case 'mask': {
      const at = Math.min(b.height - 1, Math.floor(p.y - b.y)) * b.width + Math.min(b.width - 1, Math.floor(p.x - b.x));
      let passed = 0;
      for (const [i, run] of s.runs.entries()) { passed += run; if (at < passed) return i % 2 === 1; }
      return false;
    }
  }
}

/** A closed outline with fewer vertices, none farther than `tolerance` pixels from those left out (Douglas and Peucker 1973); at least a triangle. */
export function simplified(points: readonly Point[], tolerance: number): Point[] {
  const first = points[0];
  if (first === undefined || points.length <= 3) return [...points];
  // Cut in two at the vertex farthest from the first: a closed line has no ends of its own.
  let far = 0;
  for (const [i, p] of points.entries()) if (Math.hypot(p.x - first.x, p.y - first.y) > Math.hypot((points[far]?.x ?? 0) - first.x, (points[far]?.y ?? 0) - first.y)) far = i;
  const kept = [...between(points.slice(0, far + 1), tolerance), ...between([...points.slice(far), first], tolerance)];
  return kept.length >= 3 ? kept : [first, points[Math.floor(points.length / 3)] ?? first, points[Math.floor((2 * points.length) / 3)] ?? first];
}

/** The vertices of an open line that are kept, without its last. */
function between(line: readonly Point[], tolerance: number): Point[] {
  const [a] = line, b = line.at(-1);
  if (a === undefined || b === undefined) return [];
  const length = Math.hypot(b.x - a.x, b.y - a.y);
  let at = 0, most = tolerance;
  for (let i = 1; i + 1 < line.length; i++) {
    const p = line[i] ?? a, off = length === 0 ? Math.hypot(p.x - a.x, p.y - a.y) : Math.abs((b.x - a.x) * (a.y - p.y) - (a.x - p.x) * (b.y - a.y)) / length;
    if (off > most) { most = off; at = i; }
  }
  return at === 0 ? [a] : [...between(line.slice(0, at + 1), tolerance), ...between(line.slice(at), tolerance)];
}

/** One byte a pixel of the box, row by row: 1 inside. */
export function pixelsOf(runs: readonly number[], size: { readonly width: number; readonly height: number }): Uint8Array {
  const pixels = new Uint8Array(size.width * size.height);
  let at = 0;
  for (const [i, run] of runs.entries()) { if (i % 2 === 1) pixels.fill(1, at, at + run); at += run; }
  return pixels;
}

/** The reverse of `pixelsOf`: anything but 0 is inside. */
export function runsOf(pixels: ArrayLike<number>): number[] {
  const runs: number[] = [];
  let run = 0, inside = false;
  for (let i = 0; i < pixels.length; i++) {
    if ((pixels[i] !== 0) === inside) run++;
    else { runs.push(run); run = 1; inside = !inside; }
  }
  runs.push(run);
  return runs;
}

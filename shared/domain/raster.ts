// Outlines as pixels and back: what the brush paints on, and what a mask's edge is drawn from. A pixel belongs to an
// outline when its centre does.
import { onPixels, type Box, type Size } from './geometry.ts';
import { pixelsOf, runsOf, type Point, type Shape } from './shape.ts';

/** One byte a pixel of a box on whole pixels, row by row; `count` of them are inside. */
export interface Raster { readonly box: Box; readonly pixels: Uint8Array; readonly count: number }

const clamp = (v: number, most: number): number => Math.min(most, Math.max(0, v));

/** Rows of spans [from, to) as a raster of their own bounds; null without any. */
class Spans {
  readonly #rows = new Map<number, [number, number][]>();
  readonly #image: Size;
  constructor(image: Size) { this.#image = image; }
  /** The pixels of row `y` whose centres lie between two places. */
  add(y: number, left: number, right: number): void {
    const from = clamp(Math.ceil(left - 0.5), this.#image.width), to = clamp(Math.floor(right - 0.5) + 1, this.#image.width);
    if (to <= from || y < 0 || y >= this.#image.height) return;
    const row = this.#rows.get(y);
    if (row === undefined) this.#rows.set(y, [[from, to]]); else row.push([from, to]);
  }
  raster(): Raster | null {
    let left = Infinity, right = -Infinity, top = Infinity, bottom = -Infinity;
    for (const [y, spans] of this.#rows) { top = Math.min(top, y); bottom = Math.max(bottom, y + 1); for (const [from, to] of spans) { left = Math.min(left, from); right = Math.max(right, to); } }
    if (right <= left) return null;
    const box = { x: left, y: top, width: right - left, height: bottom - top }, pixels = new Uint8Array(box.width * box.height);
    for (const [y, spans] of this.#rows) for (const [from, to] of spans) pixels.fill(1, (y - top) * box.width + from - left, (y - top) * box.width + to - left);
    return { box, pixels, count: counted(pixels) };
  }
}
const counted = (pixels: Uint8Array): number => { let n = 0; for (const v of pixels) n += v; return n; };

/** The pixels of a region, at least the one in its middle: a sliver between two rows of centres is not nothing. */
export function rasterOf({ box: b, shape }: { readonly box: Box; readonly shape?: Shape | undefined }, image: Size): Raster {
  if (shape?.kind === 'mask') { const box = onPixels(b), pixels = pixelsOf(shape.runs, box); return { box, pixels, count: counted(pixels) }; }
  const spans = new Spans(image);
  for (let y = Math.floor(b.y); y < b.y + b.height; y++) {
    const centre = y + 0.5;
    if (centre < b.y || centre > b.y + b.height) continue;
    if (shape?.kind === 'polygon') {
      const crossings = crossingsAt(shape.points, centre);
      for (let i = 0; i + 1 < crossings.length; i += 2) spans.add(y, crossings[i] ?? 0, crossings[i + 1] ?? 0);
    } else if (shape?.kind === 'ellipse') {
      const half = (b.width / 2) * Math.sqrt(Math.max(0, 1 - ((centre - b.y - b.height / 2) / (b.height / 2)) ** 2));
      spans.add(y, b.x + b.width / 2 - half, b.x + b.width / 2 + half);
    } else spans.add(y, b.x, b.x + b.width);
  }
  return spans.raster() ?? { box: { x: clamp(Math.floor(b.x + b.width / 2), image.width - 1), y: clamp(Math.floor(b.y + b.height / 2), image.height - 1), width: 1, height: 1 }, pixels: new Uint8Array([1]), count: 1 };
}

/** Where a closed line crosses a height, from left to right. */
function crossingsAt(points: readonly Point[], y: number): number[] {
  const found: number[] = [];
  for (const [i, a] of points.entries()) {
    const b = points[(i + 1) % points.length] ?? a;
    if ((a.y > y) !== (b.y > y)) found.push(a.x + ((y - a.y) / (b.y - a.y)) * (b.x - a.x));
  }
  return found.sort((a, b) => a - b);
}

/**
 * What a round brush paints along a path, and always the pixel under its tip. Discs are set so close (√(2r), never wider
 * than half a radius or a pixel) that the rim between them is a quarter of a pixel off at most.
 */
export function strokeOf(path: readonly Point[], radius: number, image: Size): Raster | null {
  const spans = new Spans(image), apart = Math.max(1, Math.min(Math.sqrt(2 * radius), radius / 2));
  const disc = (p: Point): void => {
    spans.add(Math.floor(p.y), Math.floor(p.x), Math.floor(p.x) + 1);
    for (let y = Math.floor(p.y - radius); y <= p.y + radius; y++) {
      const half = Math.sqrt(radius ** 2 - (y + 0.5 - p.y) ** 2);
      if (half > 0) spans.add(y, p.x - half, p.x + half);
    }
  };
  for (const [i, p] of path.entries()) {
    const q = path[i + 1] ?? p, steps = Math.max(1, Math.ceil(Math.hypot(q.x - p.x, q.y - p.y) / apart));
    for (let s = 0; s < steps; s++) disc({ x: p.x + ((q.x - p.x) * s) / steps, y: p.y + ((q.y - p.y) * s) / steps });
  }
  return spans.raster();
}

/** Both together, or the first without the second, in its own bounds; null when nothing is left. */
export function joined(a: Raster, b: Raster, how: 'with' | 'without'): Raster | null {
  const x = Math.min(a.box.x, b.box.x), y = Math.min(a.box.y, b.box.y);
  const width = Math.max(a.box.x + a.box.width, b.box.x + b.box.width) - x, height = Math.max(a.box.y + a.box.height, b.box.y + b.box.height) - y;
  const all = new Uint8Array(width * height);
  const lay = ({ box, pixels }: Raster, value: 0 | 1): void => {
    for (let i = 0; i < pixels.length; i++) if (pixels[i] === 1) all[(box.y - y + Math.floor(i / box.width)) * width + box.x - x + (i % box.width)] = value;
  };
  lay(a, 1);
  lay(b, how === 'with' ? 1 : 0);
  return trimmed({ x, y, width, height }, all);
}

/** One byte a pixel of a box as a raster of its own bounds; null where nothing is inside. */
export function trimmed(box: Box, all: Uint8Array): Raster | null {
  let left = box.width, right = 0, top = box.height, bottom = 0;
  for (let i = 0; i < all.length; i++) if (all[i] === 1) { const x = i % box.width, y = (i - x) / box.width; left = Math.min(left, x); right = Math.max(right, x + 1); top = Math.min(top, y); bottom = y + 1; }
  if (right <= left) return null;
  const pixels = new Uint8Array((right - left) * (bottom - top));
  for (let y = top; y < bottom; y++) pixels.set(all.subarray(y * box.width + left, y * box.width + right), (y - top) * (right - left));
  return { box: { x: box.x + left, y: box.y + top, width: right - left, height: bottom - top }, pixels, count: counted(pixels) };
}

export const maskOf = ({ box, pixels }: Raster): { box: Box; shape: Shape } => ({ box, shape: { kind: 'mask', runs: runsOf(pixels) } });

/** The edge of a mask as closed lines along its pixels, in image coordinates; holes are lines of their own. */
export function ringsOf(runs: readonly number[], box: Box): Point[][] {
  const { width, height } = box, pixels = pixelsOf(runs, box), wide = width + 1;
  const inside = (x: number, y: number): boolean => x >= 0 && y >= 0 && x < width && y < height && pixels[y * width + x] === 1;
  // Each edge between inside and outside, with the inside on its right, by the corner where it begins.
  const edges = new Map<number, number[]>();
  const put = (x0: number, y0: number, x1: number, y1: number): void => { const from = y0 * wide + x0, to = y1 * wide + x1, known = edges.get(from); if (known === undefined) edges.set(from, [to]); else known.push(to); };
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) if (pixels[y * width + x] === 1) {
    if (!inside(x, y - 1)) put(x, y, x + 1, y);
    if (!inside(x + 1, y)) put(x + 1, y, x + 1, y + 1);
    if (!inside(x, y + 1)) put(x + 1, y + 1, x, y + 1);
    if (!inside(x - 1, y)) put(x, y + 1, x, y);
  }
  const rings: Point[][] = [];
  for (const start of edges.keys()) {
    for (let first = edges.get(start)?.pop(); first !== undefined; first = edges.get(start)?.pop()) {
      const corners = [start];
      for (let at = first; at !== start;) { corners.push(at); const next = edges.get(at)?.pop(); if (next === undefined) break; at = next; }
      const n = corners.length;
      // Corners on a straight line are left out.
      const turns = corners.filter((c, i) => { const before = corners[(i + n - 1) % n] ?? c, after = corners[(i + 1) % n] ?? c; return c - before !== after - c; });
      rings.push(turns.map((c) => ({ x: box.x + (c % wide), y: box.y + Math.floor(c / wide) })));
    }
  }
  return rings;
}

// The outline between two outlines of one finding, for the slices between those that were drawn. Boxes and ellipses are
// their sides' means; any other outline is interpolated by its signed distance map (Raya and Udupa 1990, "Shape-based
// interpolation of multidimensional objects", IEEE Trans. Med. Imaging 9(1)), with Euclidean distances (Felzenszwalb and
// Huttenlocher 2012) in the place of their chamfer distances. The shapes are laid on each other by their centroids first,
// because two that do not overlap have nothing between them otherwise; the centroid itself moves in a straight line.
import { clampBox, type Box, type Size } from './geometry.ts';
import { maskOf, rasterOf, ringsOf, trimmed, type Raster } from './raster.ts';
import type { Outline } from './series.ts';
import { boundsOf, runsOf, simplified, type Point, type Shape } from './shape.ts';

const tenths = (v: number): number => Math.round(v * 10) / 10;
const mean = (a: number, b: number, t: number): number => a * (1 - t) + b * t;
const boxBetween = (a: Box, b: Box, t: number): Box => ({ x: tenths(mean(a.x, b.x, t)), y: tenths(mean(a.y, b.y, t)), width: tenths(mean(a.width, b.width, t)), height: tenths(mean(a.height, b.height, t)) });

/**
 * The outline at `t` of the way from `a` to `b`, 0 < t < 1, all in pixels of one image. Two of a kind stay that kind, as
 * far as one closed line can say it; a mask and anything is a mask; different kinds give a polygon else.
 */
export function outlineBetween(a: Outline, b: Outline, t: number, image: Size): Outline {
  const kind = a.shape?.kind;
  if (kind === b.shape?.kind && kind !== 'polygon' && kind !== 'mask') return { box: clampBox(boxBetween(a.box, b.box, t), image), ...(a.shape === undefined ? {} : { shape: a.shape }) };
  if (sameOutline(a, b)) return a;
  const made = levelBetween(rasterOf(a, image), rasterOf(b, image), t, image);
  return kind === 'mask' || b.shape?.kind === 'mask' ? maskOf(made.raster) : polygonOf(made, image) ?? maskOf(made.raster);
}

const sameOutline = (a: Outline, b: Outline): boolean => JSON.stringify([a.box, a.shape]) === JSON.stringify([b.box, b.shape]);

/** What lies between as pixels, and how deep inside the centre of any pixel beside or in them is: negative outside. */
interface Level { readonly raster: Raster; readonly depth: (x: number, y: number) => number }

/** The line where the depth is zero, if it is one closed line, with the vertices that matter to a third of a pixel; null where that takes several. */
function polygonOf({ raster: { box: at, pixels }, depth }: Level, image: Size): { box: Box; shape: Shape } | null {
  const [ring, ...more] = ringsOf(runsOf(pixels), at);
  if (ring === undefined || more.length > 0) return null;
  // Along each pixel's edge there is one inside, to the right of the way round, and one outside: the line passes between their centres.
  const line = ring.flatMap((p, i) => {
    const q = ring[(i + 1) % ring.length] ?? p, dx = Math.sign(q.x - p.x), dy = Math.sign(q.y - p.y), n = Math.abs(q.x - p.x) + Math.abs(q.y - p.y);
    return Array.from({ length: n }, (_, k) => {
      const middle = { x: p.x + dx * (k + 0.5), y: p.y + dy * (k + 0.5) }, within = { x: middle.x - dy / 2 - 0.5, y: middle.y + dx / 2 - 0.5 };
      const inside = Math.max(0, depth(within.x, within.y)), outside = Math.min(0, depth(within.x + dy, within.y - dx)), share = inside === outside ? 0.5 : inside / (inside - outside);
      return { x: Math.min(image.width, Math.max(0, within.x + 0.5 + share * dy)), y: Math.min(image.height, Math.max(0, within.y + 0.5 - share * dx)) };
    });
  });
  const points = simplified(line, 0.3).map((p) => ({ x: tenths(p.x), y: tenths(p.y) })), box = boundsOf(points);
  return box.width < 1 || box.height < 1 ? null : { box: { x: tenths(box.x), y: tenths(box.y), width: tenths(box.width), height: tenths(box.height) }, shape: { kind: 'polygon', points } };
}

function centroidOf({ box, pixels, count }: Raster): Point {
  let x = 0, y = 0;
  for (let i = 0; i < pixels.length; i++) if (pixels[i] === 1) { x += i % box.width; y += Math.floor(i / box.width); }
  return { x: box.x + x / count, y: box.y + y / count };
}

/** Ties of rounding count as inside, so that the order of the two does not matter. */
const tie = 1e-4;

function levelBetween(a: Raster, b: Raster, t: number, image: Size): Level {
  const [p, q] = [centroidOf(a), centroidOf(b)], way = { x: q.x - p.x, y: q.y - p.y };
  // A signed distance grows by one a pixel at most, so nothing of the shape between lies outside the mean of the two bounds.
  const left = Math.floor(mean(a.box.x, b.box.x, t)), top = Math.floor(mean(a.box.y, b.box.y, t));
  const box = { x: left, y: top, width: Math.min(image.width, Math.ceil(mean(a.box.x + a.box.width, b.box.x + b.box.width, t))) - left, height: Math.min(image.height, Math.ceil(mean(a.box.y + a.box.height, b.box.y + b.box.height, t))) - top };
  const [one, other] = [sampler(a, { x: -t * way.x, y: -t * way.y }, box), sampler(b, { x: (1 - t) * way.x, y: (1 - t) * way.y }, box)];
  const between = (x: number, y: number): number => mean(one(x, y), other(x, y), t), found = new Float32Array(box.width * box.height);
  let most = -Infinity;
  for (let y = 0; y < box.height; y++) for (let x = 0; x < box.width; x++) { const v = between(left + x, top + y); found[y * box.width + x] = v; most = Math.max(most, v); }
  // Where thin shapes have hardly anything in common, what is deepest remains: a finding on both sides does not vanish between them.
  const least = Math.fround(Math.min(-tie, most));
  return { raster: trimmed(box, Uint8Array.from(found, (v) => Number(v >= least))) ?? a, depth: (x, y) => between(x, y) - least };
}

/** The signed distance of a raster, moved: at the centre of a pixel of `target`, in pixels, positive inside, zero on the edge. */
function sampler(r: Raster, by: Point, target: Box): (x: number, y: number) => number {
  const x0 = Math.min(r.box.x, Math.floor(target.x + by.x)) - 1, y0 = Math.min(r.box.y, Math.floor(target.y + by.y)) - 1;
  const width = Math.max(r.box.x + r.box.width, Math.ceil(target.x + target.width + by.x)) + 1 - x0, height = Math.max(r.box.y + r.box.height, Math.ceil(target.y + target.height + by.y)) + 1 - y0;
  const inside = new Uint8Array(width * height);
  for (let y = 0; y < r.box.height; y++) inside.set(r.pixels.subarray(y * r.box.width, (y + 1) * r.box.width), (y + r.box.y - y0) * width + r.box.x - x0);
  const [inwards, outwards] = [distances(inside, width, height, 0), distances(inside, width, height, 1)];
  const at = (x: number, y: number): number => { const i = y * width + x; return inside[i] === 1 ? (inwards[i] ?? 0) - 0.5 : 0.5 - (outwards[i] ?? 0); };
  return (px, py) => {
    const u = px + by.x - x0, v = py + by.y - y0, x = Math.floor(u), y = Math.floor(v), fx = u - x, fy = v - y;
    return fx === 0 && fy === 0 ? at(x, y) : mean(mean(at(x, y), at(x + 1, y), fx), mean(at(x, y + 1), at(x + 1, y + 1), fx), fy);
  };
}

/** How far each pixel's centre is from the nearest one of a value, in pixels: exact, column by column, then by the lower envelope of each row's parabolas. */
function distances(grid: Uint8Array, width: number, height: number, value: 0 | 1): Float32Array {
  const down = new Float32Array(grid.length), result = new Float32Array(grid.length);
  for (let x = 0; x < width; x++) {
    let last = Infinity;
    for (let y = 0; y < height; y++) { const i = y * width + x; last = grid[i] === value ? 0 : last + 1; down[i] = last; }
    last = Infinity;
    for (let y = height - 1; y >= 0; y--) { const i = y * width + x; last = grid[i] === value ? 0 : last + 1; down[i] = Math.min(down[i] ?? 0, last); }
  }
  const vertex = new Int32Array(width), from = new Float64Array(width + 1);
  for (let y = 0; y < height; y++) {
    const heightOf = (x: number): number => (down[y * width + x] ?? 0) ** 2;
    let k = -1;
    for (let x = 0; x < width; x++) {
      const h = heightOf(x);
      if (h === Infinity) continue;
      let start = -Infinity;
      for (; k >= 0; k--) { const v = vertex[k] ?? 0; start = (h + x * x - heightOf(v) - v * v) / (2 * (x - v)); if (start > (from[k] ?? 0)) break; start = -Infinity; }
      vertex[++k] = x;
      from[k] = start;
    }
    from[k + 1] = Infinity;
    for (let x = 0, n = 0; x < width; x++) { while ((from[n + 1] ?? Infinity) < x) n++; const v = vertex[n] ?? 0; result[y * width + x] = Math.sqrt((x - v) ** 2 + heightOf(v)); }
  }
  return result;
}

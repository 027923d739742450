// The outline of a lesion from one click. The proposal head says how large what lies under the click is; the image
// encoder's fine grid, looked at from near, says what looks alike; the pixels say where the edge is. A classifier of two
// classes is fitted to this one click, each time anew: nothing about outlines has to be learnt or annotated before.
import { contours } from 'd3-contour';
import { clampBox, type Box } from '../../shared/domain/geometry.ts';
import { boundsOf, covers, simplified, type Point } from '../../shared/domain/shape.ts';
import { weightsOf } from '../bundle/bundle.ts';
import { wholeImage } from '../images/network-input.ts';
import type { PixelImage } from '../images/pixels.ts';
import { resample } from '../images/resample.ts';
import { gridSide } from '../nets/configuration.ts';
import { fineModel } from '../nets/dual-branch.ts';
import { weightConstants } from '../nets/weights.ts';
import { writeOnnx } from '../onnx/write.ts';
import { openSession, type Session } from '../runtime/session.ts';
import { float32 } from '../tensor.ts';
import { numbers, type Predictor } from './predictor.ts';

/** Cells a side of the window that is outlined in. */
const side = 64;
/** Side of the window in longer sides of the box that is expected. */
const windowShare = 2.2;
/** What is taken for the lesion and for its surroundings at first: an ellipse of half the expected box, and what lies outside 1.3 times it. */
const coreShare = 0.5, outerShare = 1.3;
/** How far the expected box is believed, as a logit in its middle; 0 at its edge, and so on outwards. */
const trust = 2;
/** Rounds of fitting to what the round before called the lesion. */
const rounds = 3;

export interface Outline { readonly points: readonly Point[]; readonly box: Box }

export class Outliner {
  readonly #predictor: Predictor;
  readonly #session: Session;

  private constructor(predictor: Predictor, session: Session) { this.#predictor = predictor; this.#session = session; }

  static async open(predictor: Predictor, threads?: number): Promise<Outliner> {
    const { bundle } = predictor, weights = weightsOf(bundle);
    const constants = weightConstants((name) => { const w = weights.get(name); if (w === undefined) throw new Error(`the weight ${name} is missing`); return w; });
    return new Outliner(predictor, await openSession(writeOnnx(fineModel(bundle.configuration, constants), 'fine'), threads === undefined ? {} : { threads }));
  }
  async release(): Promise<void> { await this.#session.release(); }

  /** @param point in image pixels, inside the lesion. @param expected about how large it is, such as the box of a proposal; what the head says when left out. */
  async outline(image: PixelImage, point: Point, expected?: Box): Promise<Outline> {
    const { format } = image, usual = 0.06 * Math.max(format.width, format.height);
    const box = expected ?? (await this.#predictor.boxAt(image, point))?.box ?? clampBox({ x: point.x - usual / 2, y: point.y - usual / 2, width: usual, height: usual }, format);
    const length = Math.max(24, windowShare * Math.max(box.width, box.height));
    // The click is inside for certain, the expected box only about right: the window lies about the box, the core about both.
    const window = { x: box.x + box.width / 2 - length / 2, y: box.y + box.height / 2 - length / 2, width: length, height: length };
    const cell = length / side, toCell = (p: Point): Point => ({ x: (p.x - window.x) / cell, y: (p.y - window.y) / cell });
    const looks = await this.#looks(image, window), { width: w, height: h } = box, centre = toCell({ x: (box.x + w / 2 + point.x) / 2, y: (box.y + h / 2 + point.y) / 2 }), middle = toCell({ x: box.x + w / 2, y: box.y + h / 2 }), clicked = toCell(point);
    const within = (x: number, y: number, c: Point, share: number): boolean => ((x + 0.5 - c.x) / ((share * w) / cell / 2)) ** 2 + ((y + 0.5 - c.y) / ((share * h) / cell / 2)) ** 2 <= 1;
    const outside = new Uint8Array(side * side), truth = new Float32Array(side * side).fill(-1);
    for (let y = 0; y < side; y++) for (let x = 0; x < side; x++) {
      const i = y * side + x, px = window.x + (x + 0.5) * cell, py = window.y + (y + 0.5) * cell;
      const beyond = px < 0 || py < 0 || px > format.width || py > format.height;
      if (beyond || !within(x, y, middle, outerShare)) { outside[i] = 1; truth[i] = beyond ? -1 : 0; } else if (within(x, y, centre, coreShare) || Math.hypot(x + 0.5 - clicked.x, y + 0.5 - clicked.y) < 1.5) truth[i] = 1;
    }
    // What lies near the edge of the expected box is as likely out as in; farther out less, nearer in more.
    const prior = Float32Array.from(truth, (_, i) => { const x = i % side, y = (i - x) / side; return trust * (1 - Math.hypot((x + 0.5 - middle.x) / (w / cell / 2), (y + 0.5 - middle.y) / (h / cell / 2))); });
    let share = new Float32Array(side * side);
    for (let round = 0; round < rounds; round++) {
      share = settled(fit(looks, truth).map((l, i) => l + (prior[i] ?? 0)), looks);
      for (let i = 0; i < share.length; i++) { if (outside[i] === 1) share[i] = 0; else truth[i] = (share[i] ?? 0) > 0.7 ? 1 : (share[i] ?? 0) < 0.3 ? 0 : -1; }
      const at = Math.min(side - 1, Math.max(0, Math.floor(clicked.y))) * side + Math.min(side - 1, Math.max(0, Math.floor(clicked.x)));
      truth[at] = 1;
    }
    const points = ring(share, clicked).map((p) => ({ x: Math.min(format.width, Math.max(0, window.x + p.x * cell)), y: Math.min(format.height, Math.max(0, window.y + p.y * cell)) }));
    const outline = simplified(points, 0.35 * cell), bounds = outline.length < 3 ? null : boundsOf(outline);
    if (bounds === null || bounds.width < 1 || bounds.height < 1) {
      const b = clampBox(box, format);
      return { box: b, points: [{ x: b.x, y: b.y }, { x: b.x + b.width, y: b.y }, { x: b.x + b.width, y: b.y + b.height }, { x: b.x, y: b.y + b.height }] };
    }
    return { points: outline, box: bounds };
  }

  /** Planes [channels][side * side] of the window, each of mean 0 and deviation 1: brightness first, then the fine grid's channels. */
  async #looks(image: PixelImage, window: Box): Promise<{ readonly brightness: readonly Float32Array[]; readonly all: readonly Float32Array[] }> {
    const c = this.#predictor.bundle.configuration, S = c.image.side, n = side * side, pixels = new Float32Array(3 * n), input = new Float32Array(3 * S * S);
    resample(image, window, side, side, pixels);
    wholeImage(image, window, S, input, 0);
    const fine = numbers((await this.#session.run({ image: float32([1, 3, S, S], input) }))['fine']), G = gridSide(c), channels = fine.length / (G * G);
    const brightness = Array.from({ length: image.format.channels }, (_, k) => standard(pixels.slice(k * n, (k + 1) * n))).filter((p) => p !== null);
    const features = Array.from({ length: channels }, (_, k) => standard(enlarged(fine.subarray(k * G * G, (k + 1) * G * G), G))).filter((p) => p !== null);
    return { brightness, all: [...brightness, ...features] };
  }
}

/** [G, G] to [side, side], bilinear between the cells' centres. */
function enlarged(grid: Float32Array, G: number): Float32Array {
  const out = new Float32Array(side * side);
  const along = (i: number): { low: number; high: number; part: number } => { const at = Math.min(G - 1, Math.max(0, ((i + 0.5) * G) / side - 0.5)), low = Math.floor(at); return { low, high: Math.min(G - 1, low + 1), part: at - low }; };
  for (let y = 0; y < side; y++) {
    const r = along(y);
    for (let x = 0; x < side; x++) {
      const q = along(x), value = (row: number): number => (grid[row * G + q.low] ?? 0) * (1 - q.part) + (grid[row * G + q.high] ?? 0) * q.part;
      out[y * side + x] = value(r.low) * (1 - r.part) + value(r.high) * r.part;
    }
  }
  return out;
}

/** Mean 0, deviation 1; null where there is nothing to tell apart. */
function standard(plane: Float32Array): Float32Array | null {
  const mean = plane.reduce((a, v) => a + v, 0) / plane.length, deviation = Math.sqrt(plane.reduce((a, v) => a + (v - mean) ** 2, 0) / plane.length);
  return deviation < 1e-4 ? null : plane.map((v) => (v - mean) / deviation);
}

/**
 * Logits [side * side] of ridge-regularised logistic regression on the cells of `truth` 1 and 0 (-1: unknown), both
 * classes counting the same. Brightness counts as much as all the grid's channels together.
 */
function fit({ all, brightness }: { readonly all: readonly Float32Array[]; readonly brightness: readonly Float32Array[] }, truth: Float32Array): Float32Array {
  const n = truth.length, d = all.length, weights = new Float32Array(d), logits = new Float32Array(n);
  const count = (v: number): number => truth.reduce((a, t) => a + (t === v ? 1 : 0), 0), each = { one: 0.5 / Math.max(1, count(1)), zero: 0.5 / Math.max(1, count(0)) };
  const gain = all.map((_, k) => (k < brightness.length ? 1 : Math.sqrt(2 / Math.max(1, d - brightness.length)))), rate = 1.5, ridge = 0.01;
  let bias = 0;
  for (let step = 0; step < 60; step++) {
    const error = new Float32Array(n), slope = new Float32Array(d);
    let biasSlope = 0;
    for (let i = 0; i < n; i++) {
      const t = truth[i] ?? -1;
      if (t < 0) continue;
      error[i] = (1 / (1 + Math.exp(-(logits[i] ?? 0))) - t) * (t === 1 ? each.one : each.zero);
      biasSlope += error[i] ?? 0;
    }
    for (const [k, plane] of all.entries()) { let s = 0; for (let i = 0; i < n; i++) s += (error[i] ?? 0) * (plane[i] ?? 0); slope[k] = s * (gain[k] ?? 1); }
    bias -= rate * biasSlope;
    for (let k = 0; k < d; k++) weights[k] = (weights[k] ?? 0) - rate * ((slope[k] ?? 0) + ridge * (weights[k] ?? 0));
    logits.fill(bias);
    for (const [k, plane] of all.entries()) { const w = (weights[k] ?? 0) * (gain[k] ?? 1); for (let i = 0; i < n; i++) logits[i] = (logits[i] ?? 0) + w * (plane[i] ?? 0); }
  }
  return logits;
}

/** Mean field of a Potts model on the four-neighbourhood, in which neighbours count less across an edge of brightness (Boykov and Jolly 2001 for the weights). */
function settled(logits: Float32Array, { brightness }: { readonly brightness: readonly Float32Array[] }): Float32Array<ArrayBuffer> {
  const n = logits.length, neighbours = [[-1, 0], [1, 0], [0, -1], [0, 1]] as const, pull = 1.2;
  const step = (i: number, k: number): number => brightness.reduce((a, p) => a + ((p[i] ?? 0) - (p[k] ?? 0)) ** 2, 0) / Math.max(1, brightness.length);
  let spread = 0;
  for (let i = 0; i + 1 < n; i++) spread += step(i, i + 1);
  const scale = 2 * Math.max(1e-6, spread / n);
  let share = Float32Array.from(logits, (l) => 1 / (1 + Math.exp(-l)));
  for (let turn = 0; turn < 12; turn++) {
    share = Float32Array.from(share, (_, i) => {
      const x = i % side, y = (i - x) / side;
      let sum = logits[i] ?? 0;
      for (const [dx, dy] of neighbours) {
        if (x + dx < 0 || y + dy < 0 || x + dx >= side || y + dy >= side) continue;
        const k = i + dy * side + dx;
        sum += pull * Math.exp(-step(i, k) / scale) * (2 * (share[k] ?? 0) - 1);
      }
      return 1 / (1 + Math.exp(-sum));
    });
  }
  return share;
}

/** The outer ring, in cells, of the part above one half that holds the point, or of the nearest; empty where there is none. */
function ring(share: Float32Array, point: Point): Point[] {
  const found = contours().size([side, side]).thresholds([0.5])(Array.from(share))[0]?.coordinates ?? [];
  const rings = found.flatMap(([outer]) => (outer === undefined ? [] : [outer.map(([x = 0, y = 0]) => ({ x, y })).slice(0, -1)])).filter((r) => r.length >= 3);
  const distance = (r: readonly Point[]): number => (covers({ kind: 'polygon', points: [...r] }, boundsOf(r), point) ? 0 : Math.min(...r.map((p) => Math.hypot(p.x - point.x, p.y - point.y))));
  return rings.reduce<Point[]>((best, r) => (best.length === 0 || distance(r) < distance(best) ? r : best), []);
}

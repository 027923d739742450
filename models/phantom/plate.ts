// A picture being made: float planes that shapes, noise and grain are laid on. Brightness about [0, 1] until the end.
import type { Box } from '../../shared/domain/geometry.ts';
import type { Random } from '../random.ts';

export interface Shape {
  readonly x: number; readonly y: number; readonly rx: number; readonly ry: number;
  /** Radians. */
  readonly angle: number;
  /** Share of the radius over which the border fades, 0.02 sharp to 1 soft. */
  readonly softness: number;
  /** Irregularity of the outline, 0 an ellipse. */
  readonly wobble: number;
}

export class Plate {
  readonly width: number;
  readonly height: number;
  readonly planes: readonly Float32Array[];
  constructor(width: number, height: number, channels: number, fill: readonly number[]) {
    this.width = width;
    this.height = height;
    this.planes = Array.from({ length: channels }, (_, c) => new Float32Array(width * height).fill(fill[c] ?? 0));
  }

  /**
   * Mixes (`amount` of the way to `colour`) or adds `colour` inside a shape. Answers the box of what is visible: where
   * more than a quarter of the full effect lies; null when that is outside the picture.
   */
  lay(random: Random, shape: Shape, colour: readonly number[], amount: number, mode: 'mix' | 'add' = 'mix', texture?: Float32Array): Box | null {
    const { width, height } = this;
    const reach = Math.max(shape.rx, shape.ry) * (1 + shape.wobble + shape.softness);
    const harmonics = Array.from({ length: 4 }, (_, k) => [(shape.wobble * random.normal()) / (k + 2), random.uniform(0, 2 * Math.PI)] as const);
    const [cos, sin] = [Math.cos(shape.angle), Math.sin(shape.angle)];
    let [x0, y0, x1, y1] = [width, height, -1, -1];
    for (let y = Math.max(0, Math.floor(shape.y - reach)); y <= Math.min(height - 1, Math.ceil(shape.y + reach)); y++) {
      for (let x = Math.max(0, Math.floor(shape.x - reach)); x <= Math.min(width - 1, Math.ceil(shape.x + reach)); x++) {
        const dx = x + 0.5 - shape.x, dy = y + 0.5 - shape.y;
        const u = (dx * cos + dy * sin) / shape.rx, v = (dy * cos - dx * sin) / shape.ry;
        let r = Math.hypot(u, v);
        if (r > 2.2) continue;
        if (shape.wobble > 0) {
          const angle = Math.atan2(v, u);
          let bulge = 1;
          for (let k = 0; k < harmonics.length; k++) { const [size, phase] = harmonics[k] ?? [0, 0]; bulge += size * Math.cos((k + 2) * angle + phase); }
          r /= Math.max(0.4, bulge);
        }
        const weight = Math.min(1, Math.max(0, (1 - r) / shape.softness + 0.5));
        if (weight <= 0) continue;
        const at = y * width + x;
        const w = weight * weight * (3 - 2 * weight) * amount * (texture?.[at] ?? 1);
        for (let c = 0; c < this.planes.length; c++) {
          const plane = this.planes[c];
          if (plane === undefined) continue;
          const old = plane[at] ?? 0, to = colour[c] ?? 0;
          plane[at] = mode === 'mix' ? old + (to - old) * w : old + to * w;
        }
        if (weight > 0.35) { if (x < x0) x0 = x; if (x > x1) x1 = x; if (y < y0) y0 = y; if (y > y1) y1 = y; }
      }
    }
    return x1 < x0 + 1 || y1 < y0 + 1 ? null : { x: x0, y: y0, width: x1 - x0 + 1, height: y1 - y0 + 1 };
  }

  /** A curved band (vessel, rib): circles along a quadratic curve. */
  curve(random: Random, from: readonly [number, number], over: readonly [number, number], to: readonly [number, number], thick: number, thin: number, colour: readonly number[], amount: number): void {
    const length = Math.hypot(to[0] - from[0], to[1] - from[1]) + Math.hypot(over[0] - from[0], over[1] - from[1]);
    const steps = Math.max(6, Math.round(length / Math.max(1.5, thick * 0.7)));
    for (let i = 0; i <= steps; i++) {
      const t = i / steps, a = (1 - t) ** 2, b = 2 * t * (1 - t), c = t * t;
      const r = Math.max(0.7, thick + (thin - thick) * t);
      this.lay(random, { x: a * from[0] + b * over[0] + c * to[0], y: a * from[1] + b * over[1] + c * to[1], rx: r, ry: r, angle: 0, softness: 0.7, wobble: 0 }, colour, amount);
    }
  }

  /** Adds `amount` times a field to every plane, or multiplies by 1 + amount times it. */
  field(values: Float32Array, amount: readonly number[], mode: 'add' | 'multiply' = 'add'): void {
    for (const [c, plane] of this.planes.entries()) {
      const k = amount[c] ?? 0;
      for (let i = 0; i < plane.length; i++) plane[i] = mode === 'add' ? (plane[i] ?? 0) + k * (values[i] ?? 0) : (plane[i] ?? 0) * (1 + k * (values[i] ?? 0));
    }
  }

  grain(random: Random, deviation: number): void {
    for (const plane of this.planes) for (let i = 0; i < plane.length; i++) plane[i] = (plane[i] ?? 0) + deviation * (random.uniform() + random.uniform() + random.uniform() - 1.5) * 2;
  }

  /** Three-tap blur, `times` over, in both directions. */
  blur(times: number): void {
    const { width, height } = this;
    for (const plane of this.planes) for (let t = 0; t < times; t++) {
      for (let y = 0; y < height; y++) { let last = plane[y * width] ?? 0; for (let x = 1; x + 1 < width; x++) { const i = y * width + x, now = plane[i] ?? 0; plane[i] = 0.25 * last + 0.5 * now + 0.25 * (plane[i + 1] ?? 0); last = now; } }
      for (let x = 0; x < width; x++) { let last = plane[x] ?? 0; for (let y = 1; y + 1 < height; y++) { const i = y * width + x, now = plane[i] ?? 0; plane[i] = 0.25 * last + 0.5 * now + 0.25 * (plane[i + width] ?? 0); last = now; } }
    }
  }
}

/** Smooth noise in about [-1, 1]: bilinear between random values on a lattice, summed over octaves of half the size. */
export function smoothNoise(random: Random, width: number, height: number, cell: number, octaves: number): Float32Array {
  const out = new Float32Array(width * height);
  let size = cell, weight = 0.6;
  for (let o = 0; o < octaves; o++, size /= 2, weight /= 1.7) {
    const columns = Math.ceil(width / size) + 2, rows = Math.ceil(height / size) + 2;
    const lattice = Float32Array.from({ length: columns * rows }, () => random.uniform(-1, 1));
    for (let y = 0; y < height; y++) {
      const fy = y / size, iy = Math.floor(fy), ty = fy - iy;
      for (let x = 0; x < width; x++) {
        const fx = x / size, ix = Math.floor(fx), tx = fx - ix, at = iy * columns + ix;
        const top = (lattice[at] ?? 0) * (1 - tx) + (lattice[at + 1] ?? 0) * tx, bottom = (lattice[at + columns] ?? 0) * (1 - tx) + (lattice[at + columns + 1] ?? 0) * tx;
        out[y * width + x] = (out[y * width + x] ?? 0) + weight * (top * (1 - ty) + bottom * ty);
      }
    }
  }
  return out;
}

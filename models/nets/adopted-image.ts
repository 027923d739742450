// What an adopted image encoder sees and gives: pixels normalised as it was trained with, tokens without those that
// stand for no place (class, registers), and its embedding where it has one.
import type { Value } from '../graph/graph.ts';
import { float32 } from '../tensor.ts';
import { batchDimension, outputOf, spliceTower } from './adopted-tower.ts';
import type { AdoptedImage } from './configuration.ts';
import type { Layers } from './layers.ts';

export interface TowerFeatures { /** [B, n^2, .] row by row. */ readonly tokens: Value; /** [B, .] */ readonly embedding: Value | null }

/** @param image [B, 3, S, S] as images/network-input.ts centres it: (x - 0.5) / 0.25 of brightness x in [0, 1]. */
export function adoptedImageTower(l: Layers, c: AdoptedImage, image: Value, tower: Uint8Array | undefined): TowerFeatures {
  const g = l.g, batch = image.shape[0] ?? 0, places = c.tokenSide ** 2;
  // (x - mean) / std in terms of what is given.
  const scale = g.constant(float32([1, 3, 1, 1], c.std.map((s) => 0.25 / s))), shift = g.constant(float32([1, 3, 1, 1], c.mean.map((m, i) => (0.5 - m) / (c.std[i] ?? 1))));
  const outputs = spliceTower(l, tower, 'image.tower', { [batchDimension]: batch }, { [c.input]: g.add(g.mul(image, scale), shift) });
  const found = outputOf(outputs, c.tokens);
  const tokens = found.shape.length === 4 ? g.transpose(g.reshape(found, [batch, found.shape[1] ?? 0, places]), [0, 2, 1])
    : c.prefix === 0 ? found : g.slice(found, 1, c.prefix, c.prefix + places);
  return { tokens, embedding: c.embedding === null ? null : outputOf(outputs, c.embedding) };
}

/** Tokens [B, n^2, D] on a grid of G a side, [B, D, G, G]: bilinear, as two products with the same matrix, since it is linear and separable. */
export function spread(l: Layers, tokens: Value, n: number, grid: number): Value {
  const g = l.g, batch = tokens.shape[0] ?? 0, d = tokens.shape[2] ?? 0;
  const weights = g.constant(float32([grid, n], interpolation(n, grid)));
  const rows = g.reshape(g.matmul(weights, g.reshape(tokens, [batch, n, n * d])), [batch, grid, n, d]);
  const both = g.matmul(weights, rows);
  return g.transpose(both, [0, 3, 1, 2]);
}

/** [G, n]: what each of G cells takes of n cells that share its side; rows sum to 1. */
export function interpolation(n: number, grid: number): Float32Array {
  const out = new Float32Array(grid * n);
  for (let i = 0; i < grid; i++) {
    const at = Math.min(n - 1, Math.max(0, ((i + 0.5) * n) / grid - 0.5)), low = Math.min(Math.max(0, n - 2), Math.floor(at)), high = at - low;
    out[i * n + low] = 1 - high;
    if (n > 1) out[i * n + low + 1] = high;
  }
  return out;
}

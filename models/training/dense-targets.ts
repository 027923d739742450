// What the proposal head should say on its grid: a soft peak at the centre of every finding (Zhou et al. 2019,
// "Objects as Points", arXiv 1904.07850), and the box seen from the cells near it.
import type { Box } from '../../shared/domain/geometry.ts';
import { denseStride } from '../nets/configuration.ts';

export interface DenseObject { /** In network pixels. */ readonly box: Box; /** How much it counts; 1 is usual. */ readonly weight: number }

/** Views into a batch's arrays: one image's part of [B, 1, G, G] and [B, 4, G, G]. */
export interface DenseTargets { readonly objectness: Float32Array; readonly objectnessWeight: Float32Array; readonly box: Float32Array; readonly boxWeight: Float32Array }

/** Weight of cells at a rejected box's centre, where the head must learn to be silent. */
const rejectedWeight = 5;

/**
 * Fills one image's targets. Objectness peaks with exactly 1 at the cell of each centre; the box is supervised where
 * the peak is above 0.5, its weights summing to the object's. `ignored` boxes neither reward nor punish.
 */
export function denseTargets(grid: number, findings: readonly DenseObject[], rejected: readonly Box[], ignored: readonly Box[], out: DenseTargets): void {
  const cells = grid * grid;
  out.objectness.fill(0);
  out.objectnessWeight.fill(1);
  out.box.fill(0);
  out.boxWeight.fill(0);
  const closeness = new Float32Array(cells);

  const around = (box: Box, visit: (cell: number, closeness: number) => void): void => {
    const cx = (box.x + box.width / 2) / denseStride, cy = (box.y + box.height / 2) / denseStride;
    const px = Math.min(grid - 1, Math.max(0, Math.floor(cx))), py = Math.min(grid - 1, Math.max(0, Math.floor(cy)));
    const sx = Math.max(0.55, (0.14 * box.width) / denseStride), sy = Math.max(0.55, (0.14 * box.height) / denseStride);
    for (let y = Math.max(0, Math.floor(cy - 3 * sy)); y <= Math.min(grid - 1, Math.ceil(cy + 3 * sy)); y++) {
      for (let x = Math.max(0, Math.floor(cx - 3 * sx)); x <= Math.min(grid - 1, Math.ceil(cx + 3 * sx)); x++) {
        const d = ((x + 0.5 - cx) / sx) ** 2 + ((y + 0.5 - cy) / sy) ** 2;
        visit(y * grid + x, x === px && y === py ? 1 : 0.99 * Math.exp(-d / 2));
      }
    }
  };

  for (const box of ignored) around(box, (cell) => { out.objectnessWeight[cell] = 0; });
  for (const box of rejected) around(box, (cell, c) => { if (c > 0.5) out.objectnessWeight[cell] = rejectedWeight; });
  // Large first, so that a small finding inside a large one keeps its own cells.
  const ordered = [...findings].sort((a, b) => b.box.width * b.box.height - a.box.width * a.box.height);
  for (const { box, weight } of ordered) {
    const owned: [number, number][] = [];
    around(box, (cell, c) => {
      if (c > (out.objectness[cell] ?? 0)) out.objectness[cell] = c;
      if (c === 1 || (c > 0.5 && c >= (closeness[cell] ?? 0))) owned.push([cell, c]);
      if (c === 1) out.objectnessWeight[cell] = weight;
    });
    const total = owned.reduce((sum, [, c]) => sum + c, 0);
    for (const [cell, c] of owned) {
      closeness[cell] = c;
      const x = cell % grid, y = (cell - x) / grid;
      out.box[cell] = (box.x + box.width / 2) / denseStride - (x + 0.5);
      out.box[cells + cell] = (box.y + box.height / 2) / denseStride - (y + 0.5);
      out.box[2 * cells + cell] = Math.log(Math.max(box.width, 1) / denseStride);
      out.box[3 * cells + cell] = Math.log(Math.max(box.height, 1) / denseStride);
      out.boxWeight[cell] = (weight * c) / total;
    }
  }
}

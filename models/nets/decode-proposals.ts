// From the proposal head's grid to boxes: peaks that beat their eight neighbours, best first, then non-maximum
// suppression. The reverse of training/dense-targets.ts.
import { clampBox, iou, type Box, type Size } from '../../shared/domain/geometry.ts';
import { fromNetwork, toNetwork } from '../images/network-input.ts';
import { denseStride } from './configuration.ts';

export interface RawProposal { readonly box: Box; /** The head's own probability. */ readonly score: number }

/** Boxes overlapping a better one by more than this are the same finding. */
const suppression = 0.5;

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/**
 * @param logits [G, G] objectness logits of one image. @param boxes [4, G, G] offsets and log sizes in cells.
 * @param window the part of the image the square showed, in image pixels; boxes come back in them.
 */
export function decodeProposals(grid: number, logits: Float32Array, boxes: Float32Array, window: Box, side: number, options: { readonly limit: number; readonly minimum: number }): RawProposal[] {
  const cells = grid * grid;
  const peaks: { cell: number; objectness: number }[] = [];
  for (let cell = 0; cell < cells; cell++) {
    const logit = logits[cell] ?? -Infinity;
    const objectness = sigmoid(logit);
    if (objectness < options.minimum) continue;
    const x = cell % grid, y = (cell - x) / grid;
    let isPeak = true;
    for (let dy = -1; dy <= 1 && isPeak; dy++) for (let dx = -1; dx <= 1; dx++) {
      const nx = x + dx, ny = y + dy;
      if ((dx !== 0 || dy !== 0) && nx >= 0 && ny >= 0 && nx < grid && ny < grid && (logits[ny * grid + nx] ?? -Infinity) > logit) { isPeak = false; break; }
    }
    if (isPeak) peaks.push({ cell, objectness });
  }
  const found = peaks.flatMap(({ cell, objectness }): RawProposal[] => {
    const box = boxOfCell(grid, cell, boxes, window, side);
    return box === null ? [] : [{ box, score: objectness }];
  });
  return suppressed(found, options.limit);
}

/** The box that one cell of the grid stands for, in image pixels; null where next to nothing of it lies in the window. */
function boxOfCell(grid: number, cell: number, boxes: Float32Array, window: Box, side: number): Box | null {
  const cells = grid * grid, x = cell % grid, y = (cell - x) / grid;
  const size = (i: number): number => Math.exp(Math.min(4, Math.max(-3, boxes[i * cells + cell] ?? 0))) * denseStride;
  const width = size(2), height = size(3);
  const cx = (x + 0.5 + (boxes[cell] ?? 0)) * denseStride, cy = (y + 0.5 + (boxes[cells + cell] ?? 0)) * denseStride;
  return insideWindow(fromNetwork({ x: cx - width / 2, y: cy - height / 2, width, height }, window, side), window);
}

/** What the head says about a place, whether it would propose it or not: of the cells about it whose boxes hold the point, the likeliest. */
export function proposalAt(grid: number, logits: Float32Array, boxes: Float32Array, window: Box, side: number, point: { readonly x: number; readonly y: number }): RawProposal | null {
  const at = toNetwork({ ...point, width: 0, height: 0 }, window, side), column = Math.floor(at.x / denseStride), row = Math.floor(at.y / denseStride);
  let best: RawProposal | null = null;
  for (let y = row - 1; y <= row + 1; y++) for (let x = column - 1; x <= column + 1; x++) {
    if (x < 0 || y < 0 || x >= grid || y >= grid) continue;
    const score = sigmoid(logits[y * grid + x] ?? -Infinity), box = boxOfCell(grid, y * grid + x, boxes, window, side);
    if (box === null || score <= (best?.score ?? 0) || point.x < box.x || point.y < box.y || point.x > box.x + box.width || point.y > box.y + box.height) continue;
    best = { box, score };
  }
  return best;
}

/** To tenths of a pixel: a reader and a file need no more. */
export function rounded(b: Box, image: Size): Box {
  const tenths = (v: number): number => Math.round(v * 10) / 10;
  return clampBox({ x: tenths(b.x), y: tenths(b.y), width: tenths(b.width), height: tenths(b.height) }, image);
}

/** Non-maximum suppression: best first, without those that overlap a better one, at most `limit`. */
export function suppressed<T extends { readonly box: Box; readonly score: number }>(found: readonly T[], limit: number): T[] {
  const kept: T[] = [];
  for (const p of [...found].sort((a, b) => b.score - a.score)) {
    if (kept.length >= limit) break;
    if (!kept.some((k) => iou(k.box, p.box) > suppression)) kept.push(p);
  }
  return kept;
}

function insideWindow(b: Box, window: Box): Box | null {
  const x0 = Math.max(b.x, window.x), y0 = Math.max(b.y, window.y);
  const x1 = Math.min(b.x + b.width, window.x + window.width), y1 = Math.min(b.y + b.height, window.y + window.height);
  if (x1 - x0 < 2 || y1 - y0 < 2) return null;
  return rounded({ x: x0, y: y0, width: x1 - x0, height: y1 - y0 }, { width: window.x + window.width, height: window.y + window.height });
}

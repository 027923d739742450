// What the region branch is fed with, for training and inference alike: the crop of each box, its geometry, how far each
// global token lies from it, and what each bin of it takes of the fine grid. Only what the configuration asks for is made.
import type { Box } from '../../shared/domain/geometry.ts';
import { alignBins, denseStride, gridSide, tokenCount, tokenSide, type NetworkConfiguration } from '../nets/configuration.ts';
import { float32, type Tensor } from '../tensor.ts';
import { boxGeometry, geometryLength, regionCrop, toNetwork } from './network-input.ts';
import type { PixelImage } from './pixels.ts';

export interface RegionArrays { readonly crops: Float32Array; readonly geometry: Float32Array; readonly distance: Float32Array; readonly alignY: Float32Array; readonly alignX: Float32Array }

/** Room for `n` regions; parts that are not needed are empty. */
export function regionArrays(c: NetworkConfiguration, n: number): RegionArrays {
  const { roi } = c, room = (needed: boolean, each: number): Float32Array => new Float32Array(needed ? n * each : 0);
  return {
    crops: room(roi.look === 'crop', 3 * c.region.side ** 2), geometry: room(roi.geometry, geometryLength),
    distance: room(roi.geometry && roi.context === 'attention', tokenCount(c)),
    alignY: room(roi.look === 'grid', alignBins * gridSide(c)), alignX: room(roi.look === 'grid', alignBins * gridSide(c)),
  };
}

/**
 * Writes region `at`. @param box in image pixels @param seen the same as it lies in the (possibly mirrored) view
 * @param window the part of the image that the whole-image input shows.
 */
export function fillRegion(out: RegionArrays, at: number, c: NetworkConfiguration, image: PixelImage, box: Box, seen: Box, window: Box): void {
  const side = c.region.side, grid = gridSide(c), onNetwork = toNetwork(seen, window, c.image.side);
  if (out.crops.length > 0) regionCrop(image, box, side, out.crops, at * 3 * side * side);
  if (out.geometry.length > 0) out.geometry.set(boxGeometry(seen, window), at * geometryLength);
  if (out.distance.length > 0) tokenDistances(onNetwork, c, out.distance, at * tokenCount(c));
  if (out.alignY.length > 0) {
    alignWeights(onNetwork.y / denseStride, onNetwork.height / denseStride, grid, out.alignY, at * alignBins * grid);
    alignWeights(onNetwork.x / denseStride, onNetwork.width / denseStride, grid, out.alignX, at * alignBins * grid);
  }
}

/** As the graph's inputs, for `batch` images of n / batch regions each. */
export function regionTensors(out: RegionArrays, c: NetworkConfiguration, batch: number, n: number): Record<string, Tensor> {
  const k = n / batch, grid = gridSide(c);
  return {
    ...(out.crops.length > 0 ? { crops: float32([n, 3, c.region.side, c.region.side], out.crops) } : {}),
    ...(out.geometry.length > 0 ? { geometry: float32([batch, k, geometryLength], out.geometry) } : {}),
    ...(out.distance.length > 0 ? { distance: float32([batch, 1, k, tokenCount(c)], out.distance) } : {}),
    ...(out.alignY.length > 0 ? { alignY: float32([batch, k * alignBins, grid], out.alignY), alignX: float32([n, alignBins, grid], out.alignX) } : {}),
  };
}

/** Distance of each global token's centre to the box, in sides of the square; 0 inside. */
export function tokenDistances(box: Box, c: NetworkConfiguration, out: Float32Array, at: number): void {
  const n = tokenSide(c), stride = c.image.side / n;
  for (let y = 0; y < n; y++) for (let x = 0; x < n; x++) {
    const px = (x + 0.5) * stride, py = (y + 0.5) * stride;
    const dx = Math.max(box.x - px, 0, px - box.x - box.width), dy = Math.max(box.y - py, 0, py - box.y - box.height);
    out[at + y * n + x] = Math.hypot(dx, dy) / c.image.side;
  }
}

/** Bilinear samples a bin takes along one axis (He et al. 2017 use four a bin, two an axis). */
const samplesPerBin = 2;

/** One axis of RoIAlign: [alignBins, grid] weights of an interval in cells, each bin the mean of its bilinear samples; rows sum to 1. */
export function alignWeights(start: number, length: number, grid: number, out: Float32Array, at: number): void {
  out.fill(0, at, at + alignBins * grid);
  for (let bin = 0; bin < alignBins; bin++) for (let s = 0; s < samplesPerBin; s++) {
    const centre = start + (length * (bin + (s + 0.5) / samplesPerBin)) / alignBins - 0.5;
    const clamped = Math.min(grid - 1, Math.max(0, centre)), low = Math.min(grid - 2, Math.floor(clamped)), high = clamped - low;
    const row = at + bin * grid;
    out[row + low] = (out[row + low] ?? 0) + (1 - high) / samplesPerBin;
    out[row + low + 1] = (out[row + low + 1] ?? 0) + high / samplesPerBin;
  }
}

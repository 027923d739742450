// What a heat map says, as numbers and as colours: smoothed up from its few cells, painted so that nothing is shown where
// it says nothing, and told in words by the ninth of the image where most of it lies. Everything here is pure.
import type { Explanation } from '../../shared/contracts/inference.ts';
import { placeOf, type Box, type Place, type Size } from '../../shared/domain/geometry.ts';

export type HeatMap = Explanation['objectness'];
/** Diverging: what speaks for and what against, nothing at zero. Sequential: how much, nothing at zero. */
export interface Overlay { readonly map: HeatMap; readonly scale: 'diverging' | 'sequential'; readonly opacity: number }
type Colour = readonly [red: number, green: number, blue: number];

/** Yellow, sky blue and reddish purple of Okabe and Ito's palette (2008): told apart with every kind of colour vision, on grey and on red tissue. */
const palette = { for: [0xf0, 0xe4, 0x42], against: [0x56, 0xb4, 0xe9], used: [0xcc, 0x79, 0xa7] } as const satisfies Record<string, Colour>;
const css = ([r, g, b]: Colour): string => `rgb(${r} ${g} ${b})`;
export const heatColours = { for: css(palette.for), against: css(palette.against), used: css(palette.used) } as const;

/** Catmull and Rom's cubic through four values at -1, 0, 1 and 2, at `t` in [0, 1]: it meets the values it is made of. */
const cubic = (t: number): readonly number[] => [t * (-0.5 + t * (1 - 0.5 * t)), 1 + t * t * (-2.5 + 1.5 * t), t * (0.5 + t * (2 - 1.5 * t)), t * t * (-0.5 + 0.5 * t)];

/** For each of `count` samples along a side of `length` image pixels: the cells it is made of, and how much of each. */
function taps(count: number, length: number, map: HeatMap): readonly { readonly cell: number; readonly weight: number }[][] {
  return Array.from({ length: count }, (_, i) => {
    // Cells have their value in their middle; beyond the outer ones it stays as it is.
    const at = ((i + 0.5) * length) / count / map.cell - 0.5, first = Math.floor(at);
    return cubic(at - first).map((weight, k) => ({ cell: Math.min(map.side - 1, Math.max(0, first - 1 + k)), weight }));
  });
}

/** The map over the image alone, its longer side `longest` samples, row by row. */
export function smoothed(map: HeatMap, image: Size, longest = 256): Size & { readonly values: Float32Array } {
  const scale = longest / Math.max(image.width, image.height), width = Math.max(1, Math.round(image.width * scale)), height = Math.max(1, Math.round(image.height * scale));
  const across = taps(width, image.width, map), down = taps(height, image.height, map), rows = new Float32Array(map.side * width), values = new Float32Array(height * width);
  for (let y = 0; y < map.side; y++) for (const [x, of] of across.entries()) rows[y * width + x] = of.reduce((sum, { cell, weight }) => sum + weight * (map.values[y * map.side + cell] ?? 0), 0);
  for (const [y, of] of down.entries()) for (let x = 0; x < width; x++) values[y * width + x] = of.reduce((sum, { cell, weight }) => sum + weight * (rows[cell * width + x] ?? 0), 0);
  return { width, height, values };
}

/** A value as a share of the map's largest, in [-1, 1], as red, green, blue and opacity, each in [0, 255]. */
export function heatColour(share: number, scale: Overlay['scale']): readonly [number, number, number, number] {
  const [r, g, b] = scale === 'sequential' ? palette.used : share < 0 ? palette.against : palette.for;
  return [r, g, b, Math.round(255 * Math.min(1, Math.max(0, scale === 'sequential' ? share : Math.abs(share))))];
}

/** Pixels of the map over the image, for putImageData. */
export function paintedHeat(map: HeatMap, scale: Overlay['scale'], image: Size, longest = 256): Size & { readonly data: Uint8ClampedArray<ArrayBuffer> } {
  const { width, height, values } = smoothed(map, image, longest), data = new Uint8ClampedArray(4 * width * height);
  const most = map.values.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
  for (const [i, v] of values.entries()) data.set(heatColour(most === 0 ? 0 : v / most, scale), 4 * i);
  return { width, height, data };
}

/** Each cell with what it says for the finding (nothing where it speaks against), as far as it lies on the image. */
function* parts(map: HeatMap, image: Size): Generator<{ readonly x: number; readonly y: number; readonly value: number }> {
  for (const [i, value] of map.values.entries()) {
    const x = ((i % map.side) + 0.5) * map.cell, y = (Math.floor(i / map.side) + 0.5) * map.cell;
    if (value > 0 && x < image.width && y < image.height) yield { x, y, value };
  }
}

/** The ninth of the image where most of it lies, and its share of all; null where nothing does. */
export function mostly(map: HeatMap, image: Size): { readonly place: Place; readonly share: number } | null {
  const by = new Map<Place, number>();
  let all = 0;
  for (const { x, y, value } of parts(map, image)) {
    const place = placeOf({ x, y, width: 0, height: 0 }, image);
    by.set(place, (by.get(place) ?? 0) + value);
    all += value;
  }
  const most = [...by].sort((a, b) => b[1] - a[1])[0];
  return most === undefined ? null : { place: most[0], share: most[1] / all };
}

/** The share of it that lies in a box: of a cell as much as the box covers. */
export function shareWithin(map: HeatMap, image: Size, box: Box): number {
  const along = (middle: number, from: number, length: number): number => Math.max(0, Math.min(middle + map.cell / 2, from + length) - Math.max(middle - map.cell / 2, from)) / map.cell;
  let within = 0, all = 0;
  for (const { x, y, value } of parts(map, image)) { all += value; within += value * along(x, box.x, box.width) * along(y, box.y, box.height); }
  return all === 0 ? 0 : within / all;
}

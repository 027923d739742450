// From a stored sample to the colour on the screen: brightness (shared/domain/display.ts) through a colour map. The
// processor and the graphics card both paint by this one table, so that they cannot differ. Everything here is pure.
import type { PixelFormat } from '../../shared/domain/case.ts';
import { brightnessTable, type LookupTable, type Windowing } from '../../shared/domain/display.ts';
import type { Box } from '../../shared/domain/geometry.ts';

export type Samples = Uint8Array | Uint16Array | Int16Array;
export const colourMaps = ['grey', 'hotIron', 'inferno', 'viridis'] as const;
export type ColourMap = (typeof colourMaps)[number];
export interface Tone { readonly window: Windowing; readonly map: ColourMap }
type Triple = readonly [number, number, number];

/** Polynomials of degree six in brightness (CC0) through matplotlib's perceptual maps: within nine of 255 of inferno, four of viridis. */
const perceptual: Readonly<Record<'inferno' | 'viridis', readonly Triple[]>> = {
  inferno: [[0.0002189403691192265, 0.001651004631001012, -0.01948089843709184], [0.1065134194856116, 0.5639564367884091, 3.932712388889277], [11.60249308247187, -3.972853965665698, -15.9423941062914], [-41.70399613139459, 17.43639888205313, 44.35414519872813], [77.162935699427, -33.40235894210092, -81.80730925738993], [-71.31942824499214, 32.62606426397723, 73.20951985803202], [25.13112622477341, -12.24266895238567, -23.07032500287172]],
  viridis: [[0.2777273272234177, 0.005407344544966578, 0.3340998053353061], [0.1050930431085774, 1.404613529898575, 1.384590162594685], [-0.3308618287255563, 0.214847559468213, 0.09509516302823659], [-4.634230498983486, -5.799100973351585, -19.33244095627987], [6.228269936347081, 14.17993336680509, 56.69055260068105], [4.776384997670288, -13.74514537774601, -65.35303263337234], [-5.435455855934631, 4.645852612178535, 26.3124352495832]],
};

/** Red, green and blue in [0, 255] of a brightness in 255 steps. Hot iron as PS3.6 B.1.1 computes it. */
export function colourOf(map: ColourMap, i: number): Triple {
  switch (map) {
    case 'grey': return [i, i, i];
    case 'hotIron': return [Math.min(255, 2 * i), Math.min(255, Math.max(0, 2 * (i - 128))), Math.min(255, Math.max(0, 4 * (i - 192)))];
    case 'inferno': case 'viridis': {
      const t = i / 255, channel = (k: 0 | 1 | 2): number => Math.round(255 * Math.min(1, Math.max(0, perceptual[map].reduceRight((sum, c) => sum * t + c[k], 0))));
      return [channel(0), channel(1), channel(2)];
    }
  }
}
const palettes = new Map<ColourMap, Uint8Array>();
/** 256 colours, four bytes each. */
export function paletteOf(map: ColourMap): Uint8Array {
  const known = palettes.get(map) ?? Uint8Array.from({ length: 1024 }, (_, i) => { const [r, g, b] = colourOf(map, i >> 2); return [r, g, b, 255][i & 3] ?? 0; });
  palettes.set(map, known);
  return known;
}

export interface ColourTable { /** Four bytes for each stored value. */ readonly rgba: Uint8Array; /** Added to a sample to find its place. */ readonly offset: number }

/** A colour image has no map: its channels go through the window, each by itself. */
export function colourTable(format: PixelFormat, { window, map }: Tone, voiTable: LookupTable | null): ColourTable {
  const { table, offset } = brightnessTable(format, window, voiTable), palette = new Uint32Array(paletteOf(format.channels === 3 ? 'grey' : map).buffer), out = new Uint32Array(table.length), level = new Uint8ClampedArray(1);
  for (let i = 0; i < table.length; i++) { level[0] = 255 * (table[i] ?? 0); out[i] = palette[level[0]] ?? 0; }
  return { rgba: new Uint8Array(out.buffer), offset };
}

/** Every sample as a pixel of red, green, blue and opacity: what the processor paints. */
export function paintSamples(samples: Samples, { width, height, channels }: PixelFormat, { rgba, offset }: ColourTable): Uint8ClampedArray<ArrayBuffer> {
  const count = width * height, table = new Uint32Array(rgba.buffer), out = new Uint32Array(count);
  if (channels === 1) for (let i = 0; i < count; i++) out[i] = table[(samples[i] ?? 0) + offset] ?? 0;
  else {
    const bytes = new Uint8Array(out.buffer), at = (v: number): number => rgba[4 * (v + offset)] ?? 0;
    for (let i = 0, p = 0, s = 0; i < count; i++, p += 4, s += 3) { bytes[p] = at(samples[s] ?? 0); bytes[p + 1] = at(samples[s + 1] ?? 0); bytes[p + 2] = at(samples[s + 2] ?? 0); bytes[p + 3] = 255; }
  }
  return new Uint8ClampedArray(out.buffer);
}

/** Shares of the samples that lie below and above what is shown by itself: a few specks do not decide. */
const tail = 0.005;
/**
 * The window that shows what lies in a box (all of the image without one), in rescaled units, but for the darkest and the
 * brightest two hundredth; padding does not count. Null where nothing is left.
 */
export function autoWindow(samples: Samples, format: PixelFormat, box: Box | null): { readonly centre: number; readonly width: number } | null {
  const { width, height, channels, padding } = format, offset = format.sample === 'int16' ? 32_768 : 0, counts = new Uint32Array(65_536);
  const x0 = Math.max(0, Math.floor(box?.x ?? 0)), y0 = Math.max(0, Math.floor(box?.y ?? 0)), x1 = Math.min(width, Math.ceil((box?.x ?? 0) + (box?.width ?? width))), y1 = Math.min(height, Math.ceil((box?.y ?? 0) + (box?.height ?? height)));
  let all = 0;
  for (let y = y0; y < y1; y++) {
    for (let i = (y * width + x0) * channels, end = (y * width + x1) * channels; i < end; i++) {
      const v = samples[i] ?? 0;
      if (padding !== undefined && v >= padding[0] && v <= padding[1]) continue;
      counts[v + offset] = (counts[v + offset] ?? 0) + 1;
      all++;
    }
  }
  if (all === 0) return null;
  const beyond = (from: number, by: 1 | -1): number => { let left = Math.floor(tail * all), i = from; while ((counts[i] ?? 0) <= left) { left -= counts[i] ?? 0; i += by; } return i - offset; };
  const [a, b] = [beyond(0, 1), beyond(65_535, -1)].map((v) => v * format.slope + format.intercept).sort((p, q) => p - q);
  return a === undefined || b === undefined ? null : { centre: (a + b) / 2, width: Math.max(Math.abs(format.slope), b - a) };
}

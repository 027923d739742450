// How stored samples become brightness: rescaled to the file's units, through a window or the file's own table, turned
// over where low values are bright (DICOM PS3.3 C.7.6.3.1.2, C.11.1, C.11.2, C.11.6). Page, thumbnails and networks see
// images through this one function, so that a reader and a model never see two versions of one.
import type { PixelFormat, VoiFunction } from './case.ts';

type Unstored = Omit<PixelFormat, 'blob'>;

/** The table of a LookupTableReference, read. */
export interface LookupTable { readonly first: number; readonly bits: number; readonly values: Uint16Array }

export interface Windowing {
  /** In rescaled units. */
  readonly centre: number;
  readonly width: number;
  /** Turned over by a reader, beside what the file says. */
  readonly inverted: boolean;
  /** 'table': the file's own table instead of centre and width. */
  readonly voi: VoiFunction | 'table';
}

/** As the file asks to be shown: its table where it brings one, else its first window. */
export const standardWindow = (format: Unstored): Windowing => ({ ...format.window, inverted: false, voi: format.voiTable === undefined ? format.voi ?? 'linear-exact' : 'table' });
/** The function for a window that a person chose. */
export const windowFunction = (format: Unstored): VoiFunction => format.voi ?? 'linear-exact';

/** A rescaled value through a window, in [0, 1]. PS3.3 C.11.2.1.2.1 (linear), C.11.2.1.3.1 (sigmoid), C.11.2.1.3.2 (linear exact). */
export function windowed(x: number, centre: number, width: number, by: VoiFunction): number {
  switch (by) {
    case 'linear': {
      const c = centre - 0.5, w = Math.max(1, width) - 1;
      return x <= c - w / 2 ? 0 : x > c + w / 2 ? 1 : (x - c) / w + 0.5;
    }
    case 'linear-exact': return x <= centre - width / 2 ? 0 : x > centre + width / 2 ? 1 : (x - centre) / width + 0.5;
    case 'sigmoid': return 1 / (1 + Math.exp((-4 * (x - centre)) / width));
  }
}

/** A rescaled value through a table, in [0, 1]: inputs below the first or beyond the last take its value (C.11.2.1.1). */
export function lookedUp(x: number, { first, bits, values }: LookupTable): number {
  const at = Math.min(values.length - 1, Math.max(0, Math.round(x) - first));
  return (values[at] ?? 0) / (2 ** bits - 1);
}

/**
 * Brightness in [0, 1] of every stored value; index by sample + offset. Padding is background: black whichever way the
 * image is turned. `table` is needed where `window.voi` is 'table'; without it the window is taken.
 */
export function brightnessTable(format: Unstored, window: Windowing = standardWindow(format), table: LookupTable | null = null): { readonly table: Float32Array; readonly offset: number } {
  const offset = format.sample === 'int16' ? 32_768 : 0, size = format.sample === 'uint8' ? 256 : 65_536, flip = window.inverted !== format.inverted;
  const out = new Float32Array(size), by = window.voi === 'table' ? windowFunction(format) : window.voi, { slope, intercept } = format;
  for (let i = 0; i < size; i++) {
    const x = (i - offset) * slope + intercept;
    const v = window.voi === 'table' && table !== null ? lookedUp(x, table) : windowed(x, window.centre, window.width, by);
    out[i] = flip ? 1 - v : v;
  }
  if (format.padding !== undefined) out.fill(0, Math.max(0, format.padding[0] + offset), Math.min(size, format.padding[1] + offset + 1));
  return { table: out, offset };
}

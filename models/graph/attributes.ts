// How an operator's attributes are read, with the specification's defaults, and the two rules of shapes that nearly every
// operator shares: broadcasting and negative axes. Shape inference and gradient rules read attributes here alone.
import type { Attribute } from './graph.ts';

export type AttributeRecord = Readonly<Record<string, Attribute>>;

export function integerAttribute(attributes: AttributeRecord, name: string, standard: number): number {
  const value = attributes[name];
  if (value === undefined) return standard;
  if (typeof value !== 'number') throw new Error(`attribute ${name} is not an integer`);
  return value;
}
export function integersAttribute(attributes: AttributeRecord, name: string): readonly number[] | null {
  const value = attributes[name];
  if (value === undefined) return null;
  if (!Array.isArray(value)) throw new Error(`attribute ${name} is not a list of integers`);
  return value;
}
export function floatAttribute(attributes: AttributeRecord, name: string, standard: number): number {
  const value = attributes[name];
  if (value === undefined) return standard;
  if (typeof value !== 'object' || !('float' in value)) throw new Error(`attribute ${name} is not a float`);
  return value.float;
}
export function stringAttribute(attributes: AttributeRecord, name: string, standard: string): string {
  const value = attributes[name];
  if (value === undefined) return standard;
  if (typeof value !== 'string') throw new Error(`attribute ${name} is not a string`);
  return value;
}

export function broadcast(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const x = a[a.length - rank + i] ?? 1, y = b[b.length - rank + i] ?? 1;
    if (x !== y && x !== 1 && y !== 1) throw new Error(`shapes [${a.join(', ')}] and [${b.join(', ')}] do not broadcast`);
    return x === 1 ? y : x;
  });
}
export const axisOf = (axis: number, rank: number): number => {
  const a = axis < 0 ? axis + rank : axis;
  if (a < 0 || a >= rank) throw new Error(`axis ${axis} is outside rank ${rank}`);
  return a;
};
/** Dimension i, which must be there. */
export const dim = (shape: readonly number[], i: number): number => {
  const d = shape[i];
  if (d === undefined) throw new Error(`rank ${shape.length} has no dimension ${i}`);
  return d;
};
/** `shape` with dimension `axis` replaced. */
export const withDimension = (shape: readonly number[], axis: number, size: number): number[] => shape.map((d, i) => (i === axis ? size : d));

/** ONNX Slice's clamping of start and end, and how many elements it takes. */
export function sliceRange(size: number, start: number, end: number, step: number): { start: number; end: number; length: number } {
  const wrap = (v: number): number => (v < 0 ? v + size : v);
  const s = step > 0 ? Math.min(size, Math.max(0, wrap(start))) : Math.min(size - 1, Math.max(0, wrap(start)));
  const e = step > 0 ? Math.min(size, Math.max(0, wrap(end))) : Math.min(size - 1, Math.max(-1, end < -size ? -1 : wrap(end)));
  return { start: s, end: e, length: Math.max(0, Math.ceil((e - s) / step)) };
}

/** Window operators' geometry over the spatial axes; pads are begins, then ends. */
export interface Spatial { readonly kernel: readonly number[]; readonly strides: readonly number[]; readonly pads: readonly number[]; readonly dilations: readonly number[]; readonly group: number; readonly ceil: boolean }

/** Pads, strides and dilations of a window over spatial axes of the sizes `size`; auto_pad becomes the pads it stands for. */
export function spatial(attributes: AttributeRecord, size: readonly number[], kernel: readonly number[]): Spatial {
  const rank = size.length;
  if (kernel.length !== rank) throw new Error(`a kernel of [${kernel.join(', ')}] does not fit ${rank} spatial axes`);
  const strides = integersAttribute(attributes, 'strides') ?? new Array<number>(rank).fill(1);
  const dilations = integersAttribute(attributes, 'dilations') ?? new Array<number>(rank).fill(1);
  let pads = integersAttribute(attributes, 'pads') ?? new Array<number>(2 * rank).fill(0);
  const auto = stringAttribute(attributes, 'auto_pad', 'NOTSET');
  if (auto === 'VALID') pads = new Array<number>(2 * rank).fill(0);
  else if (auto !== 'NOTSET') {
    // As many windows as strides fit; what is missing is padded on both sides, the odd one at the end or the beginning.
    const missing = size.map((d, i) => Math.max(0, (Math.ceil(d / dim(strides, i)) - 1) * dim(strides, i) + dim(dilations, i) * (dim(kernel, i) - 1) + 1 - d));
    const less = missing.map((m) => Math.floor(m / 2)), more = missing.map((m) => Math.ceil(m / 2));
    pads = auto === 'SAME_UPPER' ? [...less, ...more] : [...more, ...less];
  }
  return { kernel, strides, pads, dilations, group: integerAttribute(attributes, 'group', 1), ceil: integerAttribute(attributes, 'ceil_mode', 0) === 1 };
}

/** How many windows fit on every spatial axis. Rounding up, the last window must still begin on the input or its first padding. */
export function windows(size: readonly number[], s: Spatial): number[] {
  return size.map((d, i) => {
    const stride = dim(s.strides, i), begin = dim(s.pads, i);
    const room = (d + begin + dim(s.pads, i + size.length) - dim(s.dilations, i) * (dim(s.kernel, i) - 1) - 1) / stride;
    if (!s.ceil) return Math.floor(room) + 1;
    const n = Math.ceil(room) + 1;
    return (n - 1) * stride >= d + begin ? n - 1 : n;
  });
}

// Where an image stands among the others of its series: which slice comes next, and which place of one slice a place of
// another is (DICOM PS3.3 C.7.6.2). One file is one case, so a series is no row of its own: it is the cases that bear its id.
import { z } from 'zod';
import { AppError } from '../errors.ts';
import { onPixels, type Box, type Size, type Spaced } from './geometry.ts';
import { fitted, type Point, type Shape } from './shape.ts';

const vector = z.tuple([z.number(), z.number(), z.number()]);
type Vector = z.infer<typeof vector>;

export const seriesPlace = z.object({
  /** SeriesInstanceUID under a keyed hash: series are told apart, and nothing leads back to the archive. */
  id: z.string(),
  /** SeriesDescription; absent where the file has none or it was taken out. */
  description: z.string().optional(),
  /** InstanceNumber, or the frame's number in a file of many: an order without millimetres. */
  number: z.number().int().nullable(),
  /** Of the first pixel's centre and the directions in which x and y grow, in the patient's coordinates (ImagePositionPatient in millimetres, ImageOrientationPatient of unit length). */
  plane: z.object({ origin: vector, x: vector, y: vector }).nullable(),
  /** FrameOfReferenceUID under a keyed hash: images that share it share the patient's coordinates. */
  frameOfReference: z.string().optional(),
});
export type SeriesPlace = z.infer<typeof seriesPlace>;
export type Plane = NonNullable<SeriesPlace['plane']>;

const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const normalOf = ({ x, y }: Plane): Vector => [x[1] * y[2] - x[2] * y[1], x[2] * y[0] - x[0] * y[2], x[0] * y[1] - x[1] * y[0]];
/** Millimetres along the slice's normal. */
const positionOf = (plane: Plane): number => dot(plane.origin, normalOf(plane));
/** Directions within one degree are one direction: files round them. */
const along = (a: Vector, b: Vector): boolean => dot(a, b) > Math.cos(Math.PI / 180);
const parallel = (a: Plane, b: Plane): boolean => along(a.x, b.x) && along(a.y, b.y);

/** A plane of sound directions (unit length, at right angles, within a thousandth); null of others. */
export function planeOf(origin: readonly number[], directions: readonly number[]): Plane | null {
  const plane = z.object({ origin: vector, x: vector, y: vector }).safeParse({ origin, x: directions.slice(0, 3), y: directions.slice(3) }).data;
  if (plane === undefined || ![...origin, ...directions].every(Number.isFinite)) return null;
  const { x, y } = plane, off = Math.max(Math.abs(dot(x, x) - 1), Math.abs(dot(y, y) - 1), Math.abs(dot(x, y)));
  return off < 2e-3 ? plane : null;
}

/** Whether two images lie in different directions: millimetres along one say nothing of the other. Not where one does not say. */
export const liesAcross = ({ series: a }: Pick<Slice, 'series'>, { series: b }: Pick<Slice, 'series'>): boolean => a?.plane != null && b?.plane != null && !parallel(a.plane, b.plane);

/** Millimetres in the patient of a place on a slice, given in image pixels. The first pixel's centre is half a pixel from the image's corner. */
function inPatient({ origin, x, y }: Plane, spacing: readonly [number, number], p: Point): Vector {
  const u = (p.x - 0.5) * spacing[1], v = (p.y - 0.5) * spacing[0];
  return [origin[0] + x[0] * u + y[0] * v, origin[1] + x[1] * u + y[1] * v, origin[2] + x[2] * u + y[2] * v];
}

/** A place of one slice as another sees it: where its foot falls, in image pixels, and how far it is off the slice along the normal. */
export interface Projected { readonly at: Point; readonly off: number }
/** Null where one of the two does not say where it lies. Whether they share the patient's coordinates is the caller's to know. */
export function projected(from: Slice, p: Point, onto: Slice): Projected | null {
  const [a, b] = [from.series?.plane ?? null, onto.series?.plane ?? null], [s, t] = [from.pixels.spacing ?? null, onto.pixels.spacing ?? null];
  if (a === null || b === null || s === null || t === null) return null;
  const q = inPatient(a, s, p), d: Vector = [q[0] - b.origin[0], q[1] - b.origin[1], q[2] - b.origin[2]];
  return { at: { x: dot(d, b.x) / t[1] + 0.5, y: dot(d, b.y) / t[0] + 0.5 }, off: dot(d, normalOf(b)) };
}

/** Of slices that lie parallel, the one nearest to a place of another image; null where none says where it lies. */
export function nearestTo<T extends Slice>(from: Slice, p: Point, slices: readonly T[]): { readonly slice: T; readonly index: number; readonly place: Projected } | null {
  let best: { slice: T; index: number; place: Projected } | null = null;
  for (const [index, slice] of slices.entries()) {
    const place = projected(from, p, slice);
    if (place !== null && (best === null || Math.abs(place.off) < Math.abs(best.place.off))) best = { slice, index, place };
  }
  return best;
}

interface Sliced { readonly id: string; readonly series?: SeriesPlace | undefined }
export interface Stack<T> {
  readonly slices: readonly T[];
  /** Millimetres along the normal, of each slice; null where the files do not say for all of them: they stand by their numbers then. */
  readonly positions: readonly number[] | null;
}

/** Cases of one series as a stack, in the direction in which its images are numbered. */
export function stackOf<T extends Sliced>(cases: readonly T[]): Stack<T> {
  const numberOf = ({ series }: T): number => series?.number ?? Infinity, by = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0);
  const numbered = cases.toSorted((a, b) => by(numberOf(a), numberOf(b)) || (a.id < b.id ? -1 : 1));
  const planes = numbered.map(({ series }) => series?.plane ?? null), first = planes[0];
  if (first == null || !planes.every((p) => p !== null && parallel(p, first))) return { slices: numbered, positions: null };
  const placed = numbered.map((slice, i) => ({ slice, at: positionOf(planes[i] ?? first) })).sort((a, b) => a.at - b.at), [low, high] = [placed[0], placed.at(-1)];
  if (low !== undefined && high !== undefined && by(numberOf(low.slice), numberOf(high.slice)) > 0) placed.reverse();
  return { slices: placed.map((p) => p.slice), positions: placed.map((p) => p.at) };
}

/** A case as far as places on it are concerned. */
export interface Slice { readonly series?: SeriesPlace | undefined; readonly pixels: Size & Spaced }
export interface Outline { readonly box: Box; readonly shape?: Shape | undefined }

/** Image coordinates of `to` from those of `from`, along each axis: times `scale`, plus `by`. AppError('conflict') where they have no place in common. */
function mapping(from: Slice, to: Slice): { x: { scale: number; by: number }; y: { scale: number; by: number } } {
  const [a, b] = [from.series?.plane ?? null, to.series?.plane ?? null], [s, t] = [from.pixels.spacing ?? null, to.pixels.spacing ?? null];
  if (a !== null && b !== null && !parallel(a, b)) throw new AppError('conflict', 'The two slices lie in different directions; nothing can be copied between them.');
  if (a !== null && b !== null && s !== null && t !== null) {
    // The first pixel's centre lies half a pixel inside the image's corner. Spacing is [between rows, between columns].
    const axis = (mm: number, own: number, other: number): { scale: number; by: number } => ({ scale: own / other, by: (mm - own / 2) / other + 0.5 });
    const off: Vector = [a.origin[0] - b.origin[0], a.origin[1] - b.origin[1], a.origin[2] - b.origin[2]];
    return { x: axis(dot(off, b.x), s[1], t[1]), y: axis(dot(off, b.y), s[0], t[0]) };
  }
  if (from.pixels.width !== to.pixels.width || from.pixels.height !== to.pixels.height) throw new AppError('conflict', 'The two slices differ in size and do not say where they lie; nothing can be copied between them.');
  return { x: { scale: 1, by: 0 }, y: { scale: 1, by: 0 } };
}

const tenths = (v: number): number => Math.round(v * 10) / 10;
/** Scanners round places: less than this much of a pixel is no shift. */
const unshifted = 0.02;

/** The same place on another slice, in tenths of a pixel. AppError('conflict') where the slices have no place in common or it lies outside the other image. */
export function outlineOn(to: Slice, from: Slice, { box, shape }: Outline): Outline {
  const { x, y } = mapping(from, to), { width, height } = to.pixels;
  if ([x, y].every(({ scale, by }) => Math.abs(scale - 1) < 1e-4 && Math.abs(by) < unshifted)) return { box, ...(shape === undefined ? {} : { shape }) };
  const at = { x: tenths(box.x * x.scale + x.by), y: tenths(box.y * y.scale + y.by), width: Math.max(1, tenths(box.width * x.scale)), height: Math.max(1, tenths(box.height * y.scale)) };
  const placed = shape?.kind === 'mask' ? onPixels(at) : at;
  if (placed.x < -0.05 || placed.y < -0.05 || placed.x + placed.width > width + 0.05 || placed.y + placed.height > height + 0.05) throw new AppError('conflict', 'This place lies outside the other slice.');
  const moved = shape === undefined ? undefined : fitted(shape, box, placed);
  return { box: placed, ...(moved === undefined ? {} : { shape: moved.kind === 'polygon' ? { kind: 'polygon', points: moved.points.map((p) => ({ x: tenths(p.x), y: tenths(p.y) })) } : moved }) };
}

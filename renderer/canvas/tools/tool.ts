// What all tools speak of: what lies under the pointer, how a press was meant, the states a gesture can be in, and what
// it asks for in the end. Each tool is a state machine in a file of its own, without a clock or storage; gesture.ts
// says whose turn it is. A gesture ends in at most one change; Escape leaves everything as it was.
import type { Box, Size } from '../../../shared/domain/geometry.ts';
import type { Shape } from '../../../shared/domain/shape.ts';
import type { MeasurementKind, MeasurementRow } from '../../../shared/domain/measurement.ts';
import { toImage, toScreen, type Handle, type Point, type View } from '../geometry.ts';

export const drawingTools = ['box', 'ellipse', 'polygon', 'freehand', 'brush', 'eraser', 'point', 'outline'] as const;
export type DrawingTool = (typeof drawingTools)[number];
export type Tool = 'select' | 'window' | 'pan' | 'measure' | DrawingTool;
export const isDrawing = (tool: Tool): tool is DrawingTool => drawingTools.some((t) => t === tool);

/** A region as the pointer meets it. A locked one can be chosen, not changed. */
export interface Target { readonly id: string; readonly box: Box; readonly shape?: Shape | undefined; readonly depth?: number | undefined; readonly locked?: boolean }
/** A thin line that says what was snapped to, in image pixels; where its ends are one, a mark on the place. */
export interface Guide { readonly from: Point; readonly to: Point }

export type Measure = Pick<MeasurementRow, 'id' | 'kind' | 'points'>;

export interface Scene {
  readonly image: Size;
  readonly view: View;
  readonly targets: readonly Target[];
  readonly selected: string | null;
  readonly locked: boolean;
  readonly snapping: boolean;
  /** The brush's radius in image pixels. */
  readonly brush: number;
  /** What was measured on it, and what the measuring tool measures next. */
  readonly measures?: readonly Measure[];
  readonly measuring?: MeasurementKind;
}
export interface Press { readonly at: Point; readonly button: 0 | 1 | 2; readonly tool: Tool; readonly space: boolean; readonly alt: boolean; /** What a drag beside all targets does; pans when left out. */ readonly beside?: 'pan' | 'window' }

export type Looking =
  | { readonly kind: 'panning'; readonly last: Point; readonly within: Gesture }
  | { readonly kind: 'zooming'; readonly start: Point; readonly last: Point; readonly within: Gesture }
  | { readonly kind: 'windowing'; readonly last: Point };
export type Selecting =
  /** Down on a region, not moved yet: a click selects. */
  | { readonly kind: 'pressing'; readonly target: Target; readonly from: Point }
  | { readonly kind: 'moving'; readonly target: Target; readonly from: Point; readonly box: Box; readonly guides: readonly Guide[] }
  | { readonly kind: 'resizing'; readonly target: Target; readonly handle: Handle; readonly box: Box; readonly guides: readonly Guide[] }
  /** A vertex of a polygon in hand; `added` when it was an edge's middle before. */
  | { readonly kind: 'bending'; readonly target: Target; readonly points: readonly Point[]; readonly index: number; readonly from: Point; readonly moved: boolean; readonly added: boolean; readonly guides: readonly Guide[] }
  /** A vertex in hand without a button down: keys move it. */
  | { readonly kind: 'vertex'; readonly id: string; readonly index: number };
export type Drawing =
  | { readonly kind: 'drawing'; readonly as: 'box' | 'ellipse'; readonly from: Point; readonly box: Box; readonly guides: readonly Guide[] }
  /** Vertices clicked so far; no button needs to be down. */
  | { readonly kind: 'polygon'; readonly points: readonly Point[]; readonly cursor: Point; readonly guides: readonly Guide[] }
  | { readonly kind: 'freehand'; readonly points: readonly Point[] }
  /** A stroke of the brush or the eraser, on this region or (null) for a new one. */
  | { readonly kind: 'painting'; readonly erase: boolean; readonly target: Target | null; readonly path: readonly Point[]; readonly radius: number };
export type Measuring =
  /** Points placed so far, and where the next one would be; no button needs to be down. `from`: where it was pressed last, on the screen. */
  | { readonly kind: 'measuring'; readonly as: MeasurementKind; readonly points: readonly Point[]; readonly cursor: Point; readonly from: Point; readonly held: boolean }
  /** A point of one that is there, or (null) the whole, under a button. */
  | { readonly kind: 'remeasuring'; readonly of: Measure; readonly index: number | null; readonly points: readonly Point[]; readonly from: Point; readonly moved: boolean }
  /** In hand without a button: keys move the point, or (null) the whole. */
  | { readonly kind: 'measured'; readonly id: string; readonly index: number | null };
export type Gesture = { readonly kind: 'idle' } | Looking | Selecting | Drawing | Measuring;

/** What a key does to a polygon's vertex, which is counted round the outline, whatever its number of vertices is by then. */
export type Bend =
  | { readonly kind: 'move'; readonly vertex: number; readonly by: Point }
  /** A new one in the middle of the edge that follows it. */
  | { readonly kind: 'insert'; readonly vertex: number }
  | { readonly kind: 'remove'; readonly vertex: number };

export type Effect =
  | { readonly kind: 'select'; readonly id: string | null }
  /** Without a shape, the outline goes along with its box. */
  | { readonly kind: 'change'; readonly id: string; readonly box: Box; readonly shape?: Shape }
  | { readonly kind: 'bend'; readonly id: string; readonly bend: Bend }
  | { readonly kind: 'add'; readonly box: Box; readonly shape?: Shape }
  /** The outline of what lies at a point is wanted, in the place of this region's or as a new one. */
  | { readonly kind: 'outline'; readonly at: Point; readonly of: Target | null }
  | { readonly kind: 'measure'; readonly as: MeasurementKind; readonly points: readonly Point[] }
  | { readonly kind: 'remeasure'; readonly id: string; readonly points: readonly Point[] }
  /** By keys: said as a change, for the next key may come before the last is stored. */
  | { readonly kind: 'shift'; readonly id: string; readonly index: number | null; readonly by: Point }
  | { readonly kind: 'unmeasure'; readonly id: string }
  | { readonly kind: 'pan'; readonly by: Point }
  | { readonly kind: 'zoom'; readonly at: Point; readonly factor: number }
  | { readonly kind: 'window'; readonly by: Point };
export interface Turn { readonly gesture: Gesture; readonly effects: readonly Effect[] }

export const idle: Gesture = { kind: 'idle' };
export const stay = (gesture: Gesture): Turn => ({ gesture, effects: [] });
export const done = (...effects: Effect[]): Turn => ({ gesture: idle, effects });

/** Screen pixels within which a handle is hit, and beyond which a press becomes a drag. */
export const grip = 9;
export const slack = 3;
/** A box drawn smaller than this (image pixels) was a click. */
export const smallest = 3;

export const near = (a: Point, b: Point, distance: number): boolean => Math.hypot(a.x - b.x, a.y - b.y) <= distance;
export const onScreen = toScreen;
/** The image pixel under a place on the screen; where that is beside the image, the nearest on its edge. */
export function inImage(at: Point, { view, image }: Pick<Scene, 'view' | 'image'>): Point {
  const p = toImage(at, view);
  return { x: Math.min(image.width, Math.max(0, p.x)), y: Math.min(image.height, Math.max(0, p.y)) };
}
/** In tenths of a pixel, as all coordinates are stored. */
export const tenths = (p: Point): Point => ({ x: Math.round(p.x * 10) / 10, y: Math.round(p.y * 10) / 10 });

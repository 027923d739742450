// What readers measure on an image: lengths, angles, areas with the values in them, single values. A measurement is its
// points; what it says follows from them and from the image, so that it is never out of step with either. It decides
// nothing and teaches nothing: a signed-off case can be measured, too.
import { z } from 'zod';
import type { PixelFormat } from './case.ts';
import type { Box, Spaced } from './geometry.ts';
import { areaOf, boundsOf, point, type Point, type Shape } from './shape.ts';

export const measurementKinds = ['length', 'angle', 'cobb', 'ellipse', 'rectangle', 'probe'] as const;
export type MeasurementKind = (typeof measurementKinds)[number];

/**
 * How many points each kind has. Length: its ends. Angle: an end, the vertex, the other end. Cobb: the ends of one line,
 * then of the other. Ellipse and rectangle: two opposite corners of their box. Probe: a point of the pixel that is read.
 */
export const pointsOf: Readonly<Record<MeasurementKind, number>> = { length: 2, angle: 3, cobb: 4, ellipse: 2, rectangle: 2, probe: 1 };

export const measurementRow = z.object({
  table: z.literal('measurements'),
  id: z.string(),
  caseId: z.string(),
  kind: z.enum(measurementKinds),
  /** In image pixels, as boxes are. */
  points: z.array(point).min(1).max(4),
  /** In the order of their making: numbers stay when one is changed. */
  order: z.number().int(),
  /** Who measured last, and when (ISO 8601, UTC). */
  by: z.string(),
  at: z.string(),
}).refine((m) => m.points.length === pointsOf[m.kind], 'a measurement has as many points as its kind');
export type MeasurementRow = z.infer<typeof measurementRow>;
export type Measured = Pick<MeasurementRow, 'kind' | 'points'>;

/** From one point to another, in millimetres; in pixels without spacing. The two directions may differ. */
const along = (a: Point, b: Point, spacing: Spaced['spacing']): Point => ({ x: (b.x - a.x) * (spacing?.[1] ?? 1), y: (b.y - a.y) * (spacing?.[0] ?? 1) });
/** Degrees between two directions, 0 to 180; null where one of them has no length. */
function between(a: Point, b: Point): number | null {
  if (Math.hypot(a.x, a.y) === 0 || Math.hypot(b.x, b.y) === 0) return null;
  return (Math.abs(Math.atan2(a.x * b.y - a.y * b.x, a.x * b.x + a.y * b.y)) * 180) / Math.PI;
}

/** The outline whose pixels are counted; null for lines. */
export function outlineOf({ kind, points }: Measured): { readonly box: Box; readonly shape?: Shape } | null {
  const [p] = points;
  if (p === undefined || kind === 'length' || kind === 'angle' || kind === 'cobb') return null;
  // The pixel under the point: its middle stands for it.
  if (kind === 'probe') return { box: { x: Math.floor(p.x), y: Math.floor(p.y), width: 1, height: 1 } };
  const box = boundsOf(points);
  return kind === 'ellipse' ? { box, shape: { kind: 'ellipse' } } : { box };
}

export type Reading =
  /** In millimetres, or in pixels where the image does not say how large they are. */
  | { readonly kind: 'length'; readonly value: number }
  /** Degrees; null while the points lie on each other. Between two lines at most 90: a line has no direction. */
  | { readonly kind: 'angle'; readonly value: number | null }
  /** mm², or square pixels; of the outline as drawn, not of the pixels in it. */
  | { readonly kind: 'area'; readonly value: number }
  | { readonly kind: 'value' };

/** What the points say, with the image's spacing [between rows, between columns]. */
export function readingOf(m: Measured, spacing: Spaced['spacing']): Reading {
  const [a, b, c, d] = m.points, outline = outlineOf(m);
  if (m.kind === 'probe') return { kind: 'value' };
  if (outline !== null) return { kind: 'area', value: areaOf(outline.shape, outline.box) * (spacing == null ? 1 : spacing[0] * spacing[1]) };
  if (a === undefined || b === undefined) return { kind: 'length', value: 0 };
  if (m.kind === 'length') { const { x, y } = along(a, b, spacing); return { kind: 'length', value: Math.hypot(x, y) }; }
  if (m.kind === 'angle') return { kind: 'angle', value: c === undefined ? null : between(along(b, a, spacing), along(b, c, spacing)) };
  const value = c === undefined || d === undefined ? null : between(along(a, b, spacing), along(c, d, spacing));
  return { kind: 'angle', value: value === null ? null : Math.min(value, 180 - value) };
}

/** Where the millimetres lie: 'detector' measures are larger than what they show in the patient. Without spacing there are pixels alone. */
export type Calibration = 'pixels' | 'patient' | 'detector' | 'fiducial' | 'geometry' | 'unstated';
export const calibrationOf = ({ spacing, spacingAt }: Pick<PixelFormat, 'spacing' | 'spacingAt'>): Calibration => (spacing === null ? 'pixels' : spacingAt ?? 'unstated');

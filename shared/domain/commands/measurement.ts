// Measuring, as commands. It changes nothing of the review: no status turns, and a signed-off case takes it, too.
import type { CaseRow } from '../case.ts';
import { canonical, emptyDiff, type Diff } from '../diff.ts';
import type { Size } from '../geometry.ts';
import type { MeasurementRow } from '../measurement.ts';
import type { Point } from '../shape.ts';

/** In tenths of a pixel, as all coordinates are stored, and on the image. */
const placed = (points: readonly Point[], image: Size): Point[] => {
  const on = (v: number, most: number): number => Math.round(10 * Math.min(most, Math.max(0, v))) / 10;
  return points.map((p) => ({ x: on(p.x, image.width), y: on(p.y, image.height) }));
};

/** @param others what was measured on the case before */
export const addMeasurement = (study: CaseRow, others: readonly MeasurementRow[], m: Omit<MeasurementRow, 'table' | 'caseId' | 'order'>): Diff =>
  ({ ...emptyDiff, added: [{ table: 'measurements', caseId: study.id, order: nextOrder(others), ...m, points: placed(m.points, study.pixels) }] });
export const nextOrder = (others: readonly MeasurementRow[]): number => Math.max(0, ...others.map((o) => o.order)) + 1;

/** The same measurement at other points; who measured last stands by it. */
export function changeMeasurement(study: CaseRow, m: MeasurementRow, points: readonly Point[], by: string, at: string): Diff {
  const next: MeasurementRow = { ...m, points: placed(points, study.pixels), by, at };
  return canonical(next.points) === canonical(m.points) || next.points.length !== m.points.length ? emptyDiff : { ...emptyDiff, updated: [[m, next]] };
}

export const removeMeasurement = (m: MeasurementRow): Diff => ({ ...emptyDiff, removed: [m] });

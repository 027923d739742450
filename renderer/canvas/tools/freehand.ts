// A contour drawn in one line: it closes itself on release, and keeps the vertices that a screen can show.
import { simplified } from '../../../shared/domain/shape.ts';
import type { Point } from '../geometry.ts';
import { polygonOf } from './settled.ts';
import { done, inImage, near, smallest, stay, type Drawing, type Scene, type Turn } from './tool.ts';

type Freehand = Extract<Drawing, { kind: 'freehand' }>;

export const freehandDown = (scene: Scene, at: Point): Turn => stay({ kind: 'freehand', points: [inImage(at, scene)] });

export function freehandMove(scene: Scene, gesture: Freehand, at: Point): Turn {
  const p = inImage(at, scene), last = gesture.points.at(-1);
  return stay(last !== undefined && near(p, last, 1 / scene.view.scale) ? gesture : { ...gesture, points: [...gesture.points, p] });
}

/** Vertices closer to the line than one screen pixel, or half an image pixel, are left out. */
export function freehandUp(scene: Scene, { points }: Freehand): Turn {
  const made = polygonOf(simplified(points, Math.max(0.5, 1 / scene.view.scale)));
  return made === null || made.box.width < smallest || made.box.height < smallest ? done() : done({ kind: 'add', ...made });
}

// A polygon, vertex by vertex: a click on the first vertex, a double click or Enter closes it, Backspace takes the last
// vertex back.
import type { Point } from '../geometry.ts';
import { snapPoint } from '../snap.ts';
import { polygonOf } from './settled.ts';
import { done, grip, idle, inImage, near, onScreen, slack, stay, type Drawing, type Scene, type Turn } from './tool.ts';

type Polygon = Extract<Drawing, { kind: 'polygon' }>;

const close = ({ points }: Polygon): Turn => { const made = polygonOf(points); return done(...(made === null ? [] : [{ kind: 'add' as const, ...made }])); };
/** Whether a click here closes it: on the first vertex, or on the last once more. */
export function closes({ points }: Polygon, at: Point, scene: Scene): boolean {
  const first = points[0], last = points.at(-1);
  return points.length >= 3 && first !== undefined && last !== undefined && (near(onScreen(first, scene.view), at, grip) || near(onScreen(last, scene.view), at, slack));
}

export function polygonDown(scene: Scene, gesture: Polygon | null, at: Point): Turn {
  if (gesture !== null && closes(gesture, at, scene)) return close(gesture);
  const { point, guides } = snapPoint(scene, inImage(at, scene), null), last = gesture?.points.at(-1);
  // The second click of a double click is not another vertex.
  if (gesture !== null && last !== undefined && near(onScreen(last, scene.view), at, slack)) return stay(gesture);
  return stay({ kind: 'polygon', points: [...gesture?.points ?? [], point], cursor: point, guides });
}

export function polygonMove(scene: Scene, gesture: Polygon, at: Point): Turn {
  const { point, guides } = snapPoint(scene, inImage(at, scene), null);
  return stay({ ...gesture, cursor: point, guides });
}

export function polygonKey(gesture: Polygon, key: string): Turn | null {
  if (key === 'Enter') return gesture.points.length < 3 ? stay(gesture) : close(gesture);
  if (key !== 'Backspace') return null;
  return stay(gesture.points.length <= 1 ? idle : { ...gesture, points: gesture.points.slice(0, -1) });
}

// Boxes, and the ellipses in them: from corner to corner.
import { boxBetween, type Point } from '../geometry.ts';
import { snapEdges } from '../snap.ts';
import { settled } from './settled.ts';
import { done, inImage, smallest, stay, type Drawing, type Scene, type Turn } from './tool.ts';

type Box = Extract<Drawing, { kind: 'drawing' }>;

function snapped(scene: Scene, at: Point, from?: Point): { point: Point; guides: Box['guides'] } {
  const p = inImage(at, scene), { by, guides } = snapEdges(scene, boxBetween(from ?? p, p, scene.image), { x: [p.x], y: [p.y] }, null);
  return { point: { x: p.x + by.x, y: p.y + by.y }, guides };
}

export function boxDown(scene: Scene, at: Point, as: Box['as']): Turn {
  const { point, guides } = snapped(scene, at);
  return stay({ kind: 'drawing', as, from: point, box: { ...point, width: 0, height: 0 }, guides });
}

export function boxMove(scene: Scene, gesture: Box, at: Point): Turn {
  const { point, guides } = snapped(scene, at, gesture.from);
  return stay({ ...gesture, box: settled(boxBetween(gesture.from, point, scene.image), scene.image), guides });
}

export function boxUp({ box, as }: Box): Turn {
  if (box.width < smallest || box.height < smallest) return done();
  return done(as === 'box' ? { kind: 'add', box } : { kind: 'add', box, shape: { kind: 'ellipse' } });
}

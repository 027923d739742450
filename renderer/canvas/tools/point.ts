// Tools of one click: a point, and the outline that the network finds under it.
import { covers } from '../../../shared/domain/shape.ts';
import type { Box, Size } from '../../../shared/domain/geometry.ts';
import { rounded, type Point } from '../geometry.ts';
import { done, inImage, tenths, type Scene, type Turn } from './tool.ts';

/** The square about a point by which it is stored: a sixtieth of the image's shorter side, smaller at the edge, so that the point stays its middle. */
export function boxAbout(p: Point, image: Size): Box {
  const q = tenths({ x: Math.min(image.width - 0.5, Math.max(0.5, p.x)), y: Math.min(image.height - 0.5, Math.max(0.5, p.y)) });
  const half = Math.max(0.5, Math.min(Math.round(Math.max(2, Math.min(image.width, image.height) / 120)), q.x, q.y, image.width - q.x, image.height - q.y));
  return rounded({ x: q.x - half, y: q.y - half, width: 2 * half, height: 2 * half });
}

export const pointDown = (scene: Scene, at: Point): Turn => done({ kind: 'add', box: boxAbout(inImage(at, scene), scene.image), shape: { kind: 'point' } });

/** Inside the chosen region: its own outline anew. */
export function outlineDown(scene: Scene, at: Point): Turn {
  const p = inImage(at, scene), chosen = scene.targets.find((t) => t.id === scene.selected);
  return done({ kind: 'outline', at: tenths(p), of: chosen !== undefined && chosen.locked !== true && covers(undefined, chosen.box, p) ? chosen : null });
}

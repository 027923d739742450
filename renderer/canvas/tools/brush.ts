// Brush and eraser. A stroke that begins on the chosen region adds to it or takes away, and whatever it was before is a
// mask then; one that begins elsewhere paints a new region. What would be erased whole stays: removing is a decision.
import { joined, maskOf, rasterOf, strokeOf } from '../../../shared/domain/raster.ts';
import { covers } from '../../../shared/domain/shape.ts';
import type { Point } from '../geometry.ts';
import { done, idle, inImage, near, stay, type Drawing, type Scene, type Target, type Turn } from './tool.ts';

type Painting = Extract<Drawing, { kind: 'painting' }>;

/** Whether the brush, held at `p`, touches the region: its centre, or one of sixteen places on its rim. */
function touches({ box, shape }: Target, p: Point, radius: number): boolean {
  return covers(shape, box, p) || Array.from({ length: 16 }, (_, i) => (i * Math.PI) / 8).some((a) => covers(shape, box, { x: p.x + radius * Math.cos(a), y: p.y + radius * Math.sin(a) }));
}

export function brushDown(scene: Scene, at: Point, erase: boolean): Turn {
  const p = inImage(at, scene), chosen = scene.targets.find((t) => t.id === scene.selected);
  const target = chosen !== undefined && chosen.locked !== true && chosen.shape?.kind !== 'point' && touches(chosen, p, scene.brush) ? chosen : null;
  return stay(erase && (chosen === undefined || chosen.locked === true || chosen.shape?.kind === 'point') ? idle : { kind: 'painting', erase, target: erase ? chosen ?? null : target, path: [p], radius: scene.brush });
}

export function brushMove(scene: Scene, gesture: Painting, at: Point): Turn {
  const p = inImage(at, scene), last = gesture.path.at(-1);
  return stay(last !== undefined && near(p, last, 0.5 / scene.view.scale) ? gesture : { ...gesture, path: [...gesture.path, p] });
}

export function brushUp(scene: Scene, { erase, target, path, radius }: Painting): Turn {
  const stroke = strokeOf(path, radius, scene.image);
  if (target === null) return erase || stroke === null ? done() : done({ kind: 'add', ...maskOf(stroke) });
  if (stroke === null) return done();
  const before = rasterOf(target, scene.image), after = joined(before, stroke, erase ? 'without' : 'with');
  // Nothing left, or nothing changed.
  return after === null || after.count === before.count ? done() : done({ kind: 'change', id: target.id, ...maskOf(after) });
}

// A polygon's vertices by keys: one is in hand, Tab goes round, arrows move it. What a key asks for is said as a change of
// the outline, not as a new one: the next key may come before the last is stored, and two quick nudges are two.
import type { Box, Size } from '../../../shared/domain/geometry.ts';
import type { Point, Shape } from '../../../shared/domain/shape.ts';
import { towardsImage } from '../geometry.ts';
import { polygonOf } from './settled.ts';
import { idle, stay, type Bend, type Gesture, type Scene, type Turn } from './tool.ts';

/** The outline after it; null where it would not be one: flat, or of fewer than three vertices. A vertex stays in the image. */
export function bent(points: readonly Point[], bend: Bend, image: Size): { box: Box; shape: Shape } | null {
  const at = bend.vertex % points.length, p = points[at], q = points[(at + 1) % points.length];
  if (p === undefined || q === undefined) return null;
  switch (bend.kind) {
    case 'move': return polygonOf(points.with(at, { x: Math.min(image.width, Math.max(0, p.x + bend.by.x)), y: Math.min(image.height, Math.max(0, p.y + bend.by.y)) }));
    case 'insert': return polygonOf(points.toSpliced(at + 1, 0, { x: (p.x + q.x) / 2, y: (p.y + q.y) / 2 }));
    case 'remove': return points.length <= 3 ? null : polygonOf(points.toSpliced(at, 1));
  }
}

type Held = Extract<Gesture, { kind: 'vertex' }>;
const ways: Readonly<Record<string, Point>> = { Left: { x: -1, y: 0 }, Right: { x: 1, y: 0 }, Up: { x: 0, y: -1 }, Down: { x: 0, y: 1 } };

/** The vertex that is in hand, of an outline that can be changed; null where it is gone. */
export function heldVertex(scene: Scene, gesture: Gesture): { readonly points: readonly Point[]; readonly at: number } | null {
  const target = gesture.kind === 'vertex' && gesture.id === scene.selected && !scene.locked ? scene.targets.find((t) => t.id === gesture.id) : undefined;
  return gesture.kind !== 'vertex' || target?.locked === true || target?.shape?.kind !== 'polygon' ? null : { points: target.shape.points, at: gesture.index % target.shape.points.length };
}

/** Takes the chosen polygon by its first vertex. */
export function holdVertex(scene: Scene): Turn {
  const held: Gesture = { kind: 'vertex', id: scene.selected ?? '', index: 0 };
  return stay(heldVertex(scene, held) === null ? idle : held);
}

/** `key` as actions are written: "Tab", "Shift Left". */
export function vertexKey(scene: Scene, gesture: Held, key: string): Turn | null {
  const held = heldVertex(scene, gesture);
  if (held === null) return null;
  const { id, index: vertex } = gesture, n = held.points.length, far = key.startsWith('Shift '), seen = ways[far ? key.slice(6) : key], way = seen && towardsImage(seen, scene.view);
  const bend = (to: Bend, next: number): Turn => ({ gesture: { ...gesture, index: next }, effects: [{ kind: 'bend', id, bend: to }] });
  if (way !== undefined) return bend({ kind: 'move', vertex, by: far ? { x: 10 * way.x, y: 10 * way.y } : way }, vertex);
  switch (key) {
    case 'Tab': return stay({ ...gesture, index: (held.at + 1) % n });
    case 'Shift Tab': return stay({ ...gesture, index: (held.at + n - 1) % n });
    case 'Insert': case 'N': return bend({ kind: 'insert', vertex: held.at }, held.at + 1);
    case 'Delete': case 'Backspace': return n <= 3 ? stay(gesture) : bend({ kind: 'remove', vertex: held.at }, held.at % (n - 1));
    case 'Enter': return stay(idle);
    default: return null;
  }
}

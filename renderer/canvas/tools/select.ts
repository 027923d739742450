// Choosing, moving, resizing, and bending a polygon by its vertices.
import { onPixels, type Box } from '../../../shared/domain/geometry.ts';
import { covers } from '../../../shared/domain/shape.ts';
import { handlePoint, handles, resize, toImage, type Handle, type Point, type View } from '../geometry.ts';
import { snapEdges, snapPoint } from '../snap.ts';
import { polygonOf, settled } from './settled.ts';
import { done, grip, idle, inImage, near, onScreen, slack, stay, type Press, type Scene, type Selecting, type Target, type Turn } from './tool.ts';

/** Screen pixels that a polygon's box handles stand away from it, so that vertices can be had; and the least between two vertices that are shown. */
const aside = 12;

/** The box on which handles stand. A point has none: it has no extent. */
export function frameOf({ box: b, shape }: Pick<Target, 'box' | 'shape'>, view: View): Box | null {
  if (shape?.kind === 'point') return null;
  if (shape?.kind !== 'polygon') return b;
  const by = aside / view.scale;
  return { x: b.x - by, y: b.y - by, width: b.width + 2 * by, height: b.height + 2 * by };
}

export function handleAt(at: Point, frame: Box, view: View): Handle | null {
  return handles.find((h) => near(onScreen(handlePoint(frame, h), view), at, grip)) ?? null;
}

/** The vertices of a polygon, while the zoom keeps them apart; else none. */
export function verticesOf({ shape }: Pick<Target, 'shape'>, view: View): readonly Point[] {
  if (shape?.kind !== 'polygon') return [];
  const around = shape.points.reduce((sum, p, i) => { const q = shape.points[(i + 1) % shape.points.length] ?? p; return sum + Math.hypot(q.x - p.x, q.y - p.y); }, 0);
  return around * view.scale >= aside * shape.points.length ? shape.points : [];
}
const middle = (a: Point, b: Point): Point => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
/** Where a vertex can be put in: the middle of each edge that is long enough on the screen; null for the others. */
export const middlesOf = (points: readonly Point[], view: View): (Point | null)[] =>
  points.map((p, i) => { const q = points[(i + 1) % points.length] ?? p; return Math.hypot(q.x - p.x, q.y - p.y) * view.scale < 2 * aside ? null : middle(p, q); });

/** What lies above counts first, then the smallest: a small region inside a large one can be had. Four screen pixels beside its edge still hit it. */
export function targetAt(at: Point, scene: Scene): Target | null {
  const p = toImage(at, scene.view), reach = 4 / scene.view.scale, slant = reach * Math.SQRT1_2;
  const around = [[0, 0], [reach, 0], [-reach, 0], [0, reach], [0, -reach], [slant, slant], [slant, -slant], [-slant, slant], [-slant, -slant]].map(([x = 0, y = 0]) => ({ x: p.x + x, y: p.y + y }));
  let best: Target | null = null;
  for (const t of scene.targets) {
    const b = t.box;
    if (p.x < b.x - reach || p.y < b.y - reach || p.x > b.x + b.width + reach || p.y > b.y + b.height + reach) continue;
    if (best !== null && ((t.depth ?? 0) < (best.depth ?? 0) || ((t.depth ?? 0) === (best.depth ?? 0) && b.width * b.height >= best.box.width * best.box.height))) continue;
    if (around.some((q) => covers(t.shape, b, q))) best = t;
  }
  return best;
}

/** What a press would take hold of on the chosen region. */
export function holdAt(at: Point, scene: Scene): { readonly target: Target; readonly handle: Handle } | { readonly target: Target; readonly vertex: number } | { readonly target: Target; readonly middle: number } | null {
  const target = scene.targets.find((t) => t.id === scene.selected);
  if (target === undefined || scene.locked || target.locked === true) return null;
  const points = verticesOf(target, scene.view), hit = (p: Point | null): boolean => p !== null && near(onScreen(p, scene.view), at, grip);
  const vertex = points.findIndex(hit);
  if (vertex >= 0) return { target, vertex };
  const frame = frameOf(target, scene.view), handle = frame === null ? null : handleAt(at, frame, scene.view);
  if (handle !== null) return { target, handle };
  const between = middlesOf(points, scene.view).findIndex(hit);
  return between < 0 ? null : { target, middle: between };
}

function without(target: Target, index: number): Turn {
  const made = target.shape?.kind === 'polygon' && target.shape.points.length > 3 ? polygonOf(target.shape.points.toSpliced(index, 1)) : null;
  return made === null ? stay(idle) : done({ kind: 'change', id: target.id, ...made });
}

export function selectDown(scene: Scene, { at, alt, beside = 'pan' }: Press): Turn {
  const hold = holdAt(at, scene);
  if (hold !== null && 'handle' in hold) return stay({ kind: 'resizing', target: hold.target, handle: hold.handle, box: hold.target.box, guides: [] });
  if (hold !== null && hold.target.shape?.kind === 'polygon') {
    const { target } = hold, { points } = hold.target.shape;
    if ('vertex' in hold) return alt ? without(target, hold.vertex) : stay({ kind: 'bending', target, points, index: hold.vertex, from: at, moved: false, added: false, guides: [] });
    const a = points[hold.middle], b = points[(hold.middle + 1) % points.length];
    if (a !== undefined && b !== undefined) return stay({ kind: 'bending', target, points: points.toSpliced(hold.middle + 1, 0, middle(a, b)), index: hold.middle + 1, from: at, moved: false, added: true, guides: [] });
  }
  const target = targetAt(at, scene);
  // Window and level are tried again and again while one looks at a region: it stays chosen.
  if (target === null && beside === 'window') return stay({ kind: 'windowing', last: at });
  if (target === null) return { gesture: { kind: 'panning', last: at, within: idle }, effects: [{ kind: 'select', id: null }] };
  return { gesture: { kind: 'pressing', target, from: at }, effects: [{ kind: 'select', id: target.id }] };
}

/** A mask lies on whole pixels, all else in tenths. */
const placed = (target: Target, box: Box, scene: Scene): Box => settled(target.shape?.kind === 'mask' ? onPixels(box) : box, scene.image);

export function selectMove(scene: Scene, gesture: Selecting, at: Point): Turn {
  const p = toImage(at, scene.view);
  switch (gesture.kind) {
    case 'vertex': return stay(gesture);
    case 'pressing':
      if (scene.locked || gesture.target.locked === true || near(at, gesture.from, slack)) return stay(gesture);
      return selectMove(scene, { kind: 'moving', target: gesture.target, from: toImage(gesture.from, scene.view), box: gesture.target.box, guides: [] }, at);
    case 'moving': {
      const { target, from } = gesture, moved = { ...target.box, x: target.box.x + p.x - from.x, y: target.box.y + p.y - from.y };
      const { by, guides } = snapEdges(scene, moved, { x: [moved.x, moved.x + moved.width], y: [moved.y, moved.y + moved.height] }, target.id);
      return stay({ ...gesture, box: placed(target, { ...moved, x: moved.x + by.x, y: moved.y + by.y }, scene), guides });
    }
    case 'resizing': {
      const { target, handle } = gesture, off = target.shape?.kind === 'polygon' ? aside / scene.view.scale : 0;
      const side = (low: string, high: string): number => (handle.includes(low) ? off : handle.includes(high) ? -off : 0);
      const q = { x: p.x + side('w', 'e'), y: p.y + side('n', 's') };
      const { by, guides } = snapEdges(scene, resize(target.box, handle, q, scene.image), { x: /[we]/.test(handle) ? [q.x] : [], y: /[ns]/.test(handle) ? [q.y] : [] }, target.id);
      return stay({ ...gesture, box: placed(target, resize(target.box, handle, { x: q.x + by.x, y: q.y + by.y }, scene.image), scene), guides });
    }
    case 'bending': {
      if (!gesture.moved && near(at, gesture.from, slack)) return stay(gesture);
      const { point, guides } = snapPoint(scene, inImage(at, scene), gesture.target.id);
      return stay({ ...gesture, moved: true, points: gesture.points.with(gesture.index, point), guides });
    }
  }
}

export function selectUp(gesture: Selecting): Turn {
  switch (gesture.kind) {
    case 'moving': case 'resizing': return done({ kind: 'change', id: gesture.target.id, box: gesture.box });
    case 'bending': {
      if (!gesture.moved && !gesture.added) return stay({ kind: 'vertex', id: gesture.target.id, index: gesture.index });
      const made = polygonOf(gesture.points);
      return made === null ? stay(idle) : done({ kind: 'change', id: gesture.target.id, ...made });
    }
    case 'vertex': return stay(gesture);
    case 'pressing': return stay(idle);
  }
}

// Snapping: what is drawn or dragged meets other regions and the image's edge where it comes within a few screen pixels
// of them. Only neighbours count: among hundreds of regions a line anywhere would be near everything.
import type { Box } from '../../shared/domain/geometry.ts';
import { ellipsePoints } from '../../shared/domain/shape.ts';
import type { Point } from './geometry.ts';
import type { Guide, Scene, Target } from './tools/tool.ts';

/** Screen pixels within which something is met. */
const reach = 6;
const none: readonly Guide[] = [];

/** The corners of an outline, closed; of a mask, those of its box. */
function ringOf({ box: b, shape }: Pick<Target, 'box' | 'shape'>): readonly Point[] {
  if (shape?.kind === 'polygon') return shape.points;
  if (shape?.kind === 'ellipse') return ellipsePoints(b);
  return [{ x: b.x, y: b.y }, { x: b.x + b.width, y: b.y }, { x: b.x + b.width, y: b.y + b.height }, { x: b.x, y: b.y + b.height }];
}

const meets = (a: Box, b: Box, by: number): boolean => a.x - by <= b.x + b.width && a.x + a.width + by >= b.x && a.y - by <= b.y + b.height && a.y + a.height + by >= b.y;
/** The whole image and the regions that lie within `by` image pixels of a place, but for one. */
const around = (scene: Scene, place: Box, by: number, except: string | null): Pick<Target, 'box' | 'shape'>[] =>
  [{ box: { x: 0, y: 0, width: scene.image.width, height: scene.image.height } }, ...scene.targets.filter((t) => t.id !== except && meets(t.box, place, by))];

/** How far edges at these places (image pixels) are from the nearest edges around `box`: what they must be moved by to lie on them. */
export function snapEdges(scene: Scene, box: Box, edges: { readonly x: readonly number[]; readonly y: readonly number[] }, except: string | null): { by: Point; guides: readonly Guide[] } {
  if (!scene.snapping) return { by: { x: 0, y: 0 }, guides: none };
  const by = reach / scene.view.scale, others = around(scene, box, by, except).map((t) => t.box);
  const guides: Guide[] = [];
  const along = (mine: readonly number[], theirs: (b: Box) => readonly number[], guide: (at: number, b: Box) => Guide): number => {
    let best: { off: number; at: number; other: Box } | null = null;
    for (const other of others) for (const at of theirs(other)) for (const edge of mine) if (Math.abs(at - edge) <= by && (best === null || Math.abs(at - edge) < Math.abs(best.off))) best = { off: at - edge, at, other };
    if (best === null) return 0;
    guides.push(guide(best.at, best.other));
    return best.off;
  };
  const x = along(edges.x, (b) => [b.x, b.x + b.width], (at, b) => ({ from: { x: at, y: Math.min(b.y, box.y) }, to: { x: at, y: Math.max(b.y + b.height, box.y + box.height) } }));
  const y = along(edges.y, (b) => [b.y, b.y + b.height], (at, b) => ({ from: { x: Math.min(b.x, box.x), y: at }, to: { x: Math.max(b.x + b.width, box.x + box.width), y: at } }));
  return { by: { x, y }, guides };
}

/** The vertex within reach of a point, else the nearest place on an outline within reach, else the point itself. */
export function snapPoint(scene: Scene, p: Point, except: string | null): { point: Point; guides: readonly Guide[] } {
  if (!scene.snapping) return { point: p, guides: none };
  const by = reach / scene.view.scale;
  const vertex = { at: p, off: by }, edge = { at: p, off: by };
  const take = (best: { at: Point; off: number }, at: Point): void => { const off = Math.hypot(at.x - p.x, at.y - p.y); if (off <= best.off) { best.at = at; best.off = off; } };
  for (const t of around(scene, { ...p, width: 0, height: 0 }, by, except)) {
    const ring = ringOf(t);
    for (const [i, a] of ring.entries()) {
      const b = ring[(i + 1) % ring.length] ?? a, along = (b.x - a.x) ** 2 + (b.y - a.y) ** 2;
      if (t.shape?.kind !== 'ellipse') take(vertex, a);
      const k = along === 0 ? 0 : Math.min(1, Math.max(0, ((p.x - a.x) * (b.x - a.x) + (p.y - a.y) * (b.y - a.y)) / along));
      take(edge, { x: a.x + k * (b.x - a.x), y: a.y + k * (b.y - a.y) });
    }
  }
  const point = vertex.at === p ? edge.at : vertex.at;
  return point === p ? { point, guides: none } : { point, guides: [{ from: point, to: point }] };
}

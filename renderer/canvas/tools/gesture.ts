// What the pointer does on the image, as a small state machine: a gesture begins on pointer-down, follows the pointer,
// and ends in at most one command. Escape leaves everything as it was. No state here is ever stored.
import type { Box, Size } from '../../../shared/domain/geometry.ts';
import { clampBox } from '../../../shared/domain/geometry.ts';
import { boxBetween, handlePoint, handles, resize, rounded, toImage, type Handle, type Point, type View } from '../geometry.ts';

export type Tool = 'select' | 'window' | 'pan' | 'box';
export interface Target { readonly id: string; readonly box: Box }

export type Gesture =
  | { readonly kind: 'idle' }
  /** Down on a region, not moved yet: a click selects. */
  | { readonly kind: 'pressing'; readonly target: Target; readonly from: Point }
  | { readonly kind: 'moving'; readonly target: Target; readonly from: Point; readonly box: Box }
  | { readonly kind: 'resizing'; readonly target: Target; readonly handle: Handle; readonly box: Box }
  | { readonly kind: 'drawing'; readonly from: Point; readonly box: Box }
  | { readonly kind: 'panning'; readonly last: Point }
  | { readonly kind: 'zooming'; readonly start: Point; readonly last: Point }
  | { readonly kind: 'windowing'; readonly last: Point };

export type Effect =
  | { readonly kind: 'select'; readonly id: string | null }
  | { readonly kind: 'change'; readonly id: string; readonly box: Box }
  | { readonly kind: 'add'; readonly box: Box }
  | { readonly kind: 'pan'; readonly by: Point }
  | { readonly kind: 'zoom'; readonly at: Point; readonly factor: number }
  | { readonly kind: 'window'; readonly by: Point };

export interface Scene { readonly image: Size; readonly view: View; readonly targets: readonly Target[]; readonly selected: string | null; readonly locked: boolean }
export interface Press { readonly at: Point; readonly button: 0 | 1 | 2; readonly tool: Tool; readonly space: boolean }
export interface Turn { readonly gesture: Gesture; readonly effects: readonly Effect[] }

const idle: Gesture = { kind: 'idle' };
/** Screen pixels within which a handle is hit, and beyond which a press becomes a drag. */
const grip = 9;
const slack = 3;
/** A box drawn smaller than this (image pixels) was a click. */
const smallest = 3;

const near = (a: Point, b: Point, distance: number): boolean => Math.hypot(a.x - b.x, a.y - b.y) <= distance;
const onScreen = (p: Point, v: View): Point => ({ x: p.x * v.scale + v.x, y: p.y * v.scale + v.y });

export function handleAt(at: Point, box: Box, view: View): Handle | null {
  return handles.find((h) => near(onScreen(handlePoint(box, h), view), at, grip)) ?? null;
}

/** The smallest region under the pointer: a small one inside a large one can be had. */
export function targetAt(at: Point, scene: Scene): Target | null {
  const p = toImage(at, scene.view), reach = 4 / scene.view.scale;
  const hit = scene.targets.filter(({ box: b }) => p.x >= b.x - reach && p.y >= b.y - reach && p.x <= b.x + b.width + reach && p.y <= b.y + b.height + reach);
  return hit.reduce<Target | null>((best, t) => (best === null || t.box.width * t.box.height < best.box.width * best.box.height ? t : best), null);
}

/** In tenths of a pixel; rounding place and size apart may lead over the edge by one, so it is brought back. */
const settled = (b: Box, image: Size): Box => rounded(clampBox(rounded(b), image));

export function pointerDown(scene: Scene, press: Press): Turn {
  const { at, button, tool, space } = press;
  if (button === 1 || (button === 0 && (space || tool === 'pan'))) return { gesture: { kind: 'panning', last: at }, effects: [] };
  if (button === 2) return { gesture: { kind: 'zooming', start: at, last: at }, effects: [] };
  if (tool === 'window') return { gesture: { kind: 'windowing', last: at }, effects: [] };
  if (tool === 'box') { const from = toImage(at, scene.view); return { gesture: scene.locked ? idle : { kind: 'drawing', from, box: { ...from, width: 0, height: 0 } }, effects: [] }; }
  const selected = scene.targets.find((t) => t.id === scene.selected);
  const handle = selected === undefined || scene.locked ? null : handleAt(at, selected.box, scene.view);
  if (selected !== undefined && handle !== null) return { gesture: { kind: 'resizing', target: selected, handle, box: selected.box }, effects: [] };
  const target = targetAt(at, scene);
  if (target === null) return { gesture: { kind: 'panning', last: at }, effects: [{ kind: 'select', id: null }] };
  return { gesture: { kind: 'pressing', target, from: at }, effects: [{ kind: 'select', id: target.id }] };
}

export function pointerMove(scene: Scene, gesture: Gesture, at: Point): Turn {
  const p = toImage(at, scene.view);
  switch (gesture.kind) {
    case 'idle': return { gesture, effects: [] };
    case 'pressing': return scene.locked || near(at, gesture.from, slack) ? { gesture, effects: [] } : pointerMove(scene, { kind: 'moving', target: gesture.target, from: toImage(gesture.from, scene.view), box: gesture.target.box }, at);
    case 'moving': { const { box } = gesture.target; return { gesture: { ...gesture, box: settled({ ...box, x: box.x + p.x - gesture.from.x, y: box.y + p.y - gesture.from.y }, scene.image) }, effects: [] }; }
    case 'resizing': return { gesture: { ...gesture, box: settled(resize(gesture.target.box, gesture.handle, p, scene.image), scene.image) }, effects: [] };
    case 'drawing': return { gesture: { ...gesture, box: settled(boxBetween(gesture.from, p, scene.image), scene.image) }, effects: [] };
    case 'panning': return { gesture: { ...gesture, last: at }, effects: [{ kind: 'pan', by: { x: at.x - gesture.last.x, y: at.y - gesture.last.y } }] };
    case 'zooming': return { gesture: { ...gesture, last: at }, effects: [{ kind: 'zoom', at: gesture.start, factor: Math.exp((gesture.last.y - at.y) / 150) }] };
    case 'windowing': return { gesture: { ...gesture, last: at }, effects: [{ kind: 'window', by: { x: at.x - gesture.last.x, y: at.y - gesture.last.y } }] };
  }
}

export function pointerUp(gesture: Gesture): Turn {
  switch (gesture.kind) {
    case 'moving': case 'resizing': return { gesture: idle, effects: [{ kind: 'change', id: gesture.target.id, box: gesture.box }] };
    case 'drawing': return { gesture: idle, effects: gesture.box.width < smallest || gesture.box.height < smallest ? [] : [{ kind: 'add', box: gesture.box }] };
    default: return { gesture: idle, effects: [] };
  }
}

export const cancelled: Turn = { gesture: idle, effects: [] };

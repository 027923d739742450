// Looking around: panning, zooming and windowing, from within any tool. A polygon that is being clicked goes on after.
import { idle, stay, type Gesture, type Looking, type Press, type Turn } from './tool.ts';
import type { Point } from '../geometry.ts';

/** The gesture of a press that means the view, whatever the tool; null where it does not. */
export function lookDown({ at, button, tool, space }: Press, within: Gesture): Looking | null {
  if (button === 1 || (button === 0 && (space || tool === 'pan'))) return { kind: 'panning', last: at, within };
  if (button === 2) return { kind: 'zooming', start: at, last: at, within };
  return tool === 'window' ? { kind: 'windowing', last: at } : null;
}

export function lookMove(gesture: Looking, at: Point): Turn {
  const by = { x: at.x - gesture.last.x, y: at.y - gesture.last.y };
  switch (gesture.kind) {
    case 'panning': return { gesture: { ...gesture, last: at }, effects: [{ kind: 'pan', by }] };
    // 150 screen pixels are a factor of e: up is closer.
    case 'zooming': return { gesture: { ...gesture, last: at }, effects: [{ kind: 'zoom', at: gesture.start, factor: Math.exp(-by.y / 150) }] };
    case 'windowing': return { gesture: { ...gesture, last: at }, effects: [{ kind: 'window', by }] };
  }
}

export const lookUp = (gesture: Looking): Turn => stay(gesture.kind === 'windowing' ? idle : gesture.within);

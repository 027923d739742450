// What the pointer does on the image: a gesture begins on pointer-down, follows the pointer, and ends in at most one
// command. Here it is only said whose turn it is; each tool is a state machine in its own file. No state is ever stored.
import type { Point } from '../geometry.ts';
import { boxDown, boxMove, boxUp } from './box.ts';
import { brushDown, brushMove, brushUp } from './brush.ts';
import { freehandDown, freehandMove, freehandUp } from './freehand.ts';
import { lookDown, lookMove, lookUp } from './look.ts';
import { measureDown, measureHeld, measureKey, measureMove, measureUp } from './measure.ts';
import { outlineDown, pointDown } from './point.ts';
import { polygonDown, polygonKey, polygonMove } from './polygon.ts';
import { holdAt, selectDown, selectMove, selectUp } from './select.ts';
import { idle, isDrawing, stay, type Gesture, type Press, type Scene, type Turn } from './tool.ts';
import { vertexKey } from './vertex.ts';

export function pointerDown(scene: Scene, gesture: Gesture, press: Press): Turn {
  const { at, tool } = press, polygon = gesture.kind === 'polygon' ? gesture : null;
  const look = lookDown(press, polygon ?? (gesture.kind === 'measuring' ? gesture : idle));
  if (look !== null) return stay(look);
  if (isDrawing(tool) && scene.locked) return stay(idle);
  switch (tool) {
    case 'box': case 'ellipse': return boxDown(scene, at, tool);
    case 'polygon': return polygonDown(scene, polygon, at);
    case 'freehand': return freehandDown(scene, at);
    case 'brush': case 'eraser': return brushDown(scene, at, tool === 'eraser');
    case 'point': return pointDown(scene, at);
    case 'outline': return outlineDown(scene, at);
    case 'measure': return measureDown(scene, gesture, press);
    case 'select': case 'window': case 'pan': return (holdAt(at, scene) === null ? measureHeld(scene, press) : null) ?? selectDown(scene, press);
  }
}

export function pointerMove(scene: Scene, gesture: Gesture, at: Point): Turn {
  switch (gesture.kind) {
    case 'idle': return stay(gesture);
    case 'panning': case 'zooming': case 'windowing': return lookMove(gesture, at);
    case 'pressing': case 'moving': case 'resizing': case 'bending': case 'vertex': return selectMove(scene, gesture, at);
    case 'drawing': return boxMove(scene, gesture, at);
    case 'polygon': return polygonMove(scene, gesture, at);
    case 'freehand': return freehandMove(scene, gesture, at);
    case 'painting': return brushMove(scene, gesture, at);
    case 'measuring': case 'remeasuring': case 'measured': return measureMove(scene, gesture, at);
  }
}

export function pointerUp(scene: Scene, gesture: Gesture): Turn {
  switch (gesture.kind) {
    case 'idle': case 'polygon': return stay(gesture);
    case 'panning': case 'zooming': case 'windowing': return lookUp(gesture);
    case 'pressing': case 'moving': case 'resizing': case 'bending': case 'vertex': return selectUp(gesture);
    case 'drawing': return boxUp(gesture);
    case 'freehand': return freehandUp(scene, gesture);
    case 'painting': return brushUp(scene, gesture);
    case 'measuring': case 'remeasuring': case 'measured': return measureUp(scene, gesture);
  }
}

/** A key that means the gesture, written as those of actions are; null where it means something else. */
export function keyDown(scene: Scene, gesture: Gesture, key: string): Turn | null {
  if (gesture.kind === 'idle') return null;
  if (key === 'Escape') return stay(idle);
  if (gesture.kind === 'measuring' || gesture.kind === 'measured') return measureKey(scene, gesture, key);
  return gesture.kind === 'polygon' ? polygonKey(gesture, key) : gesture.kind === 'vertex' ? vertexKey(scene, gesture, key) : null;
}

// A scene that is kept as the page keeps it, so that a gesture ends in what a person would see. Tests speak in image
// pixels; the bench turns them into places on the screen.
import { expect } from 'vitest';
import type { Box, Size } from '../../../shared/domain/geometry.ts';
import { fitted, type Shape } from '../../../shared/domain/shape.ts';
import { zoomAt, type Point, type View } from '../../../renderer/canvas/geometry.ts';
import { keyDown, pointerDown, pointerMove, pointerUp } from '../../../renderer/canvas/tools/gesture.ts';
import { shifted } from '../../../renderer/canvas/tools/measure.ts';
import { bent, holdVertex } from '../../../renderer/canvas/tools/vertex.ts';
import { idle, type Effect, type Gesture, type Measure, type Press, type Scene, type Target, type Turn } from '../../../renderer/canvas/tools/tool.ts';

export const image: Size = { width: 200, height: 100 };

export class Bench {
  targets: Target[];
  view: View = { scale: 2, x: 10, y: 20 };
  selected: string | null = null;
  locked = false;
  snapping = false;
  brush = 5;
  measures: Measure[] = [];
  measuring: Measure['kind'] = 'length';
  gesture: Gesture = idle;
  /** Pan, zoom, window, and what was changed or added, in order. */
  readonly done: Effect[] = [];
  constructor(targets: readonly Target[], change: Partial<Pick<Bench, 'selected' | 'locked' | 'view' | 'snapping' | 'brush' | 'measures' | 'measuring'>> = {}) { this.targets = [...targets]; Object.assign(this, change); }

  get scene(): Scene { return { image, view: this.view, targets: this.targets, selected: this.selected, locked: this.locked, snapping: this.snapping, brush: this.brush, measures: this.measures, measuring: this.measuring }; }
  #turn({ gesture, effects }: Turn): this {
    this.gesture = gesture;
    for (const e of effects) {
      this.done.push(e);
      if (e.kind === 'select') this.selected = e.id;
      if (e.kind === 'change') this.targets = this.targets.map((t) => (t.id === e.id ? { ...t, box: e.box, shape: e.shape ?? (t.shape && fitted(t.shape, t.box, e.box)) } : t));
      if (e.kind === 'bend') this.targets = this.targets.map((t) => (t.id === e.id && t.shape?.kind === 'polygon' ? { ...t, ...bent(t.shape.points, e.bend, image) } : t));
      if (e.kind === 'add') this.targets.push({ id: `new-${this.targets.length}`, box: e.box, shape: e.shape });
      if (e.kind === 'measure') this.measures.push({ id: `m-${this.measures.length}`, kind: e.as, points: [...e.points] });
      if (e.kind === 'remeasure') this.measures = this.measures.map((m) => (m.id === e.id ? { ...m, points: [...e.points] } : m));
      if (e.kind === 'shift') this.measures = this.measures.map((m) => (m.id === e.id ? { ...m, points: shifted(m.points, e.index, e.by, image) } : m));
      if (e.kind === 'unmeasure') this.measures = this.measures.filter((m) => m.id !== e.id);
      if (e.kind === 'pan') this.view = { ...this.view, x: this.view.x + e.by.x, y: this.view.y + e.by.y };
      if (e.kind === 'zoom') this.view = zoomAt(this.view, e.at, e.factor);
    }
    return this;
  }
  pointerDown(x: number, y: number, press: Partial<Press> = {}): this { return this.#turn(pointerDown(this.scene, this.gesture, { at: this.screen(x, y), button: 0, tool: 'select', space: false, alt: false, ...press })); }
  pointerMove(x: number, y: number): this { return this.#turn(pointerMove(this.scene, this.gesture, this.screen(x, y))); }
  pointerUp(): this { return this.#turn(pointerUp(this.scene, this.gesture)); }
  /** Whether the key meant the gesture. */
  key(name: string): boolean { const turn = keyDown(this.scene, this.gesture, name); if (turn !== null) this.#turn(turn); return turn !== null; }
  /** Takes the chosen polygon by a vertex. */
  hold(): this { return this.#turn(holdVertex(this.scene)); }
  escape(): this { this.key('Escape'); return this; }
  /** Presses, goes through all places and releases. */
  drag(tool: Press['tool'], ...[first, ...others]: readonly (readonly [number, number])[]): this {
    if (first !== undefined) this.pointerDown(first[0], first[1], { tool });
    for (const [x, y] of others) this.pointerMove(x, y);
    return this.pointerUp();
  }
  click(tool: Press['tool'], ...places: readonly (readonly [number, number])[]): this {
    for (const [x, y] of places) this.pointerMove(x, y).pointerDown(x, y, { tool }).pointerUp();
    return this;
  }
  screen(x: number, y: number): Point { return { x: x * this.view.scale + this.view.x, y: y * this.view.scale + this.view.y }; }
  box(id: string): Box | undefined { return this.targets.find((t) => t.id === id)?.box; }
  shape(id: string): Shape | undefined { return this.targets.find((t) => t.id === id)?.shape; }
  get commands(): Effect[] { return this.done.filter((e) => e.kind === 'change' || e.kind === 'bend' || e.kind === 'add' || e.kind === 'outline'); }
  expectToBeIn(kind: Gesture['kind']): this { expect(this.gesture.kind).toBe(kind); return this; }
}

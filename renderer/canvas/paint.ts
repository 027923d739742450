// How marks and gestures look on a canvas. Paths are in image coordinates under the view's transform. Under each line lies
// a dark one, visible on bright and on dark tissue; dashes keep their gaps clear, so that their colour stays. Nothing here
// needs the page: a worker paints the many with it (marks-worker.ts), the page what is in hand.
import type { Box, Size } from '../../shared/domain/geometry.ts';
import { ringsOf } from '../../shared/domain/raster.ts';
import { fitted, type Shape } from '../../shared/domain/shape.ts';
import { boxOnScreen, handlePoint, handles, matrixOf, textWidth, toScreen, type Point, type View } from './geometry.ts';
import { regionStyles, type RegionStyle } from './region-style.ts';
import { frameOf, middlesOf, verticesOf } from './tools/select.ts';
import type { Gesture, Guide, Target } from './tools/tool.ts';

export interface Mark extends Target { readonly style: RegionStyle; readonly label: string }
export type Places = ReadonlyMap<string, Point>;
/** The page's canvas, or a worker's. */
export type Canvas = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

const guideColour = '#ff7ad9', drawn = regionStyles.added;
const labelFont = 'bold 11px Inter, "Segoe UI", system-ui, sans-serif';
/** In screen pixels. */
export const labelSize = (text: string): Size => ({ width: 8 + textWidth(text), height: 17 });

export const onStage = boxOnScreen;
/** Whether a box lies on the stage, or at most `beside` screen pixels from it. */
export function isInSight({ box }: Pick<Mark, 'box'>, view: View, stage: Size, beside = 0): boolean {
  const s = onStage(box, view);
  return s.x < stage.width + beside && s.y < stage.height + beside && s.x + s.width > -beside && s.y + s.height > -beside;
}

/** Polygons and masks as paths, made once: rows that were read again are other objects with the same outline. */
export class Paths {
  readonly #kept = new Map<string, { shape: Shape; box: Box; path: Path2D }>();
  of({ id, box, shape }: Target & { readonly shape: Shape }): Path2D {
    const known = this.#kept.get(id);
    if (known !== undefined && sameOutline(known, { box, shape })) return known.path;
    const path = new Path2D();
    for (const ring of shape.kind === 'polygon' ? [shape.points] : shape.kind === 'mask' ? ringsOf(shape.runs, box) : []) { for (const { x, y } of ring) path.lineTo(x, y); path.closePath(); }
    this.#kept.set(id, { shape, box, path });
    return path;
  }
}
function sameOutline(a: { shape: Shape; box: Box }, b: { shape: Shape; box: Box }): boolean {
  if (a.shape === b.shape && a.box === b.box) return true;
  if (a.shape.kind === 'polygon' && b.shape.kind === 'polygon') { const other = b.shape.points; return a.shape.points.length === other.length && a.shape.points.every((p, i) => p.x === other[i]?.x && p.y === other[i].y); }
  if (a.shape.kind === 'mask' && b.shape.kind === 'mask') { const other = b.shape.runs; return a.box.x === b.box.x && a.box.y === b.box.y && a.box.width === b.box.width && a.shape.runs.length === other.length && a.shape.runs.every((r, i) => r === other[i]); }
  return false;
}

/** An outline in image coordinates. A point is a cross in a ring, as large on the screen at any zoom. */
function outline(m: Target, scale: number, paths: Paths): Path2D {
  const { box: b, shape } = m, x = b.x + b.width / 2, y = b.y + b.height / 2;
  if (shape !== undefined && (shape.kind === 'polygon' || shape.kind === 'mask')) return paths.of({ ...m, shape });
  const path = new Path2D();
  if (shape === undefined) path.rect(b.x, b.y, b.width, b.height);
  else if (shape.kind === 'ellipse') path.ellipse(x, y, b.width / 2, b.height / 2, 0, 0, 2 * Math.PI);
  else {
    const r = pointReach * 0.64 / scale, arm = pointReach / scale;
    path.arc(x, y, r, 0, 2 * Math.PI);
    for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]] as const) { path.moveTo(x + dx * arm, y + dy * arm); path.lineTo(x + dx * r * 0.3, y + dy * r * 0.3); }
  }
  return path;
}

/** How far a mark reaches beyond its box, in screen pixels: half the dark line under it, and its smoothed edge. */
const lineReach = 3, pointReach = 11;
/** What of the stage a mark covers, without its label. */
export function reachOf(m: Target, view: View): Box {
  const b = onStage(m.box, view), by = lineReach + (m.shape?.kind === 'point' ? pointReach : 0);
  return { x: b.x - by, y: b.y - by, width: b.width + 2 * by, height: b.height + 2 * by };
}

type Line = Pick<RegionStyle, 'colour' | 'dash' | 'opacity'>;
function under(c: Canvas, path: Path2D, { dash, opacity }: Line, width: number, scale: number): void {
  c.setLineDash(dash.map((d) => d / scale)); c.globalAlpha = 0.55 * opacity; c.strokeStyle = '#000'; c.lineWidth = (width + 2) / scale; c.stroke(path);
}
function over(c: Canvas, path: Path2D, { colour, dash, opacity }: Line, width: number, scale: number): void {
  c.setLineDash(dash.map((d) => d / scale)); c.globalAlpha = opacity; c.strokeStyle = colour; c.lineWidth = width / scale; c.stroke(path);
}
function line(c: Canvas, path: Path2D, style: Line, width: number, scale: number): void {
  under(c, path, style, width, scale); over(c, path, style, width, scale);
  c.setLineDash([]); c.globalAlpha = 1;
}
/** The inside, thin enough to see the image through it. */
function wash(c: Canvas, area: Path2D, colour: string, opacity: number): void { c.globalAlpha = 0.22 * opacity; c.fillStyle = colour; c.fill(area, 'evenodd'); c.globalAlpha = 1; }
function inView(c: Canvas, view: View, paint: () => void): void {
  c.save();
  c.transform(...matrixOf(view));
  // A sharp corner's point does not reach out; a right angle's does.
  c.miterLimit = 1.5;
  paint();
  c.restore();
}

function label(c: Canvas, text: string, style: RegionStyle, at: Point, opacity = style.opacity): void {
  c.font = labelFont; c.textBaseline = 'top'; c.globalAlpha = opacity;
  c.fillStyle = style.colour; c.beginPath(); c.roundRect(at.x, at.y, c.measureText(text).width + 6, 17, 3); c.fill();
  c.fillStyle = '#0a0c0f'; c.fillText(text, at.x + 3, at.y + 4);
  c.globalAlpha = 1;
}

/**
 * Marks, from the lowest up. No dark line covers a neighbour's colour, and labels lie above all lines: an edge must not
 * cross out a number. Each mark is a stroke by itself: one of all outlines together takes more than twice as long.
 */
export function paintMarks(c: Canvas, marks: readonly Mark[], view: View, places: Places, paths: Paths): void {
  const { scale } = view, width = 1.6;
  inView(c, view, () => {
    for (const [, level] of [...Map.groupBy(marks, (m) => m.depth ?? 0)].sort(([a], [b]) => a - b)) {
      const lines = level.map((m) => ({ ...m, path: outline(m, scale, paths) }));
      for (const { shape, path, style } of lines) if (shape?.kind === 'mask') wash(c, path, style.colour, style.opacity);
      for (const { path, style } of lines) under(c, path, style, width, scale);
      for (const { path, style } of lines) over(c, path, style, width, scale);
    }
  });
  for (const m of marks) { const at = places.get(m.id); if (at !== undefined) label(c, m.label, m.style, at); }
}

/** A region as it would be if the gesture ended now. */
export function asDragged(m: Mark, gesture: Gesture): Mark {
  if ((gesture.kind === 'moving' || gesture.kind === 'resizing') && gesture.target.id === m.id) return { ...m, box: gesture.box, shape: m.shape && fitted(m.shape, m.box, gesture.box) };
  return gesture.kind === 'bending' && gesture.target.id === m.id ? { ...m, shape: { kind: 'polygon', points: [...gesture.points] } } : m;
}

/** The chosen region: thicker, with what it can be taken by. */
export function paintChosen(c: Canvas, m: Mark, view: View, place: Point | undefined, gesture: Gesture, held: boolean): void {
  const path = outline(m, view.scale, new Paths()), { scale } = view, painting = gesture.kind === 'painting' && gesture.target?.id === m.id ? gesture : null;
  inView(c, view, () => {
    if (painting !== null || m.shape?.kind === 'mask') wash(c, path, m.style.colour, 1);
    line(c, path, { ...m.style, opacity: 1 }, 3, scale);
    // What the eraser takes away is gone from the picture already; nothing else is on this canvas yet.
    if (painting?.erase === true) { c.globalCompositeOperation = 'destination-out'; stroke(c, painting); }
  });
  if (place !== undefined) label(c, m.label, m.style, place, 1);
  if (!held || painting !== null) return;
  const knob = (p: Point, paint: (x: number, y: number) => void): void => { const s = toScreen(p, view); c.beginPath(); paint(s.x, s.y); c.fill(); c.stroke(); };
  c.fillStyle = '#0e1013'; c.strokeStyle = m.style.colour; c.lineWidth = 1.6;
  const frame = frameOf(m, view), vertices = verticesOf(m, view);
  if (frame !== null) for (const h of handles) knob(handlePoint(frame, h), (x, y) => c.rect(x - 4, y - 4, 8, 8));
  for (const p of middlesOf(vertices, view)) if (p !== null) knob(p, (x, y) => c.arc(x, y, 2.5, 0, 2 * Math.PI));
  for (const p of vertices) knob(p, (x, y) => c.arc(x, y, 4.5, 0, 2 * Math.PI));
  // The one in hand is seen at any zoom.
  const inHand = gesture.kind === 'vertex' && gesture.id === m.id && m.shape?.kind === 'polygon' ? m.shape.points[gesture.index % m.shape.points.length] : undefined;
  if (inHand === undefined) return;
  c.fillStyle = m.style.colour; c.strokeStyle = '#0e1013';
  knob(inHand, (x, y) => c.arc(x, y, 6.5, 0, 2 * Math.PI));
}

function stroke(c: Canvas, { path, radius }: Extract<Gesture, { kind: 'painting' }>): void {
  const way = new Path2D();
  for (const [i, p] of path.entries()) { if (i === 0) way.moveTo(p.x, p.y); way.lineTo(p.x, p.y); }
  c.lineCap = 'round'; c.lineJoin = 'round'; c.lineWidth = 2 * radius; c.stroke(way);
}

/** What the gesture draws, and what it snapped to. */
export function paintGesture(c: Canvas, gesture: Gesture, view: View): void {
  const { scale } = view;
  inView(c, view, () => {
    if (gesture.kind === 'drawing') line(c, outline({ id: '', box: gesture.box, shape: gesture.as === 'ellipse' ? { kind: 'ellipse' } : undefined }, scale, new Paths()), drawn, 2, scale);
    if (gesture.kind === 'freehand' || gesture.kind === 'polygon') {
      const path = new Path2D();
      for (const { x, y } of gesture.points) path.lineTo(x, y);
      if (gesture.kind === 'polygon') path.lineTo(gesture.cursor.x, gesture.cursor.y);
      line(c, path, drawn, 2, scale);
    }
    if (gesture.kind === 'painting' && !gesture.erase) { c.globalAlpha = 0.4; c.strokeStyle = drawn.colour; stroke(c, gesture); c.globalAlpha = 1; }
    if ('guides' in gesture) guides(c, gesture.guides, scale);
  });
  if (gesture.kind !== 'polygon') return;
  c.fillStyle = '#0e1013'; c.strokeStyle = drawn.colour; c.lineWidth = 1.6;
  for (const [i, p] of gesture.points.entries()) { const s = toScreen(p, view); c.beginPath(); c.arc(s.x, s.y, i === 0 && gesture.points.length >= 3 ? 6 : 3.5, 0, 2 * Math.PI); c.fill(); c.stroke(); }
}

function guides(c: Canvas, all: readonly Guide[], scale: number): void {
  const path = new Path2D(), arm = 5 / scale;
  for (const { from, to } of all) {
    if (from === to) { path.moveTo(from.x - arm, from.y - arm); path.lineTo(from.x + arm, from.y + arm); path.moveTo(from.x + arm, from.y - arm); path.lineTo(from.x - arm, from.y + arm); }
    else { path.moveTo(from.x, from.y); path.lineTo(to.x, to.y); }
  }
  c.strokeStyle = guideColour; c.lineWidth = 1 / scale; c.stroke(path);
}

/** The brush under the pointer. */
export function paintBrush(c: Canvas, at: Point, radius: number, view: View): void {
  c.beginPath(); c.arc(at.x, at.y, Math.max(1, radius * view.scale), 0, 2 * Math.PI);
  c.strokeStyle = '#000'; c.lineWidth = 3; c.globalAlpha = 0.55; c.stroke();
  c.strokeStyle = '#fff'; c.lineWidth = 1.2; c.globalAlpha = 1; c.stroke();
}

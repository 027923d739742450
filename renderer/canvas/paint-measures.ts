// How measurements look: thin white lines with a dark one under them, apart from the colours of regions; orange in hand.
// Every point goes to the screen by itself, so that they lie right however the image is turned.
import type { Box, Size } from '../../shared/domain/geometry.ts';
import type { Measured } from '../../shared/domain/measurement.ts';
import { boundsOf } from '../../shared/domain/shape.ts';
import { placeLabels, textWidth, type Point, type View } from './geometry.ts';
import type { Canvas } from './paint.ts';
import { asMeasured, begunMeasure, linesOf } from './tools/measure.ts';
import { onScreen, type Gesture, type Measure } from './tools/tool.ts';

/** A measurement with what it says, a line each. */
export interface ShownMeasure extends Measure { readonly lines: readonly string[] }

const plain = '#f4f6f9', inHand = '#ffa940', font = '600 12px Inter, "Segoe UI", system-ui, sans-serif', lineHeight = 15;
const sizeOf = (lines: readonly string[]): Size => ({ width: 10 + Math.max(0, ...lines.map(textWidth)), height: 4 + lineHeight * lines.length });
const boundsOn = (m: Measured, view: View): Box => boundsOf(linesOf(m).flat().map((p) => onScreen(p, view)));

/** Where the words of each stand: beside it and inside the stage, clear of each other and of what is taken. */
export function measurePlaces(shown: readonly ShownMeasure[], view: View, stage: Size, taken: readonly Box[]): readonly Point[] {
  return placeLabels(shown.map((m) => ({ box: boundsOn(m, view), size: sizeOf(m.lines) })), stage, taken);
}

function strokes(c: Canvas, path: Path2D, colour: string, width: number): void {
  c.strokeStyle = '#000'; c.globalAlpha = 0.6; c.lineWidth = width + 2; c.stroke(path);
  c.strokeStyle = colour; c.globalAlpha = 1; c.lineWidth = width; c.stroke(path);
}

function paintOne(c: Canvas, m: Measured, view: View, colour: string, held: boolean, index: number | null): void {
  const path = new Path2D(), at = m.points.map((p) => onScreen(p, view)), width = held ? 2.2 : 1.5;
  for (const line of linesOf(m)) for (const [i, p] of line.entries()) { const s = onScreen(p, view); if (i === 0) path.moveTo(s.x, s.y); else path.lineTo(s.x, s.y); }
  const [a, b, d, e] = at;
  // A length has ticks across its ends.
  if (m.kind === 'length' && a !== undefined && b !== undefined) {
    const length = Math.hypot(b.x - a.x, b.y - a.y), across = length === 0 ? { x: 0, y: 0 } : { x: (-5 * (b.y - a.y)) / length, y: (5 * (b.x - a.x)) / length };
    for (const p of [a, b]) { path.moveTo(p.x - across.x, p.y - across.y); path.lineTo(p.x + across.x, p.y + across.y); }
  }
  if (m.kind === 'probe' && a !== undefined) for (const [x, y] of [[1, 0], [-1, 0], [0, 1], [0, -1]] as const) { path.moveTo(a.x + 3 * x, a.y + 3 * y); path.lineTo(a.x + 9 * x, a.y + 9 * y); }
  strokes(c, path, colour, width);
  // Between the middles of two lines, so that the eye knows they are one.
  if (m.kind === 'cobb' && a !== undefined && b !== undefined && d !== undefined && e !== undefined) {
    const link = new Path2D();
    link.moveTo((a.x + b.x) / 2, (a.y + b.y) / 2); link.lineTo((d.x + e.x) / 2, (d.y + e.y) / 2);
    c.setLineDash([3, 5]); strokes(c, link, colour, 1); c.setLineDash([]);
  }
  if (!held) return;
  for (const [i, p] of at.entries()) {
    c.beginPath(); c.arc(p.x, p.y, i === index ? 6.5 : 4.5, 0, 2 * Math.PI);
    c.fillStyle = i === index ? colour : '#0e1013'; c.strokeStyle = i === index ? '#0e1013' : colour; c.lineWidth = 1.6; c.fill(); c.stroke();
  }
}

function paintWords(c: Canvas, lines: readonly string[], at: Point, colour: string): void {
  if (lines.length === 0) return;
  c.font = font; c.textBaseline = 'top'; c.fillStyle = '#000000b8';
  c.beginPath(); c.roundRect(at.x, at.y, Math.max(...lines.map((l) => c.measureText(l).width)) + 8, 4 + lineHeight * lines.length, 3); c.fill();
  c.fillStyle = colour;
  for (const [i, line] of lines.entries()) c.fillText(line, at.x + 4, at.y + 3 + i * lineHeight);
}

/** @param words what is being drawn or dragged says as it is now */
export function paintMeasures(c: Canvas, shown: readonly ShownMeasure[], gesture: Gesture, view: View, stage: Size, taken: readonly Box[], words: (m: Measured) => readonly string[]): void {
  const held = gesture.kind === 'measured' ? gesture.id : gesture.kind === 'remeasuring' ? gesture.of.id : null, index = gesture.kind === 'measured' || gesture.kind === 'remeasuring' ? gesture.index : null;
  const now = shown.map((m) => { const moved = asMeasured(m, gesture); return moved === m ? m : { ...moved, lines: words(moved) }; }), begun = begunMeasure(gesture);
  const all: ShownMeasure[] = begun === null ? now : [...now, { id: '', ...begun, lines: words(begun) }], places = measurePlaces(all, view, stage, taken);
  for (const m of all) paintOne(c, m, view, m.id === held || m.id === '' ? inHand : plain, m.id === held || m.id === '', m.id === held ? index : null);
  for (const [i, m] of all.entries()) { const at = places[i]; if (at !== undefined) paintWords(c, m.lines, at, m.id === held || m.id === '' ? inHand : plain); }
}

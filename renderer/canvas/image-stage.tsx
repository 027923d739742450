// The image with marks on it, and the pointer's gestures. It knows boxes, outlines and styles, not cases: the review room
// and the comparison of models both draw with it. Two canvases: the image under all marks but the chosen one, and what
// changes while the hand moves.
import { useEffect, useId, useImperativeHandle, useLayoutEffect, useCallback, useMemo, useRef, useState, type ReactNode, type Ref } from 'react';
import Konva from 'konva';
import { Layer, Shape, Stage } from 'react-konva';
import type { Box, Size } from '../../shared/domain/geometry.ts';
import type { PixelFormat } from '../../shared/domain/case.ts';
import type { Shape as Outline } from '../../shared/domain/shape.ts';
import type { Windowing } from '../../shared/domain/display.ts';
import { handleSeen, matrixOf, zoomAt, type Point, type View } from './geometry.ts';
import type { Overlay } from './heat-map.ts';
import { HeatOverlay } from './heat-overlay.tsx';
import { Marks } from './marks.tsx';
import { useOverlays, usePicture } from './pixels.ts';
import { smoothBelow } from './gpu.ts';
import type { ColourMap } from './tone.ts';
import { chord } from '../keys/chord.ts';
import { useKeys } from '../keys/keys.tsx';
import { isComposing, isTyping } from '../ui/actions.tsx';
import { useFigures } from '../ui/words.ts';
import { useTranslations } from '../words/language.tsx';
import { labelPlaces } from './label-places.ts';
import { asDragged, isInSight, paintBrush, paintChosen, paintGesture, paintMarks, Paths, type Mark, type Places } from './paint.ts';
import { usualStage } from './use-view.ts';
import { keyDown, pointerDown, pointerMove, pointerUp } from './tools/gesture.ts';
import { holdAt, targetAt } from './tools/select.ts';
import { idle, isDrawing, type Bend, type Effect, type Gesture, type Scene, type Target, type Tool, type Turn } from './tools/tool.ts';
import { heldVertex, holdVertex } from './tools/vertex.ts';
import './image-stage.css';

export type { Mark } from './paint.ts';
export interface ImageStageProps {
  readonly format: PixelFormat;
  readonly window: Windowing;
  /** Greys when left out. */
  readonly map?: ColourMap;
  /** Whether the file's own drawings are seen; they are when left out. */
  readonly drawings?: boolean;
  /** A round magnifier goes along with the pointer. */
  readonly lens?: boolean;
  /** The image is one of a stack: the wheel goes through it, and zooms with Ctrl. */
  readonly onScroll?: ((slices: number) => void) | undefined;
  readonly view: View | null;
  /** Events come quicker than pages are drawn: a change applies to the view as it is then. */
  readonly onView: (change: (view: View) => View) => void;
  readonly onSize: (size: Size) => void;
  readonly marks: readonly Mark[];
  readonly selected: string | null;
  readonly locked: boolean;
  readonly tool: Tool;
  /** The brush's radius in image pixels. */
  readonly brush?: number;
  readonly hidden: boolean;
  readonly onSelect?: (id: string | null) => void;
  /** Without an outline, the one that is there goes along with its box. */
  readonly onChange?: (id: string, box: Box, shape?: Outline) => void;
  /** The outline as it is by then, changed at a vertex. */
  readonly onBend?: (id: string, bend: Bend) => void;
  readonly onAdd?: (box: Box, shape?: Outline) => void;
  /** The outline of what lies at a point is wanted, in the place of a region's own or as a new one. */
  readonly onOutline?: (at: Point, of: Target | null) => void;
  readonly onWindow?: (by: Point) => void;
  readonly label: string;
  /** A heat map between the image and the marks. */
  readonly overlay?: Overlay | undefined;
  /** Where words stand over the image: labels keep clear of them. */
  readonly taken?: (stage: Size) => readonly Box[];
  readonly handle?: Ref<StageHandle>;
}
/** What is done on the image from beside it. */
export interface StageHandle { /** Takes the chosen polygon by a vertex, for the keyboard. */ readonly holdVertex: () => void }

export function ImageStage(p: ImageStageProps): ReactNode {
  const t = useTranslations('stage'), keys = useKeys(), figures = useFigures(), told = useId();
  const frame = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState<Size>(usualStage);
  const [gesture, setGesture] = useState<Gesture>(idle);
  // The gesture itself; the state is what was drawn of it last. A quick hand lifts before the page is drawn again.
  const live = useRef<Gesture>(gesture);
  const turnTo = useCallback((next: Gesture): void => { live.current = next; setGesture(next); }, []);
  const [cursor, setCursor] = useState('default');
  const [pointer, setPointer] = useState<Point | null>(null);
  const space = useRef(false);
  const { window: windowing, map = 'grey', lens = false } = p, tone = useMemo(() => ({ window: windowing, map }), [windowing, map]);
  const { picture, error } = usePicture(p.format, tone), overlays = useOverlays(p.format), drawings = p.drawings === false ? noDrawings : overlays;
  // For who waits for the picture: it comes a moment after the page.
  const painted = useRef(false);
  const onPainted = useCallback((isPresent: boolean): void => { painted.current = isPresent; frame.current?.setAttribute('data-painted', String(isPresent)); }, []);
  // The marks may be painted before the frame round them is there.
  useLayoutEffect(() => { frame.current?.setAttribute('data-painted', String(painted.current)); });
  const { onSize, taken, view, tool, brush = 0 } = p;

  useLayoutEffect(() => {
    const element = frame.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => { const next = { width: element.clientWidth, height: element.clientHeight }; setSize((s) => (s.width === next.width && s.height === next.height ? s : next)); onSize(next); });
    observer.observe(element);
    return () => observer.disconnect();
  }, [onSize]);

  const scene: Scene | null = view === null ? null : { image: p.format, view, targets: p.hidden ? none : p.marks, selected: p.selected, locked: p.locked || p.onChange === undefined, snapping: true, brush };
  const perform = (effects: readonly Effect[]): void => {
    for (const e of effects) {
      switch (e.kind) {
        case 'select': p.onSelect?.(e.id); break;
        case 'change': p.onChange?.(e.id, e.box, e.shape); break;
        case 'bend': p.onBend?.(e.id, e.bend); break;
        case 'add': p.onAdd?.(e.box, e.shape); break;
        case 'outline': p.onOutline?.(e.at, e.of); break;
        case 'pan': p.onView((v) => ({ ...v, x: v.x + e.by.x, y: v.y + e.by.y })); break;
        case 'zoom': p.onView((v) => zoomAt(v, e.at, e.factor)); break;
        case 'window': p.onWindow?.(e.by); break;
      }
    }
  };
  const take = (turn: Turn): void => { turnTo(turn.gesture); perform(turn.effects); };

  useImperativeHandle(p.handle, () => ({ holdVertex: () => { if (scene !== null) take(holdVertex(scene)); } }));

  // A tool put away leaves nothing half drawn.
  useEffect(() => { if (live.current.kind !== 'idle') turnTo(idle); }, [tool, turnTo]);
  const onKey = useRef<(e: KeyboardEvent) => void>(() => undefined);
  useLayoutEffect(() => {
    onKey.current = (e) => {
      if (isComposing(e) || isTyping(e.target) || document.querySelector('dialog[open]') !== null) return;
      if (e.type === 'keyup') space.current = false;
      else if (e.target === document.body && keys.of('image.hold').includes(chord(e))) { space.current = true; e.preventDefault(); }
      const turn = e.type === 'keydown' && scene !== null && !e.ctrlKey && !e.metaKey ? keyDown(scene, live.current, chord(e)) : null;
      // A key that means the gesture means nothing else.
      if (turn !== null) { e.preventDefault(); e.stopPropagation(); take(turn); }
    };
  });
  useEffect(() => {
    const key = (e: KeyboardEvent): void => onKey.current(e);
    window.addEventListener('keydown', key, true);
    window.addEventListener('keyup', key, true);
    return () => { window.removeEventListener('keydown', key, true); window.removeEventListener('keyup', key, true); };
  }, []);

  const at = (e: Konva.KonvaEventObject<PointerEvent | WheelEvent>): Point => { const r = frame.current?.getBoundingClientRect(); return { x: e.evt.clientX - (r?.left ?? 0), y: e.evt.clientY - (r?.top ?? 0) }; };
  const sceneAt = (e: Konva.KonvaEventObject<PointerEvent>): Scene | null => (scene === null ? null : { ...scene, snapping: !e.evt.altKey });
  const down = (e: Konva.KonvaEventObject<PointerEvent>): void => {
    const now = sceneAt(e);
    if (now === null) return;
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    // On the canvas itself: captured any higher, the events would pass Konva by.
    if (e.evt.target instanceof Element) e.evt.target.setPointerCapture(e.evt.pointerId);
    const button = e.evt.button === 1 ? 1 : e.evt.button === 2 ? 2 : 0;
    take(pointerDown(now, live.current, { at: at(e), button, tool, space: space.current, alt: e.evt.altKey, beside: keys.leftDrag }));
  };
  const move = (e: Konva.KonvaEventObject<PointerEvent>): void => {
    const now = sceneAt(e);
    if (now === null) return;
    if (isBrush(tool) || lens) setPointer(at(e));
    if (live.current.kind === 'idle' || live.current.kind === 'vertex') setCursor(cursorAt(now, at(e), tool));
    take(pointerMove(now, live.current, at(e)));
  };
  const up = (e: Konva.KonvaEventObject<PointerEvent>): void => { const now = sceneAt(e); if (now !== null) take(pointerUp(now, live.current)); };
  const wheeled = useRef(0);
  const wheel = (e: Konva.KonvaEventObject<WheelEvent>): void => {
    e.evt.preventDefault();
    const point = at(e), by = e.evt.deltaMode === 1 ? 33 * e.evt.deltaY : e.evt.deltaY;
    if (p.onScroll === undefined || e.evt.ctrlKey) { p.onView((v) => zoomAt(v, point, Math.exp(-by / 400))); return; }
    // A notch is a slice; of a touch pad's small steps, so many screen pixels are.
    wheeled.current = Math.sign(wheeled.current) === Math.sign(by) ? wheeled.current + by : by;
    if (Math.abs(wheeled.current) < pixelsToSlice) return;
    p.onScroll(Math.sign(by) * (Math.abs(by) >= pixelsToSlice ? 1 : Math.trunc(Math.abs(wheeled.current) / pixelsToSlice)));
    wheeled.current = 0;
  };
  const paintImage = (c: CanvasRenderingContext2D, v: View): void => {
    picture?.paint(c, v, size, Konva.pixelRatio);
    if (drawings.length === 0) return;
    c.save(); c.imageSmoothingEnabled = v.scale < smoothBelow; c.transform(...matrixOf(v));
    for (const { bitmap, x, y } of drawings) c.drawImage(bitmap, x, y);
    c.restore();
  };
  const [paths] = useState(() => new Paths());
  const paintLens = (c: CanvasRenderingContext2D, v: View, middle: Point): void => {
    const near = zoomAt(v, middle, lensZoom), sides = { x: middle.x - lensRadius, y: middle.y - lensRadius, width: 2 * lensRadius, height: 2 * lensRadius };
    c.save();
    c.beginPath(); c.arc(middle.x, middle.y, lensRadius, 0, 2 * Math.PI); c.clip();
    c.fillStyle = '#000'; c.fillRect(sides.x, sides.y, sides.width, sides.height);
    paintImage(c, near);
    if (!p.hidden) paintMarks(c, p.marks.filter((m) => isInSight(m, { ...near, x: near.x - sides.x, y: near.y - sides.y }, sides)), near, noPlaces, paths);
    c.restore();
    c.beginPath(); c.arc(middle.x, middle.y, lensRadius, 0, 2 * Math.PI); c.lineWidth = 2; c.strokeStyle = '#dfe5ec'; c.stroke();
  };

  const chosen = p.hidden ? undefined : p.marks.find((m) => m.id === p.selected);
  const held = scene !== null && !scene.locked && chosen?.locked !== true;
  const inHand = scene === null ? null : heldVertex(scene, gesture), corner = inHand?.points[inHand.at];
  const places = useMemo(() => (view === null ? noPlaces : labelPlaces(p.marks, p.selected, view, size, taken?.(size))), [p.marks, p.selected, view, size, taken]);
  return (
    <div ref={frame} className="image-stage" role="application" aria-label={p.label} aria-describedby={inHand === null ? undefined : told} style={{ cursor }} onContextMenu={(e) => e.preventDefault()} onPointerLeave={() => setPointer(null)} data-ready={picture !== null} data-by={picture?.by} data-overlay={p.overlay !== undefined}>
      {error !== null && <p className="stage-error" role="alert">{error === 'not-loaded' || error === 'incomplete' ? t(error) : error}</p>}
      {size.width > 0 && view !== null && (
        <Stage width={size.width} height={size.height} onPointerDown={down} onPointerMove={move} onPointerUp={up} onPointerCancel={() => turnTo(idle)} onWheel={wheel}>
          <Layer listening={false} imageSmoothingEnabled={view.scale < smoothBelow}>
            {picture !== null && <Shape listening={false} sceneFunc={({ _context: c }) => paintImage(c, view)} />}
            {p.overlay !== undefined && <HeatOverlay overlay={p.overlay} image={p.format} view={view} />}
            <Marks marks={p.hidden ? none : p.marks} view={view} selected={p.selected} stage={size} places={places} onPainted={onPainted} />
          </Layer>
          <Layer listening={false}>
            <Shape listening={false} sceneFunc={({ _context: c }) => {
              if (chosen !== undefined) {
                const dragged = asDragged(chosen, gesture);
                paintChosen(c, dragged, view, dragged === chosen ? places.get(chosen.id) : labelPlaces([dragged], dragged.id, view, size).get(chosen.id), gesture, held);
              }
              paintGesture(c, gesture, view);
              if (isBrush(tool) && pointer !== null) paintBrush(c, pointer, brush, view);
              if (lens) paintLens(c, view, pointer ?? { x: size.width / 2, y: size.height / 2 });
            }} />
          </Layer>
        </Stage>
      )}
      <div className="stage-vertex" data-held={inHand !== null}>
        <p role="status">{inHand === null || corner === undefined ? '' : t('vertex', { n: inHand.at + 1, of: inHand.points.length, x: figures.fixed(corner.x, 1), y: figures.fixed(corner.y, 1) })}</p>
        {inHand !== null && <p id={told}>{t.rich('vertexKeys', { key: (name) => <kbd className="kbd">{name}</kbd> })}</p>}
      </div>
      {/* Konva needs a listening layer for stage events; the stage itself gets them. */}
    </div>
  );
}

const none: readonly Mark[] = [], noDrawings: ReturnType<typeof useOverlays> = [];
/** Screen pixels of a wheel that are a slice. */
const pixelsToSlice = 40;
/** The magnifier, in screen pixels, and how much larger it shows. */
const lensRadius = 110, lensZoom = 3;
const isBrush = (tool: Tool): boolean => tool === 'brush' || tool === 'eraser';
const cursors: Readonly<Record<string, string>> = { nw: 'nwse-resize', se: 'nwse-resize', ne: 'nesw-resize', sw: 'nesw-resize', n: 'ns-resize', s: 'ns-resize', e: 'ew-resize', w: 'ew-resize' };
function cursorAt(scene: Scene, at: Point, tool: Tool): string {
  if (isDrawing(tool)) return 'crosshair';
  if (tool === 'window') return 'ns-resize';
  if (tool === 'pan') return 'grab';
  const hold = holdAt(at, scene);
  if (hold !== null) return 'handle' in hold ? cursors[handleSeen(hold.handle, scene.view)] ?? 'default' : 'vertex' in hold ? 'move' : 'copy';
  return targetAt(at, scene) === null ? 'default' : 'pointer';
}

const noPlaces: Places = new Map();

// The image with marks on it, and the pointer's gestures. It knows boxes and styles, not cases: the review room and the
// comparison of models both draw with it.
import { memo, useEffect, useLayoutEffect, useCallback, useMemo, useRef, useState, type ReactNode } from 'react';
import type Konva from 'konva';
import { Group, Image, Label, Layer, Rect, Stage, Tag, Text } from 'react-konva';
import type { Box, Size } from '../../shared/domain/geometry.ts';
import type { PixelFormat } from '../../shared/domain/case.ts';
import { handlePoint, handles, placeLabels, textWidth, zoomAt, type Point, type View } from './geometry.ts';
import { useBitmap, type Windowing } from './pixels.ts';
import type { RegionStyle } from './region-style.ts';
import { isComposing } from '../ui/actions.tsx';
import { useTranslations } from '../words/language.tsx';
import { cancelled, handleAt, pointerDown, pointerMove, pointerUp, targetAt, type Effect, type Gesture, type Scene, type Tool } from './tools/gesture.ts';
import './image-stage.css';

export interface Mark { readonly id: string; readonly box: Box; readonly style: RegionStyle; readonly label: string }
export interface ImageStageProps {
  readonly format: PixelFormat;
  readonly window: Windowing;
  readonly view: View | null;
  /** Events come quicker than pages are drawn: a change applies to the view as it is then. */
  readonly onView: (change: (view: View) => View) => void;
  readonly onSize: (size: Size) => void;
  readonly marks: readonly Mark[];
  readonly selected: string | null;
  readonly locked: boolean;
  readonly tool: Tool;
  readonly hidden: boolean;
  readonly onSelect?: (id: string | null) => void;
  readonly onChange?: (id: string, box: Box) => void;
  readonly onAdd?: (box: Box) => void;
  readonly onWindow?: (by: Point) => void;
  readonly label: string;
  /** Where words stand over the image: labels keep clear of them. */
  readonly taken?: (stage: Size) => readonly Box[];
}

export function ImageStage(p: ImageStageProps): ReactNode {
  const t = useTranslations('stage');
  const frame = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  const [gesture, setGesture] = useState<Gesture>({ kind: 'idle' });
  // The gesture itself; the state is what was drawn of it last. A quick hand lifts before the page is drawn again.
  const live = useRef<Gesture>(gesture);
  const turnTo = useCallback((next: Gesture): void => { live.current = next; setGesture(next); }, []);
  const [cursor, setCursor] = useState('default');
  const space = useRef(false);
  const { bitmap, error } = useBitmap(p.format, p.window);
  const { onSize, taken } = p;

  useLayoutEffect(() => {
    const element = frame.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => { const next = { width: element.clientWidth, height: element.clientHeight }; setSize(next); onSize(next); });
    observer.observe(element);
    return () => observer.disconnect();
  }, [onSize]);

  useEffect(() => {
    const key = (e: KeyboardEvent): void => {
      if (isComposing(e)) return;
      if (e.key === ' ' && e.target === document.body) { space.current = e.type === 'keydown'; e.preventDefault(); }
      if (e.key === 'Escape' && e.type === 'keydown') turnTo(cancelled.gesture);
    };
    window.addEventListener('keydown', key);
    window.addEventListener('keyup', key);
    return () => { window.removeEventListener('keydown', key); window.removeEventListener('keyup', key); };
  }, [turnTo]);

  const view = p.view;
  const scene: Scene | null = view === null ? null : { image: p.format, view, targets: p.hidden ? [] : p.marks, selected: p.selected, locked: p.locked || p.onChange === undefined };
  const perform = (effects: readonly Effect[]): void => {
    for (const e of effects) {
      switch (e.kind) {
        case 'select': p.onSelect?.(e.id); break;
        case 'change': p.onChange?.(e.id, e.box); break;
        case 'add': p.onAdd?.(e.box); break;
        case 'pan': p.onView((v) => ({ ...v, x: v.x + e.by.x, y: v.y + e.by.y })); break;
        case 'zoom': p.onView((v) => zoomAt(v, e.at, e.factor)); break;
        case 'window': p.onWindow?.(e.by); break;
      }
    }
  };
  const at = (e: Konva.KonvaEventObject<PointerEvent | WheelEvent>): Point => { const r = frame.current?.getBoundingClientRect(); return { x: e.evt.clientX - (r?.left ?? 0), y: e.evt.clientY - (r?.top ?? 0) }; };
  const down = (e: Konva.KonvaEventObject<PointerEvent>): void => {
    if (scene === null) return;
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    // On the canvas itself: captured any higher, the events would pass Konva by.
    if (e.evt.target instanceof Element) e.evt.target.setPointerCapture(e.evt.pointerId);
    const button = e.evt.button === 1 ? 1 : e.evt.button === 2 ? 2 : 0;
    const turn = pointerDown(scene, { at: at(e), button, tool: p.tool, space: space.current });
    turnTo(turn.gesture);
    perform(turn.effects);
  };
  const move = (e: Konva.KonvaEventObject<PointerEvent>): void => {
    if (scene === null) return;
    if (live.current.kind === 'idle') { setCursor(cursorAt(scene, at(e), p.tool)); return; }
    const turn = pointerMove(scene, live.current, at(e));
    turnTo(turn.gesture);
    perform(turn.effects);
  };
  const up = (): void => { const turn = pointerUp(live.current); turnTo(turn.gesture); perform(turn.effects); };
  const wheel = (e: Konva.KonvaEventObject<WheelEvent>): void => { e.evt.preventDefault(); const point = at(e); p.onView((v) => zoomAt(v, point, Math.exp(-e.evt.deltaY / 400))); };

  const dragged = gesture.kind === 'moving' || gesture.kind === 'resizing' ? { id: gesture.target.id, box: gesture.box } : null;
  const chosen = p.marks.find((m) => m.id === p.selected);
  const places = useMemo(() => (view === null ? noPlaces : labelPlaces(p.marks.length > labelLimit ? p.marks.filter((m) => m.id === p.selected) : p.marks, view, size, taken?.(size))), [p.marks, p.selected, view, size, taken]);
  return (
    <div ref={frame} className="image-stage" role="application" aria-label={p.label} style={{ cursor }} onContextMenu={(e) => e.preventDefault()} data-ready={bitmap !== null}>
      {error !== null && <p className="stage-error" role="alert">{error === 'not-loaded' || error === 'incomplete' ? t(error) : error}</p>}
      {size.width > 0 && view !== null && (
        <Stage width={size.width} height={size.height} onPointerDown={down} onPointerMove={move} onPointerUp={up} onWheel={wheel}>
          <Layer listening={false} imageSmoothingEnabled={view.scale < 3}>
            {bitmap !== null && <Image image={bitmap} x={view.x} y={view.y} width={p.format.width * view.scale} height={p.format.height * view.scale} />}
          </Layer>
          <Layer listening={false}>
            <Marks marks={p.hidden ? none : p.marks} view={view} selected={p.selected} dragged={dragged?.id ?? null} stage={size} places={places} />
            {!p.hidden && chosen !== undefined && (dragged === null
              ? <Chosen mark={chosen} view={view} handlesShown={scene !== null && !scene.locked} place={places.get(chosen.id)} />
              : <Chosen mark={{ ...chosen, box: dragged.box }} view={view} handlesShown={scene !== null && !scene.locked} place={labelPlaces([{ ...chosen, box: dragged.box }], view, size).get(chosen.id)} />)}
            {gesture.kind === 'drawing' && <Outline box={gesture.box} view={view} colour="#c79bff" dash={[]} width={2} />}
          </Layer>
        </Stage>
      )}
      {/* Konva needs a listening layer for stage events; the stage itself gets them. */}
    </div>
  );
}

const none: readonly Mark[] = [];
/** Beyond this many marks only the chosen one is labelled: more would be a carpet. */
const labelLimit = 120;
const cursors: Readonly<Record<string, string>> = { nw: 'nwse-resize', se: 'nwse-resize', ne: 'nesw-resize', sw: 'nesw-resize', n: 'ns-resize', s: 'ns-resize', e: 'ew-resize', w: 'ew-resize' };
function cursorAt(scene: Scene, at: Point, tool: Tool): string {
  if (tool === 'box') return 'crosshair';
  if (tool === 'window') return 'ns-resize';
  if (tool === 'pan') return 'grab';
  const selected = scene.targets.find((t) => t.id === scene.selected);
  const handle = selected === undefined || scene.locked ? null : handleAt(at, selected.box, scene.view);
  if (handle !== null) return cursors[handle] ?? 'default';
  return targetAt(at, scene) === null ? 'default' : 'pointer';
}

const screen = (b: Box, v: View): Box => ({ x: b.x * v.scale + v.x, y: b.y * v.scale + v.y, width: b.width * v.scale, height: b.height * v.scale });

/** A line with a dark one under it, visible on bright and on dark tissue; dashes keep their gaps clear, so their colour stays. */
function Outline({ box, view, colour, dash, width, opacity = 1 }: { box: Box; view: View; colour: string; dash: number[]; width: number; opacity?: number }): ReactNode {
  const s = screen(box, view);
  return (
    <Group opacity={opacity}>
      <Rect {...s} stroke="#000" strokeWidth={width + 2} dash={dash} opacity={0.55} perfectDrawEnabled={false} />
      <Rect {...s} stroke={colour} strokeWidth={width} dash={dash} perfectDrawEnabled={false} />
    </Group>
  );
}

type Places = ReadonlyMap<string, Point>;
const noPlaces: Places = new Map();
const isVisible = (m: Mark, view: View, stage: Size): boolean => { const s = screen(m.box, view); return s.x < stage.width && s.y < stage.height && s.x + s.width > 0 && s.y + s.height > 0; };

/** Where the labels of the marks in sight stand. The order of the marks decides, not the choice: labels do not jump when one is chosen. */
function labelPlaces(marks: readonly Mark[], view: View, stage: Size, taken?: readonly Box[]): Places {
  const seen = marks.filter((m) => m.label !== '' && isVisible(m, view, stage));
  const at = placeLabels(seen.map((m) => ({ box: screen(m.box, view), size: { width: 8 + textWidth(m.label), height: 17 } })), stage, taken);
  return new Map(seen.flatMap((m, i) => { const place = at[i]; return place === undefined ? [] : [[m.id, place] as const]; }));
}

function MarkLabel({ mark, at }: { mark: Mark; at: Point }): ReactNode {
  return (
    <Label x={at.x} y={at.y} opacity={mark.style.opacity}>
      <Tag fill={mark.style.colour} cornerRadius={3} />
      <Text text={mark.label} fontSize={11} fontStyle="bold" fontFamily="Inter, Segoe UI, system-ui, sans-serif" padding={3} fill="#0a0c0f" />
    </Label>
  );
}

/** Labels lie above all lines: a neighbour's edge must not cross out a number. */
const Marks = memo(function Marks({ marks, view, selected, dragged, stage, places }: { marks: readonly Mark[]; view: View; selected: string | null; dragged: string | null; stage: Size; places: Places }): ReactNode {
  const seen = marks.filter((m) => m.id !== selected && m.id !== dragged && isVisible(m, view, stage));
  return (
    <>
      {seen.map((m) => <Outline key={m.id} box={m.box} view={view} colour={m.style.colour} dash={m.style.dash} width={1.6} opacity={m.style.opacity} />)}
      {seen.map((m) => { const at = places.get(m.id); return at === undefined ? null : <MarkLabel key={m.id} mark={m} at={at} />; })}
    </>
  );
});

function Chosen({ mark, view, handlesShown, place }: { mark: Mark; view: View; handlesShown: boolean; place: Point | undefined }): ReactNode {
  return (
    <Group>
      <Outline box={mark.box} view={view} colour={mark.style.colour} dash={mark.style.dash} width={3} />
      {place !== undefined && <MarkLabel mark={{ ...mark, style: { ...mark.style, opacity: 1 } }} at={place} />}
      {handlesShown && handles.map((h) => { const q = handlePoint(mark.box, h); return <Rect key={h} x={q.x * view.scale + view.x - 4} y={q.y * view.scale + view.y - 4} width={8} height={8} fill="#0e1013" stroke={mark.style.colour} strokeWidth={1.6} />; })}
    </Group>
  );
}

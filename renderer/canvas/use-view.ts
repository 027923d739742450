// The view of one image as state: fitted to its window, whatever the window's size, until a person moves or zooms it; and
// which way round it lies, fitted or not.
import { useCallback, useMemo, useState } from 'react';
import type { Box, Size } from '../../shared/domain/geometry.ts';
import { aboutMiddle, boxInMiddle, fit, fitWidth, turnedBy, zoomAt, zoomToBox, type Orientation, type TurnOf, type View } from './geometry.ts';

export interface ImageView {
  /** Null until the window's size is known. */
  readonly view: View | null;
  /** As a person left it; null while it is fitted. */
  readonly moved: View | null;
  readonly way: Orientation;
  readonly change: (change: (view: View) => View) => void;
  readonly zoom: (factor: number) => void;
  readonly lookAt: (box: Box) => void;
  readonly fit: () => void;
  readonly fitWidth: () => void;
  /** One image pixel is one pixel of the screen. */
  readonly actual: () => void;
  readonly turn: (by: TurnOf) => void;
  /** Fitted and as stored. */
  readonly reset: () => void;
  /** A box in the middle of what is seen; null until the window's size is known. */
  readonly middle: () => Box | null;
  /** The size of the window. */
  readonly stage: Size;
  readonly onSize: (size: Size) => void;
}

/** The size of the stage that was on the page last: the next one is most likely as large, and need not wait to be measured. */
let usual: Size = { width: 0, height: 0 };
export const usualStage = (): Size => usual;

interface State { readonly stage: Size; readonly moved: View | null; readonly way: Orientation }

/** @param begun how another image of the same size was looked at; it is looked at like that, too. */
export function useView(image: Size, begun: { readonly view: View | null; readonly way: Orientation } | null = null): ImageView {
  const { width, height } = image;
  const [{ stage, moved, way }, set] = useState<State>(() => ({ stage: usual, moved: begun?.view ?? null, way: begun?.way ?? {} }));
  const fitted = useMemo(() => (stage.width > 0 ? fit({ width, height }, stage, 8, way) : null), [width, height, stage, way]);
  const onStage = useCallback((next: (view: View, s: State) => Partial<State>): void => {
    set((s) => (s.stage.width > 0 ? { ...s, ...next(s.moved ?? fit({ width, height }, s.stage, 8, s.way), s) } : s));
  }, [width, height]);
  const change = useCallback((next: (view: View) => View): void => onStage((v) => ({ moved: next(v) })), [onStage]);
  return {
    view: moved ?? fitted, moved, way, change, stage,
    zoom: (factor) => change((v) => zoomAt(v, { x: stage.width / 2, y: stage.height / 2 }, factor)),
    lookAt: (box) => set((s) => ({ ...s, moved: zoomToBox(box, s.stage, s.way) })),
    fit: () => set((s) => ({ ...s, moved: null })),
    fitWidth: () => onStage((_, s) => ({ moved: fitWidth({ width, height }, s.stage, s.way) })),
    // On the screen's own grid, so that no pixel is spread over two.
    actual: () => onStage((v, s) => { const k = window.devicePixelRatio, { x, y, ...rest } = aboutMiddle(v, s.stage, 1 / k, s.way); return { moved: { ...rest, x: Math.round(x * k) / k, y: Math.round(y * k) / k } }; }),
    turn: (by) => set((s) => { const next = turnedBy(s.way, by); return { ...s, way: next, moved: s.moved === null ? null : aboutMiddle(s.moved, s.stage, s.moved.scale, next) }; }),
    reset: () => set((s) => ({ ...s, moved: null, way: {} })),
    middle: () => { const view = moved ?? fitted; return view === null ? null : boxInMiddle(view, stage, image); },
    // What is in the middle stays there.
    onSize: useCallback((next: Size) => { usual = next; set((s) => (next.width === s.stage.width && next.height === s.stage.height ? s : { ...s, stage: next, moved: s.moved === null || s.stage.width === 0 ? s.moved : { ...s.moved, x: s.moved.x + (next.width - s.stage.width) / 2, y: s.moved.y + (next.height - s.stage.height) / 2 } })); }, []),
  };
}

// The view of one image as state: fitted to its window, whatever the window's size, until a person moves or zooms it.
import { useCallback, useMemo, useState } from 'react';
import type { Box, Size } from '../../shared/domain/geometry.ts';
import { boxInMiddle, fit, zoomAt, zoomToBox, type View } from './geometry.ts';

export interface ImageView {
  /** Null until the window's size is known. */
  readonly view: View | null;
  /** As a person left it; null while it is fitted. */
  readonly moved: View | null;
  readonly change: (change: (view: View) => View) => void;
  readonly zoom: (factor: number) => void;
  readonly lookAt: (box: Box) => void;
  readonly fit: () => void;
  /** A box in the middle of what is seen; null until the window's size is known. */
  readonly middle: () => Box | null;
  readonly onSize: (size: Size) => void;
}

/** The size of the stage that was on the page last: the next one is most likely as large, and need not wait to be measured. */
let usual: Size = { width: 0, height: 0 };
export const usualStage = (): Size => usual;

/** @param begun how another image of the same size was looked at; it is looked at like that, too. */
export function useView(image: Size, begun: View | null = null): ImageView {
  const { width, height } = image;
  const [{ stage, moved }, set] = useState<{ stage: Size; moved: View | null }>(() => ({ stage: usual, moved: begun }));
  const fitted = useMemo(() => (stage.width > 0 ? fit({ width, height }, stage) : null), [width, height, stage]);
  const change = useCallback((next: (view: View) => View): void => {
    set((s) => (s.stage.width > 0 ? { ...s, moved: next(s.moved ?? fit({ width, height }, s.stage)) } : s));
  }, [width, height]);
  return {
    view: moved ?? fitted, moved, change,
    zoom: (factor) => change((v) => zoomAt(v, { x: stage.width / 2, y: stage.height / 2 }, factor)),
    lookAt: (box) => set((s) => ({ ...s, moved: zoomToBox(box, s.stage) })),
    fit: () => set((s) => ({ ...s, moved: null })),
    middle: () => { const view = moved ?? fitted; return view === null ? null : boxInMiddle(view, stage, image); },
    // What is in the middle stays there.
    onSize: useCallback((next: Size) => { usual = next; set((s) => (next.width === s.stage.width && next.height === s.stage.height ? s : { stage: next, moved: s.moved === null || s.stage.width === 0 ? s.moved : { ...s.moved, x: s.moved.x + (next.width - s.stage.width) / 2, y: s.moved.y + (next.height - s.stage.height) / 2 } })); }, []),
  };
}

// The view of one image as state: fitted to its window, whatever the window's size, until a person moves or zooms it.
import { useCallback, useState } from 'react';
import type { Box, Size } from '../../shared/domain/geometry.ts';
import { fit, zoomAt, zoomToBox, type View } from './geometry.ts';

export interface ImageView {
  /** Null until the window's size is known. */
  readonly view: View | null;
  readonly change: (change: (view: View) => View) => void;
  readonly zoom: (factor: number) => void;
  readonly lookAt: (box: Box) => void;
  readonly fit: () => void;
  readonly onSize: (size: Size) => void;
}

export function useView(image: Size): ImageView {
  const { width, height } = image;
  const [stage, setStage] = useState<Size>({ width: 0, height: 0 });
  const [moved, setMoved] = useState<View | null>(null);
  const fitted = stage.width > 0 ? fit({ width, height }, stage) : null;
  const change = useCallback((next: (view: View) => View): void => {
    if (stage.width > 0) setMoved((m) => next(m ?? fit({ width, height }, stage)));
  }, [width, height, stage]);
  return {
    view: moved ?? fitted, change,
    zoom: (factor) => change((v) => zoomAt(v, { x: stage.width / 2, y: stage.height / 2 }, factor)),
    lookAt: (box) => setMoved(zoomToBox(box, stage)),
    fit: () => setMoved(null),
    onSize: useCallback((next: Size) => setStage(next), []),
  };
}

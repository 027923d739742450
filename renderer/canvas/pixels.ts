// The page's end of the render worker: a bitmap of an image through a window, as state.
import { useEffect, useState } from 'react';
import type { PixelFormat } from '../../shared/domain/case.ts';
import type { Box } from '../../shared/domain/geometry.ts';

export interface Windowing { readonly centre: number; readonly width: number; readonly inverted: boolean }
/** A box of the image alone, its longer side at most `longest` pixels of the bitmap. */
export interface Cut { readonly box: Box; readonly longest: number }
export const standardWindow = (format: PixelFormat): Windowing => ({ ...format.window, inverted: false });

let worker: Worker | null = null;
let counter = 0, slots = 0;
const waiting = new Map<number, (answer: { bitmap?: ImageBitmap; error?: string }) => void>();

function renderer(): Worker {
  if (worker !== null) return worker;
  worker = new Worker(new URL('./render-worker.ts', import.meta.url), { type: 'module' });
  worker.addEventListener('message', (event: MessageEvent<{ id: number; bitmap?: ImageBitmap; error?: string }>) => {
    waiting.get(event.data.id)?.(event.data);
    waiting.delete(event.data.id);
  });
  return worker;
}

/** Loads an image that will be wanted soon. */
export function prefetch(format: PixelFormat): void { renderer().postMessage({ id: 0, slot: 0, format, window: { ...format.window, inverted: false } }); }

export function useBitmap(format: PixelFormat | null, window: Windowing | null, cut: Cut | null = null): { bitmap: ImageBitmap | null; error: string | null } {
  const [state, setState] = useState<{ bitmap: ImageBitmap | null; error: string | null; blob: string; cut: Cut | null }>({ bitmap: null, error: null, blob: '', cut: null });
  const [slot] = useState(() => ++slots);
  useEffect(() => {
    if (format === null || window === null) return undefined;
    const id = ++counter;
    waiting.set(id, ({ bitmap, error }) => setState({ bitmap: bitmap ?? null, error: error ?? null, blob: format.blob, cut }));
    renderer().postMessage({ id, slot, format, window, cut });
    return () => { waiting.delete(id); };
  }, [format, window, cut, slot]);
  // The image of another case is never shown under this one's regions.
  return format !== null && state.blob === format.blob && state.cut === cut ? state : { bitmap: null, error: null };
}

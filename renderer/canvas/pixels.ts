// The page's end of the render worker: a bitmap of an image through a window, as state.
import { useEffect, useState } from 'react';
import type { PixelFormat } from '../../shared/domain/case.ts';
import { standardWindow, type Windowing } from '../../shared/domain/display.ts';
import { canonical } from '../../shared/domain/diff.ts';
import type { Box } from '../../shared/domain/geometry.ts';
import type { Statistics } from '../../shared/domain/statistics.ts';
import type { MeasureRequest } from './measured.ts';

/** A box of the image alone, its longer side at most `longest` pixels of the bitmap. */
export interface Cut { readonly box: Box; readonly longest: number }
export const isStandard = (window: Windowing, format: PixelFormat): boolean => canonical(window) === canonical(standardWindow(format));

interface Answer { readonly bitmap?: ImageBitmap; readonly statistics?: readonly (readonly Statistics[] | null)[]; readonly error?: string }
let worker: Worker | null = null;
let counter = 0, slots = 0;
const waiting = new Map<number, (answer: Answer) => void>();

function renderer(): Worker {
  if (worker !== null) return worker;
  worker = new Worker(new URL('./render-worker.ts', import.meta.url), { type: 'module' });
  worker.addEventListener('message', (event: MessageEvent<Answer & { id: number }>) => {
    waiting.get(event.data.id)?.(event.data);
    waiting.delete(event.data.id);
  });
  return worker;
}

/** Loads an image that will be wanted soon. */
export function prefetch(format: PixelFormat): void { renderer().postMessage({ id: 0, slot: null, format, window: standardWindow(format) }); }

/** What the stored samples in outlines say, in their order; null where there are none but padding. Error: the image cannot be read. */
export function measured(format: PixelFormat, outlines: MeasureRequest['outlines']): Promise<readonly (readonly Statistics[] | null)[]> {
  const id = ++counter;
  return new Promise((resolve, reject) => {
    waiting.set(id, ({ statistics, error }) => { if (statistics === undefined) reject(new Error(error ?? '')); else resolve(statistics); });
    renderer().postMessage({ id, format, outlines } satisfies MeasureRequest);
  });
}

/** Bitmaps made before they are wanted, through the file's own window: those last made come last. */
const ready = new Map<string, ImageBitmap>();
/** Pixels of all that is made ready: 128 MB. */
const readyLimit = 32 * 2 ** 20;
const areaOf = (b: ImageBitmap): number => b.width * b.height;

/** Paints an image that comes next: the first frame that shows its case shows it. */
export function makeReady(format: PixelFormat): void {
  if (ready.has(format.blob)) return;
  const id = ++counter;
  waiting.set(id, ({ bitmap }) => {
    if (bitmap === undefined) return;
    ready.set(format.blob, bitmap);
    for (const [blob, old] of ready) { if ([...ready.values()].reduce((sum, b) => sum + areaOf(b), 0) <= readyLimit) break; if (old !== bitmap) ready.delete(blob); }
  });
  renderer().postMessage({ id, slot: null, format, window: standardWindow(format) });
}
const readyFor = (format: PixelFormat, window: Windowing): ImageBitmap | null => (isStandard(window, format) ? ready.get(format.blob) ?? null : null);

export function useBitmap(format: PixelFormat | null, window: Windowing | null, cut: Cut | null = null): { bitmap: ImageBitmap | null; error: string | null } {
  const [first] = useState(() => ({ format, window, bitmap: format === null || window === null || cut !== null ? null : readyFor(format, window) }));
  const [state, setState] = useState<{ bitmap: ImageBitmap | null; error: string | null; blob: string; cut: Cut | null }>({ bitmap: first.bitmap, error: null, blob: format?.blob ?? '', cut });
  const [slot] = useState(() => ++slots);
  useEffect(() => {
    if (format === null || window === null || (first.bitmap !== null && first.format === format && first.window === window)) return undefined;
    const id = ++counter;
    waiting.set(id, ({ bitmap, error }) => setState({ bitmap: bitmap ?? null, error: error ?? null, blob: format.blob, cut }));
    renderer().postMessage({ id, slot, format, window, cut });
    return () => { waiting.delete(id); };
  }, [format, window, cut, slot, first]);
  // The image of another case is never shown under this one's regions.
  return format !== null && state.blob === format.blob && state.cut === cut ? state : { bitmap: null, error: null };
}

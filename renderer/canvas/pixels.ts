// Images as something to paint, for stages and lists: on the graphics card where there is one (gpu.ts), else as bitmaps
// that the render worker paints. Where a picture is at hand, a stage has it with its first frame.
import { useEffect, useState, useSyncExternalStore } from 'react';
import type { PixelFormat } from '../../shared/domain/case.ts';
import { standardWindow, type LookupTable, type Windowing } from '../../shared/domain/display.ts';
import { canonical } from '../../shared/domain/diff.ts';
import type { Box, Size } from '../../shared/domain/geometry.ts';
import type { Statistics } from '../../shared/domain/statistics.ts';
import { matrixOf, type View } from './geometry.ts';
import { GpuPainter, smoothBelow } from './gpu.ts';
import type { RenderReply, RenderRequest } from './render-worker.ts';
import { colourTable, type ColourTable, type Tone } from './tone.ts';

/** A box of the image alone, its longer side at most `longest` pixels of the bitmap. */
export interface Cut { readonly box: Box; readonly longest: number }
export const isStandard = (window: Windowing, format: PixelFormat): boolean => canonical(window) === canonical(standardWindow(format));
const asItIs = (format: PixelFormat): Tone => ({ window: standardWindow(format), map: 'grey' });

type Answer = Extract<RenderReply, { id: number }>;
let worker: Worker | null = null;
let counter = 0, slots = 0;
const waiting = new Map<number, (answer: Answer) => void>();
/** Blobs whose samples are in memory. */
let held: ReadonlySet<string> = new Set();
const heldListeners = new Set<() => void>();

function renderer(): Worker {
  if (worker !== null) return worker;
  worker = new Worker(new URL('./render-worker.ts', import.meta.url), { type: 'module' });
  worker.addEventListener('message', ({ data }: MessageEvent<RenderReply>) => {
    if (data.id !== null) { waiting.get(data.id)?.(data); waiting.delete(data.id); return; }
    const next = new Set(held);
    if (data.isHeld) next.add(data.blob); else next.delete(data.blob);
    held = next;
    for (const listener of heldListeners) listener();
  });
  return worker;
}
const post = (request: RenderRequest): void => renderer().postMessage(request);
function ask(request: Exclude<RenderRequest, { kind: 'ahead' | 'prefetch' }>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    waiting.set(request.id, (answer) => { if (answer.error === undefined) resolve(answer); else reject(new Error(answer.error)); });
    post(request);
  });
}

export const useHeldBlobs = (): ReadonlySet<string> => useSyncExternalStore((listener) => { heldListeners.add(listener); return () => { heldListeners.delete(listener); }; }, () => held);
/** Loads an image that will be wanted soon. */
export function prefetch(format: PixelFormat): void { post({ kind: 'prefetch', format }); }
/** Loads images that are wanted soon, the soonest first, instead of those named before. */
export function prefetchAhead(formats: readonly PixelFormat[]): void { post({ kind: 'ahead', formats: formats.filter((f) => !held.has(f.blob)) }); }
/** The window that shows what lies in a box by its own brightness; null where nothing does. */
export const windowFor = async (format: PixelFormat, box: Box | null): Promise<{ readonly centre: number; readonly width: number } | null> => (await ask({ kind: 'window', id: ++counter, format, box })).window ?? null;

/** What the stored samples in outlines say, in their order; null where there are none but padding. Error: the image cannot be read. */
export const measured = async (format: PixelFormat, outlines: Extract<RenderRequest, { kind: 'measure' }>['outlines']): Promise<readonly (readonly Statistics[] | null)[]> => (await ask({ kind: 'measure', id: ++counter, format, outlines })).statistics ?? [];

/** Which way images are painted: as a person or a test chose, else on the graphics card where that is a real one. */
export const painters = ['auto', 'gpu', 'processor'] as const;
export type PainterChoice = (typeof painters)[number];
const choiceKey = 'regionmed-images';
function chosenPainter(): PainterChoice {
  const chosen = new URLSearchParams(location.search).get('images') ?? localStorage.getItem(choiceKey);
  return painters.find((p) => p === chosen) ?? 'auto';
}
export interface PaintedBy { readonly choice: PainterChoice; readonly gpu: GpuPainter | null }
let paintedBy: PaintedBy | null = null;
const painterListeners = new Set<() => void>();
const changed = (): void => { paintedBy = paintedBy && { ...paintedBy }; for (const listener of painterListeners) listener(); };
const painter = (): PaintedBy => { if (paintedBy === null) { const choice = chosenPainter(); paintedBy = { choice, gpu: choice === 'processor' ? null : GpuPainter.open(choice === 'gpu', changed) }; } return paintedBy; };
export function choosePainter(choice: PainterChoice): void { localStorage.setItem(choiceKey, choice); paintedBy = null; painter(); changed(); }
/** Another object after each change: the context was lost, or is there again. */
export const usePaintedBy = (): PaintedBy => useSyncExternalStore((listener) => { painterListeners.add(listener); return () => { painterListeners.delete(listener); }; }, painter);

/** An image through a tone. */
export interface Picture {
  readonly blob: string;
  readonly by: 'gpu' | 'processor';
  /** In the page's pixels. @param ratio the screen's pixels to one of them */
  readonly paint: (c: CanvasRenderingContext2D, view: View, stage: Size, ratio: number) => void;
}
function bitmapPicture(bitmap: ImageBitmap, { blob, width, height }: PixelFormat): Picture {
  return { blob, by: 'processor', paint: (c, view) => { c.save(); c.imageSmoothingEnabled = view.scale < smoothBelow; c.transform(...matrixOf(view)); c.drawImage(bitmap, 0, 0, width, height); c.restore(); } };
}

/** Bitmaps at hand, by blob and tone: those last used come last. */
const ready = new Map<string, ImageBitmap>();
/** Pixels of all of them: 128 MB. */
const readyLimit = 32 * 2 ** 20;
const areaOf = (b: ImageBitmap): number => b.width * b.height;
const keyOf = (format: PixelFormat, tone: Tone): string => `${format.blob} ${canonical(tone)}`;
function keepReady(key: string, bitmap: ImageBitmap): void {
  ready.set(key, bitmap);
  let sum = [...ready.values()].reduce((all, b) => all + areaOf(b), 0);
  for (const [old, b] of ready) { if (sum <= readyLimit || old === key) break; ready.delete(old); sum -= areaOf(b); }
}

/** Tables of files whose samples are on the graphics card, and colour tables last used: a drag makes a new one a frame. */
const tables = new Map<string, LookupTable>(), colours = new Map<string, ColourTable>();
function coloursOf(format: PixelFormat, tone: Tone): ColourTable {
  const { sample, slope, intercept, inverted, padding, channels, voi, voiTable } = format, key = canonical({ tone, format: { sample, slope, intercept, inverted, padding: padding ?? null, channels, voi: voi ?? null, table: voiTable?.blob ?? null } });
  const made = colours.get(key) ?? colourTable(format, tone, tables.get(voiTable?.blob ?? '') ?? null);
  colours.delete(key); colours.set(key, made);
  for (const old of colours.keys()) { if (colours.size <= 8) break; colours.delete(old); }
  return made;
}
function gpuPicture(gpu: GpuPainter, format: PixelFormat, tone: Tone): Picture {
  const table = coloursOf(format, tone);
  return { blob: format.blob, by: 'gpu', paint: (c, view, stage, ratio) => {
    // Dropped meanwhile for others, or lost: it is asked for anew.
    if (!gpu.paint(c, format, table, view, stage, ratio)) queueMicrotask(changed);
  } };
}

/** A picture that is there; null where it must be asked for. */
export function pictureAtHand(format: PixelFormat, tone: Tone): Picture | null {
  const { gpu } = painter();
  if (gpu?.takes(format) === true) return gpu.holds(format.blob) ? gpuPicture(gpu, format, tone) : null;
  const bitmap = ready.get(keyOf(format, tone));
  return bitmap === undefined ? null : bitmapPicture(bitmap, format);
}
const underWay = new Map<string, Promise<void>>();
/** Makes a picture ready, so that it is at hand. */
export function makePicture(format: PixelFormat, tone: Tone): Promise<void> {
  if (pictureAtHand(format, tone) !== null) return Promise.resolve();
  const { gpu } = painter(), onCard = gpu?.takes(format) === true, key = onCard ? format.blob : keyOf(format, tone);
  const known = underWay.get(key);
  if (known !== undefined) return known;
  const work = (onCard ? hold(gpu, format) : ask({ kind: 'paint', id: ++counter, slot: null, format, tone, cut: null }).then(({ bitmap }) => { if (bitmap !== undefined) keepReady(key, bitmap); })).finally(() => underWay.delete(key));
  underWay.set(key, work);
  return work;
}
async function hold(gpu: GpuPainter, format: PixelFormat): Promise<void> {
  const { samples, table } = await ask({ kind: 'samples', id: ++counter, format });
  if (table != null && format.voiTable !== undefined) tables.set(format.voiTable.blob, table);
  if (samples !== undefined) gpu.hold(format, samples);
}
/** Paints an image that comes next as its file says: the first frame that shows its case shows it. */
export function makeReady(format: PixelFormat): void { makePicture(format, asItIs(format)).catch(() => undefined); }

interface Shown { readonly picture: Picture | null; readonly error: string | null; readonly blob: string }
/** The image through a tone. While the tone changes, the last one that was painted stays. */
export function usePicture(format: PixelFormat, tone: Tone): { readonly picture: Picture | null; readonly error: string | null } {
  const by = usePaintedBy(), [slot] = useState(() => ++slots);
  const [state, setState] = useState<Shown>({ picture: null, error: null, blob: '' });
  const atHand = pictureAtHand(format, tone), isThere = atHand !== null, key = keyOf(format, tone);
  // The last one that was at hand stays as well.
  const [last, setLast] = useState<{ readonly key: string; readonly picture: Picture } | null>(null);
  if (atHand !== null && last?.key !== key) setLast({ key, picture: atHand });
  useEffect(() => {
    if (isThere) return undefined;
    const { gpu } = by, id = ++counter, { blob } = format;
    let current = true;
    const failed = (error: unknown): void => { if (current) setState({ picture: null, error: error instanceof Error ? error.message : String(error), blob }); };
    if (gpu?.takes(format) === true) makePicture(format, tone).then(() => { if (current) setState({ picture: pictureAtHand(format, tone), error: null, blob }); }, failed);
    else ask({ kind: 'paint', id, slot, format, tone, cut: null }).then(({ bitmap }) => { if (current && bitmap !== undefined) setState({ picture: bitmapPicture(bitmap, format), error: null, blob }); }, failed);
    return () => { current = false; waiting.delete(id); };
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [by, format, key, slot, isThere]);
  if (atHand !== null) return { picture: atHand, error: null };
  // The image of another case is never shown under this one's regions.
  return state.blob === format.blob ? state : { picture: last?.picture.blob === format.blob && last.picture.by === 'processor' ? last.picture : null, error: null };
}

/** A box of an image as a bitmap, for lists. */
export function useBitmap(format: PixelFormat, window: Windowing, cut: Cut): ImageBitmap | null {
  const [state, setState] = useState<{ readonly bitmap: ImageBitmap | null; readonly blob: string; readonly cut: Cut }>({ bitmap: null, blob: format.blob, cut });
  const [slot] = useState(() => ++slots);
  useEffect(() => {
    const id = ++counter;
    ask({ kind: 'paint', id, slot, format, tone: { window, map: 'grey' }, cut }).then(({ bitmap }) => setState({ bitmap: bitmap ?? null, blob: format.blob, cut }), () => undefined);
    return () => { waiting.delete(id); };
  }, [format, window, cut, slot]);
  return state.blob === format.blob && state.cut === cut ? state.bitmap : null;
}

/** The drawings that the file lays over its image; those that cannot be read are left out. */
export function useOverlays(format: PixelFormat): readonly { readonly bitmap: ImageBitmap; readonly x: number; readonly y: number }[] {
  const [state, setState] = useState<{ readonly of: PixelFormat['overlays']; readonly found: readonly { readonly bitmap: ImageBitmap; readonly x: number; readonly y: number }[] }>({ of: undefined, found: [] });
  const { overlays } = format;
  useEffect(() => {
    if (overlays === undefined) return undefined;
    let current = true;
    const read = overlays.map(({ blob, width, height, x, y }) => ask({ kind: 'overlay', id: ++counter, blob, width, height }).then(({ bitmap }) => (bitmap === undefined ? [] : [{ bitmap, x, y }]), () => []));
    void Promise.all(read).then((found) => { if (current) setState({ of: overlays, found: found.flat() }); });
    return () => { current = false; };
  }, [overlays]);
  return overlays !== undefined && state.of === overlays ? state.found : [];
}

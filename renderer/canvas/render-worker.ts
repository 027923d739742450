// Pixels off the page's thread: loads a blob, keeps its samples, and paints them through a window into a bitmap, or hands
// them to the page, which paints them on the graphics card. Only the latest request of a slot (one stage on the page)
// counts; without a slot, each does. What went wrong is a key of stage in words/, or a bug's own words.
import { z } from 'zod';
import { pixelFormat, voiFunction, type PixelFormat } from '../../shared/domain/case.ts';
import type { LookupTable } from '../../shared/domain/display.ts';
import { box, type Box } from '../../shared/domain/geometry.ts';
import { shape } from '../../shared/domain/shape.ts';
import { rasterOf } from '../../shared/domain/raster.ts';
import { statisticsOf, type Statistics } from '../../shared/domain/statistics.ts';
import { autoWindow, colourMaps, colourTable, paintSamples, type Samples, type Tone } from './tone.ts';

const tone = z.object({ window: z.object({ centre: z.number(), width: z.number(), inverted: z.boolean(), voi: z.union([voiFunction, z.literal('table')]) }), map: z.enum(colourMaps) });
const asked = { id: z.number(), format: pixelFormat };
const request = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('paint'), ...asked, slot: z.number().nullable(), tone, cut: z.object({ box, longest: z.number().positive() }).nullable() }),
  z.object({ kind: z.literal('samples'), ...asked }),
  z.object({ kind: z.literal('window'), ...asked, box: box.nullable() }),
  /** What lies in outlines: the samples are here. */
  z.object({ kind: z.literal('measure'), ...asked, outlines: z.array(z.object({ box, shape: shape.optional() })) }),
  z.object({ kind: z.literal('overlay'), id: z.number(), blob: z.string(), width: z.number().int().positive(), height: z.number().int().positive() }),
  /** Wanted soon, the soonest first; a later list takes the place of an earlier one. */
  z.object({ kind: z.literal('ahead'), formats: z.array(pixelFormat) }),
  z.object({ kind: z.literal('prefetch'), format: pixelFormat }),
]);
export type RenderRequest = z.infer<typeof request>;
/** An answer; or, without an id, whether the samples of a blob are in memory. */
export type RenderReply =
  | { readonly id: number; readonly bitmap?: ImageBitmap; readonly samples?: Samples; readonly table?: LookupTable | null; readonly window?: { readonly centre: number; readonly width: number } | null; readonly statistics?: readonly (readonly Statistics[] | null)[]; readonly error?: string }
  | { readonly id: null; readonly blob: string; readonly isHeld: boolean };
const tell = (reply: RenderReply, transfer: Transferable[] = []): void => self.postMessage(reply, { transfer });

/** The images last used, so that going back, the prefetched next case and the slices around show at once. */
const kept = new Map<string, { readonly samples: Promise<Samples>; readonly bytes: number }>();
/** Bytes of samples that are kept. */
const keptLimit = 256 * 2 ** 20;
/** Blobs that are fetched at one time for later: what is wanted now must not stand behind many. */
const atOnce = 3;

async function inflated(blob: string): Promise<ArrayBuffer> {
  const response = await fetch(`/blobs/${blob}`);
  if (!response.ok || response.body === null) throw new Error('not-loaded');
  return new Response(response.body.pipeThrough(new DecompressionStream('deflate'))).arrayBuffer();
}

async function load(format: PixelFormat): Promise<Samples> {
  const buffer = await inflated(format.blob);
  const samples = format.sample === 'uint8' ? new Uint8Array(buffer) : format.sample === 'uint16' ? new Uint16Array(buffer) : new Int16Array(buffer);
  if (samples.length !== format.width * format.height * format.channels) throw new Error('incomplete');
  return samples;
}

/** The file's own tables, by blob: many images share one. */
const tables = new Map<string, Promise<Uint16Array>>();
async function tableOf({ voiTable: of }: PixelFormat): Promise<LookupTable | null> {
  if (of === undefined) return null;
  const known = tables.get(of.blob) ?? inflated(of.blob).then((buffer) => new Uint16Array(buffer));
  tables.set(of.blob, known);
  known.catch(() => tables.delete(of.blob));
  return { first: of.first, bits: of.bits, values: await known };
}

function samplesOf(format: PixelFormat): Promise<Samples> {
  const { blob } = format, known = kept.get(blob);
  if (known !== undefined) { kept.delete(blob); kept.set(blob, known); return known.samples; }
  const samples = load(format), bytes = format.width * format.height * format.channels * (format.sample === 'uint8' ? 1 : 2);
  kept.set(blob, { samples, bytes });
  samples.then(() => tell({ id: null, blob, isHeld: true }), () => kept.delete(blob));
  let sum = [...kept.values()].reduce((all, k) => all + k.bytes, 0);
  for (const [old, { bytes: freed }] of kept) {
    if (sum <= keptLimit || old === blob) break;
    kept.delete(old);
    sum -= freed;
    tell({ id: null, blob: old, isHeld: false });
  }
  return samples;
}

let wanted: PixelFormat[] = [], running = 0;
function lookAhead(): void {
  while (running < atOnce) {
    const next = wanted.shift();
    if (next === undefined) return;
    if (kept.has(next.blob)) continue;
    running++;
    const over = (): void => { running--; lookAhead(); };
    samplesOf(next).then(over, over);
  }
}

/** The samples of a box of whole pixels inside the image. */
function cropped(samples: Samples, format: PixelFormat, { x, y, width, height }: Box): [Samples, PixelFormat] {
  const length = width * height * format.channels, row = width * format.channels;
  const out = samples instanceof Uint8Array ? new Uint8Array(length) : samples instanceof Uint16Array ? new Uint16Array(length) : new Int16Array(length);
  for (let r = 0; r < height; r++) { const from = ((y + r) * format.width + x) * format.channels; out.set(samples.subarray(from, from + row), r * row); }
  return [out, { ...format, width, height }];
}

const paint = (samples: Samples, format: PixelFormat, by: Tone, table: LookupTable | null): ImageData => new ImageData(paintSamples(samples, format, colourTable(format, by, table)), format.width, format.height);

/** The file's drawing in a colour that no tissue has, on nothing. */
async function drawing({ blob, width, height }: Extract<RenderRequest, { kind: 'overlay' }>): Promise<ImageBitmap> {
  const bits = new Uint8Array(await inflated(blob)), pixels = new Uint32Array(width * height);
  for (let i = 0; i < pixels.length; i++) if (bits[i] === 1) pixels[i] = 0xff8cffb4;
  return createImageBitmap(new ImageData(new Uint8ClampedArray(pixels.buffer), width, height));
}

const latest = new Map<number, number>();
async function answer(asks: Exclude<RenderRequest, { kind: 'ahead' | 'prefetch' }>): Promise<void> {
  const { id } = asks;
  switch (asks.kind) {
    case 'samples': {
      const [samples, table] = await Promise.all([samplesOf(asks.format), tableOf(asks.format)]);
      // A copy: these are kept here.
      tell({ id, samples, table });
      return;
    }
    case 'window': tell({ id, window: autoWindow(await samplesOf(asks.format), asks.format, asks.box) }); return;
    case 'measure': {
      const { format, outlines } = asks, samples = await (kept.get(format.blob)?.samples ?? load(format));
      tell({ id, statistics: outlines.map((o) => statisticsOf(samples, format, rasterOf(o, format))) });
      return;
    }
    case 'overlay': { const bitmap = await drawing(asks); tell({ id, bitmap }, [bitmap]); return; }
    case 'paint': {
      const { slot, format, cut } = asks;
      if (slot !== null) latest.set(slot, id);
      // What is cut out for a list must not push the images out that are read next.
      const [samples, table] = await Promise.all([cut === null ? samplesOf(format) : kept.get(format.blob)?.samples ?? load(format), asks.tone.window.voi === 'table' ? tableOf(format) : null]);
      if (slot !== null && id !== latest.get(slot)) return;
      const scale = cut === null ? 1 : Math.min(1, cut.longest / Math.max(cut.box.width, cut.box.height)), size = (length: number): number => Math.max(1, Math.round(length * scale));
      const bitmap = cut === null ? await createImageBitmap(paint(samples, format, asks.tone, table)) : await createImageBitmap(paint(...cropped(samples, format, cut.box), asks.tone, table), { resizeWidth: size(cut.box.width), resizeHeight: size(cut.box.height), resizeQuality: 'high' });
      tell({ id, bitmap }, [bitmap]);
    }
  }
}

self.addEventListener('message', (event: MessageEvent<unknown>) => {
  const asks = request.parse(event.data);
  if (asks.kind === 'ahead') { wanted = asks.formats; lookAhead(); return; }
  if (asks.kind === 'prefetch') { samplesOf(asks.format).catch(() => undefined); return; }
  answer(asks).catch((error: unknown) => tell({ id: asks.id, error: error instanceof Error ? error.message : String(error) }));
});

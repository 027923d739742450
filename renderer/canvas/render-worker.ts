// Pixels off the page's thread: loads a blob, keeps its samples, and paints them through a window into a bitmap. Only the
// latest request of a slot (one stage on the page) counts; without a slot, each does. What went wrong is a key of stage in words/, or a bug's own words.
import { z } from 'zod';
import { pixelFormat, voiFunction, type PixelFormat } from '../../shared/domain/case.ts';
import { brightnessTable, type LookupTable, type Windowing } from '../../shared/domain/display.ts';
import { box, type Box } from '../../shared/domain/geometry.ts';
import { rasterOf } from '../../shared/domain/raster.ts';
import { statisticsOf } from '../../shared/domain/statistics.ts';
import { measureRequest } from './measured.ts';

const request = z.object({ id: z.number(), slot: z.number().nullable(), format: pixelFormat, window: z.object({ centre: z.number(), width: z.number(), inverted: z.boolean(), voi: z.union([voiFunction, z.literal('table')]) }), cut: z.object({ box, longest: z.number().positive() }).nullish() });
type Samples = Uint8Array | Uint16Array | Int16Array;

/** The last few images, so that going back and the prefetched next case show at once. */
const kept = new Map<string, Promise<Samples>>();
const keptLimit = 6;

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
async function tableOf({ voiTable: of }: PixelFormat, window: Windowing): Promise<LookupTable | null> {
  if (of === undefined || window.voi !== 'table') return null;
  const known = tables.get(of.blob) ?? inflated(of.blob).then((buffer) => new Uint16Array(buffer));
  tables.set(of.blob, known);
  known.catch(() => tables.delete(of.blob));
  return { first: of.first, bits: of.bits, values: await known };
}

function samplesOf(format: PixelFormat): Promise<Samples> {
  const known = kept.get(format.blob) ?? load(format);
  kept.delete(format.blob);
  kept.set(format.blob, known);
  known.catch(() => kept.delete(format.blob));
  for (const old of kept.keys()) { if (kept.size <= keptLimit) break; kept.delete(old); }
  return known;
}

/** The samples of a box of whole pixels inside the image. */
function cropped(samples: Samples, format: PixelFormat, { x, y, width, height }: Box): [Samples, PixelFormat] {
  const length = width * height * format.channels, row = width * format.channels;
  const out = samples instanceof Uint8Array ? new Uint8Array(length) : samples instanceof Uint16Array ? new Uint16Array(length) : new Int16Array(length);
  for (let r = 0; r < height; r++) { const from = ((y + r) * format.width + x) * format.channels; out.set(samples.subarray(from, from + row), r * row); }
  return [out, { ...format, width, height }];
}

function paint(samples: Samples, format: PixelFormat, window: Windowing, voiTable: LookupTable | null): ImageData {
  const { width, height, channels } = format, { table: brightness, offset } = brightnessTable(format, window, voiTable);
  const table = Uint8ClampedArray.from(brightness, (v) => 255 * v);
  const image = new ImageData(width, height), out = image.data;
  for (let i = 0, p = 0; i < width * height; i++, p += 4) {
    if (channels === 1) { const v = table[(samples[i] ?? 0) + offset] ?? 0; out[p] = v; out[p + 1] = v; out[p + 2] = v; }
    else { out[p] = table[samples[3 * i] ?? 0] ?? 0; out[p + 1] = table[samples[3 * i + 1] ?? 0] ?? 0; out[p + 2] = table[samples[3 * i + 2] ?? 0] ?? 0; }
    out[p + 3] = 255;
  }
  return image;
}

const latest = new Map<number, number>();
self.addEventListener('message', (event: MessageEvent<unknown>) => {
  if (measureRequest.safeParse(event.data).success) return;
  const { id, slot, format, window, cut } = request.parse(event.data);
  // A prefetch (id 0) only fills the cache.
  if (id === 0) { void samplesOf(format).catch(() => undefined); return; }
  if (slot !== null) latest.set(slot, id);
  // What is cut out for a list must not push the images out that are read next.
  Promise.all([cut == null ? samplesOf(format) : kept.get(format.blob) ?? load(format), tableOf(format, window)]).then(async ([samples, table]) => {
    if (slot !== null && id !== latest.get(slot)) return;
    const scale = cut == null ? 1 : Math.min(1, cut.longest / Math.max(cut.box.width, cut.box.height)), size = (length: number): number => Math.max(1, Math.round(length * scale));
    const bitmap = cut == null ? await createImageBitmap(paint(samples, format, window, table)) : await createImageBitmap(paint(...cropped(samples, format, cut.box), window, table), { resizeWidth: size(cut.box.width), resizeHeight: size(cut.box.height), resizeQuality: 'high' });
    self.postMessage({ id, bitmap }, { transfer: [bitmap] });
  }).catch((error: unknown) => self.postMessage({ id, error: error instanceof Error ? error.message : String(error) }));
});

// What lies in outlines: the samples are here, and the page never has them.
self.addEventListener('message', (event: MessageEvent<unknown>) => {
  const asked = measureRequest.safeParse(event.data).data;
  if (asked === undefined) return;
  const { id, format, outlines } = asked;
  (kept.get(format.blob) ?? load(format)).then((samples) => {
    self.postMessage({ id, statistics: outlines.map((o) => statisticsOf(samples, format, rasterOf(o, format))) });
  }).catch((error: unknown) => self.postMessage({ id, error: error instanceof Error ? error.message : String(error) }));
});

// Pixels off the page's thread: loads a blob, keeps its samples, and paints them through a window into a bitmap. Only the
// latest request of a slot (one stage on the page) counts; without a slot, each does. What went wrong is a key of stage in words/, or a bug's own words.
import { z } from 'zod';
import { pixelFormat, type PixelFormat } from '../../shared/domain/case.ts';
import { box, type Box } from '../../shared/domain/geometry.ts';

const request = z.object({ id: z.number(), slot: z.number().nullable(), format: pixelFormat, window: z.object({ centre: z.number(), width: z.number(), inverted: z.boolean() }), cut: z.object({ box, longest: z.number().positive() }).nullish() });
type Samples = Uint8Array | Uint16Array | Int16Array;

/** The last few images, so that going back and the prefetched next case show at once. */
const kept = new Map<string, Promise<Samples>>();
const keptLimit = 6;

async function load(format: PixelFormat): Promise<Samples> {
  const response = await fetch(`/blobs/${format.blob}`);
  if (!response.ok || response.body === null) throw new Error('not-loaded');
  const buffer = await new Response(response.body.pipeThrough(new DecompressionStream('deflate'))).arrayBuffer();
  const samples = format.sample === 'uint8' ? new Uint8Array(buffer) : format.sample === 'uint16' ? new Uint16Array(buffer) : new Int16Array(buffer);
  if (samples.length !== format.width * format.height * format.channels) throw new Error('incomplete');
  return samples;
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

function paint(samples: Samples, format: PixelFormat, window: { centre: number; width: number; inverted: boolean }): ImageData {
  const { width, height, channels, slope, intercept } = format;
  const offset = format.sample === 'int16' ? 32768 : 0;
  const table = new Uint8ClampedArray(format.sample === 'uint8' ? 256 : 65536);
  const low = window.centre - window.width / 2, flip = window.inverted !== format.inverted;
  for (let i = 0; i < table.length; i++) { const v = (255 * ((i - offset) * slope + intercept - low)) / window.width; table[i] = flip ? 255 - v : v; }
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
  const { id, slot, format, window, cut } = request.parse(event.data);
  // A prefetch (id 0) only fills the cache.
  if (id === 0) { void samplesOf(format).catch(() => undefined); return; }
  if (slot !== null) latest.set(slot, id);
  // What is cut out for a list must not push the images out that are read next.
  (cut == null ? samplesOf(format) : kept.get(format.blob) ?? load(format)).then(async (samples) => {
    if (slot !== null && id !== latest.get(slot)) return;
    const scale = cut == null ? 1 : Math.min(1, cut.longest / Math.max(cut.box.width, cut.box.height)), size = (length: number): number => Math.max(1, Math.round(length * scale));
    const bitmap = cut == null ? await createImageBitmap(paint(samples, format, window)) : await createImageBitmap(paint(...cropped(samples, format, cut.box), window), { resizeWidth: size(cut.box.width), resizeHeight: size(cut.box.height), resizeQuality: 'high' });
    self.postMessage({ id, bitmap }, { transfer: [bitmap] });
  }).catch((error: unknown) => self.postMessage({ id, error: error instanceof Error ? error.message : String(error) }));
});

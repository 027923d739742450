// Text burned into pixels: how much of it is found, and what is found where there is none. Text is planted by seed into
// real radiographs (recall by size and contrast); the marks and footers of real radiology images are counted as found or
// not; images without text give the false alarms. Odd images only: the even ones were for tuning. Answers JSON lines.
//   node build/run.mjs test/bench/burned-text.ts [../shared/data] [even]
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { findText, type Box } from '../../electron/host/deidentify/find-text.ts';
import { decodeFile } from '../../electron/host/import/decode.ts';
import { burnText, covered } from '../electron/host/deidentify/burn-text.ts';

const folder = process.argv[2] ?? path.join(import.meta.dirname, '../../../shared/data'), part = process.argv[3] === 'even' ? 0 : 1;
const say = (line: unknown): void => { process.stdout.write(`${JSON.stringify(line)}\n`); };
const rate = (a: number, b: number): number => Math.round((1000 * a) / Math.max(1, b)) / 1000;

async function* images(set: string): AsyncGenerator<{ name: string; samples: Uint8Array; width: number; height: number; channels: number }> {
  const at = path.join(folder, set, 'images');
  for (const [i, name] of (await readdir(at)).sort().entries()) {
    if (i % 2 !== part) continue;
    const { samples, format } = await (await decodeFile(new Uint8Array(await readFile(path.join(at, name))), name)).frame(0);
    if (samples instanceof Uint8Array) yield { name, samples, width: format.width, height: format.height, channels: format.channels };
  }
}
function grey(samples: Uint8Array, channels: number): Uint8Array {
  return channels === 1 ? samples.slice() : Uint8Array.from({ length: samples.length / channels }, (_, i) => Math.max(...samples.subarray(i * channels, (i + 1) * channels)));
}
let state = 20260101;
const random = (): number => { state = (Math.imul(state, 1664525) + 1013904223) >>> 0; return state / 2 ** 32; };

// Planted: three lines an image, of every size and contrast in turn, anywhere.
const sizes = [7, 9, 12, 16, 24, 36, 60], contrasts = [30, 50, 80, 120, 200], texts = ['QUITZOW OTTILIE', 'ID 47110815', '1987-06-15', 'ST MARY 3B', 'DOB 15.06.87', 'KAK'];
const byLength = new Map<number, [number, number]>(), bySize = new Map<number, [number, number]>(), byContrast = new Map<number, [number, number]>();
let n = 0, covers = 0;
for await (const { samples, width, height, channels } of images('covid_cxr')) {
  const image = grey(samples, channels), planted: { box: Box; size: number; contrast: number; length: number }[] = [];
  for (let k = 0; k < 6; k++, n++) {
    const size = sizes[n % sizes.length] ?? 12, contrast = contrasts[Math.floor(n / sizes.length) % contrasts.length] ?? 80, text = texts[Math.floor(random() * texts.length)] ?? 'KAK';
    const wide = Math.ceil((text.length * 6 * size) / 7), x = Math.floor(random() * Math.max(1, width - wide - 4)) + 2, y = Math.floor(random() * (height - size - 4)) + 2;
    const box = { x, y, width: Math.min(wide, width - x), height: size };
    if (wide > width - 6 || planted.some((p) => x < p.box.x + p.box.width + 40 && p.box.x < x + wide + 40 && Math.abs(y - p.box.y) < 90)) continue;
    // Contrast to the brightest third of what is behind, or to its darkest where there is no room above.
    const behind = Array.from({ length: size * box.width }, (_, i) => image[(y + Math.floor(i / box.width)) * width + x + (i % box.width)] ?? 0).sort((a, b) => a - b), high = behind[Math.floor(0.67 * behind.length)] ?? 0, low = behind[Math.floor(0.33 * behind.length)] ?? 0;
    const value = high + contrast <= 255 ? high + contrast : low - contrast;
    if (value < 0) continue;
    planted.push({ box: burnText(image, width, height, { text, x, y, height: size, value, smooth: random() < 0.7 }), size, contrast, length: text.length });
  }
  const found = findText(image, width, height, 1);
  for (const p of planted) {
    const share = covered(p.box, found), hit = share >= 0.8 ? 1 : 0;
    covers += share;
    for (const [map, key] of [[bySize, p.size], [byContrast, p.contrast], [byLength, p.contrast < 50 ? 0 : p.length < 6 ? 3 : 10]] as const) { const [a, b] = map.get(key) ?? [0, 0]; map.set(key, [a + hit, b + 1]); }
  }
}
const all = [...bySize.values()].reduce(([a, b], [c, d]) => [a + c, b + d], [0, 0]);
say({ planted: all[1], foundTo80Percent: rate(all[0], all[1]), areaCovered: rate(covers, all[1]), bySize: Object.fromEntries([...bySize].sort(([a], [b]) => a - b).map(([k, [a, b]]) => [k, `${a}/${b}`])), fromContrast50: { threeLetters: (byLength.get(3) ?? []).join('/'), tenAndMore: (byLength.get(10) ?? []).join('/') }, byContrast: Object.fromEntries([...byContrast].sort(([a], [b]) => a - b).map(([k, [a, b]]) => [k, `${a}/${b}`])) });

// Real marks: each of these images has a mark at the top right and lines of a footer at the bottom.
let marks = 0, footers = 0, count = 0, within = 0, withAlarm = 0, time = 0;
for await (const { samples, width, height, channels } of images('vqa_rad')) {
  const began = performance.now(), found = findText(samples, width, height, channels);
  time += performance.now() - began;
  count++;
  if (found.some((b) => b.y < 50 && b.x + b.width > width - 30 && b.width >= 70)) marks++;
  if (covered({ x: Math.floor(0.3 * width), y: height - 14, width: Math.floor(0.4 * width), height: 12 }, found) > 0.6) footers++;
  // Within the anatomy there is no text, but for a few arrows and measures.
  const alarms = found.filter((b) => b.x > 0.12 * width && b.x + b.width < 0.88 * width && b.y > 0.12 * height && b.y + b.height < 0.85 * height);
  within += alarms.length;
  if (alarms.length > 0) withAlarm++;
}
say({ images: count, marksFound: rate(marks, count), footersFound: rate(footers, count), boxesWithinAnatomy: within, imagesWithOne: rate(withAlarm, count), millisecondsEach: Math.round(time / count) });

// No text at all: blood smears; radiographs within their middle.
for (const set of ['bccd', 'covid_cxr']) {
  let seen = 0, boxes = 0, alarmed = 0;
  for await (const { samples, width, height, channels } of images(set)) {
    const found = findText(samples, width, height, channels).filter((b) => set === 'bccd' || b.y > 0.12 * height && b.y + b.height < 0.9 * height && b.x > 0.1 * width && b.x + b.width < 0.9 * width);
    seen++;
    boxes += found.length;
    if (found.length > 0) alarmed++;
  }
  say({ set, images: seen, boxes, imagesWithOne: rate(alarmed, seen) });
}

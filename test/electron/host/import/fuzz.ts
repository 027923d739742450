// Damaged files through the real importer, into a real workspace: each must be read or refused with a sentence, in time,
// without taking more and more memory; and what lacks a part of its pixels must never be read as if it were whole.
import { mkdir, rm, writeFile, readFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { encode } from 'fast-png';
import { writeArrayBuffer } from 'geotiff';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { z } from 'zod';
import type { Host } from '../../../../electron/host/open.ts';
import { jpegOf, losslessJpegOf } from '../../../fixtures/images/jpeg.ts';
import { writeDicom, type DicomImage } from './write-dicom.ts';

const width = 40, height = 24, pixels = width * height;
interface Whole { readonly name: string; readonly bytes: Uint8Array; /** The same file around less of a frame's data; null where the file has no frames of their own. */ readonly shortened: ((keep: number) => Uint8Array) | null; /** Bytes at the end that may be missing unseen: padding, marks of the end. */ readonly slack: number }

const coded = z.object({ frames: z.array(z.object({ name: z.string(), data: z.string(), syntax: z.string(), bits: z.number(), channels: z.union([z.literal(1), z.literal(3)]), signed: z.boolean(), photometric: z.string(), allocated: z.number() })) });

/** One whole file of each kind. */
export async function wholeFiles(): Promise<Whole[]> {
  const values = Array.from({ length: pixels }, (_, i) => (i * 37) % 4096), samples = Uint16Array.from(values), bytes = Uint8Array.from(values);
  const native = (['implicit', 'explicit', 'big endian', 'deflated', 'rle', 'deflated frames'] as const).map((syntax): Whole => ({ name: syntax, bytes: writeDicom({ width, height, samples, stored: 12, syntax, more: [[0x00100010, 'PN', 'Roe^Jane'], [0x00281050, 'DS', '40'], [0x00281051, 'DS', '400'], [0x00283010, 'SQ', [[[0x00283002, 'US', new Uint8Array(Uint16Array.of(2, 0, 8).buffer)], [0x00283006, 'OW', new Uint8Array(Uint16Array.of(1, 2).buffer)]]]]] }), shortened: null, slack: 12 }));
  const { frames } = coded.parse(JSON.parse(await readFile(path.join(import.meta.dirname, '../../../fixtures/codecs/frames.json'), 'utf8')));
  const compressed = frames.map((f): Whole => {
    const data = new Uint8Array(Buffer.from(f.data, 'base64')), image: Omit<DicomImage, 'compressed'> = { width, height, samples: f.signed ? new Int16Array(0) : f.allocated === 8 ? new Uint8Array(0) : new Uint16Array(0), stored: f.bits, channels: f.channels, photometric: f.photometric };
    const around = (d: Uint8Array): Uint8Array => writeDicom({ ...image, compressed: { syntax: f.syntax, frames: [d] } });
    return { name: f.name, bytes: around(data), shortened: (keep) => around(data.subarray(0, Math.floor(keep * (data.length - 4)))), slack: 12 };
  });
  const tiff = new Uint8Array(writeArrayBuffer([...bytes], { width, height })), nifti = Buffer.alloc(352 + pixels);
  nifti.writeInt32LE(348, 0);
  for (const [i, d] of [3, width, height, 1, 1, 1, 1, 1].entries()) nifti.writeInt16LE(d, 40 + 2 * i);
  nifti.writeInt16LE(2, 70);
  nifti.writeFloatLE(352, 108);
  nifti.write('n+1\0', 344, 'latin1');
  nifti.set(bytes, 352);
  return [
    ...native, ...compressed,
    { name: 'lossless jpeg', bytes: writeDicom({ width, height, samples, stored: 12, compressed: { jpegLossless: losslessJpegOf(width, height, 12, samples) } }), shortened: null, slack: 12 },
    { name: 'two frames', bytes: writeDicom({ width, height, samples: Uint16Array.from([...samples, ...samples]), frames: 2, stored: 12 }), shortened: null, slack: 12 },
    { name: 'png', bytes: encode({ width, height, data: bytes, channels: 1, depth: 8 }), shortened: null, slack: 16 },
    { name: 'png 16', bytes: encode({ width, height, data: samples, channels: 1, depth: 16 }), shortened: null, slack: 16 },
    { name: 'jpeg', bytes: jpegOf(width, height, [[10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120, 130, 140, 150]]), shortened: null, slack: 2 },
    { name: 'tiff', bytes: tiff, shortened: null, slack: 1 },
    { name: 'nifti', bytes: new Uint8Array(nifti), shortened: null, slack: 0 },
    { name: 'nifti, packed', bytes: new Uint8Array(gzipSync(nifti)), shortened: null, slack: 0 },
  ];
}

interface Damaged { readonly bytes: Uint8Array; readonly kind: string; /** It must be refused. */ readonly lacks: boolean }

/** One damage, or several: bits and bytes changed, lengths blown up, pieces cut out, doubled or moved, the end cut off, a frame's data shortened. */
function damage(w: Whole, below: (n: number) => number): Damaged {
  const kind = below(10), at = (): number => below(w.bytes.length), out = Uint8Array.from(w.bytes);
  if (kind === 0) return { kind: 'cut off', bytes: out.subarray(0, below(Math.max(1, w.bytes.length - w.slack))), lacks: true };
  if (kind === 1 && w.shortened !== null) return { kind: 'frame shortened', bytes: w.shortened(below(1000) / 1000), lacks: true };
  if (kind <= 4) { for (let i = 1 + below(8); i > 0; i--) { const p = at(); out[p] = (out[p] ?? 0) ^ (1 << below(8)); } return { kind: 'bits', bytes: out, lacks: false }; }
  if (kind === 5) { const p = at(); out.fill([0, 0xff, 0x7f, 0x80][below(4)] ?? 0, p, p + 1 + below(4)); return { kind: 'bytes', bytes: out, lacks: false }; }
  // The head, where what a file says of itself stands.
  if (kind === 6) { const p = below(Math.min(w.bytes.length, 700)); out[p] = below(256); return { kind: 'head', bytes: out, lacks: false }; }
  const [a, b] = [at(), 1 + below(60)];
  if (kind === 7) return { kind: 'piece cut out', bytes: Uint8Array.from([...out.subarray(0, a), ...out.subarray(a + b)]), lacks: false };
  if (kind === 8) return { kind: 'piece doubled', bytes: Uint8Array.from([...out.subarray(0, a), ...out.subarray(Math.max(0, a - b))]), lacks: false };
  const c = at();
  out.copyWithin(a, c, c + b);
  return { kind: 'piece moved', bytes: out, lacks: false };
}

export interface FuzzResult {
  readonly files: number; readonly read: number; readonly refused: number; readonly duplicates: number;
  /** Sentences of decoders that died or were too slow. */
  readonly crashed: readonly string[];
  /** Damaged so that pixels are missing, yet read. */
  readonly wrong: readonly string[];
  /** Megabytes resident after each batch. */
  readonly resident: readonly number[];
}

export async function fuzz(host: Host, folder: string, o: { readonly count: number; readonly seed: number; readonly batch: number; readonly onBatch?: (done: number) => void }): Promise<FuzzResult> {
  const wholes = await wholeFiles(), rng = xoroshiro128plus(o.seed), below = (n: number): number => (rng.next() >>> 0) % n;
  const crashed: string[] = [], wrong: string[] = [], resident: number[] = [];
  let files = 0, read = 0, refusals = 0, duplicates = 0;
  for (let done = 0; done < o.count; done += o.batch) {
    await mkdir(folder, { recursive: true });
    const made = new Map<string, Damaged & { of: string }>();
    for (let i = done; i < Math.min(o.count, done + o.batch); i++) {
      const whole = wholes[i % wholes.length];
      if (whole === undefined) throw new Error('there are no files');
      const d = damage(whole, below), name = `${i}.bin`;
      made.set(name, { ...d, of: whole.name });
      await writeFile(path.join(folder, name), d.bytes);
    }
    const { imported, refused, duplicates: same } = await host.import({ paths: [folder], annotations: null, as: 'truth' }, () => undefined, new AbortController().signal);
    const isRefused = new Set(refused.map((r) => r.file));
    for (const { file, error } of refused) if (/crashed|given up/.test(error.message)) crashed.push(`${file} (${made.get(file)?.of ?? ''}, ${made.get(file)?.kind ?? ''}): ${error.message}`);
    const stored = new Set(imported.map((id) => host.journal.case(id).file));
    for (const [file, d] of made) if (d.lacks && !isRefused.has(file) && stored.has(file)) wrong.push(`${file}: ${d.of}, ${d.kind}, ${d.bytes.length} bytes`);
    files += made.size;
    refusals += refused.length;
    duplicates += same;
    read += made.size - refused.length - same;
    await rm(folder, { recursive: true, force: true });
    globalThis.gc?.();
    resident.push(process.memoryUsage().rss / 1e6);
    o.onBatch?.(files);
  }
  return { files, read, refused: refusals, duplicates, crashed, wrong, resident };
}

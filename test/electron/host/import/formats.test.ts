// What is read and how exactly: a table of synthetic files of each syntax, depth and kind of colour, and one of real files.
// The tables are documents (docs/formats*.md): a decoder that reads more, less or otherwise changes them, and fails here.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { DecodedFrame, Samples } from '../../../../electron/host/import/decoded-image.ts';
import { AppError } from '../../../../shared/errors.ts';
import { allFrames } from './first-frame.ts';
import { writeDicom, type DicomImage } from './write-dicom.ts';

const root = path.join(import.meta.dirname, '../../../..'), fixtures = path.join(root, 'test/fixtures');
const document = (title: string, told: string, head: string, rows: readonly string[]): string => `${title}\n\n${told}\n\n${head}\n${head.replaceAll(/[^|]+/g, '---')}\n${rows.join('\n')}\n`;
const cell = (t: string): string => t.replaceAll('|', '/').replaceAll('\n', ' ');

const width = 40, height = 24, pixels = width * height;
/** The pattern of fixtures/codecs/generate.py. */
const patternOf = (bits: number, channels: number, signed: boolean): number[] => Array.from({ length: pixels * channels }, (_, i) => {
  const c = i % channels, x = Math.floor(i / channels) % width, y = Math.floor(i / channels / width), top = 2 ** bits - 1;
  const v = (Math.floor(((x * 7 + y * 3 + c * 11) * top) / 381) + (((x >> 2) * 5 + (y >> 1) * (c + 1)) % 4)) % (top + 1);
  return signed ? v - 2 ** (bits - 1) : v;
});
const packed = (values: readonly number[], wide: boolean, signed: boolean): Samples => (!wide ? Uint8Array.from(values) : signed ? Int16Array.from(values) : Uint16Array.from(values));
const farthest = (got: Samples, wanted: ArrayLike<number>): number => { let most = got.length === wanted.length ? 0 : Infinity; for (let i = 0; i < wanted.length; i++) most = Math.max(most, Math.abs((got[i] ?? NaN) - (wanted[i] ?? NaN))); return most; };

interface Row { readonly name: string; readonly file: Uint8Array; readonly wanted: readonly ArrayLike<number>[]; /** 0: to the bit. */ readonly bound: number }

function native(): Row[] {
  const rows: Row[] = [];
  const add = (name: string, image: Omit<DicomImage, 'width' | 'height'>, wanted: readonly ArrayLike<number>[], bound = 0): void => { rows.push({ name, file: writeDicom({ width, height, ...image }), wanted, bound }); };
  for (const syntax of ['implicit', 'explicit', 'big endian', 'deflated', 'rle', 'deflated frames'] as const) {
    for (const bits of [8, 10, 12, 16] as const) for (const signed of [false, true]) {
      const values = patternOf(bits, 1, signed), wide = bits > 8, kept = signed && !wide ? Uint8Array.from(values) : packed(values, wide, signed);
      add(`${syntax} · ${bits} bits${signed ? ' signed' : ''} · MONOCHROME2`, { samples: kept, stored: bits, signed, syntax }, [values]);
    }
    const two = [...patternOf(12, 1, false), ...patternOf(12, 1, false).map((v) => 4095 - v)];
    add(`${syntax} · 12 bits · MONOCHROME1 · 2 frames`, { samples: Uint16Array.from(two), stored: 12, frames: 2, photometric: 'MONOCHROME1', syntax }, [two.slice(0, pixels), two.slice(pixels)]);
    add(`${syntax} · 12 bits from bit 15 down · MONOCHROME2`, { samples: Uint16Array.from(patternOf(12, 1, false), (v) => (v << 4) | 5), stored: 12, high: 15, syntax }, [patternOf(12, 1, false)]);
    const rgb = patternOf(8, 3, false), planes = [0, 1, 2].flatMap((c) => rgb.filter((_, i) => i % 3 === c));
    add(`${syntax} · 8 bits · RGB by pixel`, { samples: Uint8Array.from(rgb), channels: 3, syntax }, [rgb]);
    add(`${syntax} · 8 bits · RGB by plane`, { samples: Uint8Array.from(planes), channels: 3, planar: 1, syntax }, [rgb]);
    const deep = patternOf(16, 3, false);
    add(`${syntax} · 16 bits · RGB by pixel`, { samples: Uint16Array.from(deep), channels: 3, syntax }, [deep]);
    // Y, Cb, Cr of PS3.3 C.7.6.3.1.2; each turned back by hand.
    const ybr = patternOf(8, 3, false), byte = (v: number): number => Math.min(255, Math.max(0, Math.round(v)));
    const back = (y: number, b: number, r: number): number[] => [byte(y + 1.402 * (r - 128)), byte(y - 0.344136 * (b - 128) - 0.714136 * (r - 128)), byte(y + 1.772 * (b - 128))];
    add(`${syntax} · 8 bits · YBR_FULL`, { samples: Uint8Array.from(ybr), channels: 3, photometric: 'YBR_FULL', syntax }, [Array.from({ length: pixels }, (_, i) => back(ybr[3 * i] ?? 0, ybr[3 * i + 1] ?? 0, ybr[3 * i + 2] ?? 0)).flat()]);
    if (syntax !== 'rle' && syntax !== 'deflated frames') {
      const half = Array.from({ length: pixels / 2 }, (_, i) => [ybr[6 * i] ?? 0, ybr[6 * i + 3] ?? 0, ybr[6 * i + 1] ?? 0, ybr[6 * i + 2] ?? 0]);
      add(`${syntax} · 8 bits · YBR_FULL_422`, { samples: Uint8Array.from(half.flat()), channels: 3, photometric: 'YBR_FULL_422', syntax }, [half.flatMap(([y1 = 0, y2 = 0, b = 0, r = 0]) => [...back(y1, b, r), ...back(y2, b, r)])]);
      // 16 to 235: black, white and a middle grey.
      add(`${syntax} · 8 bits · YBR_PARTIAL_422`, { samples: Uint8Array.from({ length: pixels * 2 }, (_, i) => (i % 4 < 2 ? [16, 235, 126][Math.floor(i / 4) % 3] ?? 0 : 128)), channels: 3, photometric: 'YBR_PARTIAL_422', syntax }, [Array.from({ length: pixels * 3 }, (_, i) => [0, 255, 128][Math.floor(i / 6) % 3] ?? 0)]);
    }
    const words = (values: readonly number[]): Uint8Array => new Uint8Array(Uint16Array.from(values).buffer), index = patternOf(8, 1, false).map((v) => v % 7 + 10);
    const colours = [[0, 40, 80, 120, 160, 200, 255], [255, 200, 160, 120, 80, 40, 0], [7, 7, 7, 90, 90, 90, 90]];
    const descriptor = [7, 10, 16], tables = (n: number, values: readonly number[]) => [[0x00281101 + n, 'US', words(descriptor)], [0x00281201 + n, 'OW', words(values.map((v) => v * 257))]] as const;
    add(`${syntax} · 8 bits · PALETTE COLOR, 16-bit entries from 10 on`, { samples: Uint8Array.from(index), photometric: 'PALETTE COLOR', syntax, more: colours.flatMap((values, n) => tables(n, values)) }, [index.flatMap((v) => colours.map((t) => t[v - 10] ?? 0))]);
    // A run of two values, a line of three to a third, and the run again (C.7.9.2).
    const segments = [0, 2, 0, 25_700, 1, 3, 64_250, 2, 1, 0, 0], spread = [0, 100, 150, 200, 250, 0, 100];
    add(`${syntax} · 8 bits · PALETTE COLOR, segmented`, { samples: Uint8Array.from(index, (v) => v - 10), photometric: 'PALETTE COLOR', syntax, more: [0, 1, 2].flatMap((n) => [[0x00281101 + n, 'US', words([7, 0, 16])], [0x00281221 + n, 'OW', words(segments)]] as const) }, [index.flatMap((v) => Array.from({ length: 3 }, () => spread[v - 10] ?? 0))], 1);
    if (syntax !== 'rle') {
      const bits = patternOf(8, 1, false).map((v) => v & 1), flat = [...bits, ...bits.map((v) => 1 - v)];
      const pack = (values: readonly number[]): Uint8Array => Uint8Array.from({ length: values.length / 8 }, (_, i) => values.slice(8 * i, 8 * i + 8).reduce((sum, v, n) => sum + (v << n), 0));
      add(`${syntax} · 1 bit · MONOCHROME2 · 2 frames`, { samples: pack(flat), allocated: 1, frames: 2, syntax }, [flat.slice(0, pixels), flat.slice(pixels)]);
    }
  }
  return rows;
}

const coded = z.object({ frames: z.array(z.object({ name: z.string(), data: z.string(), syntax: z.string(), bits: z.number(), channels: z.union([z.literal(1), z.literal(3)]), signed: z.boolean(), lossless: z.boolean(), bound: z.number(), photometric: z.string(), allocated: z.union([z.literal(8), z.literal(16)]), reference: z.string().optional() })) });
async function compressed(): Promise<Row[]> {
  const { frames } = coded.parse(JSON.parse(await readFile(path.join(fixtures, 'codecs/frames.json'), 'utf8')));
  return frames.flatMap((f): Row[] => {
    const raw = new Uint8Array(Buffer.from(f.reference ?? '', 'base64')), wanted = f.lossless ? patternOf(f.bits, f.channels, f.signed) : [...(f.allocated === 8 ? raw : new Uint16Array(raw.buffer))];
    const image = { width, height, samples: f.signed ? new Int16Array(0) : f.allocated === 8 ? new Uint8Array(0) : new Uint16Array(0), stored: f.bits, channels: f.channels, photometric: f.photometric } as const, data = new Uint8Array(Buffer.from(f.data, 'base64'));
    const name = `${f.name.replaceAll('-', ' ')} (${f.syntax.replace('1.2.840.10008.1.2.', '')}) · ${f.bits} bits${f.signed ? ' signed' : ''} · ${f.photometric}`;
    return [
      { name, file: writeDicom({ ...image, compressed: { syntax: f.syntax, frames: [data] } }), wanted: [wanted], bound: f.bound },
      // Two frames in three pieces each, with and without an offset table.
      ...(f.name.endsWith('-12') || f.name === 'jpeg-8-grey' ? [true, false].map((offsetTable) => ({ name: `${name} · 2 frames in pieces, ${offsetTable ? 'with' : 'without'} offset table`, file: writeDicom({ ...image, frames: 2, compressed: { syntax: f.syntax, frames: [data, data], pieces: 3, offsetTable } }), wanted: [wanted, wanted], bound: f.bound })) : []),
    ];
  });
}

describe('synthetic files of each syntax, depth and kind of colour', () => {
  it('are read to the bit where nothing was lost, and within the decoders\' rounding else', async () => {
    const rows: string[] = [], wrong: string[] = [];
    for (const { name, file, wanted, bound } of [...native(), ...await compressed()]) {
      let result: string;
      try {
        const frames = await allFrames(file, 'file'), apart = frames.length === wanted.length ? Math.max(...wanted.map((w, i) => farthest(frames[i]?.samples ?? new Uint8Array(0), w))) : Infinity;
        if (apart > bound) wrong.push(`${name}: ${frames.length} frames, ${apart} apart`);
        result = bound === 0 ? 'to the bit' : `within ${bound}`;
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        wrong.push(`${name}: ${error.message}`);
        result = 'refused';
      }
      rows.push(`| ${cell(name)} | ${result} |`);
    }
    expect(wrong).toEqual([]);
    await expect(document('# Synthetic DICOM files that are read', `${rows.length} files of ${width} × ${height} pixels, made by the tests (compressed ones by other encoders, see test/fixtures/codecs). "To the bit": every value is the one that was written; "within n": no value is further than n from another decoder's. Written by test/electron/host/import/formats.test.ts.`, '| what | read |', rows)).toMatchFileSnapshot(path.join(root, 'docs/formats-synthetic.md'));
  }, 60_000);
});

const folder = path.join(root, '../shared/data/dicom/files');
const reference = z.record(z.string(), z.object({ syntax: z.string(), frames: z.number(), at: z.array(z.object({ frame: z.number(), by: z.string().optional(), error: z.string().optional(), sha256: z.string().optional(), min: z.number().optional(), max: z.number().optional(), mean: z.number().optional() })) }));
const lossy = new Set(['50', '51', '55', '81', '91', '203'].map((n) => `1.2.840.10008.1.2.4.${n}`));

function figures({ samples }: DecodedFrame): { sha256: string; min: number; max: number; mean: number } {
  let min = Infinity, max = -Infinity, sum = 0;
  for (const v of samples) { if (v < min) min = v; if (v > max) max = v; sum += v; }
  return { sha256: createHash('sha256').update(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength)).digest('hex'), min, max, mean: sum / samples.length };
}

describe.skipIf(!existsSync(folder))('real files (skipped where ../shared/data is not here)', () => {
  it('are read like the reference, to the bit where nothing was lost, or refused with the reason', async () => {
    const known = reference.parse(JSON.parse(await readFile(path.join(fixtures, 'dicom-reference/reference.json'), 'utf8'))), rows: string[] = [], wrong: string[] = [];
    const names = z.array(z.object({ file: z.string() })).parse((await readFile(path.join(folder, '../manifest.jsonl'), 'utf8')).trim().split('\n').map((l) => JSON.parse(l) as unknown)).map((m) => path.basename(m.file)).sort();
    for (const name of names) {
      const say = (result: string): void => { rows.push(`| ${cell(name)} | ${known[name]?.syntax.replace('1.2.840.10008.1.2', '…') ?? ''} | ${cell(result)} |`); };
      let frames: DecodedFrame[];
      try { frames = await allFrames(new Uint8Array(await readFile(path.join(folder, name))), name); } catch (error) {
        // Whatever is in the file, the refusal is one of those that people can read.
        if (!(error instanceof AppError)) throw error;
        expect(error.message.startsWith(name)).toBe(true);
        say(`refused: ${error.message.slice(name.length).replace(/^:? /, '')}`);
        continue;
      }
      const entry = known[name], results = (entry?.at ?? []).flatMap((r) => {
        const frame = frames[r.frame - 1];
        if (r.sha256 === undefined || frame === undefined) return [];
        const own = figures(frame);
        if (own.sha256 === r.sha256) return ['to the bit'];
        const off = Math.max(Math.abs(own.min - (r.min ?? NaN)), Math.abs(own.max - (r.max ?? NaN))), mean = Math.abs(own.mean - (r.mean ?? NaN));
        const near = off <= 2 && mean < 0.6;
        if (!near || !(lossy.has(entry?.syntax ?? '') || frame.format.channels === 3)) wrong.push(`${name}, frame ${r.frame}: extremes ${off} apart, means ${mean.toFixed(3)}`);
        return ['within rounding'];
      });
      const result = results.length === 0 ? 'read; no reference' : results.every((r) => r === 'to the bit') ? 'to the bit' : 'within rounding';
      say(`${result}${frames.length > 1 ? `, ${frames.length} frames` : ''}`);
    }
    expect(wrong).toEqual([]);
    await expect(document('# Real DICOM files and how they are read', `${rows.length} public files, some of them malformed on purpose, against pydicom and imagecodecs (test/fixtures/dicom-reference). "Within rounding": lossy or converted colour, extremes within 2 and mean within 0.6. Written by test/electron/host/import/formats.test.ts.`, '| file | transfer syntax | read |', rows)).toMatchFileSnapshot(path.join(root, 'docs/formats-real.md'));
  }, 120_000);
});

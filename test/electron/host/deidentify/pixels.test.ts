// Text in pixels: found where it was drawn and hardly elsewhere, painted over in the stored samples and nowhere else,
// and said to be clean only after a person has reviewed it.
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readDataSet, text } from '../../../../electron/host/deidentify/data-set.ts';
import { deidentifyDicom } from '../../../../electron/host/deidentify/deidentify.ts';
import { deidentifyFile, deidentifyForImport } from '../../../../electron/host/deidentify/deidentify-file.ts';
import { findText, type Box } from '../../../../electron/host/deidentify/find-text.ts';
import { outsideOfRegions } from '../../../../electron/host/deidentify/pixels.ts';
import { nothingPrivate } from '../../../../electron/host/deidentify/private-list.ts';
import { Pseudonyms } from '../../../../electron/host/deidentify/pseudonyms.ts';
import { firstFrame } from '../import/first-frame.ts';
import { writeDicom } from '../import/write-dicom.ts';
import { burnText, covered } from './burn-text.ts';
import { having, writeElements, type Encoding, type Given } from './write-elements.ts';

const pseudonyms = new Pseudonyms(new Uint8Array(32).fill(5)), basic = { profile: new Set<never>(), keepPrivate: nothingPrivate };
const sha256 = (b: Uint8Array): string => createHash('sha256').update(b).digest('hex');
const short = (v: number, big = false): Uint8Array => (big ? Uint8Array.of(v >> 8, v & 255) : Uint8Array.of(v & 255, v >> 8));

/** Soft blobs and noise by seed: tissue without text. */
function tissue(width: number, height: number, seed: number): Uint8Array {
  let state = seed;
  const random = (): number => { state = (Math.imul(state, 1664525) + 1013904223) >>> 0; return state / 2 ** 32; };
  const blobs = Array.from({ length: 12 }, () => ({ x: random() * width, y: random() * height, r: 15 + random() * 60, v: random() * 120 }));
  return Uint8Array.from({ length: width * height }, (_, i) => {
    const x = i % width, y = (i - x) / width;
    return Math.min(190, 20 + blobs.reduce((a, b) => Math.max(a, b.v * Math.exp(-((((x - b.x) ** 2 + (y - b.y) ** 2) / b.r ** 2) ** 2))), 0) + random() * 14);
  });
}

describe('text is found', () => {
  it.each([8, 10, 14, 20, 30, 44, 70])('at a height of %i pixels, bright and dark, sharp and smoothed, and covered whole', (size) => {
    for (const [n, [value, smooth]] of ([[250, true], [250, false], [0, true]] as const).entries()) {
      const image = tissue(640, 160, 7 + n);
      if (value === 0) image.fill(150, 0, 640 * 100);
      const box = burnText(image, 640, 160, { text: 'QUITZOW 47110815', x: 12, y: 14, height: Math.min(size, 38 * 7 / 6), value, smooth });
      expect(covered(box, findText(image, 640, 160, 1))).toBeGreaterThan(0.9);
    }
  });
  it('in sixteen bits, in colour, and in several lines', () => {
    const grey = tissue(400, 300, 3), lines = ['QUITZOW OTTILIE', '1957-03-14  F', 'ST HEDWIG 4711'].map((words, i) => burnText(grey, 400, 300, { text: words, x: 8, y: 8 + 18 * i, height: 12, value: 255, smooth: true }));
    const signed = Int16Array.from(grey, (v) => v * 12 - 1024), colour = Uint8Array.from({ length: 3 * grey.length }, (_, i) => (i % 3 === 2 ? 10 : grey[(i - (i % 3)) / 3] ?? 0));
    for (const found of [findText(signed, 400, 300, 1), findText(colour, 400, 300, 3)]) for (const line of lines) expect(covered(line, found)).toBeGreaterThan(0.9);
  });
  it('hardly where there is none', () => { expect(Array.from({ length: 12 }, (_, i) => findText(tissue(320, 240, 100 + i), 320, 240, 1).length).filter((n) => n > 0).length).toBeLessThanOrEqual(1); });
  it('nowhere in an even image, however small', () => { for (const [w, h] of [[1, 1], [7, 3], [200, 200]] as const) expect(findText(new Uint8Array(w * h).fill(9), w, h, 1)).toEqual([]); });
});

describe('boxes are painted', () => {
  const box: Box = { x: 1, y: 2, width: 3, height: 2 };
  const inside = (i: number, width = 8): boolean => { const x = i % width, y = Math.floor(i / width); return x >= 1 && x < 4 && y >= 2 && y < 4; };
  const layouts: readonly (readonly [string, Encoding, readonly Given[], number, number, number, boolean])[] = [
    ['grey, 8 bits', 'explicit', [], 1, 1, 1, false], ['grey, 16 bits, implicit', 'implicit', [['00280100', 'US', short(16)]], 1, 2, 1, false], ['grey, 16 bits, big endian', 'big endian', [['00280100', 'US', short(16, true)], ['00280103', 'US', short(1, true)]], 1, 2, 1, false],
    ['colour by pixel', 'explicit', [['00280002', 'US', short(3)], ['00280004', 'CS', 'RGB'], ['00280006', 'US', short(0)]], 3, 1, 1, false], ['colour by plane', 'deflated', [['00280002', 'US', short(3)], ['00280004', 'CS', 'RGB'], ['00280006', 'US', short(1)]], 3, 1, 1, true], ['three frames', 'explicit', [['00280008', 'IS', '3']], 1, 1, 3, false],
  ];
  it.each(layouts)('%s: inside them all, outside none', (_, encoding, more, channels, size, frames, planar) => {
    const big = encoding === 'big endian', count = 64 * channels * frames, pixels = Uint8Array.from({ length: count * size }, (_v, i) => 1 + ((i * 37) % 250));
    const bytes = writeElements(having(['00280010', 'US', short(8, big)], ['00280011', 'US', short(8, big)], ['00280100', 'US', short(8, big)], ['00280004', 'CS', 'MONOCHROME2'], ['7FE00010', 'OW', pixels], ...more), encoding);
    const made = deidentifyDicom(bytes, 'file', basic, pseudonyms, { boxes: [box], reviewed: true, decoded: null });
    const after = readDataSet(made.bytes, 'file'), e = after.elements.find((x) => x.tag === '7FE00010');
    if (e?.value.kind !== 'bytes') throw new Error('no pixels');
    const values = new Set<string>();
    for (let i = 0; i < count; i++) {
      const at = planar ? i % 64 : Math.floor(i / channels) % 64, now = Buffer.from(e.value.bytes.subarray(i * size, (i + 1) * size)).toString('hex'), was = Buffer.from(pixels.subarray(i * size, (i + 1) * size)).toString('hex');
      if (inside(at)) values.add(now); else expect(now).toBe(was);
    }
    expect(values.size).toBeLessThanOrEqual(frames);
    expect(after.syntax).toEqual(readDataSet(bytes, 'file').syntax);
    expect(text(after.elements, '00280301')).toBe('NO');
    expect(made.receipt.masked).toEqual([box]);
  });
  it('refuses a box outside the image', () => {
    expect(() => deidentifyDicom(writeElements(having(['7FE00010', 'OW', new Uint8Array(4)])), 'file', basic, pseudonyms, { boxes: [{ x: 0, y: 0, width: 3, height: 1 }], reviewed: true, decoded: null })).toThrow('lies outside');
  });
  it('in compressed pixels, which become what they decode to', async () => {
    const samples = Uint16Array.from(tissue(64, 48, 9), (v) => v * 16), bytes = writeDicom({ width: 64, height: 48, samples, stored: 12, compressed: 'rle' }), boxes = [{ x: 10, y: 5, width: 20, height: 8 }];
    const made = await deidentifyFile(bytes, 'file', basic, new Map([[sha256(bytes), boxes]]), pseudonyms);
    const [before, after] = [await firstFrame(bytes), await firstFrame(made.bytes)];
    expect(readDataSet(made.bytes, 'file').syntax.uid).toBe('1.2.840.10008.1.2.1');
    expect(after.format).toMatchObject({ width: 64, height: 48, bitsStored: 12, sample: 'uint16' });
    for (let i = 0; i < samples.length; i++) { const x = i % 64, y = Math.floor(i / 64); if (!(x >= 10 && x < 30 && y >= 5 && y < 13)) expect(after.samples[i]).toBe(before.samples[i]); }
    expect(new Set(Array.from({ length: 160 }, (_, i) => after.samples[(5 + Math.floor(i / 20)) * 64 + 10 + (i % 20)])).size).toBe(1);
  });
});

describe('what is claimed of pixels', () => {
  const image = tissue(256, 128, 4);
  const drawn = burnText(image, 256, 128, { text: 'QUITZOW OTTILIE', x: 10, y: 10, height: 14, value: 255, smooth: true });
  const bytes = (...more: readonly Given[]): Uint8Array => writeElements(having(['00280002', 'US', short(1)], ['00280004', 'CS', 'MONOCHROME2'], ['00280010', 'US', short(128)], ['00280011', 'US', short(256)], ['00280100', 'US', short(8)], ['00280101', 'US', short(8)], ['00280102', 'US', short(7)], ['00280103', 'US', short(0)], ['7FE00010', 'OB', image], ...more));
  const codes = (b: Uint8Array): string => Buffer.from(b).toString('latin1');

  it('pixels of a kind that often has text are told of where nobody looked', async () => {
    const told = async (masking: 'none' | 'found', ...more: readonly Given[]): Promise<boolean> => (await deidentifyFile(bytes(...more), 'file', basic, masking, pseudonyms)).receipt.unexamined;
    const ct: readonly Given[] = [['00080060', 'CS', 'CT'], ['00020002', 'UI', '1.2.840.10008.5.1.4.1.1.2'], ['00080016', 'UI', '1.2.840.10008.5.1.4.1.1.2']];
    expect(await Promise.all([told('none'), told('found'), told('none', ['00280301', 'CS', 'NO']), told('none', ...ct), told('none', ...ct, ['00080060', 'CS', 'US'])])).toEqual([true, false, false, false, true]);
  });
  it('found text is painted, told for review, and not called clean', async () => {
    const made = await deidentifyFile(bytes(), 'file', basic, 'found', pseudonyms);
    expect(covered(drawn, made.receipt.masked)).toBeGreaterThan(0.9);
    expect(findText((await firstFrame(made.bytes)).samples, 256, 128, 1)).toEqual([]);
    expect([made.receipt.pixelsReviewed, text(readDataSet(made.bytes, 'file').elements, '00280301')]).toEqual([false, '']);
    expect(codes(made.bytes)).not.toContain('113101');
  });
  it('a file that says text is burned in is held back until somebody has reviewed it', async () => {
    const given = bytes(['00280301', 'CS', 'YES']);
    expect((await deidentifyFile(given, 'file', basic, 'none', pseudonyms)).receipt.holds).toHaveLength(1);
    expect((await deidentifyFile(given, 'file', basic, 'found', pseudonyms)).receipt.holds).toHaveLength(1);
    const reviewed = await deidentifyFile(given, 'file', basic, new Map([[sha256(given), [drawn]]]), pseudonyms);
    expect(reviewed.receipt.holds).toEqual([]);
    expect(text(readDataSet(reviewed.bytes, 'file').elements, '00280301')).toBe('NO');
    expect(codes(reviewed.bytes)).toContain('113101');
    await expect(deidentifyForImport(given, 'file', basic, 'none', pseudonyms)).rejects.toMatchObject({ name: 'AppError', message: expect.stringContaining('held back from import') });
  });
  it('a file whose pixels cannot be looked at is held back, and the reason does not name it', async () => {
    const unread = Buffer.from(Buffer.from(bytes()).toString('latin1').replace('1.2.840.10008.1.2.1\0', '1.2.840.10008.1.9.9\0'), 'latin1');
    const { receipt } = await deidentifyFile(unread, 'Quitzow.dcm', basic, 'found', pseudonyms);
    expect(receipt.holds.join(' ')).toMatch(/could not be searched for text: the file is compressed/);
  });
  it('the import gets a file that names the pseudonym alone', async () => {
    const made = await deidentifyForImport(bytes(), 'Quitzow.dcm', basic, 'none', pseudonyms), image2 = await firstFrame(made.bytes, made.name);
    expect(image2.patient).toEqual({ key: `dicom:${made.pseudonym}`, shown: made.pseudonym });
    expect(made.name).toMatch(/^2\.25\.\d+\.dcm$/);
    expect(image2.samples).toEqual((await firstFrame(bytes())).samples);
  });
  it('of ultrasound everything outside the regions that the file states is painted', () => {
    const long = (v: number): Uint8Array => { const b = Buffer.alloc(4); b.writeUInt32LE(v); return b; };
    const region = (x0: number, y0: number, x1: number, y1: number): Given[] => [['00186018', 'UL', long(x0)], ['0018601A', 'UL', long(y0)], ['0018601C', 'UL', long(x1)], ['0018601E', 'UL', long(y1)]];
    const of = (modality: string, ...regions: readonly Given[][]): Box[] => outsideOfRegions(readDataSet(writeElements(having(['00080060', 'CS', modality], ['00186011', 'SQ', regions])), 'file').elements, 20, 10, false);
    const boxes = of('US', region(2, 3, 9, 8), region(10, 3, 17, 8));
    for (let y = 0; y < 10; y++) for (let x = 0; x < 20; x++) expect(boxes.some((b) => x >= b.x && x < b.x + b.width && y >= b.y && y < b.y + b.height)).toBe(!(x >= 2 && x <= 17 && y >= 3 && y <= 8));
    expect(of('US', region(0, 0, 20, 9))).toEqual([]);
    expect([of('CT', region(2, 3, 9, 8)), of('US'), of('US', region(5, 5, 90, 8))]).toEqual([[], [], []]);
  });
  it('overlays stay with Clean Graphics where no text is in them, and go where there is, or where they hide in the pixels', () => {
    const overlay = (withText: boolean): Uint8Array => {
      const dots = new Uint8Array(256 * 128);
      for (let i = 0; i < 256; i++) dots[60 * 256 + i] = 255;
      if (withText) burnText(dots, 256, 128, { text: 'QUITZOW OTTILIE', x: 10, y: 10, height: 14, value: 255, smooth: false });
      const bits = new Uint8Array(256 * 16);
      for (const [i, d] of dots.entries()) if (d > 0) bits[i >> 3] = (bits[i >> 3] ?? 0) | (1 << (i & 7));
      return writeElements(having(['60000010', 'US', short(128)], ['60000011', 'US', short(256)], ['60000100', 'US', short(1)], ['60000102', 'US', short(0)], ['60003000', 'OW', bits]));
    };
    const tags = (b: Uint8Array): string[] => readDataSet(deidentifyDicom(b, 'file', { ...basic, profile: new Set(['cleanGraphics']) }, pseudonyms).bytes, 'file').elements.map((e) => e.tag);
    expect(tags(overlay(false))).toContain('60003000');
    expect(tags(overlay(true)).some((t) => t.startsWith('60'))).toBe(false);
    const hidden = deidentifyDicom(writeElements(having(['60000010', 'US', short(128)], ['60000011', 'US', short(256)], ['60000102', 'US', short(12)])), 'file', basic, pseudonyms);
    expect(hidden.receipt.holds.join(' ')).toContain('unused bits');
  });
});

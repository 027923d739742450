// Phantom studies: the same number gives the same study, and what is said of it is true of it.
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { imageCaption, regionCaption } from '../../../shared/domain/caption.ts';
import { example as exampleSchema } from '../../../shared/domain/example.ts';
import { brightnessTable } from '../../../shared/domain/display.ts';
import { makePhantom, phantomFindings } from '../../../models/phantom/make-phantom.ts';

const studies = Array.from({ length: 25 }, (_, i) => makePhantom(i + 300));
const hash = (seed: number): string => {
  const { image: { samples, format }, example, title } = makePhantom(seed);
  return createHash('sha256').update(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength)).update(JSON.stringify({ format, example, title })).digest('hex');
};

test('the same seed gives the same bytes and words, another others', () => {
  expect([hash(301), hash(302)]).toEqual([hash(301), hash(302)]);
  expect(hash(301)).not.toBe(hash(306));
});

test('five modalities in turn, two of them deeper than 8 bits', () => {
  expect(studies.slice(0, 5).map((s) => s.example.modality)).toEqual(['radiograph', 'ultrasound', 'colour fundus', 'microscopy', 'CT']);
  for (const { image, example } of studies) {
    const deep = example.modality === 'radiograph' || example.modality === 'CT';
    const brightest = Array.from(image.samples).reduce((m, v) => Math.max(m, v), 0);
    expect([image.format.sample, image.format.bitsStored]).toEqual(deep ? ['uint16', 12] : ['uint8', 8]);
    if (deep) expect(brightest).toBeGreaterThan(255);
    expect(brightest).toBeLessThan(2 ** image.format.bitsStored);
    expect(image.format.channels).toBe(example.modality === 'colour fundus' || example.modality === 'microscopy' ? 3 : 1);
  }
});

describe('what is said of a study', () => {
  test('every finding lies in the image, is of the list, and its caption follows from its box', () => {
    const known = new Set(phantomFindings.map((f) => f.label));
    let seen = 0;
    for (const { image: { format }, example } of studies) for (const { box, label, caption } of example.findings) {
      seen++;
      expect(box.x >= 0 && box.y >= 0 && box.x + box.width <= format.width && box.y + box.height <= format.height, `${example.caseId} ${label}`).toBe(true);
      expect(Math.min(box.width, box.height)).toBeGreaterThanOrEqual(3);
      expect(known).toContain(label);
      expect(caption).toBe(regionCaption(label, box, format));
    }
    expect(seen).toBeGreaterThan(60);
  });
  test('the whole image\'s words count them; it says that it is a phantom; it is a sound example', () => {
    for (const { image, example, title } of studies) {
      expect(example.text).toBe(imageCaption(example.modality, example.findings.map((f) => f.label)));
      expect(title).toMatch(/^Phantom /);
      expect(example.phantom).toBe(true);
      expect(image.samples.length).toBe(image.format.width * image.format.height * image.format.channels);
      expect(() => exampleSchema.parse(example)).not.toThrow();
    }
  });
  test('findings can be seen: most differ from the picture around them', () => {
    let [distinct, all] = [0, 0];
    for (const { image: { format, samples }, example } of studies) {
      const { table, offset } = brightnessTable(format);
      const mean = (x0: number, y0: number, x1: number, y1: number): number[] => {
        const sum = new Array<number>(format.channels).fill(0);
        let n = 0;
        for (let y = Math.max(0, Math.floor(y0)); y < Math.min(format.height, y1); y++) for (let x = Math.max(0, Math.floor(x0)); x < Math.min(format.width, x1); x++) {
          n++;
          for (let c = 0; c < format.channels; c++) sum[c] = (sum[c] ?? 0) + (table[(samples[(y * format.width + x) * format.channels + c] ?? 0) + offset] ?? 0);
        }
        return sum.map((s) => s / n);
      };
      for (const { box: b } of example.findings) {
        const inside = mean(b.x + b.width / 4, b.y + b.height / 4, b.x + (3 * b.width) / 4, b.y + (3 * b.height) / 4);
        const around = mean(b.x - b.width / 2, b.y - b.height / 2, b.x + 1.5 * b.width, b.y + 1.5 * b.height);
        all++;
        if (inside.some((v, c) => Math.abs(v - (around[c] ?? 0)) > 0.02)) distinct++;
      }
    }
    expect(distinct / all).toBeGreaterThan(0.75);
  });
});

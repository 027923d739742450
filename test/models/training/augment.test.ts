// Views never make a caption wrong: words are put together anew from the box as it is seen, or the image is left as it is.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { imageCaption, phraseOf, regionCaption } from '../../../shared/domain/caption.ts';
import type { Example } from '../../../shared/domain/example.ts';
import type { Box } from '../../../shared/domain/geometry.ts';
import type { PixelImage } from '../../../models/images/pixels.ts';
import { makePhantom } from '../../../models/phantom/make-phantom.ts';
import { randomFrom } from '../../../models/random.ts';
import { augmentedView, inView, type View } from '../../../models/training/augment.ts';

const phantoms = Array.from({ length: 10 }, (_, seed) => makePhantom(seed + 20));
const views = fc.tuple(fc.constantFrom(...phantoms), fc.nat()).map(([{ example, image }, seed]) => ({ example, image, view: augmentedView(example, image, 256, randomFrom(seed)) }));

const within = (b: Box, w: Box): boolean => b.x >= w.x - 1e-6 && b.y >= w.y - 1e-6 && b.x + b.width <= w.x + w.width + 1e-6 && b.y + b.height <= w.y + w.height + 1e-6;
/** The box as a reader of the view sees it: from the view's own corner, mirrored with it. */
function seen(b: Box, view: View): Box { const m = inView(b, view); return { ...m, x: m.x - view.window.x, y: m.y - view.window.y }; }

describe('phantoms, whose captions are put together', () => {
  test('every box lies in the window and every caption says what is seen there', () => {
    fc.assert(fc.property(views, ({ example, view }) => {
      for (const f of view.findings) {
        expect(within(f.box, view.window)).toBe(true);
        expect(f.caption).toBe(regionCaption(phraseOf(f.caption) ?? '', seen(f.box, view), view.window));
        expect(example.findings.some((e) => phraseOf(e.caption) === phraseOf(f.caption))).toBe(true);
      }
      for (const b of [...view.cut, ...view.rejected]) expect(within(b, view.window)).toBe(true);
      expect(view.findings.length + view.cut.length).toBeLessThanOrEqual(example.findings.length);
    }), { seed: 3, numRuns: 400 });
  });
  test('the image\'s text counts what is in the view', () => {
    fc.assert(fc.property(views, ({ example, view }) => {
      expect(view.text).toBe(imageCaption(example.modality, view.findings.map((f) => phraseOf(f.caption) ?? '')));
    }), { seed: 3, numRuns: 400 });
  });
  test('an x-ray names its lungs by side and is never mirrored; other phantoms are, half the time', () => {
    const mirrored = { sided: 0, other: 0, all: 0 };
    for (const { example, image } of phantoms) for (let seed = 0; seed < 40; seed++) {
      const { mirrored: is } = augmentedView(example, image, 256, randomFrom(seed));
      const sided = example.findings.some((f) => /left|right/.test(f.label));
      if (sided && is) mirrored.sided++;
      if (!sided) { mirrored.all++; if (is) mirrored.other++; }
    }
    expect(mirrored.sided).toBe(0);
    expect(mirrored.other / mirrored.all).toBeGreaterThan(0.4);
    expect(mirrored.other / mirrored.all).toBeLessThan(0.6);
  });
});

describe('words of a person', () => {
  const image: PixelImage = { format: makePhantom(3).image.format, samples: new Uint8Array(0) };
  const box = { x: 40, y: 40, width: 80, height: 60 };
  const written = (change: Partial<Example>): Example => ({
    ...makePhantom(3).example, text: 'Film of the hand.', rejected: [],
    findings: [{ id: 'a', box, label: 'scar', caption: regionCaption('scar', box, image.format), replacedCaption: null, missed: false }], ...change,
  });
  const all = (e: Example): View[] => Array.from({ length: 60 }, (_, seed) => augmentedView(e, image, 256, randomFrom(seed)));
  const finding = (change: Partial<Example['findings'][number]>): Pick<Example, 'findings'> => ({ findings: [{ id: 'a', box, label: 'scar', caption: regionCaption('scar', box, image.format), replacedCaption: null, missed: false, ...change }] });

  test('text without sides may be mirrored, and is kept', () => {
    const views = all(written({}));
    expect(views.some((v) => v.mirrored)).toBe(true);
    expect(new Set(views.map((v) => v.text))).toEqual(new Set(['Film of the hand.']));
  });
  test.each<[string, Partial<Example>]>([
    ['the text speaks of a side', { text: 'Nodule of the Left lung.' }],
    ['a finding is named by its side', finding({ caption: regionCaption('right scar', box, image.format) })],
    ['the replaced words speak of a side', finding({ replacedCaption: 'Scar on the right.' })],
  ])('%s: never mirrored', (_, change) => { expect(all(written(change)).filter((v) => v.mirrored)).toEqual([]); });
  test('text that speaks of a place: the whole image, so that the place stays true', () => {
    const whole = { x: 0, y: 0, width: image.format.width, height: image.format.height };
    expect(all(written({ text: 'Opacity in the upper zone.', findings: [] })).filter((v) => v.window.width !== whole.width || v.window.height !== whole.height)).toEqual([]);
    expect(all(written({})).some((v) => v.window.width !== whole.width)).toBe(true);
  });
  test('free words about a region: the image as it is, but for brightness', () => {
    for (const view of all(written(finding({ caption: 'A scar near the wrist, upper part.' })))) {
      expect(view.window).toEqual({ x: 0, y: 0, width: image.format.width, height: image.format.height });
      expect(view.mirrored).toBe(false);
      expect(view.findings[0]?.caption).toBe('A scar near the wrist, upper part.');
    }
  });
  test('replaced words in the template\'s form follow the view', () => {
    for (const view of all(written(finding({ replacedCaption: regionCaption('clip', box, image.format) })))) {
      for (const f of view.findings) expect(f.replacedCaption).toBe(regionCaption('clip', seen(f.box, view), view.window));
    }
  });
});

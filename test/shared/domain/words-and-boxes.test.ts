// Captions that are put together never contradict the box, and never touch what a person wrote; boxes and what is
// said about them.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { attributedCaption, certaintyOf, findingsOf, imageCaption, phraseOf, plainCaption, recaption, regionCaption, type Certainty } from '../../../shared/domain/caption.ts';
import { clampBox, extentPhrase, iou, placeOf, placePhrase, places, sameBox, sizeOf, sizeWords, type Box, type Size } from '../../../shared/domain/geometry.ts';
import { boxesInside, looseBoxes, sizes } from './rows.ts';

const phrases = fc.oneof(fc.constantFrom('blot haemorrhage', 'opacity in the left lung', 'large mass', 'mass in the centre of the image. small cyst', 'ödem'), fc.stringMatching(/^[a-zA-Z0-9äöü,.'() -]{1,30}$/).filter((s) => s.trim() !== '').map((s) => s.trim()));

describe('captions of regions', () => {
  test('the phrase can be read back, whatever it is', () => {
    fc.assert(fc.property(phrases, boxesInside, (phrase, { box, image }) => { expect(phraseOf(regionCaption(phrase, box, image))).toBe(phrase); }), { seed: 1, numRuns: 500 });
  });
  test('say the size and the place of the box', () => {
    fc.assert(fc.property(phrases, boxesInside, (phrase, { box, image }) => {
      const caption = regionCaption(phrase, box, image).toLowerCase();
      expect(caption.startsWith(`${sizeOf(box, image)} `)).toBe(true);
      expect(caption.endsWith(` ${placePhrase(placeOf(box, image))}.`)).toBe(true);
    }), { seed: 2 });
  });
  test('follow the box when it moves, keep the phrase or take the new one', () => {
    fc.assert(fc.property(phrases, phrases, boxesInside, fc.double({ min: 0, max: 1, noNaN: true }), (phrase, other, { box, image }, shift) => {
      const moved = clampBox({ ...box, x: box.x + shift * image.width, y: box.y - shift * image.height }, image);
      const before = regionCaption(phrase, box, image);
      expect(recaption(before, null, moved, image)).toBe(regionCaption(phrase, moved, image));
      expect(recaption(before, other, moved, image)).toBe(regionCaption(other, moved, image));
      expect(recaption('', other, moved, image)).toBe(regionCaption(other, moved, image));
      expect(recaption(before, null, box, image)).toBe(before);
    }), { seed: 3 });
  });
  test.each(['Scar near the wrist.', 'Small nodule.', 'nodule in the centre of the image', 'A large mass in the upper part of the image.'])('what a person wrote is left alone: %s', (text) => {
    const box = { x: 0, y: 0, width: 5, height: 5 }, image = { width: 100, height: 100 };
    expect(phraseOf(text)).toBeNull();
    expect([recaption(text, null, box, image), recaption(text, 'cyst', box, image)]).toEqual([text, text]);
  });
  test('nothing to say: nothing said', () => {
    const box = { x: 0, y: 0, width: 5, height: 5 }, image = { width: 100, height: 100 };
    expect([recaption('', null, box, image), recaption('', ' ', box, image)]).toEqual(['', '']);
  });
  test('capitals, blanks around it and a missing full stop do not hide the phrase', () => {
    expect(phraseOf('  SMALL Cyst in the Upper Left part of the image ')).toBe('Cyst');
    expect(phraseOf('Medium-sized hard exudate in the centre of the image.')).toBe('hard exudate');
  });
});

describe('attributes of regions: millimetres and certainty', () => {
  const spacings = fc.option(fc.tuple(fc.double({ min: 1e-4, max: 3, noNaN: true }), fc.double({ min: 1e-4, max: 3, noNaN: true })), { nil: null });
  const certainties = fc.constantFrom<Certainty>('possible', 'probable', 'certain');
  const anywhere = fc.tuple(boxesInside, spacings).map(([{ box, image }, spacing]) => ({ box, image: { ...image, spacing } }));
  /** What a caption says of size, extent and place, read without the program's own template. */
  const said = (caption: string): string[] => [/(small|medium-sized|large)/i.exec(caption)?.[1]?.toLowerCase() ?? '', /, ([\d.]+ × [\d.]+ [mµ]m), in the/.exec(caption)?.[1] ?? 'no extent', /in the (?:centre|[a-z ]+ part) of the image(?=\.$)/.exec(caption)?.[0] ?? ''];
  const nouns = fc.constantFrom('cyst', 'blot haemorrhage', 'ödem', 'mass, lobulated', 'nodule of the lung');

  test('no sentence contradicts its box, whatever is edited in whatever order', () => {
    const edits = fc.array(fc.oneof(fc.record({ dx: fc.double({ min: -1, max: 1, noNaN: true }), dy: fc.double({ min: -1, max: 1, noNaN: true }), grow: fc.double({ min: 0.1, max: 4, noNaN: true }) }), nouns), { maxLength: 5 });
    fc.assert(fc.property(nouns, anywhere, certainties, edits, (noun, { box: first, image }, certainty, list) => {
      let box = first, caption = attributedCaption(noun, box, image, certainty), phrase = noun, sure = certainty;
      const agrees = (): void => {
        expect(said(caption)).toEqual([sizeOf(box, image), extentPhrase(box, image.spacing) ?? 'no extent', placePhrase(placeOf(box, image))]);
        expect([phraseOf(caption), /^(possible|probable) /i.exec(caption)?.[1]?.toLowerCase() ?? 'certain']).toEqual([phrase, sure]);
        expect(plainCaption(caption)).toBe(regionCaption(phrase, box, image));
      };
      agrees();
      for (const edit of list) {
        if (typeof edit === 'string') { phrase = edit; sure = 'certain'; caption = recaption(caption, edit, box, image); }
        else {
          box = clampBox({ x: box.x + edit.dx * image.width, y: box.y + edit.dy * image.height, width: box.width * edit.grow, height: box.height * edit.grow }, image);
          caption = recaption(caption, null, box, image);
        }
        agrees();
      }
    }), { seed: 11, numRuns: 300 });
  });
  test('width × height, from [row, column] spacing; micrometres under a microscope', () => {
    const image = { width: 200, height: 200, spacing: [0.5, 0.25] as const };
    expect(attributedCaption('nodule', { x: 0, y: 0, width: 32, height: 12 }, image)).toBe('Small nodule, 8 × 6 mm, in the upper left part of the image.');
    expect(attributedCaption('nodule', { x: 0, y: 0, width: 32, height: 12 }, image, 'possible')).toBe('Possible small nodule, 8 × 6 mm, in the upper left part of the image.');
    expect([[30.2, 50.6], [200, 0.1], [39.9, 39.96]].map(([width = 0, height = 0]) => extentPhrase({ width, height }, [0.5, 0.25]))).toEqual(['7.6 × 25 mm', '50 × 0.1 mm', '10 × 20 mm']);
    expect(extentPhrase({ width: 30, height: 20 }, [0.00025, 0.00025])).toBe('7.5 × 5 µm');
    expect([extentPhrase({ width: 30, height: 20 }, null), extentPhrase({ width: 30, height: 20 }, undefined)]).toEqual([null, null]);
  });
  test('certainty by score', () => { expect([0, 0.49, 0.5, 0.79, 0.8, 1].map(certaintyOf)).toEqual(['possible', 'possible', 'probable', 'probable', 'certain', 'certain']); });
  test('the plain sentence is itself, and free words are left alone', () => {
    fc.assert(fc.property(nouns, boxesInside, (noun, { box, image }) => { const caption = regionCaption(noun, box, image); expect(plainCaption(caption)).toBe(caption); }), { seed: 12 });
    for (const text of ['A nodule, 8 × 6 mm, in the left lobe.', 'Possible fracture.', '', 'Probable small nodule']) expect(plainCaption(text)).toBe(text);
  });
});

describe('words for the image and the site', () => {
  test.each<[string, string[], string]>([
    ['ultrasound', ['cyst', 'cyst', 'nodule'], 'Ultrasound image. Two cysts, one nodule.'], ['CT', [], 'CT image. No finding marked.'], ['microscopy', ['opacity', 'opacity', 'mass', 'mass'], 'Microscopy image. Two masses, two opacities.'],
    ['microscopy', new Array<string>(12).fill('red cell'), 'Microscopy image. More than ten red cells.'],
    ['microscopy', ['Platelets', 'Platelets', 'optic_disc', 'hard_exudates', 'hard_exudates', 'stenosis', 'stenosis', 'thrombus', 'thrombus'], 'Microscopy image. Two hard exudates, two platelets, two stenoses, two thrombuses, one optic disc.'], ['microscopy', new Array<string>(40).fill('red cell'), 'Microscopy image. Many red cells.'],
  ])('%s %#', (modality, labels, text) => { expect(imageCaption(modality, labels)).toBe(text); });
  test('the order of the findings does not matter', () => {
    fc.assert(fc.property(fc.array(fc.constantFrom('cyst', 'mass', 'nodule')).chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))), ([a, b]) => { expect(imageCaption('CT', a)).toBe(imageCaption('CT', b)); }), { seed: 4 });
  });
  test('a label\'s phrase is what its captions say most, else the label in words; no label is none', () => {
    const box = { x: 0, y: 0, width: 5, height: 5 }, image = { width: 100, height: 100 };
    const region = (label: string, phrase: string | null) => ({ label, caption: phrase === null ? 'Free words.' : regionCaption(phrase, box, image) });
    expect(findingsOf([region('WBC', 'white cell'), region('WBC', 'leukocyte'), region('WBC', 'leukocyte'), region('hard_exudate', null), region('', 'ghost')])).toEqual([{ label: 'WBC', phrase: 'leukocyte' }, { label: 'hard_exudate', phrase: 'hard exudate' }]);
  });
});

describe('boxes', () => {
  test('overlap: symmetric, in [0, 1], 1 with itself, 0 apart', () => {
    fc.assert(fc.property(looseBoxes, looseBoxes, (a, b) => {
      expect(iou(a, b)).toBe(iou(b, a));
      expect(iou(a, b)).toBeGreaterThanOrEqual(0);
      expect(iou(a, b)).toBeLessThanOrEqual(1 + 1e-9);
      expect(iou(a, a)).toBeCloseTo(1, 9);
      expect(iou(a, { ...a, x: a.x + a.width })).toBeLessThan(1e-9);
    }), { seed: 5 });
  });
  test('overlap worked out by hand', () => { expect(iou({ x: 0, y: 0, width: 2, height: 2 }, { x: 1, y: 1, width: 2, height: 2 })).toBeCloseTo(1 / 7, 12); });
  const within = (b: Box, image: Size): boolean => b.x >= 0 && b.y >= 0 && b.width >= 1 && b.height >= 1 && b.x + b.width <= image.width + 1e-9 && b.y + b.height <= image.height + 1e-9;
  test('brought into the image: inside, at least a pixel, and the same when done twice', () => {
    fc.assert(fc.property(looseBoxes, sizes, (b, image) => {
      const clamped = clampBox(b, image);
      expect(within(clamped, image)).toBe(true);
      expect(clampBox(clamped, image)).toEqual(clamped);
    }), { seed: 6 });
  });
  test('inside already: untouched', () => { fc.assert(fc.property(boxesInside, ({ box, image }) => { const c = clampBox(box, image); expect(iou(c, box)).toBeCloseTo(1, 9); expect([c.width, c.height]).toEqual([box.width, box.height]); }), { seed: 7 }); });
  test('inside already, in tenths of a pixel: the very same numbers, or a box put back would not be the box proposed', () => {
    fc.assert(fc.property(fc.integer({ min: 10, max: 2000 }), fc.integer({ min: 0, max: 1000 }), (tenths, rest) => {
      const image = { width: Math.ceil((tenths + rest) / 10), height: 10 }, box = { x: rest / 10, y: 0, width: tenths / 10, height: 10 };
      expect(sameBox(clampBox(box, image), box)).toBe(true);
    }), { seed: 8, numRuns: 1000 });
  });
  test('every ninth of the image has its name', () => {
    const image = { width: 90, height: 60 };
    const found = [10, 30, 50].flatMap((y) => [15, 45, 75].map((x) => placeOf({ x: x - 2, y: y - 2, width: 4, height: 4 }, image)));
    expect(found).toEqual(places);
    expect([placeOf({ x: 80, y: 50, width: 400, height: 400 }, image), placeOf({ x: -80, y: -50, width: 4, height: 4 }, image)]).toEqual(['lower right', 'upper left']);
  });
  test('sizes by share of the image: 1 % and 6 %', () => {
    const image = { width: 100, height: 100 };
    expect([[9.9, 10], [10, 10], [59.9, 10], [60, 10]].map(([width = 0, height = 0]) => sizeOf({ x: 0, y: 0, width, height }, image))).toEqual([sizeWords[0], sizeWords[1], sizeWords[1], sizeWords[2]]);
  });
  test('the same box is the same in all four numbers', () => {
    const b = { x: 1, y: 2, width: 3, height: 4 };
    expect(sameBox(b, { ...b })).toBe(true);
    for (const key of ['x', 'y', 'width', 'height'] as const) expect(sameBox(b, { ...b, [key]: 9 })).toBe(false);
  });
});

// Near misses: each is wrong for its region, and wrong in one thing only.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nearMisses, turnedRound } from '../../../models/training/hard-negatives.ts';
import { phraseOf, regionCaption } from '../../../shared/domain/caption.ts';

const image = { width: 300, height: 200 };
const boxes = fc.record({ x: fc.integer({ min: 0, max: 200 }), y: fc.integer({ min: 0, max: 120 }), width: fc.integer({ min: 3, max: 100 }), height: fc.integer({ min: 3, max: 80 }) });
const phrases = ['nodule', 'cyst', 'left lung', 'hard exudate'];

describe('near misses', () => {
  test('are never the region\'s own caption, and differ from it in size, place or finding alone', () => {
    fc.assert(fc.property(boxes, fc.constantFrom(...phrases), (box, phrase) => {
      const caption = regionCaption(phrase, box, image), parts = (text: string): string[] => { const found = phraseOf(text) ?? ''; return [text.split(' ')[0] ?? '', found, text.slice(text.indexOf(' in the '))]; };
      const all = nearMisses(caption, box, image, phrases);
      expect(all.length).toBeGreaterThanOrEqual(5);
      for (const miss of all) expect(parts(miss).filter((part, i) => part !== parts(caption)[i])).toHaveLength(1);
    }), { seed: 1 });
  });
  test('free words are turned round where they name a direction', () => {
    expect(turnedRound('Left upper lobe nodule, lower than before.')).toBe('Right lower lobe nodule, upper than before.');
    expect(nearMisses('Hazy shadow behind the heart.', { x: 1, y: 1, width: 9, height: 9 }, image, phrases)).toEqual([]);
    expect(nearMisses('Seen on the left only.', { x: 1, y: 1, width: 9, height: 9 }, image, phrases)).toEqual(['Seen on the right only.']);
  });
});

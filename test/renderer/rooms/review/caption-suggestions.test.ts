// What is offered while a caption is typed, and how snippets are expanded.
import { describe, expect, test } from 'vitest';
import { earlierOffers, expanded, offersAtHand, type Offering } from '../../../../renderer/rooms/review/caption-suggestions.ts';
import { asOntology } from '../../../../shared/domain/ontology.ts';

const box = { x: 10, y: 10, width: 10, height: 10 }, image = { width: 300, height: 300, spacing: null };
const findings = [{ ...asOntology({ label: 'hard_exudate', phrase: 'hard exudate' }), synonyms: ['硬性白斑'] }, asOntology({ label: 'nodule', phrase: 'nodule' }), { ...asOntology({ label: 'shunt', phrase: 'shunt' }), modalities: ['angiogram'] }];
const offering = (change: Partial<Offering> = {}): Offering => ({ findings, snippets: [{ key: 'h', text: 'haemorrhage' }, { key: 'hw', text: 'hardware artefact' }, { key: '変', text: '変化なし' }], modality: 'CT', earlier: async () => [], region: { label: 'nodule', box, image, model: [{ label: 'nodule', caption: 'Small nodule in the upper left part of the image.', probability: 0.8 }] }, ...change });
const texts = (text: string, o = offering()): string[] => offersAtHand(text, o).map((x) => x.text);

describe('offers at hand', () => {
  test('what the network sees: in an empty field, by its words and by its name', () => {
    expect([texts(''), texts('small NOD')[0], texts('nod')[0]]).toEqual([['Small nodule in the upper left part of the image.'], 'Small nodule in the upper left part of the image.', 'Small nodule in the upper left part of the image.']);
    expect(texts('', offering({ region: null }))).toEqual([]);
  });
  test('the name that the last words begin, letters as they were typed; only what suits the modality', () => {
    expect(texts('Bright Hard exu')).toEqual(['Bright Hard exudate']);
    expect(texts('beside a har')).toEqual(['beside a hard exudate']);
    expect(texts('眼底に、硬性')).toEqual(['眼底に、硬性白斑']);
    expect([texts('a shu'), texts('A whole nodule'), texts('xyz')]).toEqual([[], [], []]);
  });
  test('snippets while their key is typed', () => { expect(texts('Old ;h')).toEqual(['Old haemorrhage ', 'Old hardware artefact ']); });
});

test('a phrase of an earlier caption is put together for this box, and is nothing for a whole image', () => {
  const earlier = [{ text: 'spiculated nodule', phrase: true, count: 3 }, { text: 'Free words.', phrase: false, count: 1 }];
  expect(earlierOffers(earlier, offering())).toEqual([{ text: 'Small spiculated nodule in the upper left part of the image.', from: 'site', figure: 3 }, { text: 'Free words.', from: 'site', figure: 1 }]);
  expect(earlierOffers(earlier, offering({ region: null })).map((o) => o.text)).toEqual(['Free words.']);
});

describe('snippets', () => {
  const { snippets } = offering();
  test('a key and a blank become the text, in the middle of a sentence too', () => {
    expect(expanded('Old ;h ', 7, snippets)).toEqual({ text: 'Old haemorrhage ', caret: 16 });
    expect(expanded('Old ;h  in it', 7, snippets)).toEqual({ text: 'Old haemorrhage  in it', caret: 16 });
    expect(expanded(';変\u3000', 3, snippets)?.text).toBe('変化なし ');
  });
  test.each([['Old ;h', 6], ['Old ;x ', 7], ['Old h ', 6], [';h ', 2]])('not yet, or not one: %s', (text, caret) => { expect(expanded(text, caret, snippets)).toBeNull(); });
});

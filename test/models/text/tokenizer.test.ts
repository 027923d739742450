// The base tokenizer on known texts, on any text at all, and its refusal of what is no tokenizer.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import { baseTokenizerJson, readTokenizer } from '../../../models/text/tokenizer.ts';

const json = await readFile(path.join(import.meta.dirname, '..', '..', '..', 'models', 'bundles', 'base', 'tokenizer.json'), 'utf8');
const tokenizer = readTokenizer(json);
const { model: { vocab } } = z.object({ model: z.object({ vocab: z.record(z.string(), z.number()) }) }).parse(JSON.parse(json));
const tokenOf = new Map(Object.entries(vocab).map(([token, id]) => [id, token]));
const spoken = (text: string, length = 24): string => {
  const { ids, mask } = tokenizer.encode(text, length);
  return [...ids].filter((_, i) => mask[i] === 1).map((id) => tokenOf.get(id)).join(' ');
};
const [pad, cls, sep] = ['[PAD]', '[CLS]', '[SEP]'].map((t) => vocab[t]);

describe('known encodings', () => {
  test('the shipped file is the one that is built here', () => { expect(json).toBe(baseTokenizerJson()); });
  test.each([
    ['Small nodule in the upper left part of the image.', '[CLS] small nodule in the upper left part of the image . [SEP]'],
    ['Cardiomegaly, 3 mm.', '[CLS] cardiomegaly , 3 mm . [SEP]'], ['LARGE Haemorrhage', '[CLS] large haemorrhage [SEP]'],
    ['osteoplasty', '[CLS] o ##st ##e ##o ##p ##l ##a ##st ##y [SEP]'], ['ÄÖ é', '[CLS] ä ##ö é [SEP]'], ['日本', '[CLS] [UNK] [UNK] [SEP]'], ['', '[CLS] [SEP]'],
    ['constructor __proto__', '[CLS] c ##on ##st ##r ##u ##c ##t ##or _ _ p ##r ##o ##t ##o _ _ [SEP]'],
  ])('%j', (text, expected) => { expect(spoken(text)).toBe(expected); });
  test('the first ids are what networks were trained with', () => { expect([...tokenizer.encode('small cyst', 6).ids]).toEqual([2, vocab['small'], vocab['cyst'], 3, 0, 0]); });
});

describe('any text', () => {
  const texts = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)), fc.lorem({ maxCount: 60 }));
  test('has an encoding: [CLS], tokens that exist, [SEP], padding', () => {
    fc.assert(fc.property(texts, fc.integer({ min: 2, max: 40 }), (text, length) => {
      const { ids, mask } = tokenizer.encode(text, length);
      const used = mask.reduce((a, b) => a + b, 0);
      expect([ids.length, mask.length]).toEqual([length, length]);
      expect([ids[0], ids[used - 1]]).toEqual([cls, sep]);
      expect([...ids].every((id) => tokenOf.has(id))).toBe(true);
      expect([...mask].every((m, i) => m === (i < used ? 1 : 0))).toBe(true);
      expect([...ids].slice(used).every((id) => id === pad)).toBe(true);
    }), { seed: 1, numRuns: 500 });
  });
  test('too long: cut, and still ended by [SEP]', () => {
    expect(spoken('a mass in the upper left part of the image', 6)).toBe('[CLS] a mass in the [SEP]');
    expect(spoken('a mass in the', 6)).toBe('[CLS] a mass in the [SEP]');
  });
});

describe('tokenizers of other models give the ids that their own library gives', () => {
  const towers = path.join(import.meta.dirname, '..', 'bundle', 'towers');
  const expected = z.array(z.object({ text: z.string(), ids: z.array(z.number()) }));
  test.each([
    ['clip', 'BPE', null, 0, 1, 1], ['roberta', 'BPE', 24, 0, 2, 1], ['bert', 'WordPiece', null, 2, 3, 0],
  ])('%s (%s)', async (name, kind, contextLength, first, end, padding) => {
    const other = readTokenizer(await readFile(path.join(towers, `${name}.tokenizer.json`), 'utf8'));
    expect([other.kind, other.contextLength]).toEqual([kind, contextLength]);
    for (const { text, ids } of expected.parse(JSON.parse(await readFile(path.join(towers, `${name}.expected.json`), 'utf8')))) {
      const room = contextLength ?? ids.length + 3, made = other.encode(text, room);
      expect([...made.ids], text).toEqual([...ids, ...new Array<number>(room).fill(padding)].slice(0, room));
      expect(made.mask.reduce((a, b) => a + b, 0)).toBe(ids.length);
      expect(Math.max(...ids)).toBeLessThan(other.vocabulary);
    }
    const cut = other.encode('Small nodule in the upper left part of the image.', 5);
    expect([cut.ids[0], cut.ids[4], [...cut.mask]]).toEqual([first, end, [1, 1, 1, 1, 1]]);
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => {
      const { ids, mask } = other.encode(text, 12);
      expect([...ids].every((id) => id >= 0 && id < other.vocabulary)).toBe(true);
      expect(mask[0]).toBe(1);
    }), { seed: 2, numRuns: 200 });
  });
});

describe('what is no tokenizer is refused', () => {
  test.each([['nothing', ''], ['no JSON', '{"version": "1.0", '], ['a cut off file', json.slice(0, json.length / 2)], ['a number', '7'], ['null', 'null'], ['an empty object', '{}'], ['no vocabulary', JSON.stringify({ ...z.record(z.string(), z.unknown()).parse(JSON.parse(json)), model: { type: 'WordPiece' } })]])('%s', (_, text) => {
    expect(() => readTokenizer(text)).toThrow(AppError);
    expect(() => readTokenizer(text)).toThrow('The tokenizer of this model cannot be read.');
  });
});

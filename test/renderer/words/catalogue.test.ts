// The two catalogues say the same things: the compiler sees that no key is missing, this that every message takes the
// same arguments in both languages, that none was left in English, and that each is used.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse, TYPE, type MessageFormatElement } from '@formatjs/icu-messageformat-parser';
import { describe, expect, test } from 'vitest';
import { errorWords } from '../../../renderer/words/errors.ts';
import { catalogues, firstSpoken } from '../../../renderer/words/language.tsx';
import { describeError, errorCodes } from '../../../shared/errors.ts';

interface Tree { readonly [key: string]: string | Tree }
const leaves = (tree: Tree, at = ''): [string, string][] => Object.entries(tree).flatMap(([k, v]): [string, string][] => (typeof v === 'string' ? [[at + k, v]] : leaves(v, `${at}${k}.`)));
const en = leaves(catalogues.en), ja = new Map(leaves(catalogues.ja));
/** Messages that are rightly the same in both languages: names, units. */
const same = new Set(['history.command.other']);

/** "n number", "name text", "strong part" for everything that a message takes. */
function argumentsOf(message: string): string[] {
  const of = (elements: readonly MessageFormatElement[]): string[] => elements.flatMap((e): string[] => {
    switch (e.type) {
      case TYPE.argument: return [`${e.value} text`];
      case TYPE.number: return [`${e.value} number`];
      case TYPE.plural: return [`${e.value} number`, ...Object.values(e.options).flatMap((o) => of(o.value))];
      case TYPE.select: return [`${e.value} one of ${Object.keys(e.options).sort().join(', ')}`, ...Object.values(e.options).flatMap((o) => of(o.value))];
      case TYPE.date: case TYPE.time: return [`${e.value} date`];
      case TYPE.tag: return [`${e.value} part`, ...of(e.children)];
      case TYPE.literal: case TYPE.pound: return [];
    }
  });
  return [...new Set(of(parse(message)))].sort();
}

describe('the catalogues', () => {
  test('what is compared is really read', () => {
    expect(argumentsOf('{n, plural, one {# case of {name}} other {# cases}} <b>{at, number}</b>')).toEqual(['at number', 'b part', 'n number', 'name text']);
    expect(en.length).toBeGreaterThan(300);
  });
  test.each(en)('%s takes the same in Japanese', (key, message) => { expect(argumentsOf(ja.get(key) ?? '')).toEqual(argumentsOf(message)); });
  test('no message was left in English', () => { expect(en.filter(([key, message]) => !same.has(key) && ja.get(key) === message).map(([key]) => key)).toEqual([]); });
  test('Japanese has no half-width punctuation between its words', () => {
    const japanese = '[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}]';
    expect([...ja].filter(([, message]) => new RegExp(`${japanese}[,.:;!?()]`, 'u').test(message.replace(/\{[^{}]*\}/g, ''))).map(([key]) => key)).toEqual([]);
  });

  // Values of rows are keys, too: what shared/domain calls 'small' is said in the language of the page.
  const source = ['renderer', 'shared/domain'].flatMap((folder) => readdirSync(path.join(import.meta.dirname, '..', '..', '..', folder), { recursive: true, withFileTypes: true }))
    .filter((e) => e.isFile() && /\.tsx?$/.test(e.name) && path.basename(e.parentPath) !== 'words').map((e) => readFileSync(path.join(e.parentPath, e.name), 'utf8')).join('\n');
  test('every message is used', () => {
    // By its key in quotes, with or without its room, or by a template that begins with its group: t(`status.${status}`).
    const used = (key: string): boolean => source.includes(`'${key}'`) || (key.includes('.') && source.includes(`\`${key.slice(0, key.lastIndexOf('.') + 1)}\${`));
    expect(en.map(([key]) => key).filter((key) => !used(key.slice(key.indexOf('.') + 1)) && !used(key))).toEqual([]);
  });
});

test('every failure has its words in both languages; the English ones are the command line\'s', () => {
  for (const code of errorCodes) {
    expect(errorWords('en', code)).toEqual(describeError(code));
    const { title, remedy } = errorWords('ja', code);
    expect(title, code).toMatch(/\p{Script=Hiragana}/u);
    expect(remedy, code).toMatch(/\p{Script=Hiragana}.*。$/u);
  }
});

test.each([[['ja-JP', 'en'], 'ja'], [['ja'], 'ja'], [['de', 'ja', 'en'], 'ja'], [['en-GB', 'ja'], 'en'], [['jam', 'de'], 'en'], [[], 'en']] as const)('who prefers %j reads %s', (preferred, expected) => { expect(firstSpoken(preferred)).toBe(expected); });

// Keys: a chord is spelt one way, no profile gives one to two actions that can be meant at once, and what a reader changes
// or brings as a file stays that way.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { actionIds, actions, canMeet, groups, groupTitles, type ActionId } from '../../../renderer/keys/actions.ts';
import { chord, formatChord, isReserved, parseChord, passesFields, shownChord } from '../../../renderer/keys/chord.ts';
import { choiceOf, conflictsIn, keysFromFile, keysOf, keysToFile, othersWith, refusalOf, takingKeys, toStored, usualKeys, withKeys, type KeyChoice } from '../../../renderer/keys/keymap.ts';
import { profileNames } from '../../../renderer/keys/profiles.ts';
import { createTranslator } from 'use-intl';
import { catalogues } from '../../../renderer/words/language.tsx';
import { AppError } from '../../../shared/errors.ts';

const keyNames = ['a', 'Z', 'ö', 'ß', '?', '+', '1', ' ', 'Enter', 'Tab', 'Escape', 'ArrowLeft', 'ArrowUp', 'PageDown', 'F2', 'F12', 'Backspace', 'Delete', 'Home', '字', 'ф'];
const pressed = fc.record({ key: fc.constantFrom(...keyNames), code: fc.constantFrom('', 'KeyH', 'Digit1', 'Slash'), ctrlKey: fc.boolean(), metaKey: fc.boolean(), altKey: fc.boolean(), shiftKey: fc.boolean() });

describe('chords', () => {
  test('what a keyboard sends is read back as it is written', () => {
    fc.assert(fc.property(pressed, (e) => { const text = chord(e), read = parseChord(text); expect(read, text).not.toBeNull(); if (read !== null) expect(formatChord(read)).toBe(text); }), { seed: 7 });
  });
  test('any text is a chord only in its one spelling', () => {
    const words = fc.constantFrom('Ctrl', 'Alt', 'Shift', 'A', 'a', '?', 'Space', 'Up', 'Enter', 'ctrl', '', 'F1', 'PageUp', 'Meta');
    fc.assert(fc.property(fc.array(words, { minLength: 1, maxLength: 4 }).map((w) => w.join(' ')), (text) => { const read = parseChord(text); if (read !== null) expect(formatChord(read)).toBe(text); }), { seed: 7 });
    expect(['Shift Ctrl A', 'Ctrl', 'Ctrl a', 'Shift ?', 'Ctrl Ctrl A', 'Dead', 'Process', 'CapsLock', ''].map(parseChord)).toEqual(Array.from({ length: 9 }, () => null));
  });
  test('the browser\'s own are refused, and so are keys without a name', () => { expect([['Ctrl W', 'reserved'], ['Ctrl T', 'reserved'], ['Ctrl N', 'reserved'], ['Process', 'no-chord'], ['Dead', 'no-chord'], ['Unidentified', 'no-chord'], ['Ctrl J', null], ['A', null]].map(([c]) => [c, refusalOf(c ?? '')])).toEqual([['Ctrl W', 'reserved'], ['Ctrl T', 'reserved'], ['Ctrl N', 'reserved'], ['Process', 'no-chord'], ['Dead', 'no-chord'], ['Unidentified', 'no-chord'], ['Ctrl J', null], ['A', null]]); });
  test('while one types, letters, signs and the field\'s own keys stay the field\'s', () => { expect(['A', 'Shift A', '?', 'Enter', 'Space', 'Ctrl A', 'Ctrl Z', 'Ctrl Left'].filter(passesFields)).toEqual([]); expect(['Ctrl K', 'Alt 1', 'F1', 'Ctrl Enter'].every(passesFields)).toBe(true); });
  test('as shown', () => { expect(['Ctrl Enter', 'Shift Up', 'PageUp', 'PageDown', 'Down', 'A'].map(shownChord)).toEqual(['Ctrl ↵', 'Shift ↑', 'PageUp', 'PageDown', '↓', 'A']); });
});

describe('the catalogue', () => {
  test('meeting is mutual; rooms are apart; what is in hand comes before the case', () => {
    for (const a of actionIds) for (const b of actionIds) expect(canMeet(a, b)).toBe(canMeet(b, a));
    expect([canMeet('worklist.open', 'region.accept'), canMeet('hand.larger', 'region.next'), canMeet('case.signOff', 'decision.finish'), canMeet('program.palette', 'work.again'), canMeet('image.fit', 'comparison.beside')]).toEqual([false, false, false, true, true]);
  });
  test('every group has actions, and every action has its own words in both languages', () => {
    expect(groups.filter((g) => !actionIds.some((id) => actions[id].group === g))).toEqual([]);
    for (const locale of ['en', 'ja'] as const) {
      const t = createTranslator({ locale, messages: catalogues[locale], onError: (e) => { throw e; } });
      const named = actionIds.map((id) => `${groupTitles[actions[id].group](t)}: ${actions[id].name(t)}`);
      expect(named.filter((n, i) => named.indexOf(n) !== i), locale).toEqual([]);
    }
  });
  test('no usual key is the browser\'s', () => { for (const id of actionIds) for (const k of actions[id].keys) expect([k, parseChord(k) !== null, isReserved(k)]).toEqual([k, true, false]); });
});

describe.each(profileNames)('the profile %s', (profile) => {
  const choice: KeyChoice = { profile, changes: {} };
  test('gives no chord to two actions that can be meant at once', () => { expect(conflictsIn(choice)).toEqual([]); });
  test('has only chords that can be had', () => { expect(actionIds.flatMap((id) => keysOf(choice, id)).filter((k) => refusalOf(k) !== null)).toEqual([]); });
  test('leaves nothing without a key that usually has one, but what its Space took', () => { expect(actionIds.filter((id) => actions[id].keys.length > 0 && keysOf(choice, id).length === 0)).toEqual(profile === 'ohif' || profile === 'prodigy' ? ['image.hold'] : []); });
});
test('a conflict that was planted is found', () => { expect(conflictsIn({ profile: 'regionmed', changes: { 'region.caption': ['A'] } })).toEqual([{ chord: 'A', between: ['region.accept', 'region.caption'] }]); });
test('people find the keys they know', () => {
  const of = (profile: KeyChoice['profile'], id: ActionId): readonly string[] => keysOf({ profile, changes: {} }, id);
  expect([of('prodigy', 'region.accept')[0], of('prodigy', 'region.reject')[0], of('prodigy', 'region.ignore')[0], of('prodigy', 'case.undo').slice(0, 2), of('prodigy', 'region.flag')[0], of('prodigy', 'program.keys')[0], of('prodigy', 'program.saved')[0]]).toEqual(['A', 'X', 'Space', ['Backspace', 'Delete'], 'F', 'H', 'Ctrl S']);
  expect([of('cvat', 'review.nextCase')[0], of('cvat', 'review.previousCase')[0], of('cvat', 'tool.box')[0], of('cvat', 'region.lock')[0], of('cvat', 'region.hide')[0], of('cvat', 'region.next')[0], of('cvat', 'case.redo'), of('cvat', 'program.keys')[0]]).toEqual(['F', 'D', 'N', 'L', 'H', 'Tab', ['Ctrl Shift Z', 'Ctrl Y'], 'F1']);
  expect([of('labelStudio', 'case.signOff')[0], of('labelStudio', 'review.nextCase')[0], of('labelStudio', 'region.hide')[0], of('labelStudio', 'region.lock')[0]]).toEqual(['Ctrl Enter', 'Ctrl Space', 'Alt H', 'Alt L']);
  expect([of('ohif', 'image.reset')[0], of('ohif', 'region.accept').includes('Enter'), of('ohif', 'region.reject').includes('Backspace'), of('ohif', 'tool.brush')[0], of('ohif', 'tool.eraser')[0], of('ohif', 'hand.larger')[0], of('ohif', 'image.fit')[0], of('ohif', 'image.invert')[0], of('ohif', 'tool.select').includes('Escape')]).toEqual(['Space', true, true, 'B', 'E', ']', '=', 'I', true]);
});

describe('changing', () => {
  const someKeys = fc.array(fc.constantFrom('A', 'X', 'F9', 'Ctrl J', 'Shift Space', 'Tab', 'Ctrl K', '1'), { maxLength: 3 });
  const changes = fc.array(fc.tuple(fc.constantFrom(...actionIds), someKeys), { maxLength: 6 });
  const made = (profile: KeyChoice['profile'], all: readonly (readonly [ActionId, readonly string[]])[]): KeyChoice => all.reduce<KeyChoice>((c, [id, keys]) => takingKeys(c, id, keys), { profile, changes: {} });
  test('whatever is taken, no chord has two meanings, and the file brings it back', () => {
    fc.assert(fc.property(fc.constantFrom(...profileNames), changes, (profile, all) => {
      const choice = made(profile, all);
      expect(conflictsIn(choice)).toEqual([]);
      expect(keysFromFile(keysToFile(choice))).toEqual(choice);
      expect(choiceOf(toStored(choice))).toEqual(choice);
    }), { seed: 11, numRuns: 60 });
  });
  test('a key is taken from whom it belonged to, and nobody else', () => {
    const choice = takingKeys(usualKeys, 'region.caption', ['A']);
    expect([othersWith(usualKeys, 'region.caption', 'A'), keysOf(choice, 'region.accept'), keysOf(choice, 'region.caption')]).toEqual([['region.accept'], [], ['A']]);
    expect(keysOf(takingKeys(usualKeys, 'region.caption', ['J']), 'worklist.next')).toEqual(['Down', 'J']);
  });
  test('what is as in the profile is no change', () => { expect(withKeys(withKeys(usualKeys, 'region.accept', ['F9']), 'region.accept', ['A'])).toEqual(usualKeys); });
  test('where a newer profile has the key for something else, the reader\'s choice stands', () => { const choice = choiceOf({ profile: 'regionmed', changes: { 'region.caption': ['A'] } }); expect([keysOf(choice, 'region.caption'), keysOf(choice, 'region.accept'), conflictsIn(choice)]).toEqual([['A'], [], []]); });
  test('actions and keys that this version does not know are passed over', () => { expect(choiceOf({ profile: 'photoshop', changes: { 'region.gone': ['A'], 'region.accept': ['Ctrl W', 'F9'] } })).toEqual({ profile: 'regionmed', changes: { 'region.accept': ['F9'] } }); });
});

test.each([
  ['no JSON', 'A = accept', 'This is not a JSON file.'],
  ['another file', '{"images":[]}', 'This is no file of keys'],
  ['another version', '{"format":"regionmed-keys","version":2,"profile":"cvat","changes":{}}', 'version'],
  ['an unknown profile', '{"format":"regionmed-keys","version":1,"profile":"vim","changes":{}}', 'profile'],
  ['an unknown action', '{"format":"regionmed-keys","version":1,"profile":"cvat","changes":{"region.fly":["A"]}}', 'There is no action "region.fly"'],
  ['a key of the browser', '{"format":"regionmed-keys","version":1,"profile":"cvat","changes":{"region.accept":["Ctrl W"]}}', '"Ctrl W" cannot be the key of region.accept.'],
  ['a key for two', '{"format":"regionmed-keys","version":1,"profile":"regionmed","changes":{"region.caption":["F9"],"region.accept":["A","F9"]}}', 'region.caption and region.accept are given the same key.'],
])('a file with %s is refused in words', (_, text, told) => {
  let failure: unknown;
  try { keysFromFile(text); } catch (error) { failure = error; }
  expect(failure).toBeInstanceOf(AppError);
  expect(failure).toMatchObject({ code: 'bad-settings-file', message: expect.stringContaining(told) as string });
});

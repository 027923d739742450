// How the page says times, shares and keys, in both languages.
import { describe, expect, test } from 'vitest';
import { chord } from '../../../renderer/keys/chord.ts';
import { clock, figuresIn } from '../../../renderer/ui/words.ts';
import { wordsIn } from '../../../renderer/words/language.tsx';

const { duration, fixed, percent, points, timeLeft, when, list } = figuresIn('en'), ja = figuresIn('ja');

describe('words', () => {
  test.each([[0, '0:00'], [9.9, '0:09'], [95, '1:35'], [3599, '59:59'], [3700, '1:01:40'], [36_000, '10:00:00'], [-4, '0:00']])('clock of %d', (s, text) => { expect(clock(s)).toBe(text); });
  test.each([[0, '1 s'], [8, '8 s'], [7.2, '8 s'], [89, '89 s'], [90, '2 min'], [150, '3 min'], [5399, '90 min'], [5400, '1.5 h'], [36_000, '10.0 h']])('duration of %d', (s, text) => { expect([duration(s), timeLeft(s)]).toEqual([text, `${text} left`]); });
  test('nothing is said of a time nobody knows', () => { expect([timeLeft(null), timeLeft(Infinity), timeLeft(NaN)]).toEqual(['', '', '']); });
  test.each([[-0.333, 2, '−0.33'], [1234.5, 1, '1,234.5'], [0, 1, '0.0']])('%d with %d decimals', (v, decimals, text) => { expect(fixed(v, decimals)).toBe(text); });
  test.each([[0.042, '+4.2'], [-0.031, '−3.1'], [0, '0.0'], [-0.0004, '0.0'], [0.0005, '+0.1'], [1, '+100.0']])('points of %d', (v, text) => { expect(points(v)).toBe(text); });
  test('shares and counts', () => {
    expect([0.123, 0, 1, 0.996].map(percent)).toEqual(['12 %', '0 %', '100 %', '100 %']);
    expect([1, 0, 1234].map((n) => wordsIn('en', 'case')('cases', { n }))).toEqual(['1 case', '0 cases', '1,234 cases']);
    expect([1, 0, 1234].map((n) => wordsIn('ja', 'case')('cases', { n }))).toEqual(['1症例', '0症例', '1,234症例']);
    expect([0.123, 1].map(ja.percent)).toEqual(['12%', '100%']);
  });
  test('an instant, in local time', () => { const iso = new Date(2026, 2, 4, 9, 5).toISOString(); expect([when(iso), ja.when(iso), figuresIn('en').day(iso), ja.day(iso)]).toEqual(['2026-03-04 09:05', '2026/03/04 09:05', '2026-03-04', '2026/03/04']); });
  test('midnight is 00, not 24', () => { const iso = new Date(2026, 2, 4, 0, 5).toISOString(); expect([when(iso), ja.when(iso)]).toEqual(['2026-03-04 00:05', '2026/03/04 00:05']); });
  test('times and lists in Japanese', () => {
    expect([8, 150, 5400].map((s) => ja.timeLeft(s))).toEqual(['残り8秒', '残り3分', '残り1.5時間']);
    expect([list(['box', 'name', 'caption']), ja.list(['枠', '所見名', '所見文'])]).toEqual(['box, name, caption', '枠、所見名、所見文']);
  });
});

describe('keys', () => {
  const none = { key: '', code: '', ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };
  test.each<[Partial<typeof none>, string]>([
    [{ key: 'a' }, 'A'], [{ key: 'A', shiftKey: true }, 'Shift A'], [{ key: ' ' }, 'Space'], [{ key: 'Enter' }, 'Enter'], [{ key: 'ArrowLeft' }, 'Left'], [{ key: 'ArrowUp', shiftKey: true }, 'Shift Up'], [{ key: 'Tab', shiftKey: true }, 'Shift Tab'],
    [{ key: 'k', ctrlKey: true }, 'Ctrl K'], [{ key: 'k', metaKey: true }, 'Ctrl K'], [{ key: 'Z', ctrlKey: true, shiftKey: true }, 'Ctrl Shift Z'], [{ key: 'x', altKey: true, ctrlKey: true }, 'Ctrl Alt X'],
    // A sign is itself, however a keyboard makes it.
    [{ key: '?', shiftKey: true }, '?'], [{ key: '/' }, '/'], [{ key: '+', shiftKey: true }, '+'], [{ key: '1' }, '1'],
    // Alt on a Mac writes another sign; what has no single capital stays.
    [{ key: '˙', code: 'KeyH', altKey: true }, 'Alt H'], [{ key: '¡', code: 'Digit1', altKey: true }, 'Alt 1'], [{ key: 'ß', code: 'Minus' }, 'ß'],
  ])('%o is %s', (event, name) => { expect(chord({ ...none, ...event })).toBe(name); });
});

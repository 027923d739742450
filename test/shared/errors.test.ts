// Every failure the program expects has words for the person who meets it.
import { describe, expect, test } from 'vitest';
import { AppError, describeError, errorCodes, isDiskFull, toWireError, wireError } from '../../shared/errors.ts';

describe('words', () => {
  test.each(errorCodes)('%s: a title, and a remedy in whole sentences', (code) => {
    const { title, remedy } = describeError(code);
    expect(title).toMatch(/^[A-Z].*[^.]$/);
    expect(remedy).toMatch(/^[A-Z].*\.$/);
  });
  test('no two codes share a title', () => { expect(new Set(errorCodes.map((code) => describeError(code).title)).size).toBe(errorCodes.length); });
});

describe('on a pipe', () => {
  const full = (code: string): Error => Object.assign(new Error('write'), { code });
  test.each<[string, unknown, { code: string; message: string }]>([
    ['a foreseen failure keeps code and sentence', new AppError('not-found', 'There is no such case.'), { code: 'not-found', message: 'There is no such case.' }],
    ['a full disk is told as one', full('ENOSPC'), { code: 'disk-full', message: 'The disk is full.' }], ['a quota too', full('EDQUOT'), { code: 'disk-full', message: 'The disk is full.' }],
    ['and SQLite\'s word for it', new Error('database or disk is full'), { code: 'disk-full', message: 'The disk is full.' }],
    ['a bug keeps its message', new TypeError('x is not a function'), { code: 'internal', message: 'x is not a function' }], ['whatever else is thrown has a text', 'odd', { code: 'internal', message: 'odd' }],
  ])('%s', (_, thrown, expected) => {
    expect(toWireError(thrown)).toEqual(expected);
    expect(() => wireError.parse(toWireError(thrown))).not.toThrow();
  });
  test('another code is no full disk', () => { expect([isDiskFull(full('ENOENT')), isDiskFull(new Error('full')), isDiskFull(null)]).toEqual([false, false, false]); });
  test('the cause stays with the error', () => { const cause = new Error('inner'); expect(new AppError('internal', 'Outer.', { cause }).cause).toBe(cause); });
});

// The rules of who may import whom: each catches the violation that was planted for it, and nothing else does. The
// plants also use every way of importing there is, so that none of them gets past the reader.
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkDependencies, cyclesOf, rules } from '../../build/dependencies.mjs';

const planted = path.join(import.meta.dirname, '..', 'fixtures', 'dependencies');
const names = [...rules.map((r) => r.name), 'no-cycles'];

describe('planted violations', () => {
  test('every rule has one, and there is none without a rule', () => {
    expect(new Set(readdirSync(planted))).toEqual(new Set([...names, 'clean', 'broken']));
  });

  test.each(names)('%s catches its own', (name) => {
    const { problems } = checkDependencies(path.join(planted, name));
    expect(problems.map((p) => p.rule)).toEqual([name]);
  });

  test('the sentence names both ends and the reason', () => {
    const { problems } = checkDependencies(path.join(planted, 'rooms-are-apart'));
    expect(problems[0]?.sentence).toBe('renderer/rooms/a/index.tsx imports renderer/rooms/b/index.tsx: a room never imports another room');
  });

  test('a cycle is told with every file on it', () => {
    const { problems } = checkDependencies(path.join(planted, 'no-cycles'));
    expect(problems[0]?.sentence).toBe('import cycle: models/a.ts → models/b.ts → models/c.ts → models/a.ts');
  });

  test('a file that cannot be parsed is told, not passed over', () => {
    expect(() => checkDependencies(path.join(planted, 'broken'))).toThrow(/x\.ts cannot be parsed/);
  });
});

describe('what is allowed', () => {
  test('a clean tree passes, and its imports were looked at', () => {
    const { problems, checked } = checkDependencies(path.join(planted, 'clean'));
    expect(problems).toEqual([]);
    expect(checked).toBeGreaterThanOrEqual(14);
  });

  test('two ways to one file are no cycle', () => {
    const edge = (from: string, to: string) => ({ from, to, package: false, node: false });
    expect(cyclesOf([edge('a', 'b'), edge('a', 'c'), edge('b', 'd'), edge('c', 'd')])).toEqual([]);
  });
});

test('this tree keeps the rules', () => {
  const { problems, checked } = checkDependencies();
  expect(problems.map((p) => p.sentence)).toEqual([]);
  expect(checked).toBeGreaterThan(500);
});

// Keys that an input method takes belong to it: whoever listens to keys asks first.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { isComposing } from '../../../renderer/ui/actions.tsx';

test('a key is the input method\'s while it composes, and where only the code 229 says so', () => {
  expect([[true, 13], [true, 229], [false, 229], [false, 13]].map(([composing, code]) => isComposing({ isComposing: composing === true, keyCode: Number(code) }))).toEqual([true, true, true, false]);
});

test('every file that listens to keys asks', () => {
  const renderer = path.join(import.meta.dirname, '..', '..', '..', 'renderer');
  /** One only counts the keys that a case took; in the other no text is typed. */
  const untouched = new Set(['use-visit.ts', 'why.tsx']);
  const files = readdirSync(renderer, { recursive: true, withFileTypes: true }).filter((e) => e.isFile() && /\.tsx?$/.test(e.name)).map((e) => path.join(e.parentPath, e.name));
  const listening = files.filter((f) => /onKeyDown=|EventListener\('keydown'/.test(readFileSync(f, 'utf8')) && !untouched.has(path.basename(f)));
  expect(listening.length).toBeGreaterThanOrEqual(4);
  expect(listening.filter((f) => !readFileSync(f, 'utf8').includes('isComposing(')).map((f) => path.relative(renderer, f))).toEqual([]);
});

// ARCHITECTURE.md names real things: every file it names exists, and every other name in code marks is found in the source.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.join(import.meta.dirname, '..', '..');
const sources = (folder: string): string => readdirSync(path.join(root, folder), { withFileTypes: true, recursive: true })
  .filter((e) => e.isFile() && /\.(tsx?|mjs)$/.test(e.name)).map((e) => readFileSync(path.join(e.parentPath, e.name), 'utf8')).join('\n');
const all = ['shared', 'models', 'electron', 'renderer', 'build'].map(sources).join('\n');
const named = [...new Set([...readFileSync(path.join(root, 'ARCHITECTURE.md'), 'utf8').matchAll(/`([^`]+)`/g)].map((m) => m[1] ?? ''))];

test('enough is named to be worth checking', () => { expect(named.length).toBeGreaterThan(60); });

test.each(named.filter((n) => n.includes('/') && !n.includes('<')))('the file or folder %s exists', (name) => {
  expect(existsSync(path.join(root, name)) || existsSync(path.join(root, 'renderer', name))).toBe(true);
});

test.each(named.filter((n) => /^[A-Za-z][A-Za-z.]*$/.test(n) && n !== 'code'))('%s is in the source', (name) => {
  for (const part of name.split('.')) expect(all).toMatch(new RegExp(`\\b${part}\\b`));
});

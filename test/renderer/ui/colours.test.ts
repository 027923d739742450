// That everybody can read the page and tell the states of a region apart: contrasts of all themes from tokens.css itself,
// and the states' colours as eyes without one kind of cone see them.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { readerStyles, regionStyles } from '../../../renderer/canvas/region-style.ts';
import { contrast, difference, lab, linear, seen, visions } from './colour.ts';

const css = readFileSync(path.join(import.meta.dirname, '..', '..', '..', 'renderer', 'ui', 'tokens.css'), 'utf8').replace(/\/\*.*?\*\//gs, '');
function tokens(selector: string): ReadonlyMap<string, string> {
  const block = css.split('}').find((b) => b.slice(0, b.indexOf('{')).trim() === selector);
  if (block === undefined) throw new Error(`tokens.css has no ${selector}`);
  return new Map([...block.matchAll(/--([\w-]+):\s*(#[\da-f]+)\b/gi)].map(([, name = '', value = '']) => [name, value]));
}
const dark = tokens(':root');
const themes = { dark, light: new Map([...dark, ...tokens(':root[data-theme="light"]')]), contrast: new Map([...dark, ...tokens(':root[data-theme="contrast"]')]) } as const;

const surfaces = ['rail', 'bg', 'panel', 'raised', 'hover', 'chosen', 'field'] as const, states = ['proposed', 'accepted', 'edited', 'rejected', 'added'] as const;
/** What is written on what, in base.css and the rooms. */
const written: readonly (readonly [text: string, on: string])[] = [
  ...['text', 'text-2', 'text-3', 'accent'].flatMap((text) => surfaces.map((on) => [text, on] as const)), ['on-accent', 'accent'],
  ...states.flatMap((state) => ['panel', 'raised', 'chosen', 'hover', 'bg'].map((on) => [state, on] as const)), ...['panel', 'raised', 'bg'].map((on) => ['warn', on] as const),
  ['warn', 'warn-bg'], ['accepted', 'good-bg'], ['rejected', 'bad-bg'], ['edited', 'info-bg'], ...['warn-bg', 'good-bg', 'bad-bg', 'info-bg'].flatMap((on) => [['text', on], ['text-2', on]] as const),
];
const ratio = (theme: ReadonlyMap<string, string>, a: string, b: string): number => contrast(theme.get(a) ?? '', theme.get(b) ?? '');
const below = (theme: ReadonlyMap<string, string>, pairs: readonly (readonly [string, string])[], least: number): string[] => pairs.flatMap(([a, b]) => (ratio(theme, a, b) < least ? [`${a} on ${b}: ${ratio(theme, a, b).toFixed(2)}`] : []));

test('the yardsticks give what is published', () => {
  expect([contrast('#000', '#fff'), contrast('#777777', '#ffffff')].map((c) => c.toFixed(2))).toEqual(['21.00', '4.48']);
  expect(([[[50, 2.6772, -79.7751], [50, 0, -82.7485], 2.0425], [[50, 2.5, 0], [73, 25, -18], 27.1492], [[50, 2.5, 0], [56, -27, -3], 31.903], [[60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387], 1.2644], [[6.7747, -0.2908, -2.4247], [5.8714, -0.0985, -2.2286], 0.6377]] as const).map(([a, b, published]) => (difference(a, b) - published).toFixed(3).replace('-', ''))).toEqual(Array.from({ length: 5 }, () => '0.000'));
  for (const m of Object.values(visions)) for (const c of seen([0.5, 0.5, 0.5], m)) expect(c, 'grey stays grey').toBeCloseTo(0.5, 4);
  expect(difference(lab(seen(linear('#ff0000'), visions.deuteranopia)), lab(seen(linear('#ff0000'), visions['all cones'])))).toBeGreaterThan(20);
});

describe.each(['dark', 'light', 'contrast'] as const)('the theme %s', (name) => {
  const theme = themes[name];
  test(`text has ${name === 'contrast' ? 7 : 4.5}:1 wherever it stands`, () => { expect(below(theme, written, name === 'contrast' ? 7 : 4.5)).toEqual([]); });
  test('the focus is seen on every surface', () => { expect(below(theme, surfaces.map((on) => ['focus', on]), 3)).toEqual([]); });
  if (name === 'contrast') test('lines are seen on every surface', () => { expect(below(theme, surfaces.flatMap((on) => [['line', on], ['line-soft', on]] as const), 3)).toEqual([]); });
});

describe('the states of a region', () => {
  const styles = Object.entries(regionStyles), pairs = styles.flatMap(([a, x], i) => styles.slice(i + 1).map(([b, y]) => ({ pair: `${a} and ${b}`, x, y })));
  /** CIEDE2000; from about 10 on, two lines are told apart at a glance, not only beside each other. */
  const apart = 13;
  test.each(Object.entries(visions))('are apart for eyes with %s', (_, m) => {
    expect(pairs.map(({ pair, x, y }) => ({ pair, d: difference(lab(seen(linear(x.colour), m)), lab(seen(linear(y.colour), m))) })).filter(({ d }) => d < apart).map(({ pair, d }) => `${pair}: ${d.toFixed(1)}`)).toEqual([]);
  });
  test('and for eyes that see no colour: no two share both line and sign', () => { expect(new Set(styles.map(([, s]) => `${s.dash.join(' ')} ${s.glyph}`)).size).toBe(styles.length); });
  test('readers who are compared differ in colour as states do, and in line', () => {
    const states = new Set(styles.map(([, s]) => s.colour));
    expect([readerStyles.every((s) => states.has(s.colour)), new Set(readerStyles.map((s) => s.colour)).size, new Set(readerStyles.map((s) => s.dash.join(' '))).size]).toEqual([true, readerStyles.length, readerStyles.length]);
  });
  test('numbers are read on them, and their lines are seen on black and on the dark line under them', () => {
    for (const [state, { colour }] of styles) { expect(contrast(colour, '#0a0c0f'), state).toBeGreaterThanOrEqual(6); expect(contrast(colour, '#000000'), state).toBeGreaterThanOrEqual(6); }
  });
});

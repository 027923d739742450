// The picture of very many marks: painted again only where something changed, it is the picture painted whole, whatever
// changed, at any zoom and on any screen.
import path from 'node:path';
import { chromium } from '@playwright/test';
import { build } from 'esbuild';
import fc from 'fast-check';
import { z } from 'zod';
import { verdict } from '../../shared/domain/region.ts';
import { browserArguments } from '../bench/browser.ts';
import { expect, test } from './program.ts';

const drawn = fc.record({ x: fc.nat(170), y: fc.nat(120), width: fc.integer({ min: 4, max: 60 }), height: fc.integer({ min: 4, max: 50 }), kind: fc.constantFrom('box', 'ellipse', 'polygon', 'mask', 'point'), verdict: fc.constantFrom(...verdict.options), depth: fc.integer({ min: -1, max: 1 }) });
const change = fc.oneof(
  fc.record({ kind: fc.constant('other'), at: fc.nat(), to: drawn }), fc.record({ kind: fc.constant('decided'), at: fc.nat(), verdict: fc.constantFrom(...verdict.options) }),
  fc.record({ kind: fc.constant('chosen'), at: fc.nat() }), fc.record({ kind: fc.constant('added'), to: drawn }), fc.record({ kind: fc.constant('lastRemoved') }),
);
const turn = fc.record({
  drawn: fc.array(drawn, { minLength: 3, maxLength: 40 }), changes: fc.array(change, { minLength: 1, maxLength: 4 }),
  view: fc.record({ scale: fc.double({ min: 0.4, max: 6, noNaN: true }), x: fc.integer({ min: -200, max: 100 }), y: fc.integer({ min: -150, max: 80 }) }), ratio: fc.constantFrom(1, 1.25, 2), first: fc.nat(),
});
const difference = z.object({ most: z.number(), painted: z.number() }).nullable();
/** Of 255, in the mean of 16 pixels. A line that is missing or stands in two places differs by thrice that. */
const rounding = 20;

test('a picture painted again in places is the picture painted whole', async ({ kind }) => {
  test.skip(kind === 'electron', 'the page is driven without its window');
  const script = (await build({ entryPoints: [path.join(import.meta.dirname, '../renderer/canvas/painted-twice.ts')], bundle: true, format: 'iife', write: false, logLevel: 'warning' })).outputFiles[0]?.text ?? '';
  const browser = await chromium.launch({ executablePath: process.env['REGIONMED_CHROMIUM'] ?? '/usr/bin/chromium', args: browserArguments });
  try {
    const page = await browser.newPage();
    await page.evaluate(script);
    let inPlaces = 0;
    await fc.assert(fc.asyncProperty(turn, async (t) => {
      const told = difference.parse(await page.evaluate(`paintedTwice(${JSON.stringify(t)})`));
      if (told === null) return;
      if (told.painted > 0) inPlaces++;
      expect(told.most).toBeLessThanOrEqual(rounding);
    }), { seed: 5, numRuns: 150 });
    // Where all is always painted anew, nothing was tried.
    expect(inPlaces).toBeGreaterThan(75);
  } finally { await browser.close(); }
});

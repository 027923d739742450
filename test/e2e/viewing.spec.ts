// Looking: the wheel through a series, windows and colours, turning with a region edited meanwhile, one pixel to one, the
// magnifier and playing; and that the graphics card and the processor paint the same picture to the bit.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { chromium, type Page } from '@playwright/test';
import { build } from 'esbuild';
import { z } from 'zod';
import { browserArguments } from '../bench/browser.ts';
import { drag, importFiles, openCase, press, regionCard, saved, stage } from './as-a-person.ts';
import { expect, test } from './program.ts';
import { ctSeries } from './studies.ts';

test.use({ salt: 'e2e-2' });

const count = 12;
const corners = (page: Page) => page.locator('.corners');
const isSlice = async (page: Page, n: number): Promise<void> => { await expect(page.locator('.slice-bar')).toHaveAttribute('data-slice', String(n)); };
/** The review went there, too. */
const isOpen = async (page: Page, n: number): Promise<void> => { await expect(page.locator('.slice-bar')).toHaveAttribute('aria-valuenow', String(n)); await isSlice(page, n); await expect(stage(page)).toHaveAttribute('data-ready', 'true'); };
/** The page's pixels in the middle of the stage, as one text. */
const picture = async (page: Page): Promise<string> => { const b = await stage(page).boundingBox(); if (b === null) throw new Error('there is no image'); return (await page.screenshot({ clip: { x: b.x + b.width / 2 - 60, y: b.y + b.height / 2 - 60, width: 120, height: 120 } })).toString('base64'); };

test('a series looked at with wheel and keys, a region edited while the image is turned', async ({ program }) => {
  const page = await program.start(), folder = path.join(program.workspace, '..', 'series');
  await mkdir(folder);
  await importFiles(page, await ctSeries(folder, count));
  await expect(page.getByText(`${count} cases imported`)).toBeVisible({ timeout: 60_000 });
  const slice = (n: number) => { const found = program.stored().cases.find((c) => c.series?.number === n); if (found === undefined) throw new Error(`there is no slice ${n}`); return found; };
  await openCase(page, slice(1).title, slice(1).id);
  await isOpen(page, 1);
  const frame = await stage(page).boundingBox();
  if (frame === null) throw new Error('there is no image');
  const middle = { x: frame.x + frame.width / 2, y: frame.y + frame.height / 2 };
  await page.mouse.move(middle.x, middle.y);

  await test.step('the wheel goes through the slices, and the review follows when it rests; with Ctrl it zooms', async () => {
    const zoom = await corners(page).getByText(/^zoom/).innerText();
    for (let i = 0; i < 4; i++) await page.mouse.wheel(0, 100);
    await isOpen(page, 5);
    await page.mouse.wheel(0, -100);
    await isOpen(page, 4);
    await expect(page.locator(`[data-case="${slice(4).id}"]`)).toBeVisible();
    await expect(corners(page).getByText(/^zoom/)).toHaveText(zoom);
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, -100);
    await page.keyboard.up('Control');
    await expect(corners(page).getByText(/^zoom/)).not.toHaveText(zoom);
    await isOpen(page, 4);
    await press(page, '=');
  });
  await test.step('by keys: down where no region is chosen, to the ends; a key that acts means the slice that is seen', async () => {
    await press(page, 'ArrowDown');
    await isOpen(page, 5);
    await press(page, 'End');
    await isOpen(page, count);
    await press(page, 'Home');
    await isOpen(page, 1);
    await page.mouse.wheel(0, 100);
    await page.mouse.wheel(0, 100);
    await isSlice(page, 3);
    await press(page, 'n');
    await isOpen(page, 3);
    await expect(page.getByRole('toolbar', { name: 'Tools' }).getByRole('button', { name: 'Add a region', exact: true })).toHaveAttribute('aria-pressed', 'true');
    await press(page, 'v');
  });
  await test.step('windows, the automatic one, inverted, colours: they go along', async () => {
    await press(page, '2');
    await expect(corners(page)).toContainText('lung');
    await press(page, 'Alt+W');
    await expect(corners(page)).not.toContainText('lung');
    const grey = await picture(page);
    await press(page, 'Shift+I');
    await expect(page.getByRole('img', { name: /^Colours from .* to / })).toBeVisible();
    await expect.poll(async () => await picture(page) === grey).toBe(false);
    await page.mouse.wheel(0, 100);
    await isOpen(page, 4);
    await expect(page.getByRole('img', { name: /^Colours from .* to / })).toBeVisible();
    await press(page, 'i');
    await expect(corners(page)).toContainText('inverted');
  });
  await test.step('turned and mirrored, a box drawn and nudged lies where it was seen', async () => {
    await press(page, 'Shift+R', 'Shift+V');
    await expect(corners(page)).toContainText('mirrored · turned 270°');
    await press(page, 'n');
    // 256 pixels square: the whole stage's height, 8 pixels of margin.
    const scale = (Math.min(frame.width, frame.height) - 16) / 256, seen = { x: 40, y: -60, width: 30, height: 20 };
    await drag(page, { x: middle.x + seen.x * scale, y: middle.y + seen.y * scale }, { x: middle.x + (seen.x + seen.width) * scale, y: middle.y + (seen.y + seen.height) * scale });
    await expect(regionCard(page)).toBeVisible();
    await press(page, 'Escape');
    const box = () => program.stored().regions.find((r) => r.caseId === slice(4).id && r.source === 'person')?.box;
    // Mirrored, then three quarters to the right: image x runs down the screen's height, image y along its width.
    await expect.poll(() => { const b = box(); return b === undefined ? null : [b.x, b.y, b.width, b.height].map(Math.round); }).toEqual([68, 168, 20, 30]);
    const before = box();
    await press(page, 'Shift+ArrowRight');
    await expect.poll(() => [box()?.x, Math.round(10 * ((box()?.y ?? 0) - (before?.y ?? 0))) / 10]).toEqual([before?.x, 10]);
    await press(page, 'Shift+V', 'Alt+R');
    await expect(page.locator('.turned')).toHaveCount(0);
  });
  await test.step('one pixel to one, the width, the magnifier held', async () => {
    await press(page, 'Alt+0');
    await expect(corners(page)).toContainText('zoom 100');
    await press(page, 'Alt+=');
    await expect(corners(page)).not.toContainText('zoom 100');
    const plain = await picture(page);
    await page.mouse.move(middle.x + 1, middle.y);
    await press(page, 'Shift+Q');
    await page.mouse.move(middle.x, middle.y);
    await expect.poll(async () => await picture(page) === plain).toBe(false);
    await press(page, 'Shift+Q');
    await expect.poll(async () => await picture(page) === plain).toBe(true);
    await press(page, '=');
  });
  await test.step('played, quicker, stopped: the slice that is seen is open', async () => {
    await press(page, 'Alt+y', '>', '>');
    await expect.poll(async () => Number(await page.locator('.slice-bar').getAttribute('data-slice'))).toBeGreaterThan(6);
    await press(page, 'Alt+y');
    const at = Number(await page.locator('.slice-bar').getAttribute('data-slice'));
    await isOpen(page, at);
  });
  await test.step('by the graphics card as by the processor', async () => {
    await press(page, 'Home');
    await isOpen(page, 1);
    await press(page, '3');
    await expect(stage(page)).toHaveAttribute('data-by', 'processor');
    await page.getByRole('button', { name: 'View: windows, colours, turning' }).click();
    const painter = page.getByRole('group', { name: 'Painted by' });
    await painter.getByRole('button', { name: 'graphics card' }).click();
    await expect(stage(page)).toHaveAttribute('data-by', 'gpu');
    await expect(page.getByRole('dialog').getByRole('status')).toHaveText('image on the graphics card');
    await painter.getByRole('button', { name: 'processor' }).click();
    await expect(stage(page)).toHaveAttribute('data-by', 'processor');
    await page.keyboard.press('Escape');
    await expect(page.getByRole('group', { name: 'Painted by' })).toHaveCount(0);
  });
  await saved(page);
});

test('every stored value has the same colour from the graphics card and from the processor; a lost context comes back', async ({ kind }) => {
  test.skip(kind === 'electron', 'the page is driven without its window');
  const script = (await build({ entryPoints: [path.join(import.meta.dirname, '../renderer/canvas/painted-by-both.ts')], bundle: true, format: 'iife', write: false, logLevel: 'warning' })).outputFiles[0]?.text ?? '';
  const browser = await chromium.launch({ executablePath: process.env['REGIONMED_CHROMIUM'] ?? '/usr/bin/chromium', args: browserArguments });
  try {
    const page = await browser.newPage();
    await page.evaluate(script);
    test.setTimeout(60_000);
    const told = z.object({ differing: z.record(z.string(), z.number()), isLost: z.array(z.boolean()) }).parse(await page.evaluate('paintedByBoth()'));
    expect(Object.keys(told.differing).length).toBeGreaterThan(10);
    expect(Object.entries(told.differing).filter(([, n]) => n > 0)).toEqual([]);
    expect(told.isLost).toEqual([false, true, false]);
  } finally { await browser.close(); }
});

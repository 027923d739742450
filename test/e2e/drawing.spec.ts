// Every drawing tool as a person uses it: with the mouse alone, and with the keyboard alone. What was drawn is read from
// the journal, not from the page.
import path from 'node:path';
import type { Page } from '@playwright/test';
import type { CaseRow } from '../../shared/domain/case.ts';
import type { Box } from '../../shared/domain/geometry.ts';
import type { RegionRow } from '../../shared/domain/region.ts';
import { areaOf } from '../../shared/domain/shape.ts';
import { drag, importFiles, onScreen, openCase, press, regionCard, saved } from './as-a-person.ts';
import { expect, test, type Program } from './program.ts';
import { phantomFiles } from './studies.ts';

test.use({ salt: 'e2e-2' });

async function phantom(program: Program): Promise<{ page: Page; study: CaseRow }> {
  const page = await program.start();
  await importFiles(page, await phantomFiles(path.join(program.workspace, '..', 'phantoms'), 1, 500), 'Ground truth');
  await expect(page.getByText('1 case imported')).toBeVisible({ timeout: 60_000 });
  const study = program.stored().cases[0];
  if (study === undefined) throw new Error('there is no case');
  await openCase(page, study.title);
  return { page, study };
}
const tool = (page: Page, name: string): Promise<void> => page.getByRole('toolbar', { name: 'Tools' }).getByRole('button', { name, exact: true }).click();
const last = (program: Program): RegionRow => { const r = program.stored().regions.at(-1); if (r === undefined) throw new Error('nothing was added'); return r; };
const kinds = (program: Program): string[] => program.stored().regions.map((r) => r.shape?.kind ?? 'box');

test('with the mouse: each tool, handles, vertices, snapping, order', async ({ program }) => {
  const { page, study } = await phantom(program), { width, height } = study.pixels;
  /** A place by its share of the image. */
  const at = async (u: number, v: number): Promise<{ x: number; y: number }> => onScreen(page, study, { x: u * width, y: v * height, width: 0, height: 0 });
  const spot = async (b: Box): Promise<Box> => onScreen(page, study, b);

  await test.step('an ellipse is drawn and widened by its handle', async () => {
    await tool(page, 'Ellipse');
    await drag(page, await at(0.1, 0.1), await at(0.3, 0.25));
    await expect.poll(() => kinds(program)).toEqual(['ellipse']);
    const { box } = last(program), s = await spot(box);
    await drag(page, { x: s.x + s.width, y: s.y + s.height / 2 }, { x: s.x + s.width + 30, y: s.y + s.height / 2 });
    await expect.poll(() => last(program).box.width).toBeGreaterThan(box.width + 5);
    expect(last(program)).toMatchObject({ shape: { kind: 'ellipse' }, box: { x: box.x, height: box.height } });
  });
  await test.step('a polygon is clicked together, bent at a vertex and at the middle of an edge', async () => {
    await tool(page, 'Polygon');
    for (const [u, v] of [[0.5, 0.1], [0.7, 0.1], [0.7, 0.3], [0.5, 0.3], [0.5, 0.1]] as const) { const p = await at(u, v); await page.mouse.click(p.x, p.y); }
    await expect.poll(() => kinds(program)).toEqual(['ellipse', 'polygon']);
    const points = () => { const { shape } = last(program); return shape?.kind === 'polygon' ? shape.points : []; };
    expect(points()).toHaveLength(4);
    await drag(page, await at(0.7, 0.3), await at(0.78, 0.36));
    await expect.poll(() => last(program).box.width / width).toBeGreaterThan(0.25);
    await drag(page, await at(0.5, 0.2), await at(0.45, 0.2));
    await expect.poll(() => points().length).toBe(5);
    expect(Math.min(...points().map((p) => p.x)) / width).toBeCloseTo(0.45, 1);
  });
  await test.step('a contour closes itself', async () => {
    await tool(page, 'Freehand contour');
    const start = await at(0.35, 0.5);
    await page.mouse.move(start.x, start.y);
    await page.mouse.down();
    for (let i = 1; i < 24; i++) { const p = await at(0.25 + 0.1 * Math.cos((2 * Math.PI * i) / 24), 0.5 + 0.1 * Math.sin((2 * Math.PI * i) / 24)); await page.mouse.move(p.x, p.y); }
    await page.mouse.up();
    await expect.poll(() => kinds(program)).toEqual(['ellipse', 'polygon', 'polygon']);
    expect(areaOf(last(program).shape, last(program).box) / (Math.PI * 0.01 * width * height)).toBeCloseTo(1, 0);
  });
  await test.step('the brush paints, adds to what it begins on, and the eraser takes away: one region', async () => {
    await tool(page, 'Brush');
    const area = (): number => areaOf(last(program).shape, last(program).box);
    await drag(page, await at(0.6, 0.6), await at(0.7, 0.6));
    await expect.poll(() => kinds(program)).toHaveLength(4);
    expect(last(program).shape?.kind).toBe('mask');
    const once = area();
    await drag(page, await at(0.65, 0.6), await at(0.65, 0.75));
    await expect.poll(area).toBeGreaterThan(once * 1.3);
    const twice = area();
    await tool(page, 'Eraser');
    await drag(page, await at(0.65, 0.7), await at(0.65, 0.78));
    await expect.poll(area).toBeLessThan(twice);
    expect(kinds(program)).toHaveLength(4);
    await tool(page, 'Undo');
    await expect.poll(area).toBe(twice);
  });
  await test.step('a point is set by a click, a box meets the edge of another', async () => {
    await tool(page, 'Point');
    const p = await at(0.9, 0.9);
    await page.mouse.click(p.x, p.y);
    await expect.poll(() => kinds(program).at(-1)).toBe('point');
    await tool(page, 'Add a region');
    const mask = program.stored().regions[3]?.box ?? { x: 0, y: 0, width: 0, height: 0 }, edge = await spot(mask);
    // Four screen pixels beside the right edge of the mask's box.
    await drag(page, { x: edge.x + edge.width + 4, y: edge.y + 20 }, { x: edge.x + edge.width + 60, y: edge.y + 70 });
    await expect.poll(() => kinds(program).at(-1)).toBe('box');
    expect(last(program).box.x).toBeCloseTo(mask.x + mask.width, 5);
  });
  await test.step('the model draws the outline of what is clicked', async () => {
    await tool(page, 'Outline by the model');
    const p = await at(0.5, 0.45);
    await page.mouse.click(p.x, p.y);
    await expect.poll(() => kinds(program), { timeout: 60_000 }).toHaveLength(7);
    expect(last(program).shape?.kind).toBe('polygon');
  });
  await test.step('order, hiding, locking and one alone', async () => {
    await page.getByRole('button', { name: 'Bring to the front' }).click();
    await expect.poll(() => last(program).depth).toBe(1);
    // The list holds what is in sight: the first is a turn of the wheel away.
    await regionCard(page).hover();
    await page.mouse.wheel(0, -5000);
    await page.getByRole('button', { name: /^Region 1, / }).click();
    await regionCard(page).getByRole('button', { name: 'Lock region 1' }).click();
    const { box } = program.stored().regions[0] ?? { box: { x: 0, y: 0, width: 1, height: 1 } }, s = await spot(box), middle = { x: s.x + s.width / 2, y: s.y + s.height / 2 };
    await drag(page, middle, { x: middle.x + 40, y: middle.y + 10 });
    await regionCard(page).getByRole('button', { name: 'Lock region 1' }).click();
    await drag(page, middle, { x: middle.x + 40, y: middle.y + 10 });
    await expect.poll(() => program.stored().regions[0]?.box.x).toBeGreaterThan(box.x);
    // One command for the second drag, none for the first.
    expect(program.stored().commands.filter((c) => c.name === 'editRegion')).toHaveLength(7);
    await regionCard(page).getByRole('button', { name: 'Show region 1 alone' }).click();
    await page.mouse.click((await at(0.6, 0.2)).x, (await at(0.6, 0.2)).y);
    await expect(regionCard(page)).toHaveCount(0);
  });
  await saved(page);
});

test('with the keyboard: each tool, exact size, brush size, order', async ({ program }) => {
  const { page } = await phantom(program);
  const added = async (n: number, ...keys: string[]): Promise<RegionRow> => { await press(page, ...keys); await expect.poll(() => program.stored().regions.length, { timeout: 60_000 }).toBe(n); return last(program); };
  /** A region just drawn waits for its name. */
  const named = async (name: string): Promise<void> => { await expect(page.getByLabel('Finding', { exact: true })).toBeFocused(); await page.keyboard.type(name); await page.keyboard.press('Enter'); await expect.poll(() => last(program).label).toBe(name); };

  expect((await added(1, 'o', 'Enter')).shape).toEqual({ kind: 'ellipse' });
  await named('cyst');
  const { box } = last(program);
  await press(page, 'ArrowRight', 'Shift+ArrowDown');
  await expect.poll(() => last(program).box).toEqual({ ...box, x: box.x + 1, y: box.y + 10 });

  await press(page, 's');
  const field = page.getByLabel(/^Width in /);
  await expect(field).toBeFocused();
  const unit = Number(await field.inputValue()) / box.width;
  await page.keyboard.type((40 * unit).toFixed(2));
  await page.keyboard.press('Enter');
  await expect.poll(() => Math.abs(last(program).box.width - 40)).toBeLessThan(0.2);
  expect(last(program).box.x + last(program).box.width / 2).toBeCloseTo(box.x + 1 + box.width / 2, 0);

  expect((await added(2, 'g', 'Enter')).shape?.kind).toBe('polygon');
  await named('cyst');
  expect((await added(3, 'd', 'Enter')).shape?.kind).toBe('polygon');
  await named('cyst');
  expect((await added(4, 't', 'Enter')).shape).toEqual({ kind: 'point' });
  await named('nodule');

  const mask = await added(5, 'b', 'Enter'), area = (): number => areaOf(last(program).shape, last(program).box), dab = areaOf(mask.shape, mask.box);
  expect(mask.shape?.kind).toBe('mask');
  await press(page, ']', ']', ']', 'Enter');
  await expect.poll(area).toBeGreaterThan(dab);
  const wide = area();
  await press(page, 'Shift+B', '[', '[', '[', 'Enter');
  await expect.poll(area).toBeLessThan(wide);
  await press(page, 'Alt+ArrowUp');
  await expect.poll(() => last(program).depth).toBe(1);
  await press(page, 'Alt+h');
  await expect(page.getByRole('button', { name: 'Hide region 5' })).toHaveAttribute('aria-pressed', 'true');
  await press(page, 'Alt+h', 'Escape');

  // On the chosen region, its outline is drawn anew; without one, a new region is.
  await press(page, 'q', 'Enter');
  await expect.poll(() => last(program).shape?.kind, { timeout: 60_000 }).toBe('polygon');
  await press(page, 'ControlOrMeta+z');
  await expect.poll(() => last(program).shape?.kind).toBe('mask');
  await saved(page);
});

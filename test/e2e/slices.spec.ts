// One finding through the slices of a CT series, with the keyboard alone and with the mouse: marked, copied, marked again
// farther on, filled in between, taken back on one slice, looked at and signed off. What happened is read from the journal.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from '@playwright/test';
import type { CaseRow } from '../../shared/domain/case.ts';
import { trackOf, type RegionRow } from '../../shared/domain/region.ts';
import { areaOf } from '../../shared/domain/shape.ts';
import { drag, importFiles, onScreen, openCase, press, regionCard, saved } from './as-a-person.ts';
import { expect, test, type Program } from './program.ts';
import { ctSeries } from './studies.ts';

test.use({ salt: 'e2e-2' });

const count = 7;
/** The series with the model's proposals, so that none arrive while a person works; the slices by their numbers. */
async function series(program: Program): Promise<{ page: Page; slice: (n: number) => CaseRow }> {
  const page = await program.start(), folder = path.join(program.workspace, '..', 'series');
  await mkdir(folder);
  await importFiles(page, await ctSeries(folder, count));
  await expect(page.getByText(`${count} cases imported`)).toBeVisible({ timeout: 60_000 });
  await page.getByRole('button', { name: /^Propose for/ }).click();
  await expect.poll(() => program.stored().cases.filter((c) => c.status === 'new').length, { timeout: 120_000 }).toBe(0);
  return { page, slice: (n) => { const found = program.stored().cases.find((c) => c.series?.number === n); if (found === undefined) throw new Error(`there is no slice ${n}`); return found; } };
}
const open = async (page: Page, study: CaseRow): Promise<void> => openCase(page, study.title, study.id);
const isOpen = async (page: Page, study: CaseRow): Promise<void> => { await expect(page.locator(`[data-case="${study.id}"]`)).toBeVisible(); await expect(page.getByRole('application')).toHaveAttribute('data-ready', 'true'); };
/** The regions that people drew, or that follow from those, by slice. */
const drawn = (program: Program, n: number): RegionRow[] => { const { cases, regions } = program.stored(), id = cases.find((c) => c.series?.number === n)?.id; return regions.filter((r) => r.caseId === id && r.source === 'person'); };
const field = (page: Page) => page.getByLabel('Finding', { exact: true });
const place = (page: Page, n: number) => expect(page.getByRole('status').filter({ hasText: `slice ${n} of ${count} · ${((n - 1) * 2.5).toFixed(1)} mm` })).toHaveCount(1);

test('with the keyboard alone: marked, copied, followed, filled in, undone, signed off', async ({ program }) => {
  const { page, slice } = await series(program);
  await open(page, slice(1));
  await place(page, 1);
  await test.step('an outline in the middle, named', async () => {
    await press(page, 'g', 'Enter');
    await expect(field(page)).toBeFocused();
    await page.keyboard.type('cyst');
    await page.keyboard.press('Enter');
    await expect.poll(() => drawn(program, 1).map((r) => r.label)).toEqual(['cyst']);
  });
  const [first] = drawn(program, 1);
  if (first === undefined) throw new Error('nothing was drawn');
  await test.step('copied to the next slice, which is open with the copy chosen, the window and the view as they were', async () => {
    await press(page, '2', '+');
    await expect(page.locator('.corners')).toContainText('lung');
    const zoom = await page.locator('.corners').getByText(/^zoom/).textContent();
    await press(page, 'j');
    await isOpen(page, slice(2));
    await place(page, 2);
    await expect(field(page)).toHaveValue('cyst');
    await expect(page.locator('.corners')).toContainText('lung');
    await expect(page.locator('.corners')).toContainText(zoom ?? 'no zoom');
    await expect.poll(() => drawn(program, 2)).toMatchObject([{ track: first.id, box: first.box, shape: first.shape, verdict: 'added', label: 'cyst' }]);
    expect(drawn(program, 1)).toEqual([first]);
  });
  await test.step('back and once more: chosen there, not copied again', async () => {
    await press(page, 'Alt+PageUp');
    await isOpen(page, slice(1));
    await press(page, 'j');
    await isOpen(page, slice(2));
    await expect(regionCard(page)).toContainText('on slices 1–2');
    expect(drawn(program, 2)).toHaveLength(1);
  });
  await test.step('drawn anew three slices on, and said to be the same finding: it takes the name', async () => {
    for (const n of [3, 4, 5]) { await press(page, 'Alt+PageDown'); await isOpen(page, slice(n)); }
    await press(page, 'g', 'Enter');
    await expect(field(page)).toBeFocused();
    await expect(page.getByRole('button', { name: /^Same finding as on slice 2: cyst/ })).toBeVisible();
    await press(page, 'Alt+k');
    await expect.poll(() => drawn(program, 5)).toMatchObject([{ track: first.id, label: 'cyst' }]);
    await press(page, 'Escape', 'Shift+ArrowRight', 'Shift+ArrowRight');
    await expect.poll(() => drawn(program, 5)[0]?.box.x).toBeGreaterThan(first.box.x + 19);
  });
  await test.step('the slices between are filled in', async () => {
    await press(page, 'Alt+j');
    await expect(page.getByRole('alert')).toContainText('2 slices filled in');
    await expect.poll(() => [3, 4].map((n) => drawn(program, n).map((r) => [r.interpolated, r.verdict, r.label, trackOf(r)]))).toEqual([[[true, 'added', 'cyst', first.id]], [[true, 'added', 'cyst', first.id]]]);
    const [a, b, c, d] = [2, 3, 4, 5].map((n) => drawn(program, n)[0]?.box.x ?? 0);
    expect([a ?? 0, b ?? 0, c ?? 0].every((x, i) => x < ([b, c, d][i] ?? 0))).toBe(true);
    await expect(regionCard(page)).toContainText('on slices 1–5');
  });
  await test.step('undone on one slice, it stays on the other; redone, it is there again', async () => {
    await press(page, 'Alt+PageUp');
    await isOpen(page, slice(4));
    await expect(regionCard(page)).toContainText('filled in between slices, not looked at yet');
    await press(page, 'ControlOrMeta+z');
    await expect.poll(() => [3, 4].map((n) => drawn(program, n).length)).toEqual([1, 0]);
    await press(page, 'ControlOrMeta+y');
    await expect.poll(() => [3, 4].map((n) => drawn(program, n).length)).toEqual([1, 1]);
  });
  await test.step('nobody signs off what nobody looked at', async () => {
    // On its words: in the middle of the card there may be a field.
    await page.getByRole('button', { name: /^Region \d+, cyst, filled in/ }).or(regionCard(page).getByText('filled in between slices')).first().click();
    await press(page, 'ControlOrMeta+Enter');
    await expect(page.getByRole('alert')).toContainText('not decided yet');
    expect(slice(4).status).toBe('in-review');
    await press(page, 'Shift+A');
    await expect.poll(() => drawn(program, 4).map((r) => r.interpolated)).toEqual([undefined]);
    await press(page, 'ControlOrMeta+Enter');
    await expect.poll(() => slice(4).status).toBe('signed-off');
  });
  await test.step('a slice that is signed off takes no copy, and says so', async () => {
    await open(page, slice(3));
    await press(page, 'o', 'Enter');
    await expect(field(page)).toBeFocused();
    await press(page, 'Escape', 'j');
    await expect(page.getByRole('alert')).toContainText('The other slice is signed off');
    expect(drawn(program, 4)).toHaveLength(1);
  });
  await saved(page);
});

test('with the mouse: marked, copied twice, removed between, filled in', async ({ program }) => {
  const { page, slice } = await series(program), study = slice(4);
  await open(page, study);
  const at = async (x: number, y: number) => onScreen(page, study, { x, y, width: 0, height: 0 });
  await page.getByRole('toolbar', { name: 'Tools' }).getByRole('button', { name: 'Add a region', exact: true }).click();
  await drag(page, await at(40, 40), await at(90, 80));
  await expect(field(page)).toBeFocused();
  await page.keyboard.type('nodule');
  await page.keyboard.press('Enter');
  await expect.poll(() => drawn(program, 4).map((r) => r.label)).toEqual(['nodule']);
  const button = (name: string) => regionCard(page).getByRole('button', { name });
  await button('Copy the region to the previous slice').click();
  await isOpen(page, slice(3));
  await button('Copy the region to the previous slice').click();
  await isOpen(page, slice(2));
  await expect.poll(() => [2, 3, 4].map((n) => drawn(program, n).length)).toEqual([1, 1, 1]);
  // Removed between and dragged aside: what is filled in lies half way.
  await press(page, 'Alt+PageDown');
  await isOpen(page, slice(3));
  await button('Remove').click();
  await expect.poll(() => drawn(program, 3)).toEqual([]);
  await press(page, 'Alt+PageUp');
  await isOpen(page, slice(2));
  const box = drawn(program, 2)[0]?.box ?? { x: 0, y: 0, width: 1, height: 1 }, from = await at(box.x + 10, box.y + 10);
  await drag(page, from, { x: from.x + 60, y: from.y });
  await expect.poll(() => drawn(program, 2)[0]?.box.x).toBeGreaterThan(box.x + 5);
  await button('Fill in the slices between').click();
  const moved = drawn(program, 2)[0]?.box.x ?? 0;
  await expect.poll(() => drawn(program, 3).map((r) => [r.interpolated, Math.round(r.box.x)])).toEqual([[true, Math.round((box.x + moved) / 2)]]);
  await saved(page);
});

test('an outline is edited corner by corner, and each corner is told', async ({ program }) => {
  const { page, slice } = await series(program);
  await open(page, slice(1));
  await press(page, 'g', 'Enter');
  await expect(field(page)).toBeFocused();
  await press(page, 'Escape');
  const points = () => { const shape = drawn(program, 1)[0]?.shape; return shape?.kind === 'polygon' ? shape.points : []; };
  await expect.poll(() => points().length).toBe(8);
  const before = points(), told = page.getByRole('application').getByRole('status');
  await press(page, 'Shift+G');
  await expect(told).toHaveText(`Corner 1 of 8: x ${before[0]?.x.toFixed(1)}, y ${before[0]?.y.toFixed(1)}`);
  await press(page, 'Tab', 'ArrowRight', 'ArrowRight', 'Shift+ArrowDown');
  await expect.poll(() => [points()[1], points().length]).toEqual([{ x: Math.round(10 * ((before[1]?.x ?? 0) + 2)) / 10, y: Math.round(10 * ((before[1]?.y ?? 0) + 10)) / 10 }, 8]);
  await expect(told).toHaveText(`Corner 2 of 8: x ${points()[1]?.x.toFixed(1)}, y ${points()[1]?.y.toFixed(1)}`);
  const area = areaOf(drawn(program, 1)[0]?.shape, drawn(program, 1)[0]?.box ?? { x: 0, y: 0, width: 1, height: 1 });
  await press(page, 'n');
  await expect.poll(() => points().length).toBe(9);
  await expect(told).toContainText('Corner 3 of 9');
  for (let n = 8; n >= 3; n--) { await press(page, 'Delete'); await expect.poll(() => points().length).toBe(n); }
  await press(page, 'Delete', 'Escape');
  await expect(told).toHaveText('');
  expect(points()).toHaveLength(3);
  await press(page, 'ControlOrMeta+z', 'ControlOrMeta+z', 'ControlOrMeta+z', 'ControlOrMeta+z', 'ControlOrMeta+z', 'ControlOrMeta+z', 'ControlOrMeta+z');
  await expect.poll(() => areaOf(drawn(program, 1)[0]?.shape, drawn(program, 1)[0]?.box ?? { x: 0, y: 0, width: 1, height: 1 })).toBeCloseTo(area, 5);
  await saved(page);
});

// What comes next, with the keyboard alone: the order and its reasons, filters, search, views with a name, several cases
// at once, and a review that follows the worklist's order.
import path from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import { imageShown, importFiles, press, room, saved } from './as-a-person.ts';
import { expect, test, type Program } from './program.ts';
import { phantomFiles } from './studies.ts';

const list = (page: Page): Locator => page.getByRole('list', { name: 'Cases' });
const titles = (page: Page): Promise<string[]> => list(page).locator('.case-open > span:first-child').allInnerTexts();
/** By typing its first letters in the focused list of choices, as a person without a mouse does. */
async function choose(page: Page, name: string, letters: string): Promise<void> {
  await page.getByLabel(name, { exact: true }).focus();
  await page.keyboard.type(letters);
  await page.getByLabel(name, { exact: true }).blur();
}
async function command(page: Page, words: string): Promise<void> {
  await press(page, 'ControlOrMeta+k');
  await expect(page.getByRole('combobox', { name: 'Find a command' })).toBeFocused();
  await page.keyboard.type(words);
  await press(page, 'Enter');
  // The palette that was put away keeps the focus until the next frame: another is opened after it is gone.
  await expect(page.getByRole('combobox', { name: 'Find a command' })).toBeHidden();
}
async function proposedPhantoms(program: Program): Promise<Page> {
  const page = await program.start();
  await importFiles(page, await phantomFiles(path.join(program.workspace, '..', 'phantoms'), 5, 42), 'Ground truth');
  await expect(page.getByText('5 cases imported')).toBeVisible({ timeout: 60_000 });
  await press(page, 'p');
  await expect(page.getByText('Regions were proposed for 5 cases.')).toBeVisible({ timeout: 120_000 });
  await expect(list(page).getByRole('listitem')).toHaveCount(5);
  return page;
}

test('the worklist says what comes next and why, and the review follows it', async ({ program }) => {
  const page = await proposedPhantoms(program);
  // Doubts came with the proposals; how new a case is comes a moment later, from the host.
  await expect(list(page).getByRole('button', { name: /^Why this case: / })).toHaveCount(5);
  await expect(list(page).getByRole('button', { name: 'Why this case: Unlike anything signed off so far' }).first()).toBeVisible({ timeout: 30_000 });
  await press(page, 'y');
  const parts = page.getByLabel(/^What .* is worth$/).filter({ visible: true });
  for (const part of ['Uncertainty', 'Whole image against close-up', 'New to the model', 'Waiting', 'Site priority']) await expect(parts.getByText(part, { exact: true })).toBeVisible();
  expect((await new AxeBuilder({ page }).include('.worklist').analyze()).violations.map((v) => `${v.id}: ${v.nodes[0]?.html ?? ''}`)).toEqual([]);
  await press(page, 'Escape');
  await expect(parts).toHaveCount(0);

  // Next in the review is next in the list.
  const order = await titles(page);
  await list(page).getByRole('button', { name: order[0] ?? '' }).first().focus();
  await press(page, 'Enter');
  await imageShown(page, order[0]);
  for (const title of order.slice(1, 3)) { await press(page, 'PageDown'); await imageShown(page, title); }
  await expect(page.getByText('Case 3 of 5')).toBeVisible();

  // Work begun is on top, whatever the order.
  await press(page, 'a');
  await saved(page);
  await room(page, 'Worklist');
  for (const strategy of ['Most uncertain first', 'Oldest first', 'Random order', 'Most useful first']) {
    await command(page, `Order: ${strategy}`);
    await expect(page.getByLabel('Order', { exact: true }).locator('option:checked')).toHaveText(strategy);
    await expect(list(page).getByRole('listitem').first()).toContainText('review begun');
  }
});

test('filters with counts, a search in captions, a view with a name, and several cases at once', async ({ program }) => {
  const page = await proposedPhantoms(program);
  const { cases, regions } = program.stored(), labelled = (label: string): number => new Set(regions.filter((r) => r.label === label && r.source === 'model').map((r) => r.caseId)).size;
  await press(page, 'f');
  const modality = page.getByLabel('Modality', { exact: true }), fundus = cases.filter((c) => c.modality === 'colour fundus').length;
  await expect(modality.locator('option')).toContainText([`colour fundus (${fundus})`]);
  await choose(page, 'Modality', 'colour');
  await expect(list(page).getByRole('listitem')).toHaveCount(fundus);
  await expect(page.getByRole('button', { name: '1 filter' })).toBeVisible();

  // The view is kept under a name, and comes back after the page was loaded anew.
  await page.getByRole('button', { name: 'Save as a view…' }).focus();
  await press(page, 'Enter');
  await page.keyboard.type('Eyes');
  await press(page, 'Enter');
  await expect(page.getByLabel('Views').locator('option:checked')).toHaveText('Eyes');
  await choose(page, 'Modality', 'any');
  await expect(list(page).getByRole('listitem')).toHaveCount(5);
  await page.reload();
  await expect(list(page).getByRole('listitem')).toHaveCount(5);
  await press(page, 'f');
  await choose(page, 'Views', 'Eyes');
  await expect(list(page).getByRole('listitem')).toHaveCount(fundus);
  await choose(page, 'Modality', 'any');

  // Words of captions find cases; the search ends with Enter, and the list has the keys again.
  await press(page, '/');
  await page.keyboard.type('drusen');
  await press(page, 'Enter');
  await expect(list(page).getByRole('listitem')).toHaveCount(labelled('drusen'));
  await press(page, '/');
  await press(page, 'ControlOrMeta+a', 'Delete', 'Enter');
  await expect(list(page).getByRole('listitem')).toHaveCount(5);

  // A column sorts, and sorts back.
  await page.getByRole('group', { name: 'Sort by' }).getByRole('button', { name: 'Case' }).focus();
  await press(page, 'Enter');
  const byTitle = cases.map((c) => c.title).sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
  await expect.poll(() => titles(page)).toEqual(byTitle);
  await press(page, 'Enter');
  await expect.poll(() => titles(page)).toEqual(byTitle.toReversed());
  await command(page, 'Order: Most useful first');
  await expect.poll(() => titles(page)).not.toEqual(byTitle.toReversed());

  // The first two are put last; the filters say who they are for.
  const before = await titles(page);
  await press(page, 'x', 'Shift+ArrowDown');
  await expect(page.getByText('2 cases chosen')).toBeVisible();
  await page.getByRole('button', { name: 'Put last' }).focus();
  await press(page, 'Enter');
  await expect.poll(async () => (await titles(page)).slice(-2).sort()).toEqual(before.slice(0, 2).sort());
  await expect.poll(() => program.stored().cases.filter((c) => c.priority === 'last').length).toBe(2);
  await page.getByRole('button', { name: 'Propose again' }).focus();
  await press(page, 'Enter');
  await expect(page.getByText('Regions were proposed for 2 cases.')).toBeVisible({ timeout: 60_000 });
  await press(page, 'Escape');
  await expect(page.getByText('2 cases chosen')).toHaveCount(0);
});

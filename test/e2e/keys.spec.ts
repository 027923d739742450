// Keys as people know them from other programs, changed by pressing them, shown changed wherever they are shown, and kept
// where a wiped browser profile does not reach.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { drag, imageShown, importFiles, onScreen, press, regionCard, room, stage } from './as-a-person.ts';
import { expect, test, type Program } from './program.ts';
import { phantomFiles } from './studies.ts';

async function withPhantom(program: Program, from: number): Promise<Page> {
  const page = await program.start();
  await importFiles(page, await phantomFiles(path.join(program.workspace, '..', 'phantoms'), 1, from), 'Proposals');
  await expect(page.getByText('1 case imported')).toBeVisible({ timeout: 60_000 });
  return page;
}
const profile = async (page: Page, name: string): Promise<void> => {
  await room(page, 'Settings');
  const button = page.getByRole('group', { name: 'I am used to' }).getByRole('button', { name, exact: true });
  await button.click();
  await expect(button).toHaveAttribute('aria-pressed', 'true');
};
const verdicts = (program: Program): string[] => program.stored().regions.map((r) => r.verdict);
async function accessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze();
  expect(violations.map((v) => `${v.id} ${v.nodes.map((n) => n.target.join(' ')).slice(0, 3).join(', ')}`)).toEqual([]);
}

test('who comes from Prodigy reviews with its keys; every place shows them', async ({ program }) => {
  const page = await withPhantom(program, 512), before = program.stored().regions;
  if (before.length < 4) throw new Error('the phantom has no four findings');
  await profile(page, 'Prodigy');
  await expect.poll(() => program.stored().commands.at(-1)?.name).toBe('changeSettings');
  await room(page, 'Review');
  await imageShown(page);
  await expect(regionCard(page).getByRole('button', { name: 'Ignore' }).locator('kbd')).toHaveText('Space');
  await expect(page.getByRole('button', { name: 'Undo' })).toHaveAttribute('title', 'Undo (Backspace)');
  await press(page, 'a', 'x', 'Space');
  await expect.poll(() => verdicts(program).slice(0, 3)).toEqual(['accepted', 'rejected', 'ignored']);
  await press(page, 'Backspace');
  await expect.poll(() => verdicts(program).slice(0, 3)).toEqual(['accepted', 'rejected', 'proposed']);
  await press(page, 'f');
  await expect.poll(() => program.stored().notes.map((n) => n.kind)).toEqual(['flag']);
  await test.step('a click on a button does not keep Space for itself', async () => {
    await page.getByRole('button', { name: 'Invert' }).click();
    const decided = verdicts(program).filter((v) => v !== 'proposed').length;
    await press(page, 'Space');
    await expect.poll(() => verdicts(program).filter((v) => v !== 'proposed').length).toBe(decided + 1);
    await expect(page.locator('.corner.top-right')).toContainText('inverted');
  });
  await test.step('H shows all keys, on one printed page', async () => {
    await press(page, 'h');
    const sheet = page.getByRole('dialog', { name: 'All keys' });
    await expect(sheet.getByRole('listitem').filter({ hasText: 'Ignore the region' }).first()).toContainText('Space');
    await accessible(page);
    const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
    expect(pdf.match(/\/Type\s*\/Page\b(?!s)/g)).toHaveLength(1);
    await press(page, 'Escape');
    await expect(sheet).toBeHidden();
  });
  await test.step('Ctrl S, as a habit, is answered', async () => {
    await press(page, 'Control+s');
    await expect(page.getByRole('alert')).toContainText('There is nothing to save');
  });
  await test.step('the browser forgets everything; the keys stay', async () => {
    await page.evaluate('(async () => { localStorage.clear(); for (const { name } of await indexedDB.databases()) indexedDB.deleteDatabase(name); })()');
    await page.reload();
    await imageShown(page);
    await expect(page.getByRole('button', { name: 'Undo' })).toHaveAttribute('title', 'Undo (Backspace)');
  });
});

test('a key is changed by pressing it; who had it is named first; the file carries it to a colleague', async ({ program }) => {
  const page = await withPhantom(program, 512), before = program.stored().regions;
  await room(page, 'Settings');
  const line = page.getByRole('listitem').filter({ has: page.getByRole('button', { name: 'Change the key of: Edit the caption' }) });
  await test.step('found by its name, and by keyboard alone', async () => {
    await page.getByLabel('Find an action or a key').fill('edit the caption');
    await expect(page.getByRole('button', { name: /^Change the key of/ })).toHaveCount(1);
    await page.getByRole('button', { name: 'Change the key of: Edit the caption' }).focus();
    await press(page, 'Enter');
    await expect(page.getByRole('button', { name: 'Press the new key for: Edit the caption' })).toBeFocused();
    await press(page, 'a');
    await expect(page.getByRole('alert')).toContainText('A is the key of: Accept the region. Take it from there?');
    await accessible(page);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await expect(line.locator('kbd')).toHaveText('E');
  });
  await test.step('the browser\'s keys are refused, and an input method\'s are nobody\'s', async () => {
    await page.getByRole('button', { name: 'Change the key of: Edit the caption' }).click();
    const waiting = page.getByRole('button', { name: 'Press the new key for: Edit the caption' });
    await waiting.dispatchEvent('keydown', { key: 'Process', keyCode: 229 });
    await expect(waiting).toBeFocused();
    await waiting.dispatchEvent('keydown', { key: 'w', ctrlKey: true });
    await expect(page.getByRole('alert')).toContainText('Ctrl W belongs to the browser or the system.');
    await page.getByRole('button', { name: 'Cancel' }).click();
  });
  await test.step('taken: the other is left without', async () => {
    await page.getByRole('button', { name: 'Change the key of: Edit the caption' }).click();
    await press(page, 'a');
    await page.getByRole('button', { name: 'Take the key', exact: true }).click();
    await expect(line.locator('kbd')).toHaveText('A');
    await room(page, 'Review');
    await imageShown(page);
    await expect(regionCard(page).getByRole('button', { name: 'Edit' }).locator('kbd')).toHaveText('A');
    await expect(regionCard(page).getByRole('button', { name: 'Accept' }).locator('kbd')).toHaveCount(0);
    await press(page, 'a');
    await expect(page.getByLabel('Caption', { exact: true })).toBeFocused();
    await press(page, 'Escape');
    expect(verdicts(program)).toEqual(before.map(() => 'proposed'));
  });
  const file = path.join(program.workspace, '..', 'keys.json');
  await test.step('exported, reset, imported', async () => {
    await room(page, 'Settings');
    const [made] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Export these keys' }).click()]);
    expect(made.suggestedFilename()).toBe('keys-regionmed.json');
    await writeFile(file, await readFile(await made.path(), 'utf8'));
    await page.getByRole('button', { name: 'All keys as in the profile' }).click();
    await expect(line.locator('kbd')).toHaveText('E');
    await page.getByLabel('File of keys to import').setInputFiles(file);
    await expect(line.locator('kbd')).toHaveText('A');
    await page.getByRole('button', { name: 'Usual key of: Edit the caption' }).click();
    await expect(line.locator('kbd')).toHaveText('E');
  });
  await test.step('a file that is none is refused in words', async () => {
    await writeFile(file, '{"format":"regionmed-keys","version":1,"profile":"cvat","changes":{"region.accept":["Ctrl W"]}}');
    await page.getByLabel('File of keys to import').setInputFiles(file);
    await expect(page.getByText('"Ctrl W" cannot be the key of region.accept.')).toBeVisible();
    await expect(page.getByText('Nothing was changed.')).toBeVisible();
    await expect(page.getByRole('group', { name: 'I am used to' }).getByRole('button', { name: 'RegionMed', exact: true })).toHaveAttribute('aria-pressed', 'true');
    await accessible(page);
  });
});

test('who asks the system for more contrast gets it; who chose a theme keeps it; forced colours stay usable', async ({ program }) => {
  const page = await withPhantom(program, 512), html = page.locator('html');
  await expect(html).toHaveAttribute('data-theme', 'dark');
  await page.emulateMedia({ contrast: 'more' });
  await expect(html).toHaveAttribute('data-theme', 'contrast');
  await room(page, 'Settings');
  await page.getByRole('group', { name: 'Theme' }).getByRole('button', { name: 'light' }).click();
  await expect(html).toHaveAttribute('data-theme', 'light');
  await page.reload();
  await expect(html).toHaveAttribute('data-theme', 'light');
  await page.emulateMedia({ contrast: 'no-preference', forcedColors: 'active' });
  await expect(page.getByRole('group', { name: 'Theme' }).getByRole('button', { name: 'light' })).toHaveCSS('outline-style', 'solid');
  await room(page, 'Review');
  await imageShown(page);
  await accessible(page);
  // The image stays on black, and a state keeps its colour.
  await expect(page.locator('.review-stage')).toHaveCSS('background-color', 'rgb(0, 0, 0)');
  await expect(page.locator('.region-number').first()).toHaveCSS('background-color', 'rgb(255, 210, 74)');
});

test('who comes from OHIF windows with the left button, and Space brings the image back', async ({ program }) => {
  const page = await withPhantom(program, 512), [study] = program.stored().cases;
  if (study === undefined) throw new Error('there is no case');
  await profile(page, 'OHIF');
  await room(page, 'Review');
  await imageShown(page);
  const corner = page.locator('.corner.top-right'), first = await corner.innerText(), [region] = program.stored().regions;
  if (region === undefined) throw new Error('there is no region');
  const frame = await stage(page).boundingBox();
  if (frame === null) throw new Error('there is no image');
  await drag(page, { x: frame.x + 20, y: frame.y + frame.height - 20 }, { x: frame.x + 140, y: frame.y + frame.height - 60 });
  await expect(corner).not.toHaveText(first, { useInnerText: true });
  // The view stayed, and the region is still there to be moved.
  await expect(regionCard(page)).toBeVisible();
  const box = await onScreen(page, study, region.box);
  await press(page, 'Space');
  await expect(corner).toHaveText(first, { useInnerText: true });
  await drag(page, { x: box.x + box.width / 2, y: box.y + box.height / 2 }, { x: box.x + box.width / 2 + 20, y: box.y + box.height / 2 });
  await expect.poll(() => program.stored().regions.some((r) => r.verdict === 'edited')).toBe(true);
  await press(page, 'Enter');
  await expect.poll(() => program.stored().regions.filter((r) => r.verdict === 'accepted').length).toBeGreaterThanOrEqual(1);
});

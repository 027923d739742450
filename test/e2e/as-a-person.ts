// What a person does with the program, said once: every spec is written in these words.
import { expect, type Locator, type Page } from '@playwright/test';
import { fit } from '../../renderer/canvas/geometry.ts';
import type { CaseRow } from '../../shared/domain/case.ts';
import type { Box } from '../../shared/domain/geometry.ts';

export const stage = (page: Page): Locator => page.getByRole('application');
export const regionCard = (page: Page): Locator => page.getByRole('group', { name: /^Region \d+, chosen$/ });
export const room = async (page: Page, name: 'Worklist' | 'Review' | 'Training' | 'Models' | 'How it goes' | 'Settings'): Promise<void> => { await page.getByRole('navigation', { name: 'Rooms' }).getByRole('button', { name }).click(); };
export const saved = (page: Page): Promise<void> => expect(page.getByTestId('saved')).toHaveText('Saved');

/** Presses a key on the image, not in a field. */
export async function press(page: Page, ...keys: string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

/** By the list of commands. */
export async function command(page: Page, words: string): Promise<void> {
  await press(page, 'ControlOrMeta+k');
  await page.keyboard.type(words);
  await press(page, 'Enter');
}
/** Another reader sits down; the page is opened anew. */
export async function readAs(page: Page, name: string): Promise<void> {
  await command(page, 'Change the reader');
  const dialog = page.getByRole('dialog', { name: 'Change the reader…' });
  await dialog.getByLabel('Name of the reader').fill(name);
  await Promise.all([page.waitForEvent('load'), dialog.getByRole('button', { name: 'Read under this name' }).click()]);
  await expect(page.getByRole('button', { name: `read by ${name}` })).toBeVisible();
  await saved(page);
}

export async function importFiles(page: Page, files: readonly string[], as?: 'Ground truth' | 'Proposals'): Promise<void> {
  await page.getByLabel('Files to import').setInputFiles([...files]);
  if (as !== undefined) await page.getByRole('dialog').getByRole('button', { name: as }).click();
}

/** Opens a case from the worklist and waits until its image is on the screen; where several bear the title, by its address. */
export async function openCase(page: Page, title: string, id?: string): Promise<void> {
  await room(page, 'Worklist');
  await page.getByRole('searchbox', { name: 'Find a case' }).fill(title);
  await page.getByRole('list', { name: 'Cases' }).getByRole('button', { name: title }).first().click();
  if (id !== undefined) {
    await page.evaluate(`location.hash = '/review/${id}'`);
    await expect(page.locator(`[data-case="${id}"]`)).toBeVisible();
  }
  await imageShown(page, title);
}
/** The image of this case (or of any) is on the screen. */
export async function imageShown(page: Page, title = ''): Promise<void> {
  await expect(page.getByRole('application', { name: `Image of ${title}` })).toHaveAttribute('data-ready', 'true');
}

/** A box of the image in page coordinates, as long as the image is fitted to its window. */
export async function onScreen(page: Page, study: CaseRow, box: Box): Promise<Box> {
  const frame = await stage(page).boundingBox();
  if (frame === null) throw new Error('there is no image on the page');
  const view = fit(study.pixels, frame);
  return { x: frame.x + view.x + box.x * view.scale, y: frame.y + view.y + box.y * view.scale, width: box.width * view.scale, height: box.height * view.scale };
}

export async function drag(page: Page, from: { x: number; y: number }, to: { x: number; y: number }): Promise<void> {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 4 });
  await page.mouse.move(to.x, to.y, { steps: 4 });
  await page.mouse.up();
}

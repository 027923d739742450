// A case with the mouse alone, from the worklist to the sign-off and back: whoever keeps one hand on the mouse misses
// nothing. What has no button of its own is in the list of commands.
import path from 'node:path';
import type { Page } from '@playwright/test';
import type { RegionRow } from '../../shared/domain/region.ts';
import { drag, imageShown, importFiles, onScreen, regionCard, room, stage } from './as-a-person.ts';
import { expect, test } from './program.ts';
import { phantomFiles } from './studies.ts';

test.use({ salt: 'e2e-2' });

const click = (page: Page, name: string | RegExp): Promise<void> => page.getByRole('button', { name }).click();
async function command(page: Page, name: string): Promise<void> {
  await page.locator('.chip', { hasText: 'Commands' }).click();
  await page.getByRole('option', { name: new RegExp(`^${name}`) }).click();
}

test('a case with the mouse alone', async ({ program }) => {
  const page = await program.start();
  await importFiles(page, await phantomFiles(path.join(program.workspace, '..', 'phantoms'), 2, 512), 'Proposals');
  await expect(page.getByText('2 cases imported')).toBeVisible({ timeout: 60_000 });
  const { cases, regions } = program.stored(), study = cases.toSorted((a, b) => regions.filter((r) => r.caseId === b.id).length - regions.filter((r) => r.caseId === a.id).length)[0];
  if (study === undefined) throw new Error('there is no case');
  const of = (): RegionRow[] => program.stored().regions.filter((r) => r.caseId === study.id), before = of(), total = before.length;
  const now = (i: number): RegionRow | undefined => of().find((r) => r.id === before[i]?.id);
  if (total < 5) throw new Error('the phantom has no five findings');
  const decided = (n: number, all = total): Promise<void> => expect(page.getByText(`${n} of ${all} decided`, { exact: true })).toBeVisible();
  await page.getByRole('list', { name: 'Cases' }).getByRole('button', { name: study.title }).click();
  await imageShown(page, study.title);

  await test.step('look: wheel, middle and right button, window, fit', async () => {
    const zoom = page.getByText(/^zoom \d/), window = page.getByText(/^C \S+ W \S+/), fitted = await zoom.innerText(), usual = await window.innerText();
    const frame = await stage(page).boundingBox();
    if (frame === null) throw new Error('there is no image');
    await page.mouse.move(frame.x + frame.width / 2, frame.y + frame.height / 2);
    await page.mouse.wheel(0, -300);
    await expect(zoom).not.toHaveText(fitted, { useInnerText: true });
    await click(page, 'Fit');
    await expect(zoom).toHaveText(fitted, { useInnerText: true });
    await click(page, 'Window and level');
    await drag(page, { x: frame.x + 300, y: frame.y + 300 }, { x: frame.x + 360, y: frame.y + 320 });
    await expect(window).not.toHaveText(usual, { useInnerText: true });
    await command(page, 'Window: as stored');
    await expect(window).toHaveText(usual, { useInnerText: true });
    await click(page, 'Select and move');
  });
  await test.step('accept, reject with a reason, ignore, take back, do again', async () => {
    await click(page, /^Accept$/);
    await expect(regionCard(page)).toHaveAccessibleName('Region 2, chosen');
    await command(page, 'Reject with a reason');
    await page.getByRole('dialog', { name: 'Reason' }).getByRole('button', { name: 'normal anatomy' }).click();
    await expect.poll(() => now(1)).toMatchObject({ verdict: 'rejected', reason: 'normal anatomy' });
    await expect(regionCard(page)).toHaveAccessibleName('Region 3, chosen');
    await click(page, /^Ignore/);
    await decided(3);
    await click(page, 'Undo');
    await decided(2);
    await click(page, 'Redo');
    await decided(3);
    await expect.poll(() => [now(0)?.verdict, now(2)?.verdict]).toEqual(['accepted', 'ignored']);
  });
  await test.step('chosen on the image, moved, resized, named, given a side and a doubt', async () => {
    const r = before[3];
    if (r === undefined) throw new Error('there is no fourth region');
    const at = await onScreen(page, study, r.box);
    await page.mouse.click(at.x + at.width / 2, at.y + at.height / 2);
    await expect(regionCard(page)).toHaveAccessibleName('Region 4, chosen');
    await drag(page, { x: at.x + at.width / 2, y: at.y + at.height / 2 }, { x: at.x + at.width / 2 + 14, y: at.y + at.height / 2 + 6 });
    await expect.poll(() => now(3)?.box.x ?? 0).toBeGreaterThan(r.box.x + 2);
    const moved = now(3)?.box ?? r.box, corner = await onScreen(page, study, moved);
    await drag(page, { x: corner.x + corner.width, y: corner.y + corner.height }, { x: corner.x + corner.width + 12, y: corner.y + corner.height + 12 });
    await expect.poll(() => now(3)?.box.width ?? 0).toBeGreaterThan(moved.width + 2);
    await page.getByRole('combobox', { name: 'Certainty' }).selectOption({ label: 'probable' });
    await expect.poll(() => now(3)?.attributes?.certainty).toBe('probable');
  });
  await test.step('drawn, ordered, hidden, locked, removed', async () => {
    await click(page, 'Ellipse');
    const free = await onScreen(page, study, { x: study.pixels.width * 0.45, y: study.pixels.height * 0.45, width: study.pixels.width * 0.08, height: study.pixels.height * 0.08 });
    await drag(page, free, { x: free.x + free.width, y: free.y + free.height });
    await expect(regionCard(page)).toContainText('added by hand');
    await decided(5, total + 1);
    await expect(page.getByLabel('What the model sees here').getByRole('button').first()).toBeVisible();
    await page.getByLabel('What the model sees here').getByRole('button').first().click();
    await expect.poll(() => of().at(-1)?.label).not.toBe('');
    await click(page, new RegExp(`^Lock region ${total + 1}`));
    await expect(page.getByLabel('Width in px')).toBeDisabled();
    await click(page, new RegExp(`^Lock region ${total + 1}`));
    await regionCard(page).getByRole('button', { name: /^Remove/ }).click();
    await expect.poll(() => of().length).toBe(total);
    await decided(4);
  });
  await test.step('flag and history', async () => {
    await page.getByRole('tab', { name: /^Comments/ }).click();
    await click(page, /Flag/);
    await expect.poll(() => program.stored().notes.map((n) => n.kind)).toEqual(['flag']);
    await page.getByRole('tab', { name: /^History/ }).click();
    await expect(page.getByRole('list', { name: 'History, newest first' })).toContainText('rejected 2');
    await page.getByRole('tab', { name: /^Regions/ }).click();
  });
  await test.step('the rest accepted, signed off, reopened, signed off', async () => {
    await click(page, /^Accept all/);
    await decided(total);
    await click(page, /^Sign off/);
    await expect.poll(() => program.stored().cases.find((c) => c.id === study.id)?.status).toBe('signed-off');
    await room(page, 'Worklist');
    await page.getByRole('list', { name: 'Cases' }).getByRole('button', { name: study.title }).click();
    await imageShown(page, study.title);
    await click(page, 'Reopen');
    await expect.poll(() => program.stored().cases.find((c) => c.id === study.id)?.status).toBe('in-review');
    await click(page, /^Sign off/);
    await expect.poll(() => program.stored().cases.find((c) => c.id === study.id)?.status).toBe('signed-off');
  });
});

// The main job, end to end, as a person does it: import, propose, correct, sign off, train, judge, promote, propose
// again; then the power fails in the middle of the next review.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { RegionRow } from '../../shared/domain/region.ts';
import { drag, imageShown, importFiles, onScreen, openCase, press, regionCard, room, saved, stage } from './as-a-person.ts';
import { expect, test, type Program } from './program.ts';
import { phantomFiles, realDicom, realPng, sharedDataHere } from './studies.ts';

test.use({ salt: 'e2e-2' });

/** Everything from "propose" to the restart after the power cut, on whatever was imported. */
async function mainJob(program: Program): Promise<void> {
  const { page } = program;
  await press(page, 'p');
  await expect(page.getByText(/Regions were proposed for \d+ cases\./)).toBeVisible({ timeout: 120_000 });

  // The case with most to correct among those that may be learnt from.
  const before = program.stored();
  const countOf = (id: string): number => before.regions.filter((r) => r.caseId === id).length;
  const training = before.cases.filter((c) => c.split === 'training' && countOf(c.id) >= 5).sort((a, b) => countOf(b.id) - countOf(a.id));
  const [first, second] = [training[0], training[1]];
  if (first === undefined || second === undefined) throw new Error('the studies give no two cases with five proposals');
  const regionsOf = (id: string): RegionRow[] => program.stored().regions.filter((r) => r.caseId === id);
  const region = (id: string): RegionRow => { const r = program.stored().regions.find((x) => x.id === id); if (r === undefined) throw new Error(`region ${id} is gone`); return r; };
  const [accepted, moved, recaptioned, rejected] = regionsOf(first.id);
  if (accepted === undefined || moved === undefined || recaptioned === undefined || rejected === undefined) throw new Error('four proposals are needed');

  await test.step('correct: accept, move, recaption, reject, add, undo, redo', async () => {
    await openCase(page, first.title, first.id);
    await expect(page.getByText(/^0 of \d+ decided$/)).toBeVisible();

    await press(page, 'a');
    await expect(regionCard(page)).toHaveAccessibleName('Region 2, chosen');

    // Dragged by its middle: 12 screen pixels to the right, 8 down.
    const at = await onScreen(page, first, moved.box), middle = { x: at.x + at.width / 2, y: at.y + at.height / 2 };
    await drag(page, middle, { x: middle.x + 12, y: middle.y + 8 });
    await expect(regionCard(page)).toContainText('edited: box');

    await page.getByRole('button', { name: /^Region 3, / }).click();
    await press(page, 'e');
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type('Doubtful finding, compare with the earlier image');
    await page.keyboard.press('Enter');
    await expect(regionCard(page)).toContainText('edited: caption');

    await page.getByRole('button', { name: /^Region 4, / }).click();
    await press(page, 'x');
    await expect(page.getByRole('button', { name: /^Region 4, .*, rejected$/ })).toBeVisible();

    const free = await onScreen(page, first, { x: first.pixels.width * 0.42, y: first.pixels.height * 0.44, width: first.pixels.width * 0.1, height: first.pixels.height * 0.12 });
    await press(page, 'n');
    await drag(page, free, { x: free.x + free.width, y: free.y + free.height });
    await expect(regionCard(page)).toContainText('added by hand');
    // The field of the new region has the focus: a person types at once.
    await expect(page.getByLabel('Finding', { exact: true })).toBeFocused();
    await page.keyboard.type('scar');
    await page.keyboard.press('Enter');
    await expect(page.getByLabel('Caption', { exact: true })).toHaveValue(/ scar(?:,.* mm,)? in the /);

    // The name goes, then the region itself; both come back.
    await stage(page).focus().catch(() => undefined);
    await press(page, 'ControlOrMeta+z');
    await expect(page.getByLabel('Finding', { exact: true })).toHaveValue('');
    await press(page, 'ControlOrMeta+z');
    await expect(page.getByRole('button', { name: /added by hand$/ })).toHaveCount(0);
    await press(page, 'ControlOrMeta+y', 'ControlOrMeta+y');
    await expect(page.getByRole('button', { name: /scar, added by hand$/ }).or(regionCard(page).filter({ hasText: 'scar' }))).toBeVisible();
    await saved(page);

    expect(region(accepted.id).verdict).toBe('accepted');
    expect(region(moved.id)).toMatchObject({ verdict: 'edited' });
    expect(region(moved.id).box.x).toBeGreaterThan(moved.box.x);
    expect(region(recaptioned.id)).toMatchObject({ verdict: 'edited', caption: 'Doubtful finding, compare with the earlier image' });
    expect(region(rejected.id).verdict).toBe('rejected');
    expect(regionsOf(first.id).filter((r) => r.verdict === 'added').map((r) => r.label)).toEqual(['scar']);
  });

  await test.step('sign off', async () => {
    const all = regionsOf(first.id).length;
    await press(page, 'Tab');
    for (let decided = all - regionsOf(first.id).filter((r) => r.verdict === 'proposed').length; decided < all;) {
      await press(page, 'a');
      await expect(page.getByText(`${++decided} of ${all} decided`, { exact: true })).toBeVisible();
    }
    await press(page, 'ControlOrMeta+Enter');
    await expect.poll(() => program.stored().cases.find((c) => c.id === first.id)?.status).toBe('signed-off');
    // Saying it is done leads to the next case.
    await expect(page.getByRole('heading', { name: /^Case \d+ of / })).toBeVisible();
    await imageShown(page);
  });

  await test.step('train', async () => {
    await room(page, 'Training');
    await expect(page.getByRole('heading', { name: /wait to be learnt$/ })).toBeVisible();
    await page.getByText('Advanced').click();
    await page.getByLabel('Steps').fill('6');
    await page.getByRole('button', { name: 'Start training' }).click();
    await expect(page.getByRole('region', { name: 'Training run' })).toBeVisible();
    await expect(page.getByRole('heading', { name: 'Version 0.2.0 is ready to be judged' })).toBeVisible({ timeout: 180_000 });
  });

  await test.step('judge and promote', async () => {
    await page.getByRole('button', { name: 'Look at the differences' }).click();
    await expect(page.getByTestId('verdict')).toBeVisible();
    await expect(page.getByTestId('verdict')).toContainText(/better|worse|person|tell/i);
    await page.getByRole('button', { name: /^Promote 0\.2\.0/ }).click();
    await page.getByLabel('Why (kept with the decision)').fill('Rehearsed with the team.');
    await page.getByRole('dialog').getByRole('button', { name: 'Promote' }).click();
    await expect(page.getByTestId('model')).toContainText('model 0.2.0');
    expect(program.stored().commands.at(-1)?.name).toBe('promoteModel');
  });

  await test.step('propose again with the new version', async () => {
    await openCase(page, second.title, second.id);
    await press(page, 'p');
    await expect.poll(() => regionsOf(second.id).filter((r) => r.verdict === 'proposed').map((r) => r.proposal?.model), { timeout: 60_000 }).toEqual(expect.arrayContaining(['0.2.0']));
    expect(regionsOf(second.id).every((r) => r.proposal?.model === '0.2.0')).toBe(true);
  });

  await test.step('the power fails in the middle of the second review', async () => {
    const waiting = regionsOf(second.id);
    expect(waiting.length).toBeGreaterThan(1);
    await expect(page.getByText(`0 of ${waiting.length} decided`, { exact: true })).toBeVisible();
    await press(page, 'a');
    await expect.poll(() => regionsOf(second.id).filter((r) => r.verdict === 'accepted').length).toBe(1);
    await saved(page);
    const acknowledged = program.stored();
    await program.kill();
    await expect(page.getByTestId('saved')).toContainText('Reconnecting');
    // Work goes on without the host; it is kept in the page and says so.
    await press(page, 'x');
    await expect(page.getByTestId('saved')).toContainText('Not saved: 1 waiting');

    await program.start();
    await saved(page);
    await room(page, 'Review');
    await imageShown(page);
    const found = program.stored();
    expect(found.commands.slice(0, acknowledged.seq)).toEqual(acknowledged.commands);
    expect(regionsOf(second.id).map((r) => r.verdict).filter((v) => v !== 'proposed').sort()).toEqual(['accepted', 'rejected']);
    await expect(page.getByText(`2 of ${waiting.length} decided`, { exact: true })).toBeVisible();
    await expect(page.getByTestId('model')).toContainText('model 0.2.0');
  });
}

test('phantom studies: import, correct, train, promote, and a power cut', async ({ program }) => {
  const page = await program.start();
  await expect(page.getByRole('heading', { name: 'Drop images or a folder here' })).toBeVisible();
  await importFiles(page, await phantomFiles(path.join(program.workspace, '..', 'phantoms'), 8, 500), 'Ground truth');
  await expect(page.getByText('8 cases imported')).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText('PHANTOM').first()).toBeVisible();
  await mainJob(program);
});

test(`real DICOM and PNG files: import, correct, train, promote, and a power cut${sharedDataHere ? '' : ' (skipped: ../shared/data is not here)'}`, async ({ program }) => {
  test.skip(!sharedDataHere, '../shared/data is not here');
  const page = await program.start();
  const folder = path.join(program.workspace, '..', 'png');
  await mkdir(folder);
  await importFiles(page, [...realDicom(), ...await realPng(folder, 'bccd', 3), ...await realPng(folder, 'covid_cxr', 2)]);
  await expect(page.getByText('9 cases imported')).toBeVisible({ timeout: 60_000 });
  await mainJob(program);
});

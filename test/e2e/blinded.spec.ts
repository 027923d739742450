// Two readers read one case without seeing each other; a third decides where they differ, and only that is the case's.
import path from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { command, imageShown, importFiles, openCase, press, readAs, room, saved } from './as-a-person.ts';
import { expect, test } from './program.ts';
import { phantomFiles } from './studies.ts';

test('a case is given to two readers, read by both, and decided by a third', async ({ program }) => {
  const page = await program.start();
  await importFiles(page, await phantomFiles(path.join(program.workspace, '..', 'phantoms'), 1, 500), 'Proposals');
  await expect(page.getByText('1 case imported')).toBeVisible({ timeout: 60_000 });
  const [study] = program.stored().cases, n = program.stored().regions.length;
  if (study === undefined || n < 3) throw new Error('the phantom has no three findings');

  await test.step('given to anna and ben', async () => {
    await openCase(page, study.title);
    await command(page, 'Give to two readers');
    const dialog = page.getByRole('dialog', { name: 'Two readers, not seeing each other' });
    await dialog.getByLabel('Reader 1').fill('anna');
    await dialog.getByLabel('Reader 2').fill('ben');
    await press(page, 'Enter');
    await expect(page.getByRole('heading', { name: /Read by anna(,| and) ben, not seeing each other/ })).toBeVisible();
    await saved(page);
    expect(program.stored().cases.map((c) => c.readOf?.reader ?? '').sort((a, b) => a.localeCompare(b))).toEqual(['', 'anna', 'ben']);
  });
  for (const [reader, keys] of [['anna', ['a', 'x', 'Shift+A']], ['ben', ['a', 'Shift+A']]] as const) await test.step(`read by ${reader}`, async () => {
    await readAs(page, reader);
    await page.getByRole('button', { name: 'Open my reading' }).click();
    await imageShown(page, study.title);
    // Nothing of the other's is seen: all is still to be decided.
    await expect(page.getByText(`0 of ${n} decided`, { exact: true })).toBeVisible();
    await press(page, ...keys);
    await expect(page.getByText(`${n} of ${n} decided`, { exact: true })).toBeVisible();
    await press(page, 'ControlOrMeta+Enter');
    await expect.poll(() => program.stored().cases.find((c) => c.readOf?.reader === reader)?.status).toBe('signed-off');
    // The reading stays open where it is: whoever sits down next must not see it.
    await page.evaluate(`location.hash = '/review/${program.stored().cases.find((c) => c.readOf?.reader === reader)?.id ?? ''}'`);
    await imageShown(page, study.title);
  });
  await test.step('decided by carla', async () => {
    await readAs(page, 'carla');
    await expect(page.getByText('1 place to decide')).toBeVisible();
    await expect(page.getByText(`All marked ${n - 1} of ${n} places.`)).toBeVisible();
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    // What anna rejected and ben accepted.
    await press(page, '2');
    await expect(page.getByText('All places decided')).toBeVisible();
    await press(page, 'ControlOrMeta+Enter');
    await expect.poll(() => program.stored().cases.find((c) => c.id === study.id)?.status).toBe('signed-off');
    const own = program.stored().regions.filter((r) => r.caseId === study.id);
    expect(own.map((r) => r.verdict)).toEqual(new Array(n).fill('accepted'));
  });
  await test.step('the department sees how far its readers agree', async () => {
    await room(page, 'How it goes');
    await page.getByRole('button', { name: 'Department' }).click();
    await expect(page.getByRole('heading', { name: '2 readers, not seeing each other' })).toBeVisible();
    await expect(page.locator('.share-line').filter({ hasText: 'places marked by all' })).toContainText(`of ${n}`);
    // And each reader their own reading.
    await readAs(page, 'anna');
    await page.getByRole('button', { name: 'My reading' }).click();
    await expect(page.locator('.share-line').filter({ hasText: 'rejected' })).toContainText(`of ${n}`);
  });
});

// Help that does not lead: the reader marks first and sees the proposals after; a wrong proposal put there on purpose is
// told to who took it, and to nobody else; and the reader's own figures of both.
import path from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { importFiles, drag, onScreen, openCase, press, regionCard, room } from './as-a-person.ts';
import { expect, test, type Program } from './program.ts';
import { phantomFiles } from './studies.ts';

test.use({ salt: 'e2e-2' });

async function withPhantoms(program: Program, count: number, from: number): Promise<void> {
  const page = await program.start();
  await importFiles(page, await phantomFiles(path.join(program.workspace, '..', 'phantoms'), count, from), 'Ground truth');
  await expect(page.getByText(count === 1 ? '1 case imported' : `${count} cases imported`)).toBeVisible({ timeout: 60_000 });
}

test('marked first, then shown: what both marked is settled, and who found it is known', async ({ program }) => {
  await withPhantoms(program, 1, 512);
  const { page } = program, [study] = program.stored().cases, truth = study === undefined ? [] : program.truth()(study.id);
  if (study === undefined || truth[0] === undefined) throw new Error('the phantom has no finding');
  await room(page, 'Settings');
  await page.getByLabel('Readers mark first, then see the proposals').click();
  await expect(page.getByLabel('Readers mark first, then see the proposals')).toBeChecked();
  await room(page, 'Worklist');
  await press(page, 'p');
  await expect(page.getByText(/Regions were proposed for 1 case\./)).toBeVisible({ timeout: 120_000 });
  await openCase(page, study.title, study.id);
  const proposed = program.stored().regions.length;
  expect(proposed).toBeGreaterThan(1);

  // Nothing of the model's is on the page: no region, no score, no sentence, no number of them in the list.
  await room(page, 'Worklist');
  await expect(page.getByText(/^\d+ regions$/)).toHaveCount(0);
  await openCase(page, study.title, study.id);
  await expect(page.getByText('Mark what you see first')).toBeVisible();
  await expect(page.getByRole('button', { name: /^Region \d/ })).toHaveCount(0);
  await expect(page.getByText('proposed', { exact: true })).toHaveCount(0);
  expect(program.stored().cases[0]?.caption.text).not.toBe('');
  await expect(page.locator('#image-caption')).toHaveValue('');
  await press(page, 'n');
  const box = await onScreen(page, study, truth[0]);
  await drag(page, box, { x: box.x + box.width, y: box.y + box.height });
  await expect(regionCard(page)).toContainText('added by hand');
  await page.keyboard.type('cyst');
  await page.keyboard.press('Enter');
  // Signing off before they were shown shows them first.
  await press(page, 'ControlOrMeta+Enter');
  await expect(page.getByText('Mark what you see first')).toBeHidden();
  await expect(page.getByText(`1 of ${proposed} decided`, { exact: true })).toBeVisible();
  await expect(page.locator('#image-caption')).not.toHaveValue('');
  await expect.poll(() => program.stored().regions.filter((r) => r.unaided === true)).toMatchObject([{ verdict: 'edited', label: 'cyst', source: 'model' }]);
  expect(program.stored().cases[0]?.revealedAt).toBeDefined();
  await press(page, 'Shift+A', 'ControlOrMeta+Enter');
  await expect.poll(() => program.stored().cases[0]?.status).toBe('signed-off');

  await room(page, 'How it goes');
  await expect(page.getByText(/^Only what .* decided and read/)).toBeVisible();
  await expect(page.locator('.share-line').filter({ hasText: 'found before they were shown' })).toContainText(`of ${proposed}`);
  for (const look of ['dark', 'light'] as const) {
    await page.evaluate(`document.documentElement.dataset.theme = '${look}'`);
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  }
});

test('a wrong proposal put there on purpose: taken, told, counted, not learnt; seen, and told', async ({ program }) => {
  await withPhantoms(program, 24, 900);
  const { page } = program;
  await room(page, 'Settings');
  await page.getByRole('group', { name: 'Cases that get one wrong proposal on purpose' }).getByRole('button', { name: '10 in 100' }).click();
  await room(page, 'Worklist');
  await press(page, 'p');
  await expect(page.getByText(/Regions were proposed for 24 cases\./)).toBeVisible({ timeout: 180_000 });
  const planted = program.stored().regions.filter((r) => r.planted === true), ofTraining = planted.filter((r) => program.stored().cases.find((c) => c.id === r.caseId)?.split === 'training');
  const [taken, seen] = ofTraining;
  if (taken === undefined || seen === undefined) throw new Error(`the salt plants ${ofTraining.length} proposals only`);
  const titleOf = (id: string): string => program.stored().cases.find((c) => c.id === id)?.title ?? '';
  const countOf = (id: string): number => program.stored().regions.filter((r) => r.caseId === id).length;

  await openCase(page, titleOf(taken.caseId), taken.caseId);
  await expect(page.getByText('Put here on purpose')).toHaveCount(0);
  await press(page, 'Shift+A');
  await expect(page.getByText(`${countOf(taken.caseId)} of ${countOf(taken.caseId)} decided`, { exact: true })).toBeVisible();
  await press(page, 'ControlOrMeta+Enter');
  await expect(page.getByRole('alert')).toContainText('you took it for a finding');
  await expect.poll(() => program.stored().cases.find((c) => c.id === taken.caseId)?.status).toBe('signed-off');

  await openCase(page, titleOf(seen.caseId), seen.caseId);
  const order = program.stored().regions.filter((r) => r.caseId === seen.caseId);
  for (const [i, r] of order.entries()) { await expect(regionCard(page)).toHaveAccessibleName(`Region ${i + 1}, chosen`); await press(page, r.planted === true ? 'x' : 'a'); }
  await expect(page.getByText(`${order.length} of ${order.length} decided`, { exact: true })).toBeVisible();
  await press(page, 'ControlOrMeta+Enter');
  await expect(page.getByRole('alert')).toContainText('you rejected it');
  await expect.poll(() => program.stored().cases.find((c) => c.id === seen.caseId)?.status).toBe('signed-off');

  // Signed off, the region says what it is.
  await openCase(page, titleOf(taken.caseId), taken.caseId);
  await page.getByRole('button', { name: new RegExp(`^Region ${program.stored().regions.filter((r) => r.caseId === taken.caseId).findIndex((r) => r.id === taken.id) + 1}, `) }).click();
  await expect(regionCard(page)).toContainText('Put here on purpose');

  await room(page, 'How it goes');
  await expect(page.locator('.share-line').filter({ hasText: 'planted proposals taken for findings' })).toContainText('of 2');
  // What is learnt leaves them out.
  await room(page, 'Training');
  await expect(page.getByRole('heading', { name: `${countOf(taken.caseId) + countOf(seen.caseId) - 2} corrections wait to be learnt` })).toBeVisible();
});

// The flow of the review as a reader lives it: every verdict by its key, reasons, comments and flags, what a case teaches
// before it is signed off, its history after, and the next case ready when it is asked for.
import path from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { match } from '../../models/evaluation/detection.ts';
import type { RegionRow } from '../../shared/domain/region.ts';
import { imageShown, importFiles, openCase, press, regionCard, room, saved } from './as-a-person.ts';
import { expect, test, type Program } from './program.ts';
import { phantomFiles } from './studies.ts';

async function withPhantoms(program: Program, count: number, from: number, as?: 'Proposals' | 'Ground truth'): Promise<void> {
  const page = await program.start();
  await importFiles(page, await phantomFiles(path.join(program.workspace, '..', 'phantoms'), count, from), as);
  await expect(page.getByText(count === 1 ? '1 case imported' : `${count} cases imported`)).toBeVisible({ timeout: 60_000 });
}

test('verdicts, reasons, comments, flags and history, by keyboard alone', async ({ program }) => {
  await withPhantoms(program, 1, 512, 'Proposals');
  const { page } = program, [study] = program.stored().cases, before = program.stored().regions;
  if (study === undefined || before.length < 4) throw new Error('the phantom has no four findings');
  const now = (i: number): RegionRow | undefined => program.stored().regions.find((r) => r.id === before[i]?.id);
  await press(page, 'Enter');
  await imageShown(page, study.title);

  await test.step('reject with a reason, ignore, undo', async () => {
    await press(page, 'Shift+X');
    const dialog = page.getByRole('dialog', { name: 'Reason' });
    await expect(dialog).toBeVisible();
    await press(page, '2');
    await expect.poll(() => now(0)).toMatchObject({ verdict: 'rejected', reason: 'normal anatomy' });
    await press(page, 'u');
    await expect.poll(() => now(1)?.verdict).toBe('ignored');
    await press(page, 'ControlOrMeta+z');
    await expect.poll(() => now(1)?.verdict).toBe('proposed');
    await expect(page.getByText(`1 of ${before.length} decided`, { exact: true })).toBeVisible();
    await press(page, 'Tab', 'Shift+U');
    await page.getByLabel('In your own words').fill('motion blur');
    await press(page, 'Enter');
    await expect.poll(() => program.stored().regions.filter((r) => r.verdict === 'ignored').map((r) => r.reason)).toEqual(['motion blur']);
  });
  await test.step('comment and flag, for a colleague to find', async () => {
    // As fast as keys can follow each other: the second is a letter already.
    await page.keyboard.type('cCompare: vessel or nodule?');
    await press(page, 'Enter', 'Escape');
    await expect(page.getByRole('listitem').filter({ hasText: 'Compare: vessel or nodule?' })).toBeVisible();
    await press(page, 'Shift+F');
    await expect.poll(() => program.stored().notes.map((n) => n.kind).sort()).toEqual(['comment', 'flag']);
    expect(program.stored().notes.every((n) => n.regionId !== null)).toBe(true);
    await press(page, 'Shift+F');
    await expect.poll(() => program.stored().notes.find((n) => n.kind === 'flag')?.resolved).not.toBeNull();
    await press(page, 'r');
  });
  await test.step('all that remains, and what will be learnt', async () => {
    await press(page, 'Shift+A');
    const decided = before.length - 2;
    await expect(page.getByText(`From this case is learnt: ${decided} accepted, 1 rejected. 1 ignored region teaches nothing`)).toBeVisible();
    await saved(page);
    expect(program.stored().commands.at(-1)?.name).toBe('acceptRemaining');
    // One key undoes what one key did.
    await press(page, 'ControlOrMeta+z');
    await expect(page.getByText(`2 of ${before.length} decided`, { exact: true })).toBeVisible();
    await press(page, 'ControlOrMeta+y');
    await expect(page.getByText(`${before.length} of ${before.length} decided`, { exact: true })).toBeVisible();
  });
  await test.step('signed off, reopened, with its history', async () => {
    await press(page, 'ControlOrMeta+Enter');
    await expect.poll(() => program.stored().cases[0]?.status).toBe('signed-off');
    await openCase(page, study.title);
    await page.getByRole('button', { name: 'Reopen' }).click();
    await expect.poll(() => program.stored().cases[0]?.status).toBe('in-review');
    await press(page, 'Shift+H');
    const history = page.getByRole('list', { name: 'History, newest first' });
    await expect(history.getByRole('listitem').first()).toContainText('reopened');
    await expect(history).toContainText('signed off');
    await expect(history).toContainText('remaining regions accepted');
    await expect(history.getByRole('listitem').filter({ hasText: 'undone' })).toContainText(['ignored']);
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    // What was decided before the sign-off can still be taken back.
    await press(page, 'r', 'ControlOrMeta+z', 'ControlOrMeta+z', 'ControlOrMeta+z');
    await expect(page.getByText(`2 of ${before.length} decided`, { exact: true })).toBeVisible();
  });
  await test.step('the visits were kept', async () => {
    await room(page, 'Worklist');
    await expect.poll(() => program.stored().readings.length).toBeGreaterThan(1);
    const [first] = program.stored().readings.sort((a, b) => (a.from < b.from ? -1 : 1));
    expect(first).toMatchObject({ caseId: study.id, assisted: true, actions: { rejectRegion: 1, acceptRemaining: 1, signOffCase: 1, undo: 2, redo: 1 } });
    expect(first?.active).toBeGreaterThan(0);
    expect(Object.values(first?.regions ?? {}).reduce((a, b) => a + b, 0)).toBeLessThanOrEqual((first?.active ?? 0) + 0.5);
  });
});

test('the next cases are proposed for while one is read; one region at a time is looked at closely', async ({ program }) => {
  await withPhantoms(program, 3, 520, 'Ground truth');
  const { page } = program;
  await press(page, 'Enter');
  await imageShown(page);
  await press(page, 'p');
  await expect.poll(() => program.stored().cases.filter((c) => c.status === 'new').length, { timeout: 60_000 }).toBe(0);
  const zoom = page.getByText(/^zoom \d/);
  const fitted = await zoom.innerText();
  await press(page, 'Shift+Z');
  await expect(zoom).not.toHaveText(fitted, { useInnerText: true });
  await press(page, 'Shift+Z');
  await expect(zoom).toHaveText(fitted, { useInnerText: true });
});

test('a case of six proposals is done by a reader who knows the truth in at most twelve keys', async ({ program }) => {
  await withPhantoms(program, 6, 3_000_000, 'Ground truth');
  const { page } = program;
  await page.getByRole('button', { name: /^Propose for/ }).click();
  await expect(page.getByText(/^Regions were proposed for/)).toBeVisible({ timeout: 120_000 });
  const truthOf = program.truth();
  const { cases, regions } = program.stored();
  // The case with the number of proposals nearest to six from above.
  const study = cases.map((c) => ({ c, n: regions.filter((r) => r.caseId === c.id).length })).filter(({ n }) => n >= 6).sort((a, b) => a.n - b.n)[0]?.c;
  if (study === undefined) throw new Error('no phantom has six proposals');
  await openCase(page, study.title);
  const own = regions.filter((r) => r.caseId === study.id).slice(0, 6);
  const right = match(own.map((r) => ({ box: r.box, score: r.proposal?.score ?? 0 })), truthOf(study.id)).map((m) => m.truth >= 0);
  let keys = 0;
  for (const [i, ok] of right.entries()) {
    await expect(regionCard(page)).toHaveAccessibleName(`Region ${i + 1}, chosen`);
    await press(page, ok ? 'a' : 'x');
    keys++;
  }
  const rest = regions.filter((r) => r.caseId === study.id).length - 6;
  if (rest > 0) { await press(page, 'Shift+A'); keys++; }
  await press(page, 'ControlOrMeta+Enter');
  keys++;
  await expect.poll(() => program.stored().cases.find((c) => c.id === study.id)?.status).toBe('signed-off');
  expect(keys).toBeLessThanOrEqual(12);
  expect(program.stored().regions.filter((r) => own.some((o) => o.id === r.id)).map((r) => r.verdict)).toEqual(right.map((ok) => (ok ? 'accepted' : 'rejected')));
});

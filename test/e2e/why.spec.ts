// "Why this?" as a reader uses it: the figures agree with what was proposed, the surroundings are taken away and given
// back by keyboard, colours come and go on the image as asked, and what was decided before stands beside the question.
import path from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import type { RegionRow } from '../../shared/domain/region.ts';
import { imageShown, importFiles, openCase, press, regionCard, saved, stage } from './as-a-person.ts';
import { expect, test } from './program.ts';
import { phantomFiles } from './studies.ts';

const panel = (page: Page): Locator => regionCard(page).getByRole('region', { name: 'Why this?' });
const line = (page: Page): Locator => panel(page).getByRole('button', { name: /^Why this\?/ });
const surroundings = (page: Page): Locator => panel(page).getByRole('slider', { name: 'With more or less of its surroundings' });
/** Whether a map lies on the image. */
const colours = (page: Page): Promise<boolean> => stage(page).getAttribute('data-overlay').then((said) => said === 'true');

test('why a region is proposed, by keyboard, and what was decided about others like it', async ({ program }) => {
  const page = await program.start();
  await importFiles(page, await phantomFiles(path.join(program.workspace, '..', 'phantoms'), 3, 500), 'Ground truth');
  await expect(page.getByText('3 cases imported')).toBeVisible({ timeout: 60_000 });
  await press(page, 'p');
  await expect(page.getByText('Regions were proposed for 3 cases.')).toBeVisible({ timeout: 120_000 });
  const regionsOf = (id: string): RegionRow[] => program.stored().regions.filter((r) => r.caseId === id);
  const [first, second] = program.stored().cases.map((study) => ({ study, regions: regionsOf(study.id) })).sort((a, b) => b.regions.length - a.regions.length);
  const proposal = first?.regions[0]?.proposal;
  if (first === undefined || second === undefined || proposal?.score == null || first.regions.length < 3 || second.regions.length < 2) throw new Error('the phantoms have too few findings');

  const { score } = proposal, hundred = Math.round(100 * score);

  await test.step('folded, one line says what the score means', async () => {
    await openCase(page, first.study.title);
    await expect(line(page)).toContainText(`score ${score.toFixed(2)}: of 100 regions with this score, ${hundred === 100 ? 'nearly all' : `about ${hundred}`} are findings`);
    await expect(line(page)).toHaveAttribute('aria-expanded', 'false');
    expect(await colours(page)).toBe(false);
  });

  await test.step('opened by its key: both looks, and what their names are', async () => {
    await press(page, 'y');
    await expect(page.locator('#why')).toBeFocused();
    await expect(panel(page)).toContainText(/whole image\s*0\.\d\d\s*region\s*0\.\d\d/, { timeout: 60_000 });
    await expect(panel(page)).toContainText(/(both speak of|The whole image speaks of) .*\. Their names agree by \d+ %\./);
    await expect(panel(page)).toContainText('No corrected region of another signed-off case yet.');
    expect(await colours(page)).toBe(false);
  });

  await test.step('the region alone and with its surroundings, the region itself untouched', async () => {
    await expect(surroundings(page)).toHaveAttribute('aria-valuetext', 'with surroundings');
    await expect(panel(page).getByRole('group', { name: 'with surroundings' })).toContainText(proposal.label);
    // From the panel Tab goes on inside it.
    for (let i = 0; i < 6 && await surroundings(page).and(page.locator(':focus')).count() === 0; i++) await press(page, 'Tab');
    await expect(surroundings(page)).toBeFocused();
    const whole = await panel(page).getByTestId('context').innerText();
    await press(page, 'ArrowLeft');
    await expect(surroundings(page)).toHaveAttribute('aria-valuetext', '86 % of the surroundings');
    await press(page, 'Home');
    await expect(surroundings(page)).toHaveAttribute('aria-valuetext', 'region alone');
    expect(await panel(page).getByTestId('context').innerText()).not.toBe(whole);
    await press(page, 'Escape', '.');
    await expect(surroundings(page)).toHaveAttribute('aria-valuetext', '14 % of the surroundings');
    await press(page, ',');
    await expect(surroundings(page)).toHaveAttribute('aria-valuetext', 'region alone');
    expect(regionsOf(first.study.id)).toEqual(first.regions);
  });

  await test.step('colours on the image when asked, gone with the next region unless they are to stay', async () => {
    const bare = await stage(page).screenshot();
    await press(page, 'Shift+Y');
    await expect.poll(() => colours(page)).toBe(true);
    expect((await stage(page).screenshot()).equals(bare)).toBe(false);
    await expect(panel(page)).toContainText(/Most of what speaks for it lies in the .* of the image \(\d+ %\)|Nothing in the whole image speaks for it/);
    await expect(panel(page)).toContainText('The colours show what the model used, not where the disease is.');
    await panel(page).getByRole('slider', { name: 'Strength of the colours' }).press('ArrowRight');
    await expect(panel(page).getByRole('slider', { name: 'Strength of the colours' })).toHaveAttribute('aria-valuetext', '65 %');
    await press(page, 'Escape', ']');
    await expect(regionCard(page)).toHaveAccessibleName('Region 2, chosen');
    await expect.poll(() => colours(page)).toBe(false);
    await panel(page).getByRole('button', { name: 'Where else it looked' }).click();
    await expect.poll(() => colours(page)).toBe(true);
    await panel(page).getByRole('checkbox', { name: 'Stay on for the next regions' }).press('Space');
    await press(page, 'Escape', ']');
    await expect(regionCard(page)).toHaveAccessibleName('Region 3, chosen');
    await expect.poll(() => colours(page)).toBe(true);
    expect((await new AxeBuilder({ page }).analyze()).violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(' ')}`)).toEqual([]);
    await press(page, 'Shift+Y');
    await expect.poll(() => colours(page)).toBe(false);
  });

  await test.step('a region drawn by hand has no proposal to explain', async () => {
    await press(page, 'n', 'Enter');
    await expect(page.getByLabel('Finding', { exact: true })).toBeFocused();
    await page.keyboard.type('scar');
    await press(page, 'Enter');
    await expect(line(page)).toContainText('drawn by hand');
    await expect(surroundings(page)).toBeVisible();
    await expect(panel(page)).not.toContainText('What the model used');
  });

  await test.step('signed off, its decisions stand beside the next case', async () => {
    await press(page, '[');
    await press(page, 'x', 'Shift+A');
    await expect.poll(() => regionsOf(first.study.id).filter((r) => r.verdict === 'proposed')).toHaveLength(0);
    await press(page, 'ControlOrMeta+Enter');
    await expect.poll(() => program.stored().cases.find((c) => c.id === first.study.id)?.status).toBe('signed-off');
    await openCase(page, second.study.title);
    // The panel was left open.
    await expect(line(page)).toHaveAttribute('aria-expanded', 'true');
    const list = panel(page).getByRole('list', { name: 'Nearest corrected regions' }), expected = Math.min(6, regionsOf(first.study.id).length);
    await expect(list.getByRole('button')).toHaveCount(expected, { timeout: 60_000 });
    for (const button of await list.getByRole('button').all()) await expect(button).toHaveAccessibleName(/^\d: (accepted|rejected|added by hand): .+, similarity [−\d.]+$/);
    await expect(list.locator('canvas[data-ready="true"]')).toHaveCount(expected);
    await list.getByRole('button').first().press('Enter');
    await expect(panel(page).getByRole('img', { name: `in ${first.study.title}` })).toHaveAttribute('data-ready', 'true');
    await expect(list.getByRole('button').first()).toHaveAttribute('aria-expanded', 'true');
    await panel(page).getByRole('link', { name: 'Open the case' }).press('Enter');
    await imageShown(page, first.study.title);
  });

  await test.step('with the model away the review goes on', async () => {
    await page.routeWebSocket('**/rpc/inference', (socket) => { void socket.close(); });
    await openCase(page, second.study.title);
    await page.reload();
    await imageShown(page, second.study.title);
    await expect(panel(page)).toContainText('The model does not answer at the moment. Your decisions do not need it.');
    await press(page, 'a');
    await expect.poll(() => regionsOf(second.study.id).filter((r) => r.verdict === 'accepted')).toHaveLength(1);
    await press(page, 'y');
    await expect(line(page)).toHaveAttribute('aria-expanded', 'false');
    await saved(page);
  });
});

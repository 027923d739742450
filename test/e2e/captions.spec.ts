// Captions without a mouse: a finding by its synonym, side and doubt in fields, the guard and its key, suggestions,
// snippets, an input method, and what is left before the sign-off. What the site settles is settled in its settings.
import path from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { sideOfBox } from '../../shared/domain/caption-guard.ts';
import type { CaseRow } from '../../shared/domain/case.ts';
import type { RegionRow } from '../../shared/domain/region.ts';
import { importFiles, openCase, press, regionCard, room, saved } from './as-a-person.ts';
import { expect, test, type Program } from './program.ts';
import { phantomFiles } from './studies.ts';

test.use({ salt: 'e2e-2' });

/** A radiograph or CT of which a finding lies clearly on one side. */
async function sided(program: Program): Promise<{ study: CaseRow; region: RegionRow; side: 'left' | 'right' }> {
  const page = await program.start();
  await importFiles(page, await phantomFiles(path.join(program.workspace, '..', 'phantoms'), 6, 500), 'Proposals');
  await expect(page.getByText('6 cases imported')).toBeVisible({ timeout: 60_000 });
  const { cases, regions } = program.stored();
  for (const region of regions) {
    const study = cases.find((c) => c.id === region.caseId), side = study === undefined || !['radiograph', 'CT'].includes(study.modality) ? null : sideOfBox(region.box, study.pixels, 'facing');
    if (study !== undefined && side !== null) return { study, region, side };
  }
  throw new Error('no phantom has a finding on one side');
}
const stored = (program: Program, id: string): RegionRow => { const r = program.stored().regions.find((x) => x.id === id); if (r === undefined) throw new Error('the region is gone'); return r; };
const choose = async (page: Page, program: Program, region: RegionRow): Promise<void> => {
  const number = program.stored().regions.filter((r) => r.caseId === region.caseId).findIndex((r) => r.id === region.id) + 1;
  for (let i = 0; i < 12 && !await page.getByRole('group', { name: `Region ${number}, chosen` }).isVisible(); i++) await press(page, ']');
  await expect(page.getByRole('group', { name: `Region ${number}, chosen` })).toBeVisible();
};
const keyTo = async (page: Page, command: string): Promise<void> => { await press(page, 'ControlOrMeta+k'); await page.keyboard.type(command); await press(page, 'Enter'); };

test('a caption in fields and in words, kept in step, guarded and completed, without a mouse', async ({ program }) => {
  const { study, region, side } = await sided(program), { page } = program, other = side === 'left' ? 'right' : 'left';

  await test.step('the site adds a synonym and a snippet', async () => {
    await keyTo(page, 'Go to settings');
    await page.getByLabel('New finding').focus();
    await page.keyboard.type('granuloma');
    await press(page, 'Enter');
    const synonyms = page.getByLabel('Synonyms of granuloma');
    await synonyms.focus();
    await page.keyboard.type('coin lesion, 肉芽腫');
    await press(page, 'Enter');
    await page.getByRole('textbox', { name: 'Key', exact: true }).focus();
    await page.keyboard.type('u');
    await press(page, 'Tab');
    await page.keyboard.type('unchanged since the last image');
    await press(page, 'Enter');
    await expect(page.getByLabel('Text of ;u')).toBeVisible();
    await saved(page);
    expect(program.stored().commands.map((c) => c.name).filter((n) => n === 'changeSettings').length).toBe(3);
  });

  await openCase(page, study.title);
  await choose(page, program, region);
  const card = regionCard(page), caption = page.getByLabel('Caption', { exact: true });

  await test.step('a finding by its synonym; the sentence says it', async () => {
    await press(page, 'f');
    await page.keyboard.type('coin');
    await expect(page.getByRole('option', { name: /granuloma/ })).toHaveAttribute('aria-selected', 'true');
    await press(page, 'Enter');
    await expect(page.getByLabel('Finding', { exact: true })).not.toBeFocused();
    await saved(page);
    await expect.poll(() => stored(program, region.id)).toMatchObject({ label: 'granuloma', caption: expect.stringMatching(/ granuloma(?:,.*,)? in the /) });
  });

  await test.step('the wrong side in its field: the guard says so, and one key puts it right', async () => {
    await press(page, 'f', 'Tab');
    await expect(page.getByLabel('Side', { exact: true })).toBeFocused();
    await page.keyboard.type(other);
    await expect.poll(() => stored(program, region.id).attributes).toEqual({ side: other });
    await expect(caption).toHaveValue(new RegExp(`, ${other} side,`));
    await expect(card.getByText(`the box lies on the patient’s ${side}.`)).toBeVisible();
    await expect(page.getByRole('group', { name: 'Caption guard' })).toContainText('1 caption to look at again');
    await press(page, 'Alt+g');
    await expect.poll(() => stored(program, region.id)).toMatchObject({ attributes: { side }, caption: expect.stringContaining(`, ${side} side,`) });
    await expect(page.getByRole('group', { name: 'Caption guard' })).toHaveCount(0);
    await press(page, 'Tab');
    await page.keyboard.type('prob');
    await expect.poll(() => stored(program, region.id).caption).toMatch(/^Probable /);
  });

  await test.step('free words: warned of as they are typed, completed, expanded; they fill the fields', async () => {
    await page.getByLabel('Certainty', { exact: true }).blur();
    await press(page, 'e', 'ControlOrMeta+a');
    await page.keyboard.type('No granu');
    await expect(page.getByRole('listbox').getByRole('option').first()).toContainText('No granuloma');
    await press(page, 'Tab');
    await expect(caption).toHaveValue('No granuloma');
    await expect(card.getByText('“granuloma” is denied here')).toBeVisible();
    await press(page, 'ControlOrMeta+a');
    await page.keyboard.type(`Round granu`);
    await expect(page.getByRole('listbox').getByRole('option').first()).toBeVisible();
    await press(page, 'Escape');
    await expect(page.getByRole('listbox').getByRole('option')).toHaveCount(0);
    await page.keyboard.type(`loma in the ${other} lung, ;u `);
    await expect(caption).toHaveValue(`Round granuloma in the ${other} lung, unchanged since the last image `);
    await expect(page.locator('.region-card .caption-marks mark')).toHaveText(other);
    await press(page, 'Alt+g');
    await expect.poll(() => stored(program, region.id)).toMatchObject({ label: 'granuloma', attributes: { side, certainty: 'probable' }, caption: `Round granuloma in the ${side} lung, unchanged since the last image` });
    await expect(card.locator('.caption-diff ins').first()).toBeVisible();
  });

  await test.step('Enter takes what was typed, never what is offered; earlier captions are offered', async () => {
    await caption.blur();
    await press(page, 'e', 'ControlOrMeta+a');
    await page.keyboard.type('Round');
    await press(page, 'Enter');
    await expect.poll(() => stored(program, region.id).caption).toBe('Round');
    await press(page, 'ControlOrMeta+z');
    await expect.poll(() => stored(program, region.id).caption).toContain('Round granuloma');
    await press(page, 'n', 'Enter');
    await expect(page.getByLabel('Finding', { exact: true })).toBeFocused();
    await page.keyboard.type('granuloma');
    await press(page, 'Enter');
    // The sentence follows the name; a person reads it before writing another.
    await expect(caption).toHaveValue(/granuloma in the /);
    await press(page, 'e', 'ControlOrMeta+a');
    await page.keyboard.type('Round gra');
    await expect(page.getByRole('option', { name: /unchanged since the last image.*written once/ })).toBeVisible();
    await press(page, 'Escape', 'Escape');
    await expect(caption).not.toBeFocused();
  });

  await test.step('an input method: its letters are its own until it is done', async () => {
    const devtools = await page.context().newCDPSession(page);
    await press(page, 'e', 'ControlOrMeta+a');
    await devtools.send('Input.imeSetComposition', { text: 'にくげ', selectionStart: 3, selectionEnd: 3 });
    await expect(page.getByRole('listbox').getByRole('option')).toHaveCount(0);
    await press(page, 'Enter');
    await expect(caption).toBeFocused();
    await devtools.send('Input.imeSetComposition', { text: '', selectionStart: 0, selectionEnd: 0 });
    await press(page, 'ControlOrMeta+a');
    await devtools.send('Input.insertText', { text: '肉芽' });
    await expect(page.getByRole('listbox').getByRole('option').first()).toContainText('肉芽腫');
    await press(page, 'ArrowRight');
    await expect(caption).toHaveValue('肉芽腫');
    await expect(caption).toHaveAttribute('lang', 'ja');
    await press(page, 'Enter');
    await expect(caption).not.toBeFocused();
  });

  await test.step('the whole image: its words against the regions; what is left is listed and never in the way', async () => {
    await press(page, 'Shift+E', 'ControlOrMeta+a');
    await page.keyboard.type('No granuloma.');
    await press(page, 'Enter');
    await expect(page.getByRole('group', { name: 'Caption guard' }).getByRole('button', { name: 'whole image' })).toBeVisible();
    await expect(page.locator('.whole-image .caption-diff del').first()).toBeVisible();
    const { violations } = await new AxeBuilder({ page }).include('.review-regions').analyze();
    expect(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target).join(', ')}`)).toEqual([]);
    await press(page, 'Shift+A', 'ControlOrMeta+Enter');
    await expect.poll(() => program.stored().cases.find((c) => c.id === study.id)).toMatchObject({ status: 'signed-off', caption: { text: 'No granuloma.', origin: 'person' } });
  });
});

test('findings go out as CSV and come back; a list that contradicts itself is refused with its reason', async ({ program }) => {
  const page = await program.start();
  await room(page, 'Settings');
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export as CSV' }).press('Enter');
  const text = await (await download).createReadStream().then(async (s) => { let all = ''; for await (const part of s) all += String(part); return all; });
  expect(text.replace('\uFEFF', '').split('\r\n')[0]).toBe('label,phrase,synonyms,sides,parent,modalities');
  const give = (name: string, content: string): Promise<void> => page.getByLabel('Findings to import').setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(content) });
  await give('twice.csv', 'label\nscar\nScar\n');
  await expect(page.getByText('The finding "Scar" is there twice.')).toBeVisible();
  await give('own.csv', 'label,synonyms,sides\nscar,cicatrix;瘢痕,left;right\n');
  await expect(page.getByText('1 finding imported; it takes the place of those before.')).toBeVisible();
  await expect(page.getByLabel('Synonyms of scar')).toHaveValue('cicatrix, 瘢痕');
  const name = page.getByLabel('Name of scar');
  await name.fill('old scar');
  await name.press('Enter');
  await expect(page.getByLabel('Synonyms of old scar')).toHaveValue('cicatrix, 瘢痕, scar');
  await page.getByLabel('Remove old scar').press('Enter');
  await expect(page.getByLabel('Name of old scar')).toHaveCount(0);
});

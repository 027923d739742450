// The pictures of the README and the guides, renewed by the real program on phantom studies, nobody's images, in both
// languages of the page:
// `node build/run.mjs test/e2e/pictures.ts`. Seeds fix the studies, their split and the training; pngquant, where it is
// installed, makes the files small.
import { execFile, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Page } from '@playwright/test';
import { browserForTests } from '../../build/browser.mjs';
import { buildIfStale } from '../../build/bundle.mjs';
import { command, drag, imageShown, onScreen, openCase, press, readAs, regionCard, room, saved } from './as-a-person.ts';
import { expect, Program } from './program.ts';

const root = path.join(import.meta.dirname, '..', '..'), pictures = path.join(root, 'docs', 'pictures');
const folder = await mkdtemp(path.join(tmpdir(), 'regionmed-pictures-')), workspace = path.join(folder, 'workspace');
/** The fundus of the pictures: a phantom with ten findings. */
const portrait = 'Phantom colour fundus 0147';

const regionmed = async (...words: string[]): Promise<void> => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--disable-warning=ExperimentalWarning', path.join(root, 'electron', 'cli.ts'), ...words, '--workspace', workspace]);
  process.stderr.write(stdout);
};

async function take(page: Page, name: string): Promise<void> {
  // Nothing is pointed at, and no animation is half done.
  await page.mouse.move(720, 2);
  const file = path.join(pictures, `${name}.png`);
  await page.screenshot({ path: file, animations: 'disabled' });
  if (spawnSync('pngquant', ['--force', '--skip-if-larger', '--quality', '70-95', '--output', file, file]).error !== undefined) process.stderr.write(`${name}.png stays large: pngquant is not installed.\n`);
}

/** The page as it stands, in English and in Japanese. */
async function takeBoth(page: Page, name: string): Promise<void> {
  await take(page, name);
  await speak(page, '日本語', 'ja');
  await take(page, `${name}-ja`);
  await speak(page, 'English', 'en');
}
async function speak(page: Page, name: string, lang: string): Promise<void> {
  await command(page, name);
  await expect(page.locator('html')).toHaveAttribute('lang', lang);
}

const theme = async (page: Page, look: 'dark' | 'light'): Promise<void> => {
  await room(page, 'Settings');
  await page.getByRole('group', { name: 'Theme' }).getByRole('button', { name: look }).click();
};

/** Every proposal of a case accepted, and signed off. */
async function acceptAll(program: Program, id: string, title: string): Promise<void> {
  const { page } = program;
  await openCase(page, title);
  const open = program.stored().regions.filter((r) => r.caseId === id && r.verdict === 'proposed').length;
  for (let i = 0; i < open; i++) await press(page, 'a');
  await expect(page.getByText(`${open} of ${open} decided`, { exact: true }).or(page.getByText('The model found nothing here'))).toBeVisible();
  await press(page, 'ControlOrMeta+Enter');
  await expect.poll(() => program.stored().cases.find((c) => c.id === id)?.status).toBe('signed-off');
}

/** The fundus in the middle of its review: accepted, rejected, moved, added and waiting regions. */
async function review(program: Program): Promise<void> {
  const { page } = program;
  const study = program.stored().cases.find((c) => c.title === portrait);
  if (study === undefined) throw new Error(`${portrait} is not there`);
  await openCase(page, portrait);
  await press(page, 'a', 'a', 'x', 'a');
  await press(page, 'Shift+ArrowRight', 'Shift+ArrowDown');
  await expect(page.getByRole('button', { name: /edited: box/ }).or(regionCard(page).filter({ hasText: 'edited: box' }))).toBeVisible();
  await press(page, 'n');
  const box = await onScreen(page, study, { x: 41, y: 427, width: 22, height: 26 });
  await drag(page, box, { x: box.x + box.width, y: box.y + box.height });
  await expect(page.getByLabel('What the model sees here').getByRole('button').first()).toBeVisible();
  await page.getByLabel('Finding', { exact: true }).fill('hard exudate');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: /proposed$/ }).first().click();
  await saved(page);
  await takeBoth(page, 'review');
  await theme(page, 'light');
  await openCase(page, portrait);
  await imageShown(page, portrait);
  await take(page, 'review-light');
  await theme(page, 'dark');
}

/** The states of the review: captions and their guard, why, what readers say, why not, what happened, marked first. */
async function states(program: Program): Promise<void> {
  const { page } = program;
  const radiograph = program.stored().cases.filter((c) => c.modality === 'radiograph' && c.status === 'proposed').sort((a, b) => program.stored().regions.filter((r) => r.caseId === b.id).length - program.stored().regions.filter((r) => r.caseId === a.id).length)[0];
  if (radiograph === undefined) throw new Error('no radiograph is left to review');
  await openCase(page, radiograph.title, radiograph.id);
  await press(page, 'e');
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('Large nodule in the left upper part of the image, 3 cm.');
  await page.keyboard.press('Enter');
  await expect(page.locator('.caption-warnings li').first()).toBeVisible();
  await takeBoth(page, 'captions');
  await press(page, 'ControlOrMeta+z', 'Tab', 'y');
  await expect(page.getByText('Nearest corrected regions')).toBeVisible({ timeout: 60_000 });
  for (const waiting of ['Asking the model…', 'Comparing with what was corrected before…']) await expect(page.getByText(waiting)).toBeHidden({ timeout: 60_000 });
  await press(page, 'Shift+Y');
  await expect(page.locator('.review-stage [role=application]')).toHaveAttribute('data-overlay', 'true');
  await takeBoth(page, 'why');
  await press(page, 'Shift+Y', 'y', 'c');
  await page.keyboard.type('Compare with the image of last year.');
  await page.keyboard.press('Enter');
  await page.getByRole('application').click({ position: { x: 5, y: 5 } });
  await press(page, 'Shift+F');
  await expect(page.locator('.note')).toHaveCount(2);
  await takeBoth(page, 'comments');
  await press(page, 'r', 'Tab', 'Shift+X');
  await expect(page.getByRole('dialog', { name: 'Reason' })).toBeVisible();
  await take(page, 'reasons');
  await press(page, 'Escape', 'Shift+H');
  await expect(page.locator('.history li').first()).toBeVisible();
  await take(page, 'history');
  await press(page, 'r', 'ControlOrMeta+k');
  await take(page, 'commands');
  await press(page, 'Escape');
  await page.setViewportSize({ width: 2160, height: 3840 });
  await imageShown(page, radiograph.title);
  await take(page, 'review-portrait-4k');
  await page.setViewportSize({ width: 1440, height: 900 });
}

/** Marked first; two readers and who decides; how it goes; the settings. */
async function helping(program: Program): Promise<void> {
  const { page } = program;
  const waiting = program.stored().cases.filter((c) => c.status === 'proposed' && c.split === 'training'), [first, second] = waiting;
  if (first === undefined || second === undefined) throw new Error('two cases must be left to review');
  await room(page, 'Settings');
  await expect(page.getByLabel('Readers mark first, then see the proposals')).toBeVisible();
  await saved(page);
  await take(page, 'settings');
  await page.getByLabel('Readers mark first, then see the proposals').click();
  await openCase(page, first.title, first.id);
  await expect(page.getByText('Mark what you see first')).toBeVisible();
  await imageShown(page, first.title);
  await takeBoth(page, 'marked-first');
  await room(page, 'Settings');
  await page.getByLabel('Readers mark first, then see the proposals').click();
  await openCase(page, second.title, second.id);
  await command(page, 'Give to two readers');
  const dialog = page.getByRole('dialog', { name: 'Two readers, not seeing each other' });
  await dialog.getByLabel('Reader 1').fill('Anna');
  await dialog.getByLabel('Reader 2').fill('Ben');
  await press(page, 'Enter');
  for (const [reader, keys] of [['Anna', ['a', 'x']], ['Ben', ['x', 'a']]] as const) {
    await readAs(page, reader);
    await page.getByRole('button', { name: 'Open my reading' }).click();
    await imageShown(page, second.title);
    await press(page, ...keys, 'Shift+A', 'ControlOrMeta+Enter');
    await expect.poll(() => program.stored().cases.find((c) => c.readOf?.reader === reader)?.status).toBe('signed-off');
    await page.evaluate(`location.hash = '/review/${second.id}'`);
  }
  await readAs(page, 'Carla');
  await page.evaluate(`location.hash = '/review/${second.id}'`);
  await expect(page.getByText(/places? to decide$/)).toBeVisible();
  await takeBoth(page, 'two-readers');
  await room(page, 'How it goes');
  await page.getByRole('button', { name: 'Department' }).click();
  await expect(page.getByRole('heading', { name: 'By finding' })).toBeVisible();
  await takeBoth(page, 'how-it-goes');
}
async function all(program: Program): Promise<void> {
  const page = await program.start();
  await page.setViewportSize({ width: 1440, height: 900 });
  await review(program);
  await states(program);
  await helping(program);
  for (const { id, title, split, status } of program.stored().cases) if (split === 'holdout' && status === 'proposed') await acceptAll(program, id, title);
  await room(page, 'Worklist');
  await page.getByRole('searchbox', { name: 'Find a case' }).fill('');
  await page.getByRole('searchbox', { name: 'Find a case' }).blur();
  await expect(page.getByRole('list', { name: 'Cases' }).getByRole('listitem').nth(14)).toContainText('PHANTOM');
  await page.waitForLoadState('networkidle');
  await takeBoth(page, 'worklist');
  await room(page, 'Training');
  await page.getByText('Advanced').click();
  await page.getByLabel('Steps').fill('60');
  await page.getByRole('button', { name: 'Start training' }).click();
  await expect(page.getByText(/^step (4[0-9]|5[0-5]) of 60$/)).toBeVisible({ timeout: 300_000 });
  await takeBoth(page, 'training');
  await expect(page.getByRole('heading', { name: /is ready to be judged$/ })).toBeVisible({ timeout: 300_000 });
  await page.getByRole('button', { name: 'Look at the differences' }).click();
  await expect(page.getByRole('application').last()).toHaveAttribute('data-ready', 'true');
  await takeBoth(page, 'models');
}

const browser = await browserForTests();
if (browser === null) throw new Error('No Chromium was found and none could be installed.');
process.env['REGIONMED_CHROMIUM'] = browser;
await buildIfStale();
await mkdir(pictures, { recursive: true });
await mkdir(workspace);
// The salt decides which patients are the holdout.
await writeFile(path.join(workspace, 'workspace.json'), JSON.stringify({ format: 1, id: 'pictures', salt: 'pictures', createdAt: '2026-01-01T00:00:00.000Z' }));
await regionmed('phantoms', '--count', '40', '--seed', '124');
await regionmed('propose');
// The last ones are left to review, so that the worklist shows every state.
await regionmed('review', '--simulate', '--limit', '16');
const program = new Program('web', workspace);
try {
  await all(program);
} finally {
  await program.close();
  await rm(folder, { recursive: true, force: true });
}
if (program.problems.length > 0) throw new Error(`the page reported: ${program.problems.join('; ')}`);

// The pictures of the viewer, renewed by the real program on phantom images in the forms that hospitals send them:
// `node build/run.mjs test/e2e/viewer-pictures.ts`.
import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { browserForTests } from '../../build/browser.mjs';
import { buildIfStale } from '../../build/bundle.mjs';
import { drag, openCase, press, room, stage } from './as-a-person.ts';
import { imagingArchive, titles } from './imaging-studies.ts';
import { expect, Program } from './program.ts';

const root = path.join(import.meta.dirname, '..', '..'), pictures = path.join(root, 'docs', 'pictures');
const folder = await mkdtemp(path.join(tmpdir(), 'regionmed-viewer-')), workspace = path.join(folder, 'workspace');
const regionmed = async (...words: string[]): Promise<void> => { process.stderr.write((await promisify(execFile)(process.execPath, ['--disable-warning=ExperimentalWarning', path.join(root, 'electron', 'cli.ts'), ...words, '--workspace', workspace])).stdout); };

const browser = await browserForTests();
if (browser === null) throw new Error('No Chromium was found and none could be installed.');
process.env['REGIONMED_CHROMIUM'] = browser;
await buildIfStale();
await regionmed('import', await imagingArchive(folder));
await regionmed('propose');
const program = new Program('web', workspace);
try {
  const page = await program.start();
  await page.setViewportSize({ width: 1440, height: 900 });
  const take = async (name: string): Promise<void> => {
    await page.mouse.move(720, 2);
    // What lies in the regions is told a moment after the image is there.
    await page.waitForTimeout(1500);
    const file = path.join(pictures, `${name}.png`);
    await page.screenshot({ path: file, animations: 'disabled' });
    if (spawnSync('pngquant', ['--force', '--skip-if-larger', '--quality', '70-95', '--output', file, file]).error !== undefined) process.stderr.write(`${name}.png stays large: pngquant is not installed.\n`);
  };
  await expect(page.getByRole('list', { name: 'Cases' }).getByRole('listitem').nth(3)).toBeVisible();
  await take('viewer-worklist');
  await openCase(page, titles.radiograph);
  await take('viewer-radiograph');
  await openCase(page, `${titles.ct} · 20/40`);
  await press(page, '2');
  const box = await stage(page).boundingBox();
  if (box === null) throw new Error('there is no image');
  await press(page, 'Shift+M', '1');
  await drag(page, { x: box.x + box.width * 0.4, y: box.y + box.height * 0.42 }, { x: box.x + box.width * 0.62, y: box.y + box.height * 0.42 });
  await press(page, 'Shift+M', '4');
  await drag(page, { x: box.x + box.width * 0.3, y: box.y + box.height * 0.6 }, { x: box.x + box.width * 0.42, y: box.y + box.height * 0.72 });
  await press(page, 'Escape');
  await take('viewer-ct');
  await openCase(page, `${titles.ultrasound} · 3/12`);
  await press(page, 'Alt+u');
  await take('viewer-ultrasound');
  await press(page, 'Escape');
  await openCase(page, titles.tiff);
  await press(page, 'Shift+I', 'Shift+I');
  await take('viewer-tiff');
  await openCase(page, `${titles.ct} · 10/40`);
  await press(page, 'Shift+P');
  await expect(page.getByRole('application').last()).toHaveAttribute('data-ready', 'true');
  await page.setViewportSize({ width: 1366, height: 768 });
  await take('viewer-beside-1366');
  await page.setViewportSize({ width: 1440, height: 900 });
  await room(page, 'Settings');
  await page.getByLabel('De-identify DICOM files as they come in').click();
  await expect(page.getByLabel('Paint over text found in the pixels')).toBeChecked();
  await page.getByLabel('De-identify DICOM files as they come in').scrollIntoViewIfNeeded();
  await take('viewer-privacy');
} finally {
  await program.close();
  await rm(folder, { recursive: true, force: true });
}
if (program.problems.length > 0) throw new Error(`the page reported: ${program.problems.join('; ')}`);

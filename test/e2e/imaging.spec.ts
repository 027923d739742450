// Studies as hospitals send them, from an archive to the screen: a radiograph with its own table, an enhanced CT of many
// frames, a colour ultrasound film, a TIFF of 16 bits; held on their way in and gone on with; what the page shows of them.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { encode } from 'fast-png';
import { importFiles, openCase, press, saved } from './as-a-person.ts';
import { imagingArchive, titles } from './imaging-studies.ts';
import { expect, test } from './program.ts';

test('an archive of four kinds of study is read, and each is shown as it asks', async ({ program }) => {
  const page = await program.start(), folder = path.join(program.workspace, '..', 'studies');
  await mkdir(folder);
  await importFiles(page, [await imagingArchive(folder)]);
  await expect(page.getByText('54 cases imported')).toBeVisible({ timeout: 60_000 });
  const cases = program.stored().cases, corners = page.locator('.corners');

  await test.step('the radiograph: its own table first, its windows by their names, where its millimetres hold, which way it looks', async () => {
    await openCase(page, titles.radiograph);
    expect(cases.find((c) => c.title === titles.radiograph)).toMatchObject({ modality: 'radiograph', towards: ['L', 'F'], taken: ['PA'], person: { name: 'Phantom Paula' }, pixels: { inverted: true, voi: 'sigmoid', spacingAt: 'detector', voiTable: { entries: 4096, bits: 12, name: 'CHEST' }, windows: [{ name: 'NORMAL' }, { name: 'HARDER' }], overlays: [{ name: 'Ruler', width: 200, height: 8 }] } });
    await expect(corners).toContainText('Phantom Paula');
    await expect(corners).toContainText('PA');
    await expect(page.getByRole('img', { name: /right.*L|L.*right/i })).toBeVisible();
  });
  await test.step('the CT: a case for each of its frames, in their places', async () => {
    await openCase(page, `${titles.ct} · 20/40`);
    const slices = cases.filter((c) => c.title.startsWith(titles.ct));
    expect([slices.length, new Set(slices.map((c) => c.series?.id)).size, new Set(slices.map((c) => c.source)).size]).toEqual([40, 1, 1]);
    await expect(page.getByRole('status').filter({ hasText: /slice 20 of 40 · 47\.5 mm/ })).toHaveCount(1);
    await press(page, 'Alt+PageDown');
    await expect(page.getByRole('status').filter({ hasText: /slice 21 of 40 · 50\.0 mm/ })).toHaveCount(1);
  });
  await test.step('the film: in colour, by its frames', async () => {
    await openCase(page, `${titles.ultrasound} · 3/12`);
    expect(cases.find((c) => c.title === `${titles.ultrasound} · 3/12`)).toMatchObject({ frame: 3, frames: 12, frameTime: 60, pixels: { channels: 3, spacing: [0.3, 0.3], spacingAt: 'patient' } });
    await expect(page.getByRole('status').filter({ hasText: /3 of 12/ })).toHaveCount(1);
  });
  await test.step('the TIFF keeps its 16 bits', async () => {
    await openCase(page, titles.tiff);
    expect(cases.find((c) => c.title === titles.tiff)).toMatchObject({ pixels: { sample: 'uint16', bitsStored: 16 } });
  });
  await saved(page);
});

test('an import is held, gone on with, and begun again without anything twice', async ({ program }) => {
  const page = await program.start(), folder = path.join(program.workspace, '..', 'many');
  await mkdir(folder);
  const files = await Promise.all(Array.from({ length: 120 }, async (_, i) => { const file = path.join(folder, `image ${i}.png`); await writeFile(file, encode({ width: 64, height: 64, data: new Uint8Array(64 * 64).fill(i), channels: 1, depth: 8 })); return file; }));
  await importFiles(page, files);
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(page.getByText(/· paused/)).toBeVisible();
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByText('120 cases imported')).toBeVisible({ timeout: 60_000 });
  await importFiles(page, files.slice(0, 10));
  await expect(page.getByText(/10 .*already/)).toBeVisible({ timeout: 60_000 });
  expect(program.stored().cases).toHaveLength(120);
});

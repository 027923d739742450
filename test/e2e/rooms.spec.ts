// Each room by itself: what goes in, what is refused, what is undone, and that everybody can use it.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { RegionRow } from '../../shared/domain/region.ts';
import { drag, imageShown, importFiles, onScreen, openCase, press, regionCard, room, saved, stage } from './as-a-person.ts';
import { expect, test, type Program } from './program.ts';
import { phantomFiles } from './studies.ts';

test.use({ salt: 'e2e-2' });

async function withPhantoms(program: Program, count: number, as: 'Ground truth' | 'Proposals' = 'Ground truth'): Promise<string[]> {
  const page = await program.start();
  const files = await phantomFiles(path.join(program.workspace, '..', 'phantoms'), count, 500);
  await importFiles(page, files, as);
  await expect(page.getByText(new RegExp(`^${count} cases? imported`))).toBeVisible({ timeout: 60_000 });
  return files;
}

test('files that cannot be read are listed with the reason, the others go on', async ({ program }) => {
  const page = await program.start();
  const folder = path.join(program.workspace, '..', 'bad');
  const [, image] = await phantomFiles(path.join(program.workspace, '..', 'phantoms'), 1, 500);
  if (image === undefined) throw new Error('there is no phantom');
  await mkdir(folder);
  const bytes = await readFile(image);
  // A header that promises 20,000 × 20,000 pixels.
  const large = Buffer.from(bytes);
  large.writeUInt32BE(20_000, 16);
  large.writeUInt32BE(20_000, 20);
  const dicom = Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), Buffer.from([2, 0, 0, 0, 0x55, 0x4c, 4, 0, 200])]);
  const files = { 'empty.png': Buffer.alloc(0), 'letter.dcm': Buffer.from('Dear colleague, thank you for the referral.'), 'half.png': bytes.subarray(0, bytes.length >> 1), 'cut.dcm': dicom, 'huge.png': large, 'good.png': bytes };
  for (const [name, content] of Object.entries(files)) await writeFile(path.join(folder, name), content);
  await importFiles(page, Object.keys(files).map((name) => path.join(folder, name)));
  await expect(page.getByText('1 case imported · 5 files not read')).toBeVisible();
  for (const reason of ['empty.png is empty (0 bytes).', 'letter.dcm is none of the kinds that are read', 'half.png is cut off', 'cut.dcm', 'huge.png has 20000 × 20000 pixels']) await expect(page.getByRole('listitem').filter({ hasText: reason })).toBeVisible();
  expect(program.stored().cases.map((c) => c.file)).toEqual(['good.png']);
});

test('a folder is dropped on the worklist; its annotations come as proposals to review', async ({ program }) => {
  const page = await program.start();
  const files = await phantomFiles(path.join(program.workspace, '..', 'phantoms'), 2, 500);
  const given = await Promise.all(files.map(async (f) => ({ name: path.basename(f), data: (await readFile(f)).toString('base64') })));
  // Run in the page, where DataTransfer is: text, because the tests have no DOM types.
  const transfer = await page.evaluateHandle(`(() => {
    const data = new DataTransfer();
    for (const { name, data: text } of ${JSON.stringify(given)}) data.items.add(new File([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], name));
    return data;
  })()`);
  await page.getByRole('heading', { name: 'Drop images or a folder here' }).dispatchEvent('drop', { dataTransfer: transfer });
  await page.getByRole('dialog').getByRole('button', { name: 'Proposals' }).click();
  await expect(page.getByText('2 cases imported · 2 with annotations')).toBeVisible({ timeout: 30_000 });
  const { regions } = program.stored();
  expect(regions.length).toBeGreaterThan(0);
  expect(regions.every((r) => r.source === 'dataset' && r.verdict === 'proposed' && r.proposal !== null)).toBe(true);
  await page.getByRole('list', { name: 'Cases' }).getByRole('button').first().click();
  await imageShown(page);
  await expect(page.getByText(/^0 of \d+ decided$/)).toBeVisible();
});

test('the image: window and level, zoom, move, fit, invert, presets', async ({ program }) => {
  await withPhantoms(program, 1);
  const { page } = program;
  const study = program.stored().cases[0];
  if (study === undefined) throw new Error('there is no case');
  await openCase(page, study.title);
  const corner = page.locator('.corner.top-right');
  const fitted = await corner.innerText();
  const centre = await onScreen(page, study, { x: study.pixels.width / 2, y: study.pixels.height / 2, width: 0, height: 0 });
  await page.mouse.move(centre.x, centre.y);
  await page.mouse.wheel(0, -400);
  await expect(corner).not.toHaveText(fitted);
  await press(page, '=');
  await expect(corner).toHaveText(fitted, { useInnerText: true });
  await press(page, 'w');
  await drag(page, centre, { x: centre.x + 120, y: centre.y });
  await expect(corner).toContainText(/W \d+/);
  expect(await corner.innerText()).not.toBe(fitted);
  await press(page, '0', 'i');
  await expect(corner).toContainText('inverted');
  await press(page, 'i', '3');
  await expect(corner).toContainText('hard');
  await press(page, '0', 'v');
  await expect(corner).toHaveText(fitted, { useInnerText: true });
  await page.mouse.move(centre.x, centre.y);
  await page.mouse.down({ button: 'middle' });
  await page.mouse.move(centre.x + 60, centre.y + 40, { steps: 3 });
  await page.mouse.up({ button: 'middle' });
  await expect(corner).toHaveText(fitted, { useInnerText: true });
});

test('a case is corrected from the worklist to the sign-off without a mouse', async ({ program }) => {
  await withPhantoms(program, 1, 'Proposals');
  const { page } = program;
  const [study] = program.stored().cases, before = program.stored().regions;
  if (study === undefined || before.length < 3) throw new Error('the phantom has no three findings');
  await press(page, 'Enter');
  await imageShown(page, study.title);
  await press(page, 'a', 'x');
  await expect(page.getByText(`2 of ${before.length} decided`, { exact: true })).toBeVisible();
  await press(page, 'n');
  await expect(page.getByText('for one in its middle')).toBeVisible();
  await press(page, 'Enter');
  await expect(page.getByLabel('Finding', { exact: true })).toBeFocused();
  await page.keyboard.type('nodule');
  await page.keyboard.press('Enter');
  await expect(page.getByLabel('Caption', { exact: true })).toHaveValue(/ nodule(?:,.* mm,)? in the /);
  await saved(page);
  const drawn = (): RegionRow => { const r = program.stored().regions.find((x) => x.verdict === 'added'); if (r === undefined) throw new Error('nothing was added'); return r; };
  const { box } = drawn();
  await press(page, 'Control+ArrowRight', 'Control+ArrowRight', 'Control+Shift+ArrowDown', 'ArrowLeft', 'Shift+ArrowUp');
  await expect.poll(() => drawn().box).toEqual({ x: box.x - 1, y: box.y - 10, width: box.width + 2, height: box.height + 10 });
  await press(page, 'Tab');
  for (let open = before.length - 2; open > 0; open--) await press(page, 'a');
  await expect(page.getByText(`${before.length + 1} of ${before.length + 1} decided`, { exact: true })).toBeVisible();
  await press(page, 'ControlOrMeta+Enter');
  await expect.poll(() => program.stored().cases[0]?.status).toBe('signed-off');
});

test('IndexedDB is wiped: everything acknowledged comes back from the journal', async ({ program }) => {
  await withPhantoms(program, 3, 'Proposals');
  const { page } = program;
  const counts = new Map(program.stored().cases.map((c) => [c.id, program.stored().regions.filter((r) => r.caseId === c.id).length]));
  const study = program.stored().cases.find((c) => (counts.get(c.id) ?? 0) >= 3);
  if (study === undefined) throw new Error('no phantom has three findings');
  await openCase(page, study.title);
  await press(page, 'a', 'x');
  await expect(page.getByText(/^2 of /)).toBeVisible();
  await saved(page);
  await page.evaluate('indexedDB.databases().then((all) => { for (const { name } of all) indexedDB.deleteDatabase(name); })');
  await page.reload();
  await imageShown(page, study.title);
  await expect(page.getByText(/^2 of /)).toBeVisible();
  // Undo reaches behind the wipe, because the journal is the history.
  await press(page, 'ControlOrMeta+z');
  await expect(page.getByText(/^1 of /)).toBeVisible();
});

test('training is paused, survives a power cut, goes on, is judged, refused; another is promoted and rolled back', async ({ program }) => {
  await withPhantoms(program, 4, 'Proposals');
  const { page } = program;
  for (const { id, title, split } of program.stored().cases) {
    await openCase(page, title);
    const open = program.stored().regions.filter((r) => r.caseId === id).length;
    for (let i = 0; i < open; i++) await press(page, 'a');
    await expect(page.getByText(`${open} of ${open} decided`, { exact: true }).or(page.getByText('The model found nothing here'))).toBeVisible();
    await press(page, 'ControlOrMeta+Enter');
    await expect.poll(() => program.stored().cases.find((c) => c.id === id)?.status, { message: `${title}, ${split}` }).toBe('signed-off');
  }
  await room(page, 'Training');
  await page.getByText('Advanced').click();
  await page.getByLabel('Steps').fill('400');
  await page.getByRole('button', { name: 'Start training' }).click();
  const run = page.getByRole('region', { name: 'Training run' });
  await expect(run.getByText(/^step ([2-9]|\d\d+) of 400$/)).toBeVisible({ timeout: 60_000 });
  await expect(run.getByRole('status')).toContainText('left');
  await run.getByRole('button', { name: 'Pause' }).click();
  await expect(run.getByRole('button', { name: 'Go on' })).toBeVisible({ timeout: 30_000 });
  await program.kill();
  await program.start();
  await room(page, 'Training');
  await run.getByRole('button', { name: 'Go on' }).click();
  await expect(run.getByRole('button', { name: 'Pause' })).toBeVisible({ timeout: 60_000 });
  await run.getByRole('button', { name: 'Stop' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Stop the run' }).click();
  await expect(page.getByRole('row').filter({ hasText: 'stopped' })).toBeVisible({ timeout: 30_000 });

  for (const version of ['0.2.0', '0.3.0']) {
    await page.getByText('Advanced').click();
    await page.getByLabel('Steps').fill('3');
    await page.getByRole('button', { name: 'Start training' }).click();
    await expect(page.getByRole('heading', { name: `Version ${version} is ready to be judged` })).toBeVisible({ timeout: 120_000 });
    await page.getByRole('button', { name: 'Look at the differences' }).click();
    if (version === '0.2.0') {
      await page.getByRole('button', { name: 'Refuse …' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Refuse' }).click();
      await expect(page.getByRole('complementary', { name: 'Verdict' }).getByText('refused', { exact: true })).toBeVisible();
      await room(page, 'Training');
    }
  }
  await page.getByRole('button', { name: /^Promote 0\.3\.0/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Promote' }).click();
  await expect(page.getByTestId('model')).toContainText('model 0.3.0');
  await page.getByRole('button', { name: 'Roll back …' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Roll back' }).click();
  await expect(page.getByTestId('model')).toContainText('model 0.1.0');
  expect(program.stored().commands.map((c) => c.name).filter((n) => n.endsWith('Model'))).toEqual(['refuseModel', 'promoteModel', 'rollBackModel']);
});

test('every room passes the accessibility rules, dark, light and high contrast; the palette does what it lists; the set is exported', async ({ program }) => {
  await withPhantoms(program, 2, 'Proposals');
  const { page } = program;
  const study = program.stored().cases[0];
  if (study === undefined) throw new Error('there is no case');
  for (const look of ['dark', 'light', 'high contrast'] as const) {
    await room(page, 'Settings');
    await page.getByRole('group', { name: 'Theme' }).getByRole('button', { name: look }).click();
    for (const name of ['Worklist', 'Review', 'Training', 'Models', 'Settings'] as const) {
      await room(page, name);
      if (name === 'Review') await imageShown(page);
      await expect(page).toHaveTitle(`${name} · RegionMed Studio`);
      const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze();
      expect(violations.map((v) => `${look} ${name}: ${v.id} ${v.nodes.map((n) => n.target.join(' ')).slice(0, 3).join(', ')}`)).toEqual([]);
    }
  }
  await openCase(page, study.title);
  await press(page, 'ControlOrMeta+k');
  await page.keyboard.type('hide the regions');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Hide', exact: true })).toHaveAttribute('aria-pressed', 'true');
  // A quick hand: the key comes while the closed palette's field still has the focus.
  await page.getByLabel('Find a command').dispatchEvent('keydown', { key: 'h' });
  await expect(page.getByRole('button', { name: 'Hide', exact: true })).toHaveAttribute('aria-pressed', 'false');
  const all = program.stored().regions.filter((r) => r.caseId === study.id).length;
  for (let i = 0; i < all; i++) await press(page, 'a');
  await expect(page.getByText(`${all} of ${all} decided`, { exact: true })).toBeVisible();
  await expect(regionCard(page)).toBeVisible();
  await press(page, 'ControlOrMeta+Enter');
  await expect.poll(() => program.stored().cases.find((c) => c.id === study.id)?.status).toBe('signed-off');
  await room(page, 'Settings');
  await page.getByRole('button', { name: 'Check everything stored' }).click();
  await expect(page.getByText(/^All \d+ decisions and \d+ stored files are whole\.$/)).toBeVisible({ timeout: 30_000 });
  await page.getByRole('button', { name: 'Export as COCO' }).click();
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Save the file' }).click()]);
  const exported = JSON.parse(await readFile(await file.path(), 'utf8')) as { images: unknown[]; annotations: unknown[] };
  expect(exported.images).toHaveLength(1);
  expect(exported.annotations).toHaveLength(all);
  expect(await stage(page).count()).toBe(0);
});

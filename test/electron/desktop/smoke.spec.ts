// The desktop program's wiring, with the stand-in for Electron's binary: the real main opens a workspace and serves the
// page, the real preload hands it ports, the engines run as utility processes. Isolation, sandbox, menus, dialogs, the
// asar archive and Electron's rules for protocols are NOT proved here: that needs the real binary.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from '@playwright/test';
import { launch, phantomToScreen } from './stand-in/launch.ts';

const root = path.join(import.meta.dirname, '..', '..', '..');

test.skip(process.platform !== 'linux', 'the stand-in is a shell script with Chromium behind it, for Linux');

test('desktop wiring in the stand-in (isolation, sandbox, asar and menus not proved)', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'regionmed-desktop-')), workspace = path.join(folder, 'workspace');
  const { electron, page, problems } = await launch(root, ['--workspace', workspace]);
  try {
    await test.step('the page is on the scheme’s own origin and has the preload’s two names only', async () => {
      expect(await page.evaluate('location.origin')).toBe('http://regionmed.app.localhost');
      expect(await page.evaluate('Object.keys(window.regionmed)')).toEqual(['host', 'connect']);
      expect(await electron.evaluate(({ app }) => app.getAppPath())).toBe(root);
    });
    await test.step('phantom studies, proposals, a case on the screen', () => phantomToScreen(page));
    await test.step('a decision reaches the journal through the port', async () => {
      await page.keyboard.press('a');
      await expect(page.getByText(/^1 of \d+ decided$/)).toBeVisible();
      await expect(page.getByTestId('saved')).toHaveText('Saved');
    });
    await test.step('what the model sees in a drawn box comes over the second port', async () => {
      const frame = await page.getByRole('application').boundingBox();
      if (frame === null) throw new Error('there is no image on the page');
      const at = (x: number, y: number): [number, number] => [frame.x + frame.width * x, frame.y + frame.height * y];
      await page.keyboard.press('n');
      await page.mouse.move(...at(0.45, 0.45));
      await page.mouse.down();
      await page.mouse.move(...at(0.55, 0.55), { steps: 4 });
      await page.mouse.up();
      await expect(page.getByLabel('What the model sees here').getByRole('button').first()).toHaveText(/^\S.* \d+ %$/);
    });
    expect(problems).toEqual([]);
  } finally {
    await electron.close();
  }
  // The workspace was let go: it opens, and holds what was decided.
  const journal = new DatabaseSync(path.join(workspace, 'journal.sqlite'), { readOnly: true });
  expect(journal.prepare("SELECT count(*) AS n FROM records WHERE body ->> 'name' = 'acceptRegion'").get()).toEqual({ n: 1 });
  journal.close();
  await rm(folder, { recursive: true, force: true });
});

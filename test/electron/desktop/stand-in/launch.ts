// Starts an application in the stand-in through Playwright's own launcher for Electron, which finds the executable as
// it finds Electron's.
import { _electron, expect, type ElectronApplication, type Page } from '@playwright/test';

export interface Launched { readonly electron: ElectronApplication; readonly page: Page; readonly problems: readonly string[] }

/** @param application a folder with package.json. @param env on top of this process's */
export async function launch(application: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Launched> {
  process.env['ELECTRON_OVERRIDE_DIST_PATH'] = import.meta.dirname;
  try {
    const inherited = Object.entries(process.env).flatMap(([k, v]) => (v === undefined ? [] : [[k, v] as const]));
    const electron = await _electron.launch({ args: [application, ...args], env: { ...Object.fromEntries(inherited), ...env } });
    const page = await electron.firstWindow();
    await page.waitForURL('http://regionmed.app.localhost/**');
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(error.message));
    return { electron, page, problems };
  } finally {
    delete process.env['ELECTRON_OVERRIDE_DIST_PATH'];
  }
}

/** The short way through the program: phantom studies in, proposals, a case on the screen. */
export async function phantomToScreen(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Try with 12 phantom studies' }).click();
  const cases = page.getByRole('list', { name: 'Cases', exact: true }).getByRole('listitem');
  await expect(cases).toHaveCount(12, { timeout: 60_000 });
  await page.keyboard.press('p');
  await expect(page.getByText('Regions were proposed for 12 cases.')).toBeVisible({ timeout: 60_000 });
  // The program draws its phantoms' seed by chance; a smear always shows cells.
  await cases.filter({ hasText: 'microscopy' }).first().getByRole('button', { name: /microscopy/i }).first().click();
  await expect(page.getByRole('application')).toHaveAttribute('data-ready', 'true');
  await expect(page.getByText(/^0 of \d+ decided$/)).toBeVisible();
}

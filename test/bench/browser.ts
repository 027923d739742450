// How the browser is started and a page opened for measurements, and the word where there is none.
import type { Browser, Page } from 'playwright';
import type { Served } from './served.ts';

/** As root Chromium cannot sandbox; without a network it must not look for updates. */
export const browserArguments = ['--disable-background-networking', '--disable-component-update', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])];
export const noBrowser = 'not measured: no Chromium is here';

/** A page of the small screen that the program must work on, let in, with a script of its own; not yet gone anywhere. */
export async function newPage(browser: Browser, served: Served, script: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 } });
  await context.addCookies([{ ...served.cookie, url: served.origin }]);
  await context.addInitScript({ content: script });
  return context.newPage();
}

// Five hundred slices under the wheel: how long from the click to the first image, how many slices a second are seen, how
// far apart they come and how many are left out. The part of `npm run bench:ui` that is about a series.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { chromium } from 'playwright';
import { z } from 'zod';
import { systemBrowser } from '../../build/browser.mjs';
import { ctSeries } from '../e2e/studies.ts';
import { browserArguments, newPage, noBrowser } from './browser.ts';
import { freshFolder, freshWorkspace, never, silent, withHost } from './grounds.ts';
import { probe, toPaint } from './page.ts';
import { Served } from './served.ts';
import { quantile, single, spread, type Part } from './statistics.ts';

const slices = 500, side = 512, opened = 6;

/** Runs in the page: turns the wheel by a slice with every frame, and notes in which frames another slice is seen. */
const wheel = `
  window.scrolled = (turns, by) => new Promise((resolve) => {
    const stage = document.querySelector('[role=application] canvas'), bar = document.querySelector('.slice-bar'), r = stage.getBoundingClientRect(), seen = [];
    let left = turns, last = bar.dataset.slice, still = 0;
    const turn = (at) => {
      if (bar.dataset.slice !== last) { last = bar.dataset.slice; seen.push([at, Number(last)]); still = 0; } else still++;
      if (left-- > 0) stage.dispatchEvent(new WheelEvent('wheel', { deltaY: 100 * by, clientX: r.left + r.width / 2, clientY: r.top + r.height / 2, bubbles: true, cancelable: true }));
      if (left <= 0 && still > 30) resolve(seen); else requestAnimationFrame(turn);
    };
    requestAnimationFrame(turn);
  });
`;

export async function scroll(): Promise<Part> {
  const executablePath = systemBrowser();
  if (executablePath === null) return { rows: [single('slices', noBrowser)], notes: [] };
  const workspace = await freshWorkspace('ui-scroll'), folder = path.join(await freshFolder('ui-scroll-series'), 'series');
  await mkdir(folder, { recursive: true });
  const files = await ctSeries(folder, slices, side);
  const studies = await withHost(workspace, async (host) => { await host.import({ paths: files, annotations: null, as: 'truth' }, silent, never); return host.journal.cases(); });
  const served = await Served.start(workspace), browser = await chromium.launch({ executablePath, args: browserArguments });
  try {
    const view = await newPage(browser, served, probe + wheel);
    view.setDefaultTimeout(180_000);
    await view.goto(served.origin);
    const first: number[] = [], shown = `document.querySelector('[role=application][data-ready=true][data-painted=true]') !== null`;
    // A stack is one row: here its slices are opened one by one.
    await view.getByRole('button', { name: 'stacks as one' }).click();
    for (let i = 0; i < opened; i++) {
      await view.getByRole('navigation', { name: 'Rooms' }).getByRole('button', { name: 'Worklist' }).click();
      const entry = view.locator('.case-line .case-open').nth(i);
      await entry.waitFor();
      first.push(await toPaint(view, shown, () => entry.click()));
    }
    await view.locator('.slice-bar').waitFor();
    const turned = async (by: 1 | -1): Promise<{ apart: number[]; seen: number; rate: number }> => {
      await view.keyboard.press(by > 0 ? 'Home' : 'End');
      await view.locator(`.slice-bar[aria-valuenow="${by > 0 ? 1 : slices}"]`).waitFor();
      const seen = z.array(z.tuple([z.number(), z.number()])).parse(await view.evaluate(`scrolled(${slices - 1}, ${by})`)), at = seen.map(([when]) => when), apart = at.slice(1).map((v, i) => v - (at[i] ?? v));
      return { apart, seen: seen.length, rate: (1000 * apart.length) / Math.max(1, (at.at(-1) ?? 0) - (at[0] ?? 0)) };
    };
    const there = await turned(1), back = await turned(-1);
    const rows = (what: string, { apart, seen, rate }: typeof there) => [single(`${what}, slices seen a second`, rate.toFixed(0), `${seen} of ${slices - 1}`), spread('– from slice to slice', apart, undefined, [95, 100]), single('– of them later than two frames', `${apart.filter((a) => a > 34).length}`, `median ${quantile(apart, 0.5).toFixed(1)} ms`)];
    return {
      rows: [spread('first image, click to picture', first, undefined, [100]), ...rows('through 500 slices for the first time', there), ...rows('and back', back)],
      notes: [`A CT series of ${studies.length} slices, ${side} × ${side}, 16 bits. The wheel turns by one slice with every frame of the page, faster than a hand; a slice is seen in the frame after which its picture and its marks are on the canvas. Painted by the processor: this machine has no graphics card.`],
    };
  } finally { await browser.close(); await served.stop(); }
}

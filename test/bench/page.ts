// Whether the page keeps up with a quick reader: how long its main thread is held while a case opens and keys are
// pressed, and how long it takes from a key to the picture that shows what it did.
import { chromium, type Page } from 'playwright';
import { z } from 'zod';
import { systemBrowser } from '../../build/browser.mjs';
import { proposalRows, proposalsCommand } from '../../electron/host/proposals.ts';
import { browserArguments, newPage, noBrowser } from './browser.ts';
import { freshWorkspace, gridOfProposals, never, phantomLot, silent, sizesOf, withHost } from './grounds.ts';
import { Served } from './served.ts';
import { milliseconds, single, spread, type Part } from './statistics.ts';

const cases = 3, regions = 24, pressed = 20;

/** Runs in the page: long tasks, the time of the last key or click, and the wait until a frame with `shown()` was painted. */
export const probe = `
  window.bench = { tasks: [], since: 0, armed: null, observer: null,
    until(shown) {
      this.armed = new Promise((resolve) => {
        const look = () => {
          if (!shown()) return;
          observer.disconnect();
          // The canvas draws in this frame; the message comes after its paint.
          requestAnimationFrame(() => { const c = new MessageChannel(); c.port1.onmessage = () => resolve(performance.now() - this.since); c.port2.postMessage(0); });
        };
        const observer = new MutationObserver(look);
        observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
      });
    },
    longest(from, to) { for (const e of this.observer.takeRecords()) this.tasks.push([e.startTime, e.duration]); return this.tasks.filter(([at]) => at >= from && at <= to).map(([, lasted]) => lasted); },
  };
  bench.observer = new PerformanceObserver((list) => { for (const e of list.getEntries()) bench.tasks.push([e.startTime, e.duration]); });
  bench.observer.observe({ type: 'longtask', buffered: true });
  for (const kind of ['keydown', 'click']) addEventListener(kind, (e) => { bench.since = e.timeStamp; }, true);
`;

const number = async (page: Page, expression: string): Promise<number> => z.number().parse(await page.evaluate(expression));
/** Milliseconds from the key or click that `act` brings about to the first frame that shows `shown`, an expression of the page. */
export async function toPaint(page: Page, shown: string, act: () => Promise<void>): Promise<number> {
  await page.evaluate(`bench.until(() => ${shown})`);
  await act();
  return number(page, 'bench.armed');
}

export async function page(): Promise<Part> {
  const executablePath = systemBrowser();
  if (executablePath === null) return { rows: [single('page', noBrowser)], notes: [] };
  const workspace = await freshWorkspace('page'), studies = await prepare(workspace);
  const served = await Served.start(workspace);
  const browser = await chromium.launch({ executablePath, args: browserArguments });
  try {
    const view = await newPage(browser, served, probe);
    await view.goto(served.origin);
    const times = { open: [] as number[], next: [] as number[], accept: [] as number[], opening: [] as number[], keys: [] as number[] };
    const spans: { kind: 'opening' | 'keys'; from: number; to: number }[] = [];
    const within = async (kind: 'opening' | 'keys', work: () => Promise<void>): Promise<void> => {
      const from = await number(view, 'performance.now()');
      await work();
      spans.push({ kind, from, to: await number(view, 'performance.now()') });
    };
    for (const title of studies.titles) {
      const entry = view.getByRole('list', { name: 'Cases' }).getByRole('button', { name: title }).first();
      await view.getByRole('navigation', { name: 'Rooms' }).getByRole('button', { name: 'Worklist' }).click();
      await entry.waitFor();
      await within('opening', async () => {
        times.open.push(await toPaint(view, `document.querySelector('[role=application][aria-label=${JSON.stringify(`Image of ${title}`)}][data-ready=true]') !== null && document.querySelector('[aria-label="Region 1, chosen"]') !== null`, () => entry.click()));
      });
      await within('keys', async () => {
        for (let i = 2; i < 2 + pressed; i++) times.next.push(await toPaint(view, `document.querySelector('[aria-label="Region ${i}, chosen"]') !== null`, () => view.keyboard.press('Tab')));
        for (let i = 1; i <= pressed; i++) times.accept.push(await toPaint(view, `document.querySelector('.review-regions h2')?.textContent === '${i} of ${regions} decided'`, () => view.keyboard.press('a')));
      });
    }
    for (const { kind, from, to } of spans) times[kind].push(...z.array(z.number()).parse(await view.evaluate(`bench.longest(${from}, ${to})`)));
    const tasks = (what: string, lasted: readonly number[]) => single(what, lasted.length === 0 ? 'none of 50 ms' : milliseconds(Math.max(...lasted)), `${lasted.length} of 50 ms or more`);
    return {
      rows: [
        spread('page: open a case, click to image and regions', times.open, undefined, [100]),
        tasks('– longest task meanwhile', times.opening),
        spread('page: accept, key to paint', times.accept, undefined, [95, 100]),
        spread('page: next region, key to paint', times.next, undefined, [95, 100]),
        tasks('– longest task while keys are pressed', times.keys),
      ],
      notes: [`**Page**: Chromium ${browser.version()}, headless, drawing without a graphics card; 1366 × 768; ${cases} phantom studies (${studies.sizes}) with ${regions} regions each. In each case Tab through ${pressed} regions, then accept ${pressed}, every key as soon as the one before is painted. From the event's own time to the frame after which the page's words and the canvas show the result; for *accept* the decision is in the page's store by then, and the journal is being written meanwhile. Tasks below 50 ms are not told by the browser.`],
    };
  } finally {
    await browser.close();
    await served.stop();
  }
}

/** Studies with as many proposals as the reading needs, laid out on a grid: no network finds the same number everywhere. */
async function prepare(workspace: string): Promise<{ titles: string[]; sizes: string }> {
  const lot = await phantomLot(cases, 7600);
  return withHost(workspace, async (host) => {
    await host.import({ paths: lot.files, annotations: null, as: 'truth' }, silent, never);
    const studies = host.journal.cases();
    for (const study of studies) host.journal.appendOne(proposalsCommand(study, [], proposalRows(study, gridOfProposals(study, regions), host.registry.champion), '', host.registry.champion, new Date().toISOString()));
    return { titles: studies.map((c) => c.title), sizes: sizesOf(studies) };
  });
}

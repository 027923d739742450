// From the start of the process to what a person waits for: the host answers, the page is there, the first regions are
// proposed. From the checkout, as npm start runs it, and from the built files, as they are installed.
import { chromium, type Browser } from 'playwright';
import { systemBrowser } from '../../build/browser.mjs';
import { browserArguments, noBrowser } from './browser.ts';
import { freshWorkspace, never, phantomLot, silent, withHost } from './grounds.ts';
import { entries, Served } from './served.ts';
import { single, spread, type Part, type Row } from './statistics.ts';

const starts = 5;

export async function coldStart(): Promise<Part> {
  const workspace = await freshWorkspace('cold-start'), lot = await phantomLot(starts);
  const ids = await withHost(workspace, async (host) => (await host.import({ paths: lot.files, annotations: null, as: 'truth' }, silent, never)).imported);
  const executablePath = systemBrowser();
  const browser = executablePath === null ? null : await chromium.launch({ executablePath, args: browserArguments });
  try {
    const rows: Row[] = [];
    for (const [entry, words] of [[entries.source, 'from the checkout'], [entries.built, 'built']] as const) {
      const times = { ready: [] as number[], load: [] as number[], worklist: [] as number[], proposal: [] as number[] };
      for (const id of ids) await start(workspace, entry, id, browser, times);
      rows.push(spread(`cold start, ${words}: the host is ready`, times.ready, undefined, [100]));
      if (browser !== null) rows.push(spread(`– the page is loaded`, times.load, undefined, [100]), spread('– the worklist is on the screen', times.worklist, undefined, [100]));
      rows.push(spread('– the first proposal is stored', times.proposal, undefined, [100]));
    }
    if (browser === null) rows.push(single('cold start: page', noBrowser));
    return {
      rows,
      notes: [`**Cold start**: ${starts} starts each, all from the process's start; a workspace of ${ids.length} phantom studies, a new browser profile each time in a browser that runs already${browser === null ? '' : ` (Chromium ${browser.version()}, headless)`}. The proposal is asked for when the worklist is on the screen, and waits for the engine's start and the bundle's hashes. The system's file cache is warm after the first start.`],
    };
  } finally {
    await browser?.close();
  }
}

async function start(workspace: string, entry: string, id: string, browser: Browser | null, times: { ready: number[]; load: number[]; worklist: number[]; proposal: number[] }): Promise<void> {
  const served = await Served.start(workspace, entry), since = (): number => performance.now() - served.began;
  try {
    times.ready.push(served.readyAfter);
    if (browser !== null) {
      const context = await browser.newContext({ viewport: { width: 1366, height: 768 } });
      await context.addCookies([{ ...served.cookie, url: served.origin }]);
      const page = await context.newPage();
      await page.goto(served.origin, { waitUntil: 'load' });
      times.load.push(since());
      await page.getByRole('list', { name: 'Cases' }).getByRole('button').first().waitFor();
      times.worklist.push(since());
    }
    const client = await served.client();
    const { proposed } = await client.propose({ caseIds: [id] });
    if (proposed !== 1) throw new Error('nothing was proposed');
    times.proposal.push(since());
    client.close();
    await browser?.contexts()[0]?.close();
  } finally {
    await served.stop();
  }
}

// Ten thousand cases in the worklist: how long until the first list, from a key or click to the picture that shows what it
// did, and whether the list scrolls without a stutter. The part of `npm run bench:ui` that is about the worklist.
import { randomUUID } from 'node:crypto';
import { chromium, type Page } from 'playwright';
import { z } from 'zod';
import { systemBrowser } from '../../build/browser.mjs';
import { randomFrom, type Random } from '../../models/random.ts';
import type { CaseRow } from '../../shared/domain/case.ts';
import type { Command } from '../../shared/domain/command.ts';
import { emptyDiff } from '../../shared/domain/diff.ts';
import type { RegionRow } from '../../shared/domain/region.ts';
import { hashOf } from '../electron/host/rows.ts';
import { browserArguments, newPage, noBrowser } from './browser.ts';
import { freshWorkspace, never, phantomLot, silent, withHost } from './grounds.ts';
import { probe, toPaint } from './page.ts';
import { Served } from './served.ts';
import { milliseconds, quantile, single, spread, timed, type Part } from './statistics.ts';

const cases = 10_000, scrolled = 200;
const words = ['nodule', 'effusion', 'cardiomegaly', 'haemorrhage', 'calcification', 'cyst'];

/** Runs in the page: how far frames are apart while `on`. */
const frames = `
  window.apart = { on: false, last: 0, list: [] };
  requestAnimationFrame(function frame(at) { if (apart.on) { if (apart.last > 0) apart.list.push(at - apart.last); apart.last = at; } requestAnimationFrame(frame); });
`;
/** The list is drawn with its rows, and something of it is other than before. */
const other = (of: string, before: string): string => `(() => { const line = document.querySelector('.case-line'); return line?.querySelector('.case-open') != null && ${of} !== ${before}; })()`;
const size = `document.querySelector('.case-line')?.getAttribute('aria-setsize')`;
const head = `[...document.querySelectorAll('.case-line')].find((l) => l.getAttribute('aria-posinset') === '1')?.querySelector('.case-open')?.textContent`;
const now = async (view: Page, of: string): Promise<string> => JSON.stringify(z.string().parse(await view.evaluate(of)));

export async function worklist(): Promise<Part> {
  const executablePath = systemBrowser();
  if (executablePath === null) return { rows: [single('worklist', noBrowser)], notes: [] };
  const workspace = await freshWorkspace('ui-worklist'), regions = await prepare(workspace);
  const served = await Served.start(workspace), browser = await chromium.launch({ executablePath, args: browserArguments });
  try {
    const view = await newPage(browser, served, probe + frames);
    view.setDefaultTimeout(180_000);
    const listed = (): Promise<void> => view.locator('.case-line .case-open').first().waitFor();
    const [first] = await timed(async () => { await view.goto(served.origin); await listed(); });
    // Captions and notes are read after the first list; the next visit must find a page at rest.
    await view.getByRole('button', { name: `all ${cases.toLocaleString('en')}` }).waitFor();
    const again: number[] = [];
    for (let i = 0; i < 3; i++) again.push((await timed(async () => { await view.reload(); await listed(); }))[0]);

    const from = z.number().parse(await view.evaluate('performance.now()'));
    const typed: number[] = [], filtered: number[] = [], ordered: number[] = [];
    const find = view.getByLabel('Find a case');
    await find.click();
    // Each digit leaves fewer, each one taken back more.
    for (const text of ['1234', '9071', '4520', '8888']) for (const key of [...text.split(''), 'Backspace', 'Backspace', 'Backspace', 'Backspace']) typed.push(await toPaint(view, other(size, await now(view, size)), () => view.keyboard.press(key)));
    for (const state of ['to review', 'no proposals yet', 'signed off', 'all']) {
      const before = await now(view, size), chip = view.locator('.chip', { hasText: new RegExp(`^${state} `) });
      filtered.push(await toPaint(view, other(size, before), () => chip.click()));
    }
    for (const column of ['Case', 'Case', 'Modality', 'Regions', 'Regions', 'State', 'When', 'When']) {
      const before = await now(view, head);
      const button = view.getByRole('group', { name: 'Sort by' }).getByRole('button', { name: column });
      // A second click turns the order round; some columns begin with the same case, and show it by their arrow alone.
      ordered.push(await toPaint(view, `${other(head, before)} || document.querySelector('.case-column[aria-pressed=true]')?.textContent?.startsWith(${JSON.stringify(column)}) === true`, () => button.click()));
    }
    const list = await view.getByRole('list', { name: 'Cases' }).boundingBox();
    if (list === null) throw new Error('there is no list');
    await view.mouse.move(list.x + list.width / 2, list.y + list.height / 2);
    await view.evaluate('Object.assign(apart, { on: true, last: 0, list: [] })');
    for (let i = 0; i < scrolled; i++) await view.mouse.wheel(0, i < scrolled / 2 ? 400 : -390);
    const gaps = z.array(z.number()).parse(await view.evaluate('(apart.on = false, apart.list)'));
    const tasks = z.array(z.number()).parse(await view.evaluate(`bench.longest(${from}, performance.now())`));
    return {
      rows: [
        single('worklist: first visit, until the list', milliseconds(first), '1'),
        spread('worklist: later visits, until the list', again, undefined, [100]),
        spread('worklist: search, key to paint', typed, undefined, [95, 100]),
        spread('worklist: state chosen, click to paint', filtered, undefined, [100]),
        spread('worklist: sorted by a column, click to paint', ordered, undefined, [100]),
        single('worklist: scrolled, frames a second', (1000 / quantile(gaps, 0.5)).toFixed(0), String(gaps.length)),
        single('– longest gap between two frames', milliseconds(Math.max(...gaps)), `${gaps.filter((g) => g > 50).length} of 50 ms or more`),
        single('– longest task of the page meanwhile, typing and clicking included', tasks.length === 0 ? 'none of 50 ms' : milliseconds(Math.max(...tasks)), `${tasks.length} of 50 ms or more`),
      ],
      notes: [`**Worklist**: ${cases} cases with ${regions} regions, three in ten signed off, four proposed for with their doubts and embeddings, the rest new. The first visit takes all rows from the journal into the page's store; later ones find them there. Scrolled by a wheel, a case in ${(400 / 54).toFixed(0)} passing each turn.`],
    };
  } finally {
    await browser.close();
    await served.stop();
  }
}

/** Copies of a few phantom studies under names of their own: their rows are real, their pixels are shared. Answers how many regions there are. */
async function prepare(workspace: string): Promise<number> {
  const lot = await phantomLot(6, 7800), random = randomFrom(1, 61);
  return withHost(workspace, async (host) => {
    await host.import({ paths: lot.files, annotations: null, as: 'truth' }, silent, never);
    const studies = host.journal.cases(), version = host.registry.champion, [sample] = studies;
    if (sample === undefined) throw new Error('there are studies');
    const inference = await host.engines.inference(host.registry.folderOf(version)), { embedding } = await inference.embedImage({ image: { pixels: sample.pixels, modality: sample.modality } });
    let regions = 0;
    for (let done = studies.length; done < cases;) {
      const batch: Command[] = [], looked: CaseRow[] = [];
      for (; batch.length < 500 && done < cases; done++) {
        const like = studies[done % studies.length] ?? sample, study = copyOf(like, done, version, random), own = study.status === 'new' ? [] : proposals(study, random);
        regions += own.length;
        if (study.status !== 'new') looked.push(study);
        batch.push({ id: randomUUID(), name: 'importCase', caseId: study.id, actor: 'bench', at: study.importedAt, of: null, diff: { ...emptyDiff, added: [study, ...own] } });
      }
      const { refused } = host.journal.append(batch);
      if (refused !== null) throw new Error(refused.error.message);
      for (const study of looked) await host.distances.put(version, study, unit(embedding.length, random));
    }
    return regions;
  });
}

function copyOf(like: CaseRow, n: number, model: string, random: Random): CaseRow {
  const status = n % 10 < 3 ? 'signed-off' : n % 10 < 7 ? 'proposed' : 'new', share = (): number => random.uniform();
  return {
    ...like, id: `copy-${String(n).padStart(5, '0')}`, title: `Patient ${String(n).padStart(5, '0')}`, patient: `patient:${n % 4000}`, file: `image-${n}.png`, source: hashOf(`source ${n}`), importedAt: new Date(Date.UTC(2026, 0, 1) + n * 600_000).toISOString(), status,
    signedOffAt: status === 'signed-off' ? new Date(Date.UTC(2026, 3, 1) + n * 300_000).toISOString() : null,
    ...(status === 'new' ? {} : { signals: { model, regions: 4, uncertainty: share(), unsure: random.integer(4), disagreement: share(), disagreeing: random.integer(3) } }),
  };
}
function proposals(study: CaseRow, random: Random): RegionRow[] {
  return Array.from({ length: 2 + random.integer(5) }, (_, i) => {
    const label = words[random.integer(words.length)] ?? '', made = { box: { x: 20 * i, y: 15 * i, width: 30, height: 25 }, label, caption: `Small ${label} in the left lower part, number ${i + 1}.` };
    return { table: 'regions', id: randomUUID(), caseId: study.id, ...made, verdict: study.status === 'signed-off' ? 'accepted' : 'proposed', source: 'model', order: i, proposal: { ...made, score: random.uniform(0.3, 1), model: 'bench' } };
  });
}
function unit(length: number, random: Random): Float32Array {
  const v = Float32Array.from({ length }, () => random.normal()), norm = Math.hypot(...v);
  return v.map((x) => x / norm);
}

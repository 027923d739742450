// `npm run bench:ui`: whether ten thousand cases (ui-worklist.ts), five hundred slices (ui-scroll.ts) and two thousand regions on one image stay in hand: what a frame costs while the image is moved
// and zoomed and a region dragged, how long it is from a key to the picture that shows what it did, and to the next case.
import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { chromium, type Browser, type Page } from 'playwright';
import { z } from 'zod';
import { systemBrowser } from '../../build/browser.mjs';
import { buildIfStale } from '../../build/bundle.mjs';
import { maskOf, strokeOf } from '../../shared/domain/raster.ts';
import { ellipsePoints, type Shape } from '../../shared/domain/shape.ts';
import type { CaseRow } from '../../shared/domain/case.ts';
import type { Command } from '../../shared/domain/command.ts';
import { storeProposals } from '../../shared/domain/commands/case.ts';
import type { RegionRow } from '../../shared/domain/region.ts';
import { fit } from '../../renderer/canvas/geometry.ts';
import { browserArguments, newPage, noBrowser } from './browser.ts';
import { clearGrounds, freshWorkspace, never, phantomLot, silent, sizesOf, withHost } from './grounds.ts';
import { probe, toPaint } from './page.ts';
import { machine, table, writeResults } from './results.ts';
import { Served } from './served.ts';
import { quantile, single, spread, type Part } from './statistics.ts';
import { scroll } from './ui-scroll.ts';
import { worklist } from './ui-worklist.ts';

const many = 2000, usual = 24, moves = 60, pressed = 20, turns = 12;
/** Milliseconds that a case is looked at before the next is asked for: the quickest look there is. */
const looked = 300;

/** Runs in the page: what each frame that follows input costs the page, from its first event to the end of its paint, and how far frames are apart. */
const frames = `
  window.frames_ = { costs: [], apart: [], on: false, since: 0, last: 0 };
  for (const kind of ['pointermove', 'wheel']) addEventListener(kind, () => { frames_.since ||= performance.now(); }, { capture: true, passive: true });
  requestAnimationFrame(function frame(at) {
    if (frames_.on) {
      if (frames_.last > 0) frames_.apart.push(at - frames_.last);
      frames_.last = at;
      const since = frames_.since;
      frames_.since = 0;
      // The message comes after the frame's paint.
      if (since > 0) { const c = new MessageChannel(); c.port1.onmessage = () => frames_.costs.push(performance.now() - since); c.port2.postMessage(0); }
    }
    requestAnimationFrame(frame);
  });
`;
interface Frames { readonly costs: number[]; readonly apart: number[] }
async function during(view: Page, work: () => Promise<void>): Promise<Frames> {
  await view.evaluate('Object.assign(frames_, { costs: [], apart: [], on: true, since: 0, last: 0 })');
  await work();
  return z.object({ costs: z.array(z.number()), apart: z.array(z.number()) }).parse(await view.evaluate('(frames_.on = false, { costs: frames_.costs, apart: frames_.apart })'));
}

/** The review with studies of so many proposals each, the first of them open. */
async function inReview(browser: Browser, count: number, measure: (view: Page, study: CaseRow) => Promise<Part['rows']>): Promise<Part> {
  const workspace = await freshWorkspace(`ui-${count}`), studies = await prepare(workspace, count), served = await Served.start(workspace);
  try {
    const view = await newPage(browser, served, probe + frames);
    await view.goto(served.origin);
    view.setDefaultTimeout(120_000);
    await view.getByRole('navigation', { name: 'Rooms' }).getByRole('button', { name: 'Review' }).click();
    await view.locator('[role=application][data-ready=true]').waitFor();
    await view.getByRole('group', { name: 'Region 1, chosen' }).waitFor();
    const shown = await view.getByRole('application').getAttribute('aria-label'), study = studies.find((c) => shown === `Image of ${c.title}`);
    if (study === undefined) throw new Error(`${shown} is none of the studies`);
    return { rows: await measure(view, study), notes: [`${count} proposals: two phantom studies (${sizesOf(studies)}) with so many each: boxes, ellipses, polygons of 24 corners and masks in turn, all in sight.`] };
  } finally { await served.stop(); }
}

async function moved(view: Page, study: CaseRow): Promise<Part['rows']> {
  const stage = await view.getByRole('application').boundingBox();
  if (stage === null) throw new Error('there is no image on the page');
  const middle = { x: stage.x + stage.width / 2, y: stage.y + stage.height / 2 };
  await view.mouse.move(middle.x, middle.y);
  const held = (button: 'left' | 'middle', from: { x: number; y: number }): Promise<Frames> => during(view, async () => {
    await view.mouse.move(from.x, from.y);
    await view.mouse.down({ button });
    for (let i = 0; i < moves; i++) await view.mouse.move(from.x + 60 * Math.sin(i / 8), from.y + 40 * Math.sin(i / 11));
    await view.mouse.up({ button });
  });
  const panned = await held('middle', middle);
  const zoomed = await during(view, async () => { for (let i = 0; i < moves; i++) await view.mouse.wheel(0, i < moves / 2 ? -20 : 20); });
  await view.keyboard.press('=');
  // The first region, a box, by its middle.
  const { width, height } = cell(study, many), placed = fit(study.pixels, stage);
  const dragged = await held('left', { x: stage.x + placed.x + 0.5 * width * placed.scale, y: stage.y + placed.y + 0.5 * height * placed.scale });
  const gesture = (what: string, { costs, apart }: Frames) => [spread(`${what}, a frame's work`, costs, undefined, [95, 100]), single('– frames a second', (1000 / quantile(apart, 0.5)).toFixed(0), String(apart.length))];
  return [...gesture('image moved', panned), ...gesture('image zoomed', zoomed), ...gesture('region dragged', dragged)];
}

async function keys(view: Page): Promise<Part['rows']> {
  const accept: number[] = [], saved: number[] = [], next: number[] = [], painted = `document.querySelector('[role=application][data-ready=true][data-painted=true]')`;
  const decided = async (): Promise<number> => z.number().parse(await view.evaluate(`parseInt(document.querySelector('.review-regions h2')?.textContent ?? '0', 10) || 0`));
  const before = await decided();
  // A region that was dragged is decided by that; the keys go to the next.
  if (before > 0) await view.keyboard.press('Tab');
  for (let i = 1; i <= pressed; i++) accept.push(await toPaint(view, `(document.querySelector('.review-regions h2')?.textContent ?? '').startsWith('${before + i} of ') && ${painted} !== null`, () => view.keyboard.press('a')));
  const isSaved = `document.querySelector('[data-testid=saved]')?.textContent === 'Saved'`;
  await view.getByTestId('saved').getByText('Saved', { exact: true }).waitFor();
  for (let i = 0; i < 3; i++) saved.push(await toPaint(view, `${isSaved} && parseInt(document.querySelector('.review-regions h2')?.textContent ?? '0', 10) === ${before + pressed + i + 1}`, () => view.keyboard.press('a')));
  for (let i = 0; i < turns; i++) {
    await view.waitForTimeout(looked);
    const title = JSON.stringify(await view.getByRole('application').getAttribute('aria-label'));
    next.push(await toPaint(view, `(() => { const image = ${painted}; return image !== null && image.getAttribute('aria-label') !== ${title} && document.querySelector('.region-card') !== null; })()`, () => view.keyboard.press(i % 2 === 0 ? 'PageDown' : 'PageUp')));
  }
  return [spread('accept, key to paint', accept, undefined, [95, 100]), spread('accept, key to saved in the journal', saved, undefined, [100]), spread('next case, key to image and regions', next, undefined, [95, 100])];
}

/** Two studies with proposals of every kind on a grid; the second is the next case. */
async function prepare(workspace: string, count: number): Promise<readonly CaseRow[]> {
  const lot = await phantomLot(2, 7700);
  return withHost(workspace, async (host) => {
    await host.import({ paths: lot.files, annotations: null, as: 'truth' }, silent, never);
    const studies = host.journal.cases();
    for (const study of studies) host.journal.appendOne(proposed(study, count));
    return studies;
  });
}

const columnsOf = (count: number): number => Math.ceil(Math.sqrt(1.25 * count));
const cell = ({ pixels }: CaseRow, count: number) => ({ width: pixels.width / columnsOf(count), height: pixels.height / Math.ceil(count / columnsOf(count)) });
function proposed(study: CaseRow, count: number): Command {
  const { width, height } = cell(study, count), columns = columnsOf(count);
  const rows = Array.from({ length: count }, (_, i): RegionRow => {
    const box = { x: (i % columns) * width + 0.1 * width, y: Math.floor(i / columns) * height + 0.1 * height, width: 0.8 * width, height: 0.8 * height };
    const stroke = i % 4 === 3 ? strokeOf([{ x: box.x + box.width / 2, y: box.y + box.height / 2 }], Math.min(box.width, box.height) / 2, study.pixels) : null;
    const shape: Shape | null = i % 4 === 1 ? { kind: 'ellipse' } : i % 4 === 2 ? { kind: 'polygon', points: ellipsePoints(box, 24) } : null;
    const made = { ...(stroke !== null ? maskOf(stroke) : { box, ...(shape === null ? {} : { shape }) }), label: 'nodule', caption: 'Nodule.' };
    return { table: 'regions', id: randomUUID(), caseId: study.id, ...made, verdict: 'proposed', source: 'model', order: i, proposal: { ...made, score: 1 - (i + 1) / (count + 1), model: 'bench' } };
  });
  return { id: randomUUID(), name: 'storeProposals', caseId: study.id, actor: 'bench', at: new Date().toISOString(), of: null, diff: storeProposals(study, [], rows, null) };
}

async function review(): Promise<Part> {
  const executablePath = systemBrowser();
  if (executablePath === null) return { rows: [single('page', noBrowser)], notes: [] };
  const browser = await chromium.launch({ executablePath, args: browserArguments });
  const named = (rows: Part['rows'], count: number): Part['rows'] => rows.map((r) => ({ ...r, what: `${count} regions: ${r.what}` }));
  try {
    const few = await inReview(browser, usual, keys), all = await inReview(browser, many, async (view, study) => [...await moved(view, study), ...await keys(view)]);
    return {
      rows: [...named(all.rows, many), ...named(few.rows, usual)],
      notes: [
        `Chromium ${browser.version()}, headless, drawing without a graphics card; 1366 × 768. ${[...all.notes, ...few.notes].join(' ')}`,
        `A frame's work is from its first pointer event to the end of its paint on the page's thread: gesture, state, React, canvas. From a key's own time to the frame after which words and canvas show what it did, all marks included; what it does is shown before it is stored, and *saved* is when the page says so: the journal has it on the disk. Keys follow each other as soon as the one before is painted; a case is looked at for ${looked} ms before the next is asked for.`,
      ],
    };
  } finally { await browser.close(); }
}

const { values } = parseArgs({ options: { 'no-write': { type: 'boolean', default: false }, only: { type: 'string' } } });
await clearGrounds();
await buildIfStale();
const parts: Part[] = [];
try { for (const [name, measure] of [['review', review], ['worklist', worklist], ['scroll', scroll]] as const) if (values.only === undefined || values.only === name) parts.push(await measure()); } finally { await clearGrounds(); }
const part: Part = { rows: parts.flatMap((p) => p.rows), notes: parts.flatMap((p) => p.notes) };
const text = `## Two thousand regions, ten thousand cases and five hundred slices in hand

\`npm run bench:ui\`
${machine()}

Where quartiles stand beside a figure it is the median.

${table(['measured', 'figure', 'quartiles', 'tail', 'count'], part.rows.map((r) => [r.what, r.figure, r.quartiles, r.tail, r.count]))}

${part.notes.map((n) => `- ${n}`).join('\n')}
`;
// A part of it is a look, not a result.
if (!values['no-write'] && values.only === undefined) await writeResults('ui', text);
process.stdout.write(text);

// `npm run bench:ui`: whether ten thousand cases (ui-worklist.ts) and two thousand regions on one image stay in hand: what a frame costs while the image is moved
// and zoomed and a region dragged, how long it is from a key to the picture that shows what it did, and to the next case.
import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { chromium, type Page } from 'playwright';
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
import { worklist } from './ui-worklist.ts';

const regions = 2000, moves = 60, pressed = 20, turns = 6;

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

async function measure(): Promise<Part> {
  const executablePath = systemBrowser();
  if (executablePath === null) return { rows: [single('page', noBrowser)], notes: [] };
  const workspace = await freshWorkspace('ui'), studies = await prepare(workspace);
  const served = await Served.start(workspace), browser = await chromium.launch({ executablePath, args: browserArguments });
  try {
    const view = await newPage(browser, served, probe + frames);
    await view.goto(served.origin);
    view.setDefaultTimeout(120_000);
    await view.getByRole('navigation', { name: 'Rooms' }).getByRole('button', { name: 'Review' }).click();
    await view.locator('[role=application][data-ready=true]').waitFor();
    await view.getByRole('group', { name: 'Region 1, chosen' }).waitFor();
    const shown = await view.getByRole('application').getAttribute('aria-label'), study = studies.find((c) => shown === `Image of ${c.title}`);
    if (study === undefined) throw new Error(`${shown} is none of the studies`);
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
    const { width, height } = cell(study), placed = fit(study.pixels, stage);
    const dragged = await held('left', { x: stage.x + placed.x + 0.5 * width * placed.scale, y: stage.y + placed.y + 0.5 * height * placed.scale });
    // The dragged region is decided by that; the keys go to the next.
    await view.keyboard.press('Tab');
    const accept: number[] = [], next: number[] = [];
    for (let i = 1; i <= pressed; i++) accept.push(await toPaint(view, `(document.querySelector('.review-regions h2')?.textContent ?? '').startsWith('${i + 1} of ') && document.querySelector('[role=application][data-painted=true]') !== null`, () => view.keyboard.press('a')));
    for (let i = 0; i < turns; i++) {
      const before = JSON.stringify(await view.getByRole('application').getAttribute('aria-label'));
      next.push(await toPaint(view, `(() => { const image = document.querySelector('[role=application][data-ready=true][data-painted=true]'); return image !== null && image.getAttribute('aria-label') !== ${before} && document.querySelector('.region-card') !== null; })()`, () => view.keyboard.press(i % 2 === 0 ? 'PageDown' : 'PageUp')));
    }
    const gesture = (what: string, { costs, apart }: Frames) => [spread(`${what}, a frame's work`, costs, undefined, [95, 100]), single('– frames a second', (1000 / quantile(apart, 0.5)).toFixed(0), String(apart.length))];
    return {
      rows: [...gesture('image moved', panned), ...gesture('image zoomed', zoomed), ...gesture('region dragged', dragged), spread('accept, key to paint', accept, undefined, [95, 100]), spread('next case, key to image and regions', next, undefined, [95, 100])],
      notes: [
        `Chromium ${browser.version()}, headless, drawing without a graphics card; 1366 × 768; two phantom studies (${sizesOf(studies)}) with ${regions} proposals each: boxes, ellipses, polygons of 24 corners and masks in turn, all in sight.`,
        'A frame\'s work is from its first pointer event to the end of its paint on the page\'s thread: gesture, state, React, canvas. Keys as in the page\'s part of `npm run bench`.',
      ],
    };
  } finally {
    await browser.close();
    await served.stop();
  }
}

/** Two studies with proposals of every kind on a grid; the second is the next case. */
async function prepare(workspace: string): Promise<readonly CaseRow[]> {
  const lot = await phantomLot(2, 7700);
  return withHost(workspace, async (host) => {
    await host.import({ paths: lot.files, annotations: null, as: 'truth' }, silent, never);
    const studies = host.journal.cases();
    for (const study of studies) host.journal.appendOne(proposed(study));
    return studies;
  });
}

const columns = 50;
const cell = ({ pixels }: CaseRow) => ({ width: pixels.width / columns, height: pixels.height / (regions / columns) });
function proposed(study: CaseRow): Command {
  const { width, height } = cell(study);
  const rows = Array.from({ length: regions }, (_, i): RegionRow => {
    const box = { x: (i % columns) * width + 0.1 * width, y: Math.floor(i / columns) * height + 0.1 * height, width: 0.8 * width, height: 0.8 * height };
    const stroke = i % 4 === 3 ? strokeOf([{ x: box.x + box.width / 2, y: box.y + box.height / 2 }], Math.min(box.width, box.height) / 2, study.pixels) : null;
    const shape: Shape | null = i % 4 === 1 ? { kind: 'ellipse' } : i % 4 === 2 ? { kind: 'polygon', points: ellipsePoints(box, 24) } : null;
    const made = { ...(stroke !== null ? maskOf(stroke) : { box, ...(shape === null ? {} : { shape }) }), label: 'nodule', caption: 'Nodule.' };
    return { table: 'regions', id: randomUUID(), caseId: study.id, ...made, verdict: 'proposed', source: 'model', order: i, proposal: { ...made, score: 1 - (i + 1) / (regions + 1), model: 'bench' } };
  });
  return { id: randomUUID(), name: 'storeProposals', caseId: study.id, actor: 'bench', at: new Date().toISOString(), of: null, diff: storeProposals(study, [], rows, null) };
}

const { values } = parseArgs({ options: { 'no-write': { type: 'boolean', default: false } } });
await clearGrounds();
await buildIfStale();
let part: Part;
try { const [review, list] = [await measure(), await worklist()]; part = { rows: [...review.rows, ...list.rows], notes: [...review.notes, ...list.notes] }; } finally { await clearGrounds(); }
const text = `## Two thousand regions and ten thousand cases in hand

\`npm run bench:ui\`
${machine()}

Where quartiles stand beside a figure it is the median.

${table(['measured', 'figure', 'quartiles', 'tail', 'count'], part.rows.map((r) => [r.what, r.figure, r.quartiles, r.tail, r.count]))}

${part.notes.map((n) => `- ${n}`).join('\n')}
`;
if (!values['no-write']) await writeResults('ui', text);
process.stdout.write(text);

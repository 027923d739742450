// Measuring and comparing as a person does it: with the mouse and with keys alone, in millimetres of pixels that are not
// square, held against what is reckoned here from the samples that were written; and another image of the patient beside it.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import type { CaseRow } from '../../shared/domain/case.ts';
import { command, drag, importFiles, onScreen, openCase, press, room, saved } from './as-a-person.ts';
import { expect, test, type Program } from './program.ts';
import { writeDicom } from '../electron/host/import/write-dicom.ts';

const side = 128, down = 1.5, across = 0.75, intercept = -1024;
/** Stored values of slice n: a slope with grain, the same in every run. */
const valueAt = (x: number, y: number, n: number): number => 900 + 3 * x + 2 * y + ((x * 73 + y * 151 + n * 31) % 37);
interface Written { readonly folder: string; readonly name: string; readonly series: string; readonly study: string; readonly date: string; readonly slices: readonly number[]; readonly more?: Parameters<typeof writeDicom>[0]['more'] }
/** Axial slices at these millimetres, of a person who does not exist. */
async function written({ folder, name, series, study, date, slices, more = [] }: Written): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  return Promise.all(slices.map(async (mm, n) => {
    const samples = new Int16Array(side * side);
    for (let y = 0; y < side; y++) for (let x = 0; x < side; x++) samples[y * side + x] = valueAt(x, y, n);
    const file = path.join(folder, `${name}-${n + 1}.dcm`);
    await writeFile(file, writeDicom({ width: side, height: side, samples, more: [
      [0x00100010, 'PN', 'Nobody^Measured'], [0x00100020, 'LO', 'NOBODY-7'], [0x00080020, 'DA', date], [0x0020000d, 'UI', study], [0x0020000e, 'UI', series], [0x00081030, 'LO', name], [0x00200013, 'IS', String(n + 1)], [0x00281052, 'DS', String(intercept)], [0x00281053, 'DS', '1'],
      [0x00200032, 'DS', `-48\\-96\\${mm.toFixed(1)}`], [0x00200037, 'DS', '1\\0\\0\\0\\1\\0'], [0x00280030, 'DS', `${down}\\${across}`], [0x00281050, 'DS', '100'], [0x00281051, 'DS', '800'], ...more,
    ] }));
    return file;
  }));
}

const list = (page: Page) => page.getByRole('region', { name: 'Measurements' }).getByRole('listitem');
const measured = (program: Program, study: CaseRow) => program.measurements().filter((m) => m.caseId === study.id);
const isOpen = async (page: Page, study: CaseRow): Promise<void> => { await expect(page.locator(`[data-case="${study.id}"]`)).toBeVisible(); await expect(page.getByRole('application', { name: /^Image of/ })).toHaveAttribute('data-ready', 'true'); };

test('measured, undone, kept; compared with the image before', async ({ program }) => {
  const page = await program.start(), folder = path.join(program.workspace, '..', 'measured');
  await importFiles(page, [
    ...await written({ folder, name: 'present', series: '1.2.3.1', study: '1.2.3', date: '20260301', slices: [0, 5, 10, 15] }),
    ...await written({ folder, name: 'before', series: '1.2.4.1', study: '1.2.4', date: '20250211', slices: [103, 105, 107, 109, 111, 113] }),
    ...await written({ folder, name: 'stripped', series: '1.2.5.1', study: '1.2.5', date: '20260101', slices: [0], more: [[0x00100010, 'PN', ''], [0x00100020, 'LO', 'TRIAL-4'], [0x00120062, 'CS', 'YES']] }),
  ]);
  await expect(page.getByText('11 cases imported')).toBeVisible({ timeout: 60_000 });
  await room(page, 'Worklist');
  const slice = (n: number): CaseRow => { const found = program.stored().cases.find((c) => c.file === `present-${n}.dcm`); if (found === undefined) throw new Error(`there is no slice ${n}`); return found; };
  const second = slice(2);
  await openCase(page, second.title, second.id);
  const at = async (x: number, y: number) => onScreen(page, second, { x, y, width: 1, height: 1 });

  await test.step('with the mouse: a length, an angle, an ellipse', async () => {
    await press(page, 'Shift+M');
    await drag(page, await at(20, 20), await at(60, 60));
    // 40 columns of 0.75 mm and 40 rows of 1.5 mm.
    await expect(list(page)).toHaveText([new RegExp(`length ${Math.hypot(40 * across, 40 * down).toFixed(1)} mm`)]);
    await press(page, '2');
    for (const [x, y] of [[100, 20], [70, 20], [100, 50]] as const) { const p = await at(x, y); await page.mouse.click(p.x, p.y); }
    // On the grid 45°; in the patient a row is twice as high as a column is wide.
    await expect(list(page).nth(1)).toContainText(`angle ${((Math.atan(2) * 180) / Math.PI).toFixed(1)}°`);
    await press(page, '4');
    await drag(page, await at(30.3, 70.2), await at(70.6, 110.9));
    await expect(list(page).nth(2)).toContainText('px');
  });
  await test.step('the values in it are those of the pixels whose centres it holds', async () => {
    await saved(page);
    const [a, b] = measured(program, second).find((m) => m.kind === 'ellipse')?.points ?? [];
    if (a === undefined || b === undefined) throw new Error('no ellipse was stored');
    const cx = (a.x + b.x) / 2, cy = (a.y + b.y) / 2, rx = Math.abs(b.x - a.x) / 2, ry = Math.abs(b.y - a.y) / 2, found: number[] = [];
    for (let y = 0; y < side; y++) for (let x = 0; x < side; x++) if (((x + 0.5 - cx) / rx) ** 2 + ((y + 0.5 - cy) / ry) ** 2 <= 1) found.push(valueAt(x, y, 1) + intercept);
    const mean = found.reduce((s, v) => s + v, 0) / found.length, deviation = Math.sqrt(found.reduce((s, v) => s + (v - mean) ** 2, 0) / found.length), shown = (v: number): string => v.toFixed(1).replace('-', '−');
    const whole = (v: number): string => String(v).replace('-', '−'), text = await list(page).nth(2).innerText();
    expect(text).toContain(`mean ${shown(mean)} · SD ${shown(deviation)}`);
    expect(text.replaceAll(',', '')).toContain(`${whole(Math.min(...found))} to ${whole(Math.max(...found))} · ${found.length} px`);
    expect(text.replaceAll(',', '')).toContain(`area ${Math.round(Math.PI * rx * ry * down * across)} mm²`);
  });
  await test.step('with keys alone: a value in the middle, moved, taken away, taken back', async () => {
    await press(page, 'Escape', 'Shift+M', '6', 'Enter');
    await expect(list(page)).toHaveCount(4);
    await saved(page);
    const [before] = measured(program, second).filter((m) => m.kind === 'probe').flatMap((m) => m.points);
    await press(page, 'ArrowRight', 'Shift+ArrowDown');
    await saved(page);
    const [after] = measured(program, second).filter((m) => m.kind === 'probe').flatMap((m) => m.points);
    if (before === undefined || after === undefined) throw new Error('no value was read');
    expect([after.x - before.x, after.y - before.y]).toEqual([1, 10]);
    await expect(list(page).nth(3)).toContainText(`4 value ${String(valueAt(Math.floor(after.x), Math.floor(after.y), 1) + intercept).replace('-', '−')}`);
    await press(page, 'Delete');
    await expect(list(page)).toHaveCount(3);
    await press(page, 'Escape', 'ControlOrMeta+z');
    await expect(list(page)).toHaveCount(4);
    // The length is the first that is taken into the hand; back where it was it is no change.
    await press(page, 'Alt+m', 'Shift+ArrowLeft');
    await expect(list(page).first()).toContainText(`length ${Math.hypot(50 * across, 40 * down).toFixed(1)} mm`);
    await press(page, 'Shift+ArrowRight', 'Escape');
    expect((await new AxeBuilder({ page }).include('.review').analyze()).violations).toEqual([]);
  });
  await test.step('an end is dragged elsewhere; all of it is there after a power cut, and decided nothing', async () => {
    await drag(page, await at(60, 60), await at(60, 20));
    await expect(list(page).first()).toContainText('length 30.0 mm');
    await saved(page);
    const kept = measured(program, second);
    await program.kill();
    await program.start();
    await openCase(page, second.title, second.id);
    await expect(list(page)).toHaveCount(4);
    expect([measured(program, second), slice(2).status]).toEqual([kept, second.status]);
    await press(page, 'Shift+H');
    await expect(page.getByRole('list', { name: 'History, newest first' })).toContainText('measurement changed: length');
    await press(page, 'r');
  });

  await test.step('which way the patient lies, and words that can be hidden', async () => {
    await expect(page.getByRole('img', { name: 'left edge: R · right edge: L · upper edge: A · lower edge: P' })).toBeVisible();
    await expect(page.locator('.corner.bottom-left')).toContainText('slice 2 of 4 · 5.0 mm');
    await expect(page.locator('.scale-upright')).toContainText('mm');
    await press(page, 'Shift+W');
    await expect(page.locator('.corner')).toHaveCount(0);
    await press(page, 'Shift+W');
    await expect(page.locator('.corner')).toHaveCount(4);
  });
  const other = program.stored().cases.find((c) => c.file === 'before-3.dcm');
  if (other === undefined) throw new Error('the image before is not there');
  await test.step('of the image before one slice is signed off with a finding', async () => {
    await openCase(page, other.title, other.id);
    await press(page, 'n', 'Enter');
    await expect(page.getByLabel('Finding', { exact: true })).toBeFocused();
    await page.keyboard.type('cyst');
    await press(page, 'Enter', 'Escape', 'ControlOrMeta+Enter');
    await expect.poll(() => program.stored().cases.find((c) => c.id === other.id)?.status).toBe('signed-off');
    await openCase(page, second.title, second.id);
  });
  await test.step('the image before beside it: the same place of the stack, linked, read only', async () => {
    await press(page, 'Shift+P');
    const beside = page.locator('.stage-half.beside'), status = page.getByRole('toolbar', { name: 'Another image of the patient' }).getByRole('status');
    await expect(beside.getByRole('application')).toHaveAttribute('data-ready', 'true');
    // The second of four is as far along as the third of six.
    await expect(status).toHaveText('3 of 6');
    const dated = program.stored().cases.find((c) => c.file === 'before-1.dcm')?.study?.date;
    await expect(page.locator('.prior-name')).toContainText(dated == null ? 'Other image, imported' : 'Prior, 2025-02-11');
    await expect(beside.locator('.corner.bottom-right')).toHaveText('1 finding, signed off');
    const [drawn] = program.stored().regions.filter((r) => r.caseId === other.id), edge = await beside.getByRole('application').boundingBox(), records = program.stored().seq;
    if (drawn === undefined || edge === null) throw new Error('nothing was drawn there');
    await drag(page, { x: edge.x + edge.width / 2, y: edge.y + edge.height / 2 }, { x: edge.x + edge.width / 2 + 30, y: edge.y + edge.height / 2 });
    await saved(page);
    expect([program.stored().seq, program.stored().regions.filter((r) => r.caseId === other.id)]).toEqual([records, [drawn]]);
    // Five millimetres on are two and a half slices there.
    await press(page, 'Alt+PageDown');
    await isOpen(page, slice(3));
    await expect(status).toHaveText('5 of 6');
    const zoom = beside.getByText(/^zoom/), first = await zoom.textContent();
    await press(page, '+');
    await expect(zoom).not.toHaveText(first ?? '');
    // Unlinked it stays as it is.
    await press(page, 'Alt+p');
    const still = await zoom.textContent();
    await press(page, '+', '+');
    await expect(zoom).toHaveText(still ?? '');
    await press(page, 'Alt+Shift+PageUp');
    await expect(status).toHaveText('4 of 6');
    await press(page, 'Alt+p');
    await press(page, 'Shift+T', '=');
    const p = await page.getByRole('application', { name: /^Image of/ }).boundingBox();
    if (p === null) throw new Error('there is no image');
    await page.mouse.move(p.x + p.width / 2 + 20, p.y + p.height / 2);
    await expect(beside.locator('.cross')).toBeVisible();
    await page.locator('.prior-name').click();
    await expect(page.getByRole('list', { name: 'Images of the patient' }).getByRole('button')).toHaveCount(1);
    expect((await new AxeBuilder({ page }).include('.review-stage').analyze()).violations).toEqual([]);
    await press(page, 'Escape', 'Shift+P');
    await expect(beside).toHaveCount(0);
  });
  await test.step('who it is stands in the corner, but not of a file that was stripped', async () => {
    const stripped = program.stored().cases.find((c) => c.file === 'stripped-1.dcm');
    if (stripped === undefined) throw new Error('the stripped file is not there');
    await openCase(page, stripped.title, stripped.id);
    const words = page.getByRole('group', { name: 'Patient and study' });
    await expect(words).toContainText('CT');
    // As the row says it: a file is marked when its import was taught to see that.
    if (stripped.deidentified === true) { await expect(words).toContainText('de-identified'); await expect(words).not.toContainText('Nobody'); }
    await command(page, 'Hide the words on the image');
    await expect(words).toHaveCount(0);
  });
});

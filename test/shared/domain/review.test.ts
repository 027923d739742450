// A case under review as a state machine: any sequence of what a person can do, undone and redone at will, keeps every
// row sound, and undoing it all gives back the case as it was.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { caseRow, type CaseRow } from '../../../shared/domain/case.ts';
import type { Command, CommandName } from '../../../shared/domain/command.ts';
import { captionCase, reopenCase, signOffCase } from '../../../shared/domain/commands/case.ts';
import { acceptRegion, acceptRemaining, addRegion, editRegion, ignoreRegion, rejectRegion, removeRegion } from '../../../shared/domain/commands/region.ts';
import { removeNote, reopenNote, resolveNote, writeNote } from '../../../shared/domain/commands/note.ts';
import { correctionsOf } from '../../../shared/domain/correction.ts';
import { applyDiff, canonical, emptyDiff, isEmptyDiff, type Diff, type Row, type RowStore } from '../../../shared/domain/diff.ts';
import { exampleFromReview } from '../../../shared/domain/example.ts';
import { sameBox, type Box } from '../../../shared/domain/geometry.ts';
import { historyOf, redoDiff, undoDiff } from '../../../shared/domain/history.ts';
import { isFinding, regionRow, type RegionRow } from '../../../shared/domain/region.ts';
import type { MeasurementRow } from '../../../shared/domain/measurement.ts';
import { addMeasurement, changeMeasurement, removeMeasurement } from '../../../shared/domain/commands/measurement.ts';
import type { NoteRow } from '../../../shared/domain/note.ts';
import { boundsOf, type Shape } from '../../../shared/domain/shape.ts';
import { AppError } from '../../../shared/errors.ts';
import { drawn, looseBoxes, proposal, study } from './rows.ts';

/** A review in memory: rows, and the commands that made them. */
class Review implements RowStore {
  readonly rows = new Map<string, Row>();
  readonly commands: Command[] = [];
  constructor(rows: readonly Row[]) { for (const row of rows) this.put(row); }
  get(table: Row['table'], id: string): Row | undefined { return this.rows.get(`${table} ${id}`); }
  put(row: Row): void { this.rows.set(`${row.table} ${row.id}`, row); }
  delete(table: Row['table'], id: string): void { this.rows.delete(`${table} ${id}`); }
  get study(): CaseRow { return caseRow.parse(this.get('cases', 'case-1')); }
  get regions(): RegionRow[] { return [...this.rows.values()].flatMap((r) => (r.table === 'regions' ? [r] : [])); }
  get notes(): NoteRow[] { return [...this.rows.values()].flatMap((r) => (r.table === 'notes' ? [r] : [])); }
  get measurements(): MeasurementRow[] { return [...this.rows.values()].flatMap((r) => (r.table === 'measurements' ? [r] : [])); }
  get text(): string { return [...this.rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => canonical(row)).join('\n'); }

  run(name: CommandName, diff: Diff, of: string | null = null): void {
    if (isEmptyDiff(diff)) return;
    applyDiff(this, diff);
    this.commands.push({ id: `c${this.commands.length}`, name, caseId: 'case-1', actor: 'someone', at: '2026-01-01T00:00:00.000Z', of, diff });
  }
  undo(): boolean { const { undo } = historyOf(this.commands); if (undo !== null) this.run('undo', undoDiff(undo), undo.id); return undo !== null; }
  redo(): boolean { const { redo } = historyOf(this.commands); if (redo !== null) this.run('redo', redoDiff(redo), redo.id); return redo !== null; }
}

type Step = (review: Review) => void;
const onRegion = (name: CommandName, act: (study: CaseRow, region: RegionRow) => Diff) => fc.nat({ max: 9 }).map((n): Step => (r) => {
  const region = r.regions[n % Math.max(1, r.regions.length)];
  if (region !== undefined) r.run(name, act(r.study, region));
});
const onNote = (name: CommandName, act: (note: NoteRow) => Diff) => fc.nat({ max: 9 }).map((n): Step => (r) => { const note = r.notes[n % Math.max(1, r.notes.length)]; if (note !== undefined) r.run(name, act(note)); });
const onMeasurement = (name: CommandName, act: (study: CaseRow, m: MeasurementRow) => Diff) => fc.nat({ max: 9 }).map((n): Step => (r) => { const m = r.measurements[n % Math.max(1, r.measurements.length)]; if (m !== undefined) r.run(name, act(r.study, m)); });
const words = fc.constantFrom('A dark cyst.', 'A bright stone.', '');
/** Outlines inside the image of 400 × 300; a mask of 30 × 20 pixels at a place of its own. */
const maskBox: Box = { x: 50, y: 60, width: 30, height: 20 };
const outlines = fc.oneof(fc.constantFrom<Shape | null>(null, { kind: 'ellipse' }, { kind: 'point' }, { kind: 'mask', runs: [100, 200, 300] }),
  fc.tuple(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 200 }), fc.integer({ min: 5, max: 90 })).map(([x, y, w]) => ({ kind: 'polygon' as const, points: [{ x, y }, { x: x + w, y: y + 3 }, { x: x + w / 2, y: y + w }] })));
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: onRegion('acceptRegion', acceptRegion) }, { weight: 3, arbitrary: onRegion('rejectRegion', rejectRegion) }, { weight: 2, arbitrary: onRegion('removeRegion', removeRegion) },
  { weight: 4, arbitrary: fc.tuple(looseBoxes, words).chain(([box, caption]) => onRegion('editRegion', (s, r) => editRegion(s, r, { box, caption }))) },
  { weight: 2, arbitrary: onRegion('editRegion', (s, r) => (r.proposal === null ? editRegion(s, r, { label: 'mass' }) : editRegion(s, r, { ...r.proposal, shape: r.proposal.shape ?? null }))) },
  { weight: 2, arbitrary: onRegion('ignoreRegion', (s, r) => ignoreRegion(s, r)) }, onRegion('rejectRegion', (s, r) => rejectRegion(s, r, 'artefact')), fc.constant<Step>((r) => r.run('acceptRemaining', acceptRemaining(r.study, r.regions))),
  { weight: 2, arbitrary: outlines.chain((shape) => onRegion('editRegion', (s, r) => editRegion(s, r, { shape, ...(shape?.kind === 'polygon' ? { box: boundsOf(shape.points) } : shape?.kind === 'mask' ? { box: maskBox } : {}) }))) },
  fc.integer({ min: -3, max: 3 }).chain((depth) => onRegion('editRegion', (s, r) => editRegion(s, r, { depth }))),
  words.map((text): Step => (r) => r.run('writeNote', writeNote(r.study, { id: `note-${r.commands.length}`, regionId: null, kind: 'comment', text, author: 'someone', at: '2026-01-01T00:00:00.000Z' }))),
  onNote('resolveNote', (n) => resolveNote(n, 'another', '2026-01-03T00:00:00.000Z')), onNote('reopenNote', reopenNote), onNote('removeNote', (n) => removeNote(n, 'someone')),
  looseBoxes.map(({ x, y, width, height }): Step => (r) => r.run('addMeasurement', addMeasurement(r.study, r.measurements, { id: `m-${r.commands.length}`, kind: 'length', points: [{ x, y }, { x: width, y: height }], by: 'someone', at: '2026-01-01T00:00:00.000Z' }))),
  looseBoxes.chain(({ x, y }) => onMeasurement('changeMeasurement', (s, m) => changeMeasurement(s, m, [{ x, y }, ...m.points.slice(1)], 'another', '2026-01-02T00:00:00.000Z'))), onMeasurement('removeMeasurement', (_, m) => removeMeasurement(m)),
  { weight: 2, arbitrary: looseBoxes.map((box): Step => (r) => r.run('addRegion', addRegion(r.study, { id: `new-${r.commands.length}`, box, label: 'scar', caption: 'A scar.', order: 1000 + r.commands.length }))) },
  words.map((text): Step => (r) => r.run('captionCase', captionCase(r.study, text))),
  { weight: 2, arbitrary: fc.constant<Step>((r) => r.run('signOffCase', signOffCase(r.study, r.regions, '2026-01-02T00:00:00.000Z'))) },
  { weight: 2, arbitrary: fc.constant<Step>((r) => r.run('reopenCase', reopenCase(r.study))) },
  { weight: 4, arbitrary: fc.constant<Step>((r) => { r.undo(); }) }, { weight: 2, arbitrary: fc.constant<Step>((r) => { r.redo(); }) },
);
const begun = (): Review => new Review([study(), proposal('r1'), proposal('r2', { proposed: { x: 200, y: 100, width: 20, height: 30 } }), proposal('r3')]);

/** A step that is refused with a sentence changes nothing. Anything else that is thrown is a bug. */
function attempt(review: Review, step: Step): void {
  const before = review.text;
  try { step(review); } catch (error) {
    if (!(error instanceof AppError)) throw error;
    expect(review.text).toBe(before);
  }
}
const inside = (b: Box): boolean => b.x >= 0 && b.y >= 0 && b.width >= 1 && b.height >= 1 && b.x + b.width <= 400 + 1e-9 && b.y + b.height <= 300 + 1e-9;

function expectSound(review: Review): void {
  expect(() => caseRow.parse(review.study)).not.toThrow();
  for (const r of review.regions) {
    // An outline fills its box: to a rounding for vertices, exactly for pixels.
    if (r.shape?.kind === 'polygon') { const b = boundsOf(r.shape.points); for (const k of ['x', 'y', 'width', 'height'] as const) expect(b[k]).toBeCloseTo(r.box[k], 6); }
    if (r.shape?.kind === 'mask') expect(r.shape.runs.reduce((a, n) => a + n, 0)).toBe(r.box.width * r.box.height);
    if (r.verdict === 'proposed' || r.verdict === 'accepted' || r.verdict === 'edited' || r.verdict === 'added') expect(r.reason).toBeUndefined();
    expect(() => regionRow.parse(r)).not.toThrow();
    expect(inside(r.box), JSON.stringify(r.box)).toBe(true);
    const p = r.proposal;
    if (p === null) { expect(r.verdict).toBe('added'); continue; }
    const asProposed = sameBox(r.box, p.box) && r.shape === undefined && r.caption === p.caption && r.label === p.label;
    expect(r.verdict === 'edited').toBe(!asProposed);
    expect(r.verdict).not.toBe('added');
  }
  const undecided = review.regions.filter((r) => r.verdict === 'proposed').length;
  if (review.study.status === 'signed-off') {
    expect(undecided).toBe(0);
    if (review.study.caption.origin !== 'person') expect(review.study.caption.text).not.toBe('');
  }
  expect(review.study.signedOffAt === null).toBe(review.study.status !== 'signed-off');
  // A proposal never disappears: what was wrong is what the network learns from.
  expect(review.regions.filter((r) => r.proposal !== null).map((r) => r.id).sort((a, b) => a.localeCompare(b))).toEqual(['r1', 'r2', 'r3']);
}

describe('any review', () => {
  test('keeps every row sound', () => {
    fc.assert(fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      const review = begun();
      for (const s of steps) { attempt(review, s); expectSound(review); }
    }), { seed: 1, numRuns: 300 });
  });
  test('undone to the end is the case as it was, redone the case as it became', () => {
    fc.assert(fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      const review = begun(), first = review.text;
      for (const s of steps) attempt(review, s);
      const final = review.text;
      let undone = 0;
      while (review.undo()) undone++;
      expect(review.text).toBe(first);
      for (; undone > 0; undone--) expect(review.redo()).toBe(true);
      expect(review.text).toBe(final);
    }), { seed: 2, numRuns: 300 });
  });
  test('replayed from its commands is the same', () => {
    fc.assert(fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      const review = begun(), again = begun();
      for (const s of steps) attempt(review, s);
      for (const c of review.commands) applyDiff(again, c.diff);
      expect(again.text).toBe(review.text);
    }), { seed: 3, numRuns: 100 });
  });
  test('signed off, gives one correction a decided region, and an example that holds its findings', () => {
    fc.assert(fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const review = begun();
      for (const s of steps) attempt(review, s);
      expect(review.study.status === 'signed-off' ? [] : correctionsOf(review.study, review.regions)).toEqual([]);
      // Then decided to the end, so that no run goes without.
      for (const r of review.regions) if (r.verdict === 'proposed') attempt(review, (now) => now.run('acceptRegion', acceptRegion(now.study, r)));
      review.run('signOffCase', signOffCase(review.study, review.regions, '2026-01-02T00:00:00.000Z'));
      const corrections = correctionsOf(review.study, review.regions);
      const open = review.regions.filter((r) => r.verdict === 'ignored');
      expect(corrections).toHaveLength(review.regions.length - open.length);
      const example = exampleFromReview(review.study, review.regions);
      expect(example.findings.map((f) => f.id)).toEqual(review.regions.filter(isFinding).map((r) => r.id));
      expect(example.findings.map((f) => f.id)).toEqual(corrections.filter((c) => c.after !== null).map((c) => c.regionId));
      expect(example.ignored ?? []).toEqual(open.map((r) => r.box));
      expect(example.rejected).toHaveLength(corrections.filter((c) => c.kind === 'rejected').length);
      expect(example.text).not.toBe('');
    }), { seed: 4, numRuns: 300 });
  });
});

describe('undo and redo', () => {
  test('a new decision ends what could be redone', () => {
    const review = begun();
    review.run('acceptRegion', acceptRegion(review.study, proposal('r1')));
    review.undo();
    expect(historyOf(review.commands)).toMatchObject({ undo: null, redo: { name: 'acceptRegion' } });
    review.run('rejectRegion', rejectRegion(review.study, proposal('r1')));
    expect(historyOf(review.commands)).toMatchObject({ undo: { name: 'rejectRegion' }, redo: null });
  });
  test('new proposals end what came before them', () => {
    const review = begun();
    review.run('acceptRegion', acceptRegion(review.study, proposal('r1')));
    const stored: Command = { id: 's', name: 'storeProposals', caseId: 'case-1', actor: 'host', at: '2026-01-01T00:00:00.000Z', of: null, diff: { added: [], updated: [], removed: [] } };
    expect(historyOf([...review.commands, stored])).toEqual({ undo: null, redo: null });
  });
  test('of two windows on one case, one undoes while the other goes on: what was undone is undone, and the other work is not', () => {
    const command = (id: string, name: CommandName, of: string | null = null): Command => ({ id, name, caseId: 'case', actor: 'a', at: '2026-01-01T00:00:00.000Z', of, diff: emptyDiff });
    // The second window rejected before the first window's undo was stored.
    const log = [command('1', 'acceptRegion'), command('2', 'rejectRegion'), command('3', 'undo', '1')];
    expect(historyOf(log)).toMatchObject({ undo: { id: '2' }, redo: { id: '1' } });
    expect(historyOf([...log, command('4', 'undo', '2')])).toMatchObject({ undo: null, redo: { id: '2' } });
    expect(historyOf([...log, command('4', 'redo', '1')])).toMatchObject({ undo: { id: '1' }, redo: null });
    // The first did it again before it knew of other work: it can be undone like any.
    const late = [command('1', 'acceptRegion'), command('2', 'undo', '1'), command('3', 'writeNote'), command('4', 'redo', '1')];
    expect(historyOf(late)).toMatchObject({ undo: { id: '1' }, redo: null });
    expect(historyOf([...late, command('5', 'undo', '1')])).toMatchObject({ undo: { id: '3' }, redo: { id: '1' } });
  });
  test('an undo too many, or on a case nobody touched, does nothing', () => {
    const review = begun();
    expect([review.undo(), review.redo()]).toEqual([false, false]);
    review.run('addRegion', addRegion(review.study, { id: 'n', box: drawn('n').box, label: '', caption: '', order: 1000 }));
    expect([review.undo(), review.undo(), review.redo(), review.redo()]).toEqual([true, false, true, false]);
    expect(review.regions).toHaveLength(4);
  });
});

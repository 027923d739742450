// Slices of a series: their order, where a place of one lies on another, and one finding followed through them, as far as
// the journal's rows and undo show it.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CaseRow } from '../../../shared/domain/case.ts';
import type { Command, CommandName } from '../../../shared/domain/command.ts';
import { signOffCase } from '../../../shared/domain/commands/case.ts';
import { acceptRegion, acceptRemaining, editRegion, rejectRegion } from '../../../shared/domain/commands/region.ts';
import { revealProposals } from '../../../shared/domain/commands/reveal.ts';
import { copyRegion, followRegion, followTrack, interpolateTrack, regionOnTrack, type ReadSlice } from '../../../shared/domain/commands/slice.ts';
import { applyDiff, canonical, isEmptyDiff, type Diff, type Row, type RowStore } from '../../../shared/domain/diff.ts';
import { historyOf, redoDiff, undoDiff } from '../../../shared/domain/history.ts';
import { isUndecided, trackOf, type RegionRow } from '../../../shared/domain/region.ts';
import { outlineOn, planeOf, stackOf, type SeriesPlace } from '../../../shared/domain/series.ts';
import { AppError } from '../../../shared/errors.ts';
import { drawn, pixels, proposal, study } from './rows.ts';

const axial = [1, 0, 0, 0, 1, 0];
/** A slice at so many millimetres; by its number alone where there are none. */
const at = (number: number, z: number | null, change: Partial<CaseRow> = {}, directions: readonly number[] = axial, corner: readonly [number, number] = [-100, -80]): CaseRow =>
  study({ id: `slice-${number}`, status: 'in-review', ...change, series: { id: 'series', number, plane: z === null ? null : planeOf([...corner, z], directions) } });
const names = (cases: readonly CaseRow[]): number[] => cases.map((c) => c.series?.number ?? 0);
const sentenceOf = (work: () => unknown): string => { try { work(); } catch (error) { if (error instanceof AppError) return `${error.code}: ${error.message}`; throw error; } return 'not refused'; };

describe('a stack', () => {
  test('stands in millimetres along the normal, in the direction of its numbers, however the files come', () => {
    const slices = [0, 1, 2, 3, 4, 5].map((n) => at(n + 1, 30 - 5 * n));
    fc.assert(fc.property(fc.shuffledSubarray(slices, { minLength: 6 }), (mixed) => {
      const stack = stackOf(mixed);
      expect(names(stack.slices)).toEqual([1, 2, 3, 4, 5, 6]);
      expect(stack.positions).toEqual([30, 25, 20, 15, 10, 5]);
    }), { seed: 1 });
    // Oblique: the normal is what counts, not the third coordinate.
    const c = Math.cos(0.5), s = Math.sin(0.5), tilted = stackOf([1, 2].map((n) => study({ id: `t-${n}`, series: { id: 's', number: n, plane: planeOf([0, -s * 4 * n, c * 4 * n], [1, 0, 0, 0, c, s]) } })));
    expect(tilted.positions?.map((p) => Math.round(1e6 * p) / 1e6)).toEqual([4, 8]);
  });
  test('stands by its numbers where a file does not say where it lies, or lies in another direction', () => {
    expect(stackOf([at(3, null), at(1, 10), at(2, 20)])).toMatchObject({ positions: null });
    expect(names(stackOf([at(3, null), at(1, 10), at(2, 20)]).slices)).toEqual([1, 2, 3]);
    expect(stackOf([at(1, 10), at(2, 20, {}, [0, 1, 0, 0, 0, -1])]).positions).toBeNull();
  });
  test('directions that are none are not taken', () => {
    expect([planeOf([0, 0, 0], [1, 0, 0, 0.5, 0.5, 0]), planeOf([0, 0, NaN], axial), planeOf([0, 0], axial), planeOf([0, 0, 0], [2, 0, 0, 0, 2, 0])]).toEqual([null, null, null, null]);
  });
});

describe('a place on another slice', () => {
  const spaced = (spacing: [number, number], size = { width: 400, height: 300 }): Partial<CaseRow> => ({ pixels: pixels(size, { spacing }) });
  test('is the same millimetres of the patient', () => {
    // Pixels half as large; the first pixel's centre 10 mm to one side and 5 mm to the other. The corner of an image is half a pixel outside that centre.
    const from = at(1, 0, spaced([1, 1])), to = at(2, 5, spaced([0.5, 0.5], { width: 800, height: 600 }), axial, [-110, -75]), box = { x: 40, y: 30, width: 20, height: 10 };
    expect(outlineOn(to, from, { box }).box).toEqual({ x: 99.5, y: 49.5, width: 40, height: 20 });
    const there = outlineOn(to, from, { box, shape: { kind: 'polygon', points: [{ x: 40, y: 30 }, { x: 60, y: 30 }, { x: 50, y: 40 }] } });
    expect(there.shape).toEqual({ kind: 'polygon', points: [{ x: 99.5, y: 49.5 }, { x: 139.5, y: 49.5 }, { x: 119.5, y: 69.5 }] });
    expect(outlineOn(from, to, there)).toEqual({ box, shape: { kind: 'polygon', points: [{ x: 40, y: 30 }, { x: 60, y: 30 }, { x: 50, y: 40 }] } });
  });
  test('is the same pixels where sizes are equal and nothing is said; refused where neither', () => {
    const box = { x: 41.3, y: 30, width: 20, height: 10 };
    expect(outlineOn(at(2, null), at(1, null), { box })).toEqual({ box });
    expect(sentenceOf(() => outlineOn(at(2, null, { pixels: pixels({ width: 200, height: 300 }) }), at(1, null), { box }))).toMatch(/^conflict: .*differ in size/);
    expect(sentenceOf(() => outlineOn(at(2, 0, {}, [0, 1, 0, 0, 0, -1]), at(1, 0), { box }))).toMatch(/different directions/);
    expect(sentenceOf(() => outlineOn(at(2, 5, spaced([1, 1]), axial, [0, 0]), at(1, 0, spaced([1, 1])), { box }))).toMatch(/outside the other slice/);
  });
});

/** The rows of all slices, with each slice's commands: what the journal makes of them. */
class Rows implements RowStore {
  readonly rows = new Map<string, Row>();
  readonly log: Command[] = [];
  constructor(cases: readonly CaseRow[], regions: readonly RegionRow[]) { for (const r of [...cases, ...regions]) this.put(r); }
  get(table: Row['table'], id: string): Row | undefined { return this.rows.get(`${table}/${id}`); }
  put(r: Row): void { this.rows.set(`${r.table}/${r.id}`, r); }
  delete(table: Row['table'], id: string): void { this.rows.delete(`${table}/${id}`); }
  slice(n: number): ReadSlice {
    const own = this.get('cases', `slice-${n}`);
    if (own?.table !== 'cases') throw new Error('there is no such slice');
    return { study: own, regions: [...this.rows.values()].filter((r): r is RegionRow => r.table === 'regions' && r.caseId === own.id) };
  }
  do(name: CommandName, caseId: string, diff: Diff, of: string | null = null): void {
    applyDiff(this, diff);
    this.log.push({ id: `c-${this.log.length}`, name, caseId, actor: 'reader', at: '2026-01-01T00:00:00.000Z', of, diff });
  }
  text(): string[] { return [...this.rows.values()].map(canonical).sort(); }
}
const five = (change: (n: number) => Partial<CaseRow> = () => ({})): CaseRow[] => [1, 2, 3, 4, 5].map((n) => at(n, [0, 2, 3, 6, 10][n - 1] ?? 0, { status: 'proposed', ...change(n) }));
const box = { x: 40, y: 30, width: 60, height: 50 };
const first = drawn('first', { caseId: 'slice-1', box, label: 'cyst', caption: 'Medium-sized cyst, left side, in the upper left part of the image.', attributes: { side: 'left' } });
const stack = (rows: Rows) => { const s = stackOf([1, 2, 3, 4, 5].map((n) => rows.slice(n).study)); return { ...s, slices: s.slices.map((c) => rows.slice(c.series?.number ?? 0)) }; };
function fill(rows: Rows, track = 'first'): number {
  let id = 0;
  const { filled, closed } = interpolateTrack(stack(rows), track, () => `made-${rows.log.length}-${id++}`);
  for (const { study: s, diff } of filled) rows.do('interpolateRegion', s.id, diff);
  return closed;
}

describe('a finding copied to the next slice', () => {
  test('is a person\'s own there, with its words for the new place and on the same track; the first slice is not changed', () => {
    const rows = new Rows(five(), [first]), diff = copyRegion(rows.slice(2), rows.slice(1).study, first, 'second');
    expect(diff.added).toEqual([{ ...first, id: 'second', caseId: 'slice-2', verdict: 'added', source: 'person', order: 1000, track: 'first' }]);
    expect(diff.updated.map(([, r]) => r.id)).toEqual(['slice-2']);
    rows.do('copyRegion', 'slice-2', diff);
    // From there, and once more: one track, one region a slice.
    const second = rows.slice(2).regions[0] ?? first;
    expect(isEmptyDiff(copyRegion(rows.slice(1), rows.slice(2).study, second, 'third'))).toBe(true);
    rows.do('copyRegion', 'slice-3', copyRegion(rows.slice(3), rows.slice(2).study, second, 'third'));
    expect(rows.slice(3).regions.map(trackOf)).toEqual(['first']);
  });
  test('a doubtful proposal that is copied is certain where it was copied to, and stays a proposal where it was', () => {
    const doubtful = proposal('p', { caseId: 'slice-1', caption: 'Possible small cyst in the upper left part of the image.' }), rows = new Rows(five(), [doubtful]);
    expect(copyRegion(rows.slice(2), rows.slice(1).study, doubtful, 'second').added[0]).toMatchObject({ caption: 'Medium-sized cyst in the upper left part of the image.', proposal: null, track: 'p' });
  });
  test('is refused by a slice that is signed off, or that readers read blinded', () => {
    const rows = new Rows(five((n) => (n === 2 ? { status: 'signed-off' } : n === 3 ? { readers: ['A', 'B'] } : {})), [first]);
    expect(sentenceOf(() => copyRegion(rows.slice(2), rows.slice(1).study, first, 'x'))).toBe('conflict: The other slice is signed off; reopen it to add to it.');
    expect(sentenceOf(() => copyRegion(rows.slice(3), rows.slice(1).study, first, 'x'))).toMatch(/^conflict: Several readers/);
  });
});

describe('the slices between', () => {
  const last = drawn('last', { caseId: 'slice-5', box: { ...box, x: 140 }, label: 'mass', caption: '', track: 'first' });
  test('are filled by millimetres, named as the nearer mark, and wait for somebody to look', () => {
    const rows = new Rows(five(), [first, last]);
    expect(fill(rows)).toBe(0);
    expect([2, 3, 4].map((n) => rows.slice(n).regions.map((r) => [r.box.x, r.label, r.interpolated, r.verdict, r.source]))).toEqual([[[60, 'cyst', true, 'added', 'person']], [[70, 'cyst', true, 'added', 'person']], [[100, 'mass', true, 'added', 'person']]]);
    const { study: s, regions } = rows.slice(3), [region] = regions;
    if (region === undefined) throw new Error('nothing was filled in');
    expect(sentenceOf(() => signOffCase(s, regions, '2026-01-02T00:00:00.000Z'))).toBe('not-signed-off: One region is not decided yet.');
    const decided = [acceptRegion(s, region), editRegion(s, region, { box: { ...region.box, x: 75 } }), acceptRemaining(s, regions)].map((d) => d.updated.at(-1)?.[1]);
    for (const r of decided) expect(r?.table === 'regions' && !isUndecided(r) && !('interpolated' in r) && r.verdict === 'added').toBe(true);
    expect(rejectRegion(s, region).removed).toEqual([region]);
    expect(isUndecided(region)).toBe(true);
  });
  test('are filled by count where millimetres are not known', () => {
    const rows = new Rows([1, 2, 3, 4, 5].map((n) => at(n, null)), [first, last]);
    fill(rows);
    expect([2, 3, 4].map((n) => rows.slice(n).regions[0]?.box.x)).toEqual([65, 90, 115]);
  });
  test('are filled anew when a mark changed, but what somebody looked at stays and is a mark itself', () => {
    const rows = new Rows(five(), [first, last]);
    fill(rows);
    const { study: s, regions: [third] } = rows.slice(3);
    if (third === undefined) throw new Error('nothing was filled in');
    rows.do('editRegion', s.id, editRegion(s, third, { box: { ...third.box, y: 100 } }));
    const ids = [2, 4].map((n) => rows.slice(n).regions[0]?.id);
    fill(rows);
    expect([2, 3, 4].map((n) => rows.slice(n).regions.map((r) => Math.round(r.box.y)))).toEqual([[77], [100], [70]]);
    expect([2, 4].map((n) => rows.slice(n).regions[0]?.id)).toEqual(ids);
    const before = rows.log.length;
    fill(rows);
    expect(rows.log).toHaveLength(before);
  });
  test('that are signed off stay as they are; without any between it is refused', () => {
    const rows = new Rows(five((n) => (n === 3 ? { status: 'signed-off' } : {})), [first, last]);
    expect(fill(rows)).toBe(1);
    expect([2, 3, 4].map((n) => rows.slice(n).regions.length)).toEqual([1, 0, 1]);
    expect(sentenceOf(() => fill(new Rows(five(), [first])))).toMatch(/^conflict: Mark the finding on two slices/);
    // A mark that was rejected is none.
    expect(sentenceOf(() => fill(new Rows(five(), [first, proposal('p', { caseId: 'slice-5', track: 'first', verdict: 'rejected' })])))).toMatch(/^conflict/);
  });
});

test('a region drawn on its own is said to be the finding, takes its name where it has none, and no other can be it then', () => {
  const own = drawn('own', { caseId: 'slice-5', label: '', caption: '', box: { ...box, x: 300 } }), rows = new Rows(five(), [first, own, drawn('more', { caseId: 'slice-5' })]);
  rows.do('followRegion', 'slice-5', followRegion(rows.slice(5), own, first));
  expect(regionOnTrack(rows.slice(5).regions, 'first')).toMatchObject({ id: 'own', label: 'cyst', caption: 'Medium-sized cyst, left side, in the upper right part of the image.', track: 'first', attributes: { side: 'left' } });
  expect(sentenceOf(() => followRegion(rows.slice(5), drawn('more', { caseId: 'slice-5' }), first))).toMatch(/^conflict: Another region/);
  expect(isEmptyDiff(followRegion(rows.slice(5), rows.slice(5).regions.find((r) => r.id === 'own') ?? own, first))).toBe(true);
});

test('what follows a region comes along when it is said to be the finding; signed-off slices stay', () => {
  const own = drawn('own', { caseId: 'slice-3' }), cases = five().map((c) => (c.id === 'slice-5' ? { ...c, status: 'signed-off' as const } : c));
  const rows = new Rows(cases, [first, own, drawn('next', { caseId: 'slice-4', track: 'own' }), drawn('closed', { caseId: 'slice-5', track: 'own' })]);
  const changes = followTrack([1, 2, 3, 4, 5].map((n) => rows.slice(n)), own, first);
  expect(changes.map((c) => [c.study.id, c.diff.updated.flatMap(([, r]) => (r.table === 'regions' ? [[r.id, r.track]] : []))])).toEqual([['slice-3', [['own', 'first']]], ['slice-4', [['next', 'first']]]]);
});

test('marked before the proposals were shown: the proposal it meets goes on with its track, and what was interpolated still waits', () => {
  const rows = [proposal('p', { proposed: box }), drawn('mine', { box }), proposal('q', { proposed: { ...box, x: 200 } }), drawn('between', { box: { ...box, x: 200 }, track: 'other', interpolated: true })];
  const diff = revealProposals(study(), rows, '2026-01-02T00:00:00.000Z');
  expect(diff.updated.flatMap(([, r]) => (r.table === 'regions' ? [[r.id, r.track]] : []))).toEqual([['p', 'mine']]);
  expect(diff.removed.map((r) => r.id)).toEqual(['mine']);
});

test('whatever is copied, filled, decided, undone and redone: each slice comes back by its own commands, and the journal gives the rows again', () => {
  const step = fc.record({ kind: fc.constantFrom('copy', 'copy', 'fill', 'accept', 'edit', 'remove', 'undo', 'undo', 'redo'), slice: fc.integer({ min: 1, max: 5 }), to: fc.integer({ min: 1, max: 5 }), x: fc.integer({ min: 0, max: 300 }) });
  const seen = new Set<string>();
  fc.assert(fc.property(fc.array(step, { minLength: 5, maxLength: 30 }), (steps) => {
    const rows = new Rows(five(), [first]);
    for (const [n, s] of [{ kind: 'copy' as const, slice: 1, to: 5, x: 0 }, { kind: 'fill' as const, slice: 1, to: 1, x: 0 }, ...steps].entries()) {
      const own = rows.slice(s.slice), [region] = own.regions, history = historyOf(rows.log.filter((c) => c.caseId === own.study.id));
      if (s.kind === 'undo' || s.kind === 'redo') { const found = history[s.kind], others = rows.text().filter((t) => !t.includes(`"slice-${s.slice}"`)); if (found !== null) { rows.do(s.kind, own.study.id, s.kind === 'undo' ? undoDiff(found) : redoDiff(found), found.id); seen.add(s.kind); } expect(rows.text().filter((t) => !t.includes(`"slice-${s.slice}"`))).toEqual(others); continue; }
      if (s.kind === 'fill') { try { fill(rows); seen.add('fill'); } catch (error) { if (!(error instanceof AppError)) throw error; } continue; }
      if (region === undefined) continue;
      const [name, caseId, diff] = s.kind === 'copy' ? ['copyRegion', `slice-${s.to}`, copyRegion(rows.slice(s.to), own.study, region, `copy-${n}`)] as const
        : s.kind === 'accept' ? ['acceptRegion', own.study.id, acceptRegion(own.study, region)] as const : s.kind === 'edit' ? ['editRegion', own.study.id, editRegion(own.study, region, { box: { ...region.box, x: s.x } })] as const : ['removeRegion', own.study.id, rejectRegion(own.study, region)] as const;
      if (!isEmptyDiff(diff)) { rows.do(name, caseId, diff); seen.add(s.kind); }
      for (const m of [1, 2, 3, 4, 5]) expect(rows.slice(m).regions.filter((r) => trackOf(r) === 'first').length).toBeLessThanOrEqual(1);
    }
    const again = new Rows(five(), [first]);
    for (const c of rows.log) applyDiff(again, c.diff);
    expect(again.text()).toEqual(rows.text());
  }), { seed: 7, numRuns: 60 });
  expect([...seen].sort()).toEqual(['accept', 'copy', 'edit', 'fill', 'redo', 'remove', 'undo']);
});

test('a place without any of it is a row of its own', () => {
  const bare: SeriesPlace = { id: 's', number: null, plane: null };
  expect(stackOf([study({ id: 'b', series: bare }), study({ id: 'a', series: bare })]).slices.map((c) => c.id)).toEqual(['a', 'b']);
});

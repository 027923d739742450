// The worklist's index against what its filters mean, said plainly: for any cases and any view, the answer is what going
// through all cases one by one gives, and every count is what choosing that filter would show.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WorklistIndex, type Parts } from '../../../renderer/data/worklist-index.ts';
import { facets, noFilters, usualView, worklistView, type Facet, type WorklistView } from '../../../renderer/data/worklist-view.ts';
import type { NoteRow } from '../../../shared/domain/note.ts';
import type { ReadingRow } from '../../../shared/domain/reading.ts';
import { proposal, study } from '../../shared/domain/rows.ts';

const now = new Date('2026-03-20T12:00:00');
const ago = (days: number): string => new Date(now.getTime() - days * 86_400_000).toISOString();
const note = (caseId: string, change: Partial<NoteRow> = {}): NoteRow => ({ table: 'notes', id: `note ${caseId}`, caseId, regionId: null, kind: 'comment', text: 'Look.', author: 'colleague', at: ago(1), resolved: null, ...change });
const reading = (caseId: string, to: string): ReadingRow => ({ table: 'readings', id: `reading ${caseId}`, caseId, reader: 'me', from: to, to, active: 1, regions: {}, actions: {}, keys: 0, clicks: 0, assisted: true });
const parts = (id: string, change: Partial<Parts> = {}): Parts => ({ study: study({ id, title: `Case ${id}`, patient: `patient ${id}` }), regions: [], notes: [], readings: [], ...change });

const anyParts = fc.record({
  modality: fc.constantFrom('CT', 'radiograph'), status: fc.constantFrom('new', 'proposed', 'in-review', 'signed-off'), split: fc.constantFrom('training', 'holdout'), phantom: fc.boolean(), labels: fc.subarray(['cyst', 'nodule']), flag: fc.boolean(), comment: fc.boolean(), readAgo: fc.constantFrom(null, 0.5, 3), by: fc.constantFrom('me', 'colleague'), signedAgo: fc.constantFrom(0, 3, 20, 90), series: fc.constantFrom(null, null, 's', 't'),
} as const).map((c) => (id: string): Parts => ({
  study: study({ id, title: `Case ${id}`, modality: c.modality, status: c.status, split: c.split, phantom: c.phantom, ...(c.series === null ? {} : { series: { id: c.series, number: null, plane: null } }), ...(c.status === 'signed-off' ? { signedOffAt: ago(c.signedAgo), signedOffBy: c.by } : {}) }),
  regions: c.labels.map((label, i) => proposal(`${id} ${i}`, { caseId: id, label, caption: `A ${label} here.` })),
  notes: [...(c.flag ? [note(id, { kind: 'flag' })] : []), ...(c.comment ? [note(id)] : [])], readings: c.readAgo === null ? [] : [reading(id, ago(c.readAgo))],
}));
const worklists = fc.array(anyParts, { maxLength: 30 }).map((made) => made.map((make, i) => make(`${i}`)));
const views: fc.Arbitrary<WorklistView> = fc.record({
  search: fc.constantFrom('', 'cyst', 'case 1', 'nodule here', 'ct', 'nothing like it'), order: fc.constantFrom('expectedValue', 'random', 'oldest', 'title', 'regions', 'state', 'when'), reversed: fc.boolean(), stacked: fc.constant(false),
  filters: fc.record({ status: fc.constantFrom(null, 'proposed', 'signed-off'), modality: fc.constantFrom(null, 'CT'), finding: fc.constantFrom(null, 'cyst'), mark: fc.constantFrom(null, 'flagged', 'unread'), signedOff: fc.constantFrom(null, 'week'), signedOffBy: fc.constantFrom(null, 'me'), split: fc.constantFrom(null, 'holdout'), origin: fc.constantFrom(null, 'phantom') } as const),
} as const);

/** What each filter means, one case at a time. */
const means: Readonly<Record<Facet, (p: Parts, value: string) => boolean>> = {
  status: (p, v) => p.study.status === v, modality: (p, v) => p.study.modality === v, split: (p, v) => p.study.split === v, origin: (p, v) => p.study.phantom === (v === 'phantom'),
  finding: (p, v) => p.regions.some((r) => r.label === v), signedOffBy: (p, v) => p.study.signedOffBy === v,
  signedOff: (p, v) => p.study.signedOffAt !== null && p.study.signedOffAt >= ago(v === 'today' ? 0.5 : v === 'week' ? 6.5 : 29.5),
  mark: (p, v) => (v === 'unread' ? p.readings.length === 0 || p.notes.some((n) => p.readings.every((r) => n.at > r.to)) : p.notes.some((n) => n.kind === (v === 'flagged' ? 'flag' : 'comment'))),
};
const passes = (p: Parts, v: WorklistView): boolean => {
  const text = [p.study.title, p.study.patient, p.study.modality, p.study.file, p.study.phantom ? 'phantom' : '', ...p.regions.flatMap((r) => [r.label, r.caption])].join('\n').toLowerCase();
  return v.search.split(' ').every((w) => text.includes(w)) && facets.every((f) => { const wanted = v.filters[f]; return wanted === null || means[f](p, wanted); });
};
const indexOf = (list: readonly Parts[]): WorklistIndex => { const index = new WorklistIndex('me'); for (const p of list) index.put(p); return index; };

describe('an answer', () => {
  test('has exactly the cases that the view means, each once', () => {
    fc.assert(fc.property(worklists, views, (list, view) => {
      const { ids, total } = indexOf(list).answer(view, now);
      expect([...ids].sort()).toEqual(list.filter((p) => passes(p, view)).map((p) => p.study.id).sort());
      expect(total).toBe(list.length);
    }));
  });
  test('of the images of a stack only the first, whatever the view; each says how many it stands for', () => {
    fc.assert(fc.property(worklists, views, (list, view) => {
      const index = indexOf(list), stackOf = (id: string): string => list.find((p) => p.study.id === id)?.study.series?.id ?? `alone ${id}`, { ids } = index.answer(view, now);
      const { ids: stacked, hasStacks } = index.answer({ ...view, stacked: true }, now);
      expect(stacked).toEqual(ids.filter((id, i) => ids.findIndex((other) => stackOf(other) === stackOf(id)) === i));
      const sizes = list.map((p) => list.filter((o) => stackOf(o.study.id) === stackOf(p.study.id)).length);
      expect(list.map((p) => index.listed(p.study.id, 'expectedValue', now)?.slices)).toEqual(sizes);
      expect(hasStacks).toBe(sizes.some((n) => n > 1));
    }));
  });
  test('counts for each value what choosing it would show', () => {
    fc.assert(fc.property(worklists, views, fc.constantFrom(...facets), (list, view, facet) => {
      const index = indexOf(list), { counts } = index.answer(view, now);
      for (const [value, n] of counts[facet]) {
        const chosen = worklistView.parse({ ...view, filters: { ...view.filters, [facet]: value } });
        expect(index.answer(chosen, now).ids.length, `${facet} ${value}`).toBe(n);
      }
    }));
  });
  test('is the same whether cases came once or were put again and again', () => {
    fc.assert(fc.property(worklists, views, (list, view) => {
      const again = indexOf(list.map((p) => ({ ...p, regions: [], notes: [] })));
      for (const p of list.toReversed()) again.put(p);
      expect(again.answer(view, now)).toEqual(indexOf(list).answer(view, now));
    }));
  });
});

test('a column sorts both ways, and rows keep the reason of the usual order', () => {
  const index = indexOf(['b', 'c', 'a'].map((id) => parts(id)));
  expect(index.answer({ ...usualView, order: 'title' }, now).ids).toEqual(['a', 'b', 'c']);
  expect(index.answer({ ...usualView, order: 'title', reversed: true }, now).ids).toEqual(['c', 'b', 'a']);
  expect(index.listed('a', 'expectedValue', now)?.why?.reason).toEqual({ kind: 'age', days: 78 });
  expect(index.listed('nobody', 'expectedValue', now)).toBeNull();
});
test('distances and rules change the order', () => {
  const index = indexOf(['a', 'b', 'c'].map((id) => parts(id)));
  index.setDistances(new Map([['c', 0.5], ['b', 0.2]]));
  expect(index.answer(usualView, now).ids).toEqual(['c', 'b', 'a']);
  index.setSite([{ name: 'first', modality: '', title: 'Case a', finding: '', weight: 1 }], false);
  expect(index.answer(usualView, now).ids).toEqual(['a', 'c', 'b']);
});
test('where readers mark first, the list says of a waiting case neither how many regions were found nor why it matters', () => {
  const index = indexOf([parts('a', { regions: [proposal('r', { caseId: 'a' })] }), parts('b', { study: study({ id: 'b', revealedAt: '2026-01-01T00:00:00.000Z' }) })]);
  expect(index.listed('a', 'expectedValue', now)).toMatchObject({ regions: 1, why: { reason: {} } });
  index.setSite([], true);
  expect(index.listed('a', 'expectedValue', now)).toMatchObject({ regions: null, why: null });
  expect(index.listed('b', 'expectedValue', now)?.regions).toBe(0);
});
test('what another reader reads unseen is not in the list', () => {
  const index = indexOf([parts('a'), parts('b', { study: study({ id: 'b', readOf: { caseId: 'a', reader: 'colleague' } }) }), parts('c', { study: study({ id: 'c', readOf: { caseId: 'a', reader: 'me' } }) })]);
  expect([...index.answer(usualView, now).ids].sort()).toEqual(['a', 'c']);
});
test('a note by another after the last visit makes a case unread again; one\'s own does not', () => {
  const unread = (change: Partial<Parts>): boolean | undefined => indexOf([parts('a', change)]).listed('a', 'oldest', now)?.unread;
  expect(unread({})).toBe(true);
  expect(unread({ readings: [reading('a', ago(2))] })).toBe(false);
  expect(unread({ readings: [reading('a', ago(2))], notes: [note('a')] })).toBe(true);
  expect(unread({ readings: [reading('a', ago(2))], notes: [note('a', { author: 'me' })] })).toBe(false);
});
test('ten thousand cases are all there, and words of captions find them', () => {
  const index = indexOf(Array.from({ length: 10_000 }, (_, i) => parts(`${i}`, { regions: [proposal(`${i}`, { caseId: `${i}`, caption: i % 1000 === 7 ? 'An unusual vessel.' : 'A cyst.' })] })));
  expect(index.answer(usualView, now).ids).toHaveLength(10_000);
  expect(index.answer({ ...usualView, search: 'unusual' }, now).ids).toHaveLength(10);
  expect(index.answer({ ...usualView, filters: { ...noFilters, finding: 'cyst' } }, now).counts.finding).toEqual([['cyst', 10_000]]);
});

test('who marks first learns nothing by filtering, searching or sorting: what a reader marked is found, what was proposed is not', () => {
  const index = new WorklistIndex('me');
  const proposed = { status: 'proposed', caption: { text: 'A cyst is seen.', origin: 'model' } } as const;
  index.put(parts('a', { study: study({ id: 'a', title: 'Case a', ...proposed }), regions: [proposal('a1', { caseId: 'a', label: 'cyst', caption: 'A cyst.' }), proposal('a2', { caseId: 'a', label: 'cyst', caption: 'A cyst.' })] }));
  index.put(parts('b', { study: study({ id: 'b', title: 'Case b', ...proposed }), regions: [proposal('b1', { caseId: 'b', label: 'cyst', caption: 'A cyst.' }), proposal('b2', { caseId: 'b', label: 'scar', caption: 'A scar.', verdict: 'added', source: 'person', proposal: null })] }));
  const found = (change: Partial<WorklistView>, reversed = false) => index.answer({ ...usualView, order: 'title', ...change, reversed }, now);
  const findings = (): unknown => found({}).counts.finding;
  expect([found({ search: 'cyst' }).ids, found({ filters: { ...noFilters, finding: 'cyst' } }).ids, found({ order: 'regions' }).ids, findings()]).toEqual([['a', 'b'], ['a', 'b'], ['a', 'b'], [['cyst', 2], ['scar', 1]]]);
  index.setSite([], true);
  expect([found({ search: 'cyst' }).ids, found({ filters: { ...noFilters, finding: 'cyst' } }).ids, found({ order: 'regions' }).ids, findings()]).toEqual([[], [], ['a', 'b'], [['scar', 1]]]);
  expect([found({ search: 'scar' }).ids, found({ order: 'regions' }, true).ids]).toEqual([['b'], ['b', 'a']]);
  // Once they were shown, they are found.
  index.put(parts('a', { study: study({ id: 'a', title: 'Case a', ...proposed, revealedAt: ago(0) }), regions: [proposal('a1', { caseId: 'a', label: 'cyst', caption: 'A cyst.' })] }));
  expect(found({ search: 'cyst' }).ids).toEqual(['a']);
});

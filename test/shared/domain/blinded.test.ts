// Two readers on one case: nothing of either reaches the case until somebody decides, and then exactly what was decided.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assignReaders, decidePlaces, placesRead, readyToDecide, type Choice, type Reading } from '../../../shared/domain/commands/blinded.ts';
import { signOffCase } from '../../../shared/domain/commands/case.ts';
import { acceptRegion, addRegion, editRegion, ignoreRegion, rejectRegion } from '../../../shared/domain/commands/region.ts';
import type { CaseRow } from '../../../shared/domain/case.ts';
import { applyDiff, type Diff, type Row, type RowStore } from '../../../shared/domain/diff.ts';
import type { Box } from '../../../shared/domain/geometry.ts';
import { isFinding, type RegionRow } from '../../../shared/domain/region.ts';
import { AppError } from '../../../shared/errors.ts';
import { proposal, study } from './rows.ts';

class Store implements RowStore {
  readonly rows = new Map<string, Row>();
  constructor(rows: readonly Row[]) { for (const row of rows) this.put(row); }
  get(table: Row['table'], id: string): Row | undefined { return this.rows.get(`${table} ${id}`); }
  put(row: Row): void { this.rows.set(`${row.table} ${row.id}`, row); }
  delete(table: Row['table'], id: string): void { this.rows.delete(`${table} ${id}`); }
  apply(d: Diff): void { applyDiff(this, d); }
  case(id: string): CaseRow { const r = this.get('cases', id); if (r?.table !== 'cases') throw new Error(`no case ${id}`); return r; }
  region(id: string): RegionRow { const r = this.get('regions', id); if (r?.table !== 'regions') throw new Error(`no region ${id}`); return r; }
  regionsOf(caseId: string): RegionRow[] { return [...this.rows.values()].flatMap((r) => (r.table === 'regions' && r.caseId === caseId ? [r] : [])); }
  reading(reader: string): Reading { return { study: this.case(`case-1~${reader}`), regions: this.regionsOf(`case-1~${reader}`) }; }
}

const at = (x: number): Box => ({ x, y: 10, width: 30, height: 30 });
function begun(proposals: readonly RegionRow[] = [proposal('p', { proposed: at(10) }), proposal('q', { proposed: at(200) })]): Store {
  const store = new Store([study(), ...proposals]);
  store.apply(assignReaders(study(), proposals, ['anna', 'ben']));
  return store;
}
const decide = (store: Store, choices: (places: ReturnType<typeof placesRead>) => Choice[]): void => {
  const readings = [store.reading('anna'), store.reading('ben')];
  store.apply(decidePlaces(store.case('case-1'), store.regionsOf('case-1'), readings, choices(placesRead(readings))));
};
const codeOf = (work: () => unknown): string => { try { work(); } catch (error) { if (error instanceof AppError) return error.code; throw error; } return 'not refused'; };

describe('readers', () => {
  test('each gets a copy of the proposals; the case itself stays as it is and knows its readers', () => {
    const store = begun();
    expect(store.case('case-1')).toEqual(study({ readers: ['anna', 'ben'] }));
    expect(store.case('case-1~anna')).toEqual({ ...study(), id: 'case-1~anna', readOf: { caseId: 'case-1', reader: 'anna' } });
    expect(store.regionsOf('case-1~ben').map((r) => r.id)).toEqual(['p~ben', 'q~ben']);
  });
  test('two different ones at least, and only once', () => {
    expect(codeOf(() => assignReaders(study(), [], ['anna', ' anna ']))).toBe('conflict');
    expect(codeOf(() => assignReaders(study({ readers: ['a', 'b'] }), [], ['c', 'd']))).toBe('conflict');
    expect(codeOf(() => assignReaders(study({ status: 'in-review' }), [], ['c', 'd']))).toBe('conflict');
  });
  test('the case waits until all have signed off', () => {
    const store = begun(), [anna, ben] = [store.case('case-1~anna'), store.case('case-1~ben')], signed: CaseRow = { ...anna, status: 'signed-off' };
    expect(readyToDecide(store.case('case-1'), [signed, ben])).toBe(false);
    expect(readyToDecide(store.case('case-1'), [signed, { ...ben, status: 'signed-off' }])).toBe(true);
  });
});

describe('the decision', () => {
  test('takes the chosen mark of each place: accepted, edited, drawn by one, rejected by both, left open by both', () => {
    const store = begun([proposal('p', { proposed: at(10) }), proposal('q', { proposed: at(200) }), proposal('r', { proposed: at(100) }), proposal('s', { proposed: at(300) })]);
    const [anna, ben] = [store.case('case-1~anna'), store.case('case-1~ben')];
    store.apply(acceptRegion(anna, store.region('p~anna')));
    store.apply(editRegion(ben, store.region('p~ben'), { box: at(13), label: 'mass', caption: 'A mass.' }));
    for (const [reader, s] of [['anna', anna], ['ben', ben]] as const) {
      store.apply({ ...rejectRegion(s, store.region(`q~${reader}`)), updated: [[store.region(`q~${reader}`), { ...store.region(`q~${reader}`), verdict: 'rejected' }]] });
      store.apply({ added: [], removed: [], updated: ignoreRegion(store.case(s.id), store.region(`s~${reader}`)).updated });
    }
    store.apply(rejectRegion(store.case(anna.id), store.region('r~anna')));
    store.apply(rejectRegion(store.case(ben.id), store.region('r~ben')));
    store.apply(addRegion(store.case(ben.id), { id: 'new', box: at(150), label: 'stone', caption: 'A stone.', order: 1000 }));
    decide(store, (places) => places.map(({ marks }) => marks.findLast((m) => m !== null)?.id ?? null));
    expect(store.region('p')).toMatchObject({ verdict: 'edited', box: at(13), label: 'mass' });
    expect(['q', 'r', 's'].map((id) => store.region(id).verdict)).toEqual(['rejected', 'rejected', 'ignored']);
    expect(store.region('case-1-new')).toMatchObject({ verdict: 'added', label: 'stone', caseId: 'case-1' });
    expect(store.case('case-1').status).toBe('in-review');
    store.apply(signOffCase(store.case('case-1'), store.regionsOf('case-1'), '2026-01-02T00:00:00.000Z'));
  });
  test('nothing there after all: the proposal is rejected, what one drew is not taken', () => {
    const store = begun([proposal('p', { proposed: at(10) })]);
    store.apply(acceptRegion(store.case('case-1~anna'), store.region('p~anna')));
    store.apply(rejectRegion(store.case('case-1~ben'), store.region('p~ben')));
    store.apply(addRegion(store.case('case-1~ben'), { id: 'new', box: at(150), label: 'stone', caption: 'A stone.', order: 1000 }));
    decide(store, (places) => places.map(() => null));
    expect(store.regionsOf('case-1').map((r) => r.verdict)).toEqual(['rejected']);
  });
  test('what is not of the place, or leaves one out, is refused', () => {
    const store = begun();
    store.apply(acceptRegion(store.case('case-1~anna'), store.region('p~anna')));
    expect(codeOf(() => decide(store, () => []))).toBe('conflict');
    expect(codeOf(() => decide(store, () => ['q~anna']))).toBe('conflict');
  });
  test('whatever readers did and somebody chose: the case has exactly the chosen marks, and no proposal is left undecided', () => {
    const act = fc.tuple(fc.constantFrom('accept', 'reject', 'ignore', 'move', 'add'), fc.nat({ max: 2 }), fc.integer({ min: 0, max: 340 }));
    fc.assert(fc.property(fc.array(act, { maxLength: 8 }), fc.array(act, { maxLength: 8 }), fc.array(fc.nat({ max: 2 }), { minLength: 30, maxLength: 30 }), (first, second, picks) => {
      const store = begun([proposal('p', { proposed: at(10) }), proposal('q', { proposed: at(24) }), proposal('r', { proposed: at(300) })]);
      for (const [reader, acts] of [['anna', first], ['ben', second]] as const) for (const [i, [what, n, x]] of acts.entries()) {
        const s = store.case(`case-1~${reader}`), region = store.region(`${['p', 'q', 'r'][n]}~${reader}`);
        store.apply(what === 'accept' ? acceptRegion(s, region) : what === 'reject' ? rejectRegion(s, region) : what === 'ignore' ? ignoreRegion(s, region) : what === 'move' ? editRegion(s, region, { box: at(x) }) : addRegion(s, { id: `${reader}-${i}`, box: at(x), label: 'stone', caption: 'A stone.', order: 1000 + i }));
      }
      let chosen: string[] = [];
      decide(store, (places) => {
        const choices = places.map(({ marks }, i) => [null, ...marks.flatMap((m) => (m === null ? [] : [m.id]))][(picks[i] ?? 0) % (1 + marks.filter((m) => m !== null).length)] ?? null);
        chosen = choices.filter((c) => c !== null);
        return choices;
      });
      const marks = (list: readonly { box: Box; label: string }[]): string[] => list.map((r) => JSON.stringify([r.box, r.label])).sort();
      expect(marks(store.regionsOf('case-1').filter(isFinding))).toEqual(marks(chosen.map((id) => store.region(id))));
      expect(store.regionsOf('case-1').some((r) => r.verdict === 'proposed')).toBe(false);
    }), { seed: 1, numRuns: 300 });
  });
});

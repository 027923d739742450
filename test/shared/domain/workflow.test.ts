// The figures of the work, on sets small enough to count by hand.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ReadingRow } from '../../../shared/domain/reading.ts';
import type { RegionRow } from '../../../shared/domain/region.ts';
import { decisionsOf, shareOf, workflow, workflowOf, type Decision, type Touch } from '../../../shared/domain/workflow.ts';
import { drawn, proposal, study } from './rows.ts';

const at = '2026-01-02T10:00:00.000Z', signed = study({ status: 'signed-off', signedOffAt: at });
const touched = (regions: readonly RegionRow[], after: number | null = 3): Map<string, Touch> => new Map(regions.map((r) => [r.id, { reader: 'anna', at, after }]));
const visit = (caseId: string, active: number, change: Partial<ReadingRow> = {}): ReadingRow => ({ table: 'readings', id: `${caseId} ${active}`, caseId, reader: 'anna', from: at, to: at, active, regions: {}, actions: {}, keys: 4, clicks: 2, assisted: true, ...change });
const decision = (change: Partial<Decision> = {}): Decision => ({ caseId: 'case-1', reader: 'anna', at, outcome: 'accepted', label: 'cyst', score: 0.9, size: 'small', overlap: 1, unaided: false, planted: false, after: 3, ...change });

describe('decisions', () => {
  test('of a signed-off case, one a decided region, with who and how', () => {
    const regions = [
      proposal('a', { verdict: 'accepted' }), proposal('m', { verdict: 'edited', box: { x: 40, y: 30, width: 60, height: 25 } }), proposal('n', { verdict: 'edited', label: 'mass' }), proposal('x', { verdict: 'rejected', label: 'mass' }),
      proposal('i', { verdict: 'ignored' }), drawn('d', { label: 'stone' }), proposal('open'), proposal('t', { source: 'truth', verdict: 'accepted' }), proposal('p', { verdict: 'accepted', planted: true }), proposal('u', { verdict: 'edited', unaided: true }),
    ];
    const found = decisionsOf(signed, regions, touched(regions));
    expect(found.map((d) => d.outcome)).toEqual(['accepted', 'moved', 'renamed', 'rejected', 'ignored', 'added', 'accepted', 'moved']);
    expect(found[1]).toMatchObject({ overlap: 0.5, reader: 'anna', score: 0.8 });
    expect(found[3]).toMatchObject({ label: 'cyst' });
    expect(found[5]).toMatchObject({ overlap: null, score: null, label: 'stone' });
    expect(found.filter((d) => d.planted || d.unaided)).toHaveLength(2);
    expect(decisionsOf(study({ status: 'in-review' }), regions, touched(regions))).toEqual([]);
    expect(decisionsOf(signed, regions, new Map())).toEqual([]);
  });
});

describe('shares', () => {
  test('Wilson\'s interval, as published: 81 of 263 is 0.308 (0.255 to 0.366)', () => {
    const s = shareOf(81, 263);
    expect(s?.value).toBeCloseTo(0.308, 3);
    expect(s?.low).toBeCloseTo(0.2553, 3);
    expect(s?.high).toBeCloseTo(0.3662, 3);
    expect(shareOf(0, 0)).toBeNull();
  });
  test('holds its value, whatever the counts', () => {
    fc.assert(fc.property(fc.nat({ max: 500 }), fc.integer({ min: 1, max: 500 }), (a, of) => {
      const s = shareOf(Math.min(a, of), of);
      if (s === null) throw new Error('no share');
      expect(s.low >= 0 && s.high <= 1 && s.low <= s.value + 1e-9 && s.high >= s.value - 1e-9).toBe(true);
    }), { seed: 1 });
  });
});

describe('a workflow', () => {
  test('counts what was proposed apart from what was drawn, and leaves planted proposals out of both', () => {
    const w = workflowOf([decision(), decision({ score: 0.3, outcome: 'rejected' }), decision({ score: 0.6, outcome: 'moved', overlap: 0.5 }), decision({ outcome: 'added', score: null, overlap: null, label: 'stone', size: 'large' }), decision({ planted: true }), decision({ planted: true, outcome: 'rejected' })], []);
    expect(w.accepted).toMatchObject({ count: 1, of: 3 });
    expect(w.byScore.map((b) => [b.from, b.accepted?.count ?? null, b.accepted?.of ?? null])).toEqual([[0, 0, 1], [0.5, 0, 1], [0.8, 1, 1]]);
    expect(w.fellFor).toMatchObject({ count: 1, of: 2 });
    expect(w.missed).toMatchObject({ count: 1, of: 3 });
    expect(w.byFinding).toMatchObject([{ label: 'cyst', proposed: 3, edited: 1, rejected: 1, added: 0 }, { label: 'stone', proposed: 0, accepted: null, added: 1 }]);
    expect(w.bySize.find((s) => s.size === 'small')).toMatchObject({ edited: 1, overlap: 0.5 });
    expect(w.unaided).toBeNull();
  });
  test('knows who did not look, and who found it alone', () => {
    const w = workflowOf([decision({ after: 0.2 }), decision({ after: 0.9 }), decision({ after: 4, unaided: true, outcome: 'moved' }), decision({ after: null })], []);
    expect(w.hasty).toMatchObject({ count: 2, of: 3 });
    expect(w.unaided).toMatchObject({ count: 1, of: 4 });
  });
  test('time is of cases, with all their visits; with and without the machine', () => {
    const w = workflowOf([decision({ caseId: 'a' }), decision({ caseId: 'b' }), decision({ caseId: 'c' })], [visit('a', 20), visit('a', 10), visit('b', 60, { regions: { r: 12, s: 8 } }), visit('c', 90, { assisted: false }), visit('never finished', 500)]);
    expect(w.time).toMatchObject({ total: 680, aCase: 60, aRegion: 10, assisted: 45, alone: 90, keysACase: 6 });
    expect(w.time.casesAnHour).toBeCloseTo((3600 * 3) / 180, 6);
  });
  test('agreement stands by the number of readers; a case in which nobody marked anything says nothing', () => {
    const mark = (id: string, label: string, x = 0) => ({ id, label, box: { x, y: 0, width: 10, height: 10 } });
    const two = [{ marks: [mark('a', 'cyst'), mark('b', 'cyst', 2)] }, { marks: [mark('c', 'mass', 50), null] }, { marks: [mark('d', 'mass', 80), mark('e', 'mass', 80)] }];
    const three = [{ marks: [mark('f', 'cyst'), mark('g', 'cyst'), mark('h', 'cyst')] }, { marks: [mark('i', 'mass', 40), mark('k', 'mass', 40), null] }];
    const { agreement } = workflowOf([], [], [three, two, [], two]);
    expect(agreement.map((a) => [a.readers, a.cases, a.shared?.count, a.shared?.of])).toEqual([[2, 2, 4, 6], [3, 1, 1, 2]]);
    // Cohen, by hand over both cases: observed 4 of 6; chance 1/3·1/3 for cysts, 2/3·1/3 for masses, 0 for nothing.
    expect(agreement[0]?.kappa).toBeCloseTo((4 / 6 - 1 / 3) / (1 - 1 / 3), 12);
    expect(agreement[0]?.overlap).toBeCloseTo((8 / 12 + 1) / 2, 12);
    // Fleiss, by hand: rows agree by 1 and 1/3; of six names three are cyst, two mass, one nothing.
    expect(agreement[1]?.kappa).toBeCloseTo((2 / 3 - 14 / 36) / (1 - 14 / 36), 12);
  });
  test('of nothing is nothing, and always of its shape', () => {
    expect(workflow.parse(workflowOf([], []))).toMatchObject({ cases: 0, decisions: 0, accepted: null, time: { total: 0, aCase: null } });
    const any = fc.record({ outcome: fc.constantFrom('accepted', 'moved', 'renamed', 'rejected', 'ignored', 'added'), planted: fc.boolean(), unaided: fc.boolean(), score: fc.option(fc.double({ min: 0, max: 1, noNaN: true })), after: fc.option(fc.double({ min: 0, max: 100, noNaN: true })) });
    fc.assert(fc.property(fc.array(any, { maxLength: 30 }), (list) => {
      const w = workflowOf(list.map((d) => decision(d)), []);
      expect(() => workflow.parse(w)).not.toThrow();
      expect(w.decisions).toBe(list.filter((d) => !d.planted).length);
      expect(w.byFinding.reduce((n, f) => n + f.proposed + f.added, 0)).toBe(w.decisions);
    }), { seed: 2, numRuns: 100 });
  });
});

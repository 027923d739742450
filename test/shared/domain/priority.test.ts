// The worklist's order, for any worklist: every strategy is a permutation, the same each time, with work begun on top and
// done work below; more of a signal never moves a case down; and the reason that is given is true of the case.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parts, rank, strategy, usualWeights, type Candidate, type PriorityRule, type RankSettings } from '../../../shared/domain/priority.ts';
import { signalsOf, uncertaintyOf, type LookedAt } from '../../../shared/domain/signals.ts';

const now = '2026-03-20T12:00:00.000Z', day = 86_400_000;
const daysAgo = (n: number): string => new Date(Date.parse(now) - n * day).toISOString();
const candidate = (id: string, change: Partial<Candidate> = {}): Candidate => ({ id, title: `Case ${id}`, modality: 'CT', findings: [], status: 'proposed', importedAt: now, signedOffAt: null, source: id.padEnd(64, '0'), distance: null, ...change });
const signals = (change: Partial<NonNullable<Candidate['signals']>> = {}): NonNullable<Candidate['signals']> => ({ model: '0.1.0', regions: 5, uncertainty: 0, unsure: 0, disagreement: 0, disagreeing: 0, ...change });
const settings = (change: Partial<RankSettings> = {}): RankSettings => ({ strategy: 'expectedValue', now, ...change });

const share = fc.double({ min: 0, max: 1, noNaN: true });
const rules: PriorityRule[] = [{ name: 'screening', modality: 'CT', title: '', finding: '', weight: 1 }, { name: 'later', modality: '', title: 'case 1', finding: '', weight: -0.5 }, { name: 'masses', modality: '', title: '', finding: 'mass', weight: 0.5 }];
const anyCase = fc.record({
  title: fc.integer({ min: 0, max: 30 }).map((n) => `Case ${n}`), modality: fc.constantFrom('CT', 'ct', 'radiograph'), findings: fc.subarray(['mass', 'cyst']), status: fc.constantFrom('new', 'proposed', 'in-review', 'signed-off'), importedAt: fc.integer({ min: 0, max: 90 }).map(daysAgo),
  signals: fc.option(fc.record({ model: fc.constant('0.1.0'), regions: fc.integer({ min: 3, max: 9 }), uncertainty: share, unsure: fc.integer({ min: 0, max: 3 }), disagreement: share, disagreeing: fc.integer({ min: 0, max: 3 }) }), { nil: undefined }),
  priority: fc.constantFrom(undefined, 'first', 'last'), distance: fc.option(fc.double({ min: 0, max: 2, noNaN: true }), { nil: null }),
} as const);
const anyCases = fc.array(anyCase, { maxLength: 25 }).map((list): Candidate[] => list.map((c, i) => candidate(`${i}`, { ...c, signedOffAt: c.status === 'signed-off' ? c.importedAt : null })));
const anySettings = fc.record({ strategy: fc.constantFrom(...strategy.options), rules: fc.subarray(rules), seed: fc.integer({ min: 0, max: 99 }) }).map((s) => settings(s));

describe('every strategy', () => {
  test('is a permutation, and the same for the same cases in whatever order they come', () => {
    fc.assert(fc.property(anyCases, anySettings, (cases, s) => {
      const order = rank(cases, s).map((r) => r.id);
      expect([...order].sort()).toEqual(cases.map((c) => c.id).sort());
      expect(rank(cases.toReversed(), s).map((r) => r.id)).toEqual(order);
    }));
  });
  test('has work begun on top, then what a person put first; what is put last comes after all that waits, and done work last', () => {
    const group = (c: Candidate): number => (c.status === 'in-review' ? 0 : c.status === 'signed-off' ? 5 : c.priority === 'first' ? 1 : c.priority === 'last' ? 4 : c.status === 'proposed' ? 2 : 3);
    fc.assert(fc.property(anyCases, anySettings, (cases, s) => {
      const known = new Map(cases.map((c) => [c.id, c])), groups = rank(cases, s).map((r) => group(known.get(r.id) ?? candidate('')));
      expect(groups).toEqual([...groups].sort((a, b) => a - b));
    }));
  });
  test('says a value that is the sum of its parts, none of which is more than its weight', () => {
    fc.assert(fc.property(anyCases, anySettings, (cases, s) => {
      for (const r of rank(cases, s)) {
        expect(r.value).toBeCloseTo(parts.reduce((sum, p) => sum + r.parts[p], 0), 9);
        for (const p of parts) expect(Math.abs(r.parts[p])).toBeLessThanOrEqual(usualWeights[p] + 1e-9);
      }
    }));
  });
  test('gives a reason that is true', () => {
    fc.assert(fc.property(anyCases, anySettings, (cases, s) => {
      const known = new Map(cases.map((c) => [c.id, c]));
      for (const { id, reason } of rank(cases, s)) {
        const c = known.get(id) ?? candidate('');
        if (reason.kind === 'uncertainty') expect([reason.n, reason.of]).toEqual([c.signals?.unsure, c.signals?.regions]);
        if (reason.kind === 'disagreement') expect([reason.n, reason.of]).toEqual([c.signals?.disagreeing, c.signals?.regions]);
        if ('n' in reason) expect(reason.n).toBeGreaterThan(0);
        if (reason.kind === 'age') expect(c.importedAt).toBe(daysAgo(reason.days));
        if (reason.kind === 'site') expect(s.rules?.map((r) => r.name)).toContain(reason.name);
        if (reason.kind === 'diversity') expect(c.distance).toBeGreaterThan(0);
        expect(reason.kind === 'begun').toBe(c.status === 'in-review');
        expect(reason.kind === 'signed-off').toBe(c.status === 'signed-off');
      }
    }));
  });
});

/** Where a case stands among the others. */
const placeOf = (id: string, cases: readonly Candidate[], s: RankSettings): number => rank(cases, s).findIndex((r) => r.id === id);

describe('more of a signal never moves a case down', () => {
  const more: readonly (readonly [string, RankSettings['strategy'], (c: Candidate, by: number) => Candidate])[] = [
    ['uncertainty', 'uncertainty', (c, by) => ({ ...c, signals: { ...signals(c.signals), uncertainty: Math.min(1, (c.signals?.uncertainty ?? 0) + by) } })],
    ['disagreement', 'disagreement', (c, by) => ({ ...c, signals: { ...signals(c.signals), disagreement: Math.min(1, (c.signals?.disagreement ?? 0) + by) } })],
    ['distance', 'diversity', (c, by) => ({ ...c, distance: (c.distance ?? 0) + by })],
    ['age', 'oldest', (c, by) => ({ ...c, importedAt: new Date(Date.parse(c.importedAt) - Math.ceil(by * 30) * day).toISOString() })],
  ];
  test.each(more)('%s', (_, own, raise) => {
    fc.assert(fc.property(anyCases.filter((l) => l.length > 0), fc.nat(), share, fc.constantFrom(own, 'expectedValue' as const), (cases, n, by, chosen) => {
      const raised = cases[n % cases.length] ?? candidate('');
      fc.pre(raised.status !== 'signed-off');
      const s = settings({ strategy: chosen });
      expect(placeOf(raised.id, cases.map((c) => (c === raised ? raise(c, by) : c)), s)).toBeLessThanOrEqual(placeOf(raised.id, cases, s));
    }));
  });
  test('a heavier rule', () => {
    fc.assert(fc.property(anyCases.filter((l) => l.length > 0), share, share, (cases, a, b) => {
      const rule = (weight: number): PriorityRule[] => [{ name: 'this', modality: '', title: cases[0]?.title ?? '', finding: '', weight }], id = cases[0]?.id ?? '';
      // Others of its title move along with it.
      const others = cases.filter((c) => c.id === id || !c.title.includes(cases[0]?.title ?? ''));
      expect(placeOf(id, others, settings({ rules: rule(Math.max(a, b)) }))).toBeLessThanOrEqual(placeOf(id, others, settings({ rules: rule(Math.min(a, b)) })));
    }));
  });
});

describe('in particular', () => {
  test('each strategy follows its own signal', () => {
    const cases = [candidate('a', { signals: signals({ uncertainty: 0.9, unsure: 2 }), importedAt: daysAgo(1) }), candidate('b', { signals: signals({ disagreement: 0.6, disagreeing: 2 }), importedAt: daysAgo(3) }), candidate('c', { signals: signals(), distance: 0.4, importedAt: daysAgo(2) })];
    const first = (chosen: RankSettings['strategy']) => { const [r] = rank(cases, settings({ strategy: chosen })); return [r?.id, r?.reason]; };
    expect(first('uncertainty')).toEqual(['a', { kind: 'uncertainty', n: 2, of: 5 }]);
    expect(first('disagreement')).toEqual(['b', { kind: 'disagreement', n: 2, of: 5 }]);
    expect(first('diversity')).toEqual(['c', { kind: 'diversity' }]);
    expect(first('oldest')).toEqual(['b', { kind: 'age', days: 3 }]);
  });
  test('random order follows from the seed and the files: another seed, another order', () => {
    const cases = Array.from({ length: 40 }, (_, i) => candidate(`${i}`)), order = (seed: number): string[] => rank(cases, settings({ strategy: 'random', seed })).map((r) => r.id);
    expect(order(1)).toEqual(order(1));
    expect(order(1)).not.toEqual(order(2));
    expect(order(1)).not.toEqual(cases.map((c) => c.id));
  });
  test('a site\'s rule needs all that it names, and says its name', () => {
    const both: PriorityRule = { name: 'Chest masses', modality: 'ct', title: 'chest', finding: 'Mass', weight: 1 };
    const cases = [candidate('a', { title: 'Chest 1' }), candidate('b', { title: 'Chest 2', findings: ['mass'] }), candidate('c', { title: 'Head', findings: ['mass'] }), candidate('d', { title: 'Chest 3', findings: ['mass'], modality: 'MR' })];
    const [first, ...rest] = rank(cases, settings({ rules: [both] }));
    expect(first).toMatchObject({ id: 'b', reason: { kind: 'site', name: 'Chest masses' }, parts: { site: usualWeights.site } });
    expect(rest.every((r) => r.parts.site === 0 && r.reason.kind === 'none')).toBe(true);
  });
  test('nothing found is said, and so is that nobody looked', () => {
    expect(rank([candidate('a', { signals: signals({ regions: 0 }) }), candidate('b', { status: 'new' })], settings()).map((r) => r.reason.kind)).toEqual(['nothing-found', 'not-looked-at']);
  });
});

describe('the doubts of a case', () => {
  const region = fc.record({ score: share, firstLook: share, secondLook: share, entropy: share });
  const regions = fc.array(region, { maxLength: 12 });
  test('are shares; what is counted is among its regions', () => {
    fc.assert(fc.property(regions, share, (list, threshold) => {
      const s = signalsOf(list, threshold, '0.1.0');
      for (const v of [s.uncertainty, s.disagreement]) { expect(v).toBeGreaterThanOrEqual(0); expect(v).toBeLessThanOrEqual(1); }
      expect(s.regions).toBe(list.length);
      for (const n of [s.unsure, s.disagreeing]) expect(n).toBeLessThanOrEqual(list.length);
    }));
  });
  test('grow with every region that is added, with the entropy of a name, and with the looks\' distance', () => {
    fc.assert(fc.property(regions, region, share, (list, more, threshold) => {
      const before = signalsOf(list, threshold, '0.1.0'), after = signalsOf([...list, more], threshold, '0.1.0');
      expect(after.uncertainty).toBeGreaterThanOrEqual(before.uncertainty);
      expect(after.disagreement).toBeGreaterThanOrEqual(before.disagreement);
    }));
    fc.assert(fc.property(region, share, share, (r, threshold, entropy) => {
      const [low, high] = [Math.min(entropy, r.entropy), Math.max(entropy, r.entropy)];
      expect(uncertaintyOf({ ...r, entropy: high }, threshold)).toBeGreaterThanOrEqual(uncertaintyOf({ ...r, entropy: low }, threshold));
    }));
  });
  test('a score at one half or at the threshold is in doubt, one far from both is not', () => {
    const at = (score: number): LookedAt => ({ score, firstLook: 0.9, secondLook: 0.9, entropy: 0 });
    expect([0.5, 0.2, 0.95].map((score) => uncertaintyOf(at(score), 0.2))).toEqual([1, 1, 0]);
    expect(signalsOf([at(0.5), at(0.95), at(0.9)], 0.2, '0.1.0')).toEqual({ model: '0.1.0', regions: 3, uncertainty: 1 / 3, unsure: 1, disagreement: 0, disagreeing: 0 });
    expect(signalsOf([{ ...at(0.9), firstLook: 0.45, secondLook: 0.95 }], 0.2, '0.1.0').disagreeing).toBe(1);
  });
});

test('slices of one series stand together where nothing else decides, as they lie in the body, whatever they are called', () => {
  const slice = (id: string, title: string, series: string, number: number, z: number): Candidate => candidate(id, { title, series: { id: series, number, plane: { origin: [0, 0, z], x: [1, 0, 0], y: [0, 1, 0] } } });
  const cases = [slice('a', 'IM-9', 's', 3, 7), slice('b', 'IM-1', 's', 1, 2), slice('c', 'IM-5', 's', 2, 4.5), candidate('d', { title: 'IM-4' }), slice('e', 'IM-0', 't', 1, 0), candidate('f', { title: 'IM-1' })];
  expect(rank(cases, { strategy: 'oldest', now }).map((r) => r.id)).toEqual(['e', 'f', 'b', 'c', 'a', 'd']);
  // What a slice is worth comes first.
  expect(rank(cases.map((c) => (c.id === 'a' ? { ...c, signals: signals({ uncertainty: 1, unsure: 2 }) } : c)), { strategy: 'uncertainty', now }).map((r) => r.id)).toEqual(['a', 'e', 'f', 'b', 'c', 'd']);
});

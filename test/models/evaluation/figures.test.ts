// Figures against known values (scikit-learn 1.9, written in as constants), against repetition, and on sets too small
// to say anything.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { auroc, balancedAccuracy, macro } from '../../../models/evaluation/auroc.ts';
import { bandOf, meanOf, measured, medianOf, strata, within, type Figure, type Subject } from '../../../models/evaluation/figures.ts';

const scores = [0.1, 0.4, 0.35, 0.8, 0.4, 0.65, 0.2, 0.9, 0.35, 0.55], truths = [0, 0, 1, 1, 1, 0, 0, 1, 0, 1].map((v) => v === 1), weights = [1, 2, 0, 3, 1, 1, 2, 1, 4, 1], ones = new Float64Array(10).fill(1);

describe('area under the ROC curve', () => {
  test('as roc_auc_score says, with ties, with and without weights', () => {
    expect(auroc(scores, truths)(ones)).toBeCloseTo(0.8, 12);
    expect(auroc(scores, truths)(weights)).toBeCloseTo(0.95, 12);
  });
  test('weights are repetitions; order turned round is one minus; all scores alike are a half', () => {
    const items = fc.array(fc.record({ s: fc.integer({ min: 0, max: 6 }), y: fc.boolean(), w: fc.integer({ min: 0, max: 3 }) }), { minLength: 2, maxLength: 20 });
    fc.assert(fc.property(items, (list) => {
      const weighted = auroc(list.map((i) => i.s), list.map((i) => i.y))(list.map((i) => i.w)), repeated = list.flatMap((i) => Array.from({ length: i.w }, () => i)), all = repeated.map(() => 1);
      const plain = auroc(repeated.map((i) => i.s), repeated.map((i) => i.y))(all), turned = auroc(repeated.map((i) => -i.s), repeated.map((i) => i.y))(all), flat = auroc(repeated.map(() => 1), repeated.map((i) => i.y))(all);
      if (plain === null) { expect(weighted).toBeNull(); return; }
      expect(weighted).toBeCloseTo(plain, 12);
      expect((turned ?? 0) + plain).toBeCloseTo(1, 12);
      expect(flat).toBe(0.5);
    }), { seed: 1 });
  });
  test('one kind alone has none', () => { expect(auroc([1, 2], [true, true])([1, 1])).toBeNull(); });
});

test('balanced accuracy as balanced_accuracy_score says', () => {
  expect(balancedAccuracy('abbbacccab'.split(''), 'aabbbccaab'.split(''))(ones)).toBeCloseTo(0.75, 12);
  expect(balancedAccuracy('abbbacccab'.split(''), 'aabbbccaab'.split(''))(weights)).toBeCloseTo(0.8083333333333332, 12);
  expect(macro([() => 0.5, () => null, () => 1])([])).toBe(0.75);
});

interface Item extends Subject { readonly v: number }
const item = (i: number, v: number, change: Partial<Item> = {}): Item => ({ patient: `p${i}`, modality: 'CT', device: null, site: null, v, ...change });
const mean: Figure<Item> = meanOf('mean', (i) => i.v);

describe('intervals and parts', () => {
  test('mean and median; the interval holds the value, is the same each time, and narrows with patients', () => {
    const of = (n: number) => measured(Array.from({ length: n }, (_, i) => item(i, i % 7)), [mean, medianOf('median', (i: Item) => i.v)]);
    const [few, many] = [of(14), of(700)].map(([m]) => m?.measure ?? { value: 0, low: 0, high: 0, n: 0 });
    expect(of(14)).toEqual(of(14));
    expect([few?.value, many?.value, of(14)[1]?.measure?.value]).toEqual([3, 3, 3]);
    for (const m of [few, many]) expect(m !== undefined && m.low <= m.value && m.value <= m.high).toBe(true);
    expect((many?.high ?? 0) - (many?.low ?? 0)).toBeLessThan(0.3 * ((few?.high ?? 0) - (few?.low ?? 0)));
  });
  test('images of one patient are drawn together: ten copies of each patient leave the interval as it is', () => {
    const one = Array.from({ length: 9 }, (_, i) => item(i, i % 3)), ten = one.flatMap((i) => Array.from({ length: 10 }, () => i));
    expect(measured(ten, [mean])[0]?.measure).toEqual(measured(one, [mean])[0]?.measure);
  });
  test('nothing to measure is null, not zero', () => { expect(measured([item(0, 1)], [within(() => false, mean), medianOf('m', () => null)])).toEqual([{ name: 'mean', measure: null }, { name: 'm', measure: null }]); });
  test('a part with fewer than five patients says how many and gives no figure', () => {
    const items = [...Array.from({ length: 6 }, (_, i) => item(i, 1, { site: 'a' })), ...Array.from({ length: 8 }, (_, i) => item(i % 4, 0, { site: 'b' }))];
    expect(strata(items, [mean]).map((s) => [s.by, s.value, s.items, s.patients, s.figures.map((f) => f.measure?.value)])).toEqual([['site', 'a', 6, 6, [1]], ['site', 'b', 8, 4, []]]);
  });
  test('sizes by share of the image', () => { expect([0, 0.00099, 0.001, 0.0099, 0.01, 0.049, 0.05, 1].map(bandOf)).toEqual(['< 0.1 %', '< 0.1 %', '0.1–1 %', '0.1–1 %', '1–5 %', '1–5 %', '> 5 %', '> 5 %']); });
});

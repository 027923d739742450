// What a person decided, as the arrays the losses are fed with: who is a positive, who a negative, what counts and
// how much. Captions here are free words, so that the view is the whole image and every number can be foretold.
import { describe, expect, test } from 'vitest';
import type { CaseRow } from '../../../shared/domain/case.ts';
import { exampleFromReview } from '../../../shared/domain/example.ts';
import type { Box } from '../../../shared/domain/geometry.ts';
import type { RegionRow } from '../../../shared/domain/region.ts';
import { toNetwork } from '../../../models/images/network-input.ts';
import { gridSide } from '../../../models/nets/configuration.ts';
import { randomFrom } from '../../../models/random.ts';
import { numbersOf, type Tensor } from '../../../models/tensor.ts';
import { makeBatch, pairTargets, type BatchShape, type Drawn } from '../../../models/training/batch.ts';
import { drawn, pixels, proposal, study } from '../../shared/domain/rows.ts';
import { smallConfiguration, smallTokenizer } from '../nets/small-network.ts';

const size = { width: 160, height: 160 };
const c = { ...smallConfiguration, image: { ...smallConfiguration.image, side: 64 } };
const shape: BatchShape = { images: 2, regions: 6, regionTexts: 10 };
const grid = gridSide(c);
const at = (x: number, y: number): Box => ({ x, y, width: 24, height: 24 });

function reviewed(id: string, regions: readonly RegionRow[], change: Partial<CaseRow> = {}): Drawn {
  const row = study({ id, pixels: pixels(size), status: 'signed-off', caption: { text: `Report of ${id}.`, origin: 'person' }, ...change });
  return { example: exampleFromReview(row, regions.map((r) => ({ ...r, caseId: id }))), image: { format: row.pixels, samples: new Uint8Array(size.width * size.height).fill(90) } };
}
const regions = {
  accepted: proposal('accepted', { proposed: at(10, 10), verdict: 'accepted' }),
  recaptioned: proposal('recaptioned', { proposed: at(70, 10), verdict: 'edited', caption: 'A bright stone.', proposal: { box: at(70, 10), label: 'cyst', caption: 'A grey mass.', score: 0.5, model: null } }),
  rejected: proposal('rejected', { proposed: at(120, 120), verdict: 'rejected' }),
  added: drawn('added', { box: at(10, 110), caption: 'A thin scar.' }),
};
const empty = reviewed('empty', []);

function batchOf(list: readonly RegionRow[], seed = 1) {
  const feeds = makeBatch([reviewed('one', list), empty], c, shape, smallTokenizer, randomFrom(seed));
  const numbers = (name: string): number[] => { const t: Tensor | undefined = feeds[name]; if (t === undefined) throw new Error(`no ${name}`); return numbersOf(t); };
  const cell = (box: Box): number => { const b = toNetwork(box, { x: 0, y: 0, ...size }, c.image.side); return Math.floor((b.y + b.height / 2) / 8) * grid + Math.floor((b.x + b.width / 2) / 8); };
  const L = c.text.length, ids = numbers('ids');
  const tokens = (text: string): string => [...smallTokenizer.encode(text, L).ids].join();
  const texts = Array.from({ length: shape.regionTexts }, (_, i) => ids.slice((shape.images + i) * L, (shape.images + i + 1) * L).join());
  return { numbers, cell, column: (text: string) => texts.indexOf(tokens(text)) };
}
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

describe('corrections become losses', () => {
  const { numbers, cell, column } = batchOf(Object.values(regions));
  const rows = shape.images * shape.regions;
  const toText = (text: string): number[] => Array.from({ length: rows }, (_, i) => numbers('regionToText')[i * shape.regionTexts + column(text)] ?? NaN);

  test('accepted, edited and added regions are findings: a peak at the centre, their caption a positive', () => {
    for (const [region, text] of [[regions.accepted, 'A dark cyst.'], [regions.recaptioned, 'A bright stone.'], [regions.added, 'A thin scar.']] as const) {
      expect(numbers('objectnessTarget')[cell(region.box)], text).toBe(1);
      expect(column(text), text).toBeGreaterThanOrEqual(0);
      expect(toText(text).filter((v) => v > 0), text).toHaveLength(1);
    }
    expect(sum(numbers('findingTarget'))).toBe(3);
  });
  test('the words that were replaced are among the texts, and nobody\'s', () => {
    expect(column('A grey mass.')).toBeGreaterThanOrEqual(0);
    expect(sum(toText('A grey mass.'))).toBe(0);
    expect(numbers('textAbsent')[column('A grey mass.')]).toBe(0);
  });
  test('a rejected box: weight above the ground\'s at its centre, target below one, a negative slot', () => {
    const [target, weight] = [numbers('objectnessTarget'), numbers('objectnessWeight')];
    const ground = weight[cell(at(70, 70))] ?? NaN;
    expect(target[cell(regions.rejected.box)]).toBeLessThan(1);
    expect(weight[cell(regions.rejected.box)]).toBeGreaterThan(2 * ground);
    // Four findings' slots at most, then the rejected box and one of the background.
    const [counts, finding] = [numbers('findingWeight').slice(0, 6), numbers('findingTarget').slice(0, 6)];
    expect(counts.filter((w) => w > 0)).toHaveLength(5);
    expect(finding.filter((t, i) => t === 0 && (counts[i] ?? 0) > 0)).toHaveLength(2);
  });
  test('the rejected box takes a negative slot before any background does', () => {
    const without = batchOf([regions.accepted, regions.recaptioned, regions.added]);
    const geometry = (of: typeof without): number[][] => Array.from({ length: shape.regions }, (_, k) => of.numbers('geometry').slice(k * 8, k * 8 + 2));
    // Centre of the rejected box, in [-1, 1] of the image, less a little jitter.
    const near = (g: number[][]): boolean => g.slice(0, 5).some(([x = 9, y = 9]) => Math.hypot(x - 0.65, y - 0.65) < 0.2);
    expect(near(geometry(batchOf(Object.values(regions))))).toBe(true);
    expect(near(geometry(without))).toBe(false);
  });
  test('a missed region weighs twice a found one', () => {
    const weight = numbers('objectnessWeight');
    expect((weight[cell(regions.added.box)] ?? NaN) / (weight[cell(regions.accepted.box)] ?? NaN)).toBeCloseTo(2, 5);
    const boxWeight = numbers('boxWeight');
    expect(sum(boxWeight)).toBeCloseTo(1, 5);
    expect((boxWeight[cell(regions.added.box)] ?? NaN)).toBeGreaterThan(1.5 * (boxWeight[cell(regions.accepted.box)] ?? NaN));
  });
});

describe('padding never counts', () => {
  const { numbers } = batchOf([regions.accepted]);
  test('slots without a region: no weight, no positive, far below every candidate', () => {
    const weight = numbers('findingWeight'), forward = numbers('regionToText'), absent = numbers('regionAbsent');
    expect(sum(weight)).toBeCloseTo(1, 5);
    const padded = weight.flatMap((w, i) => (w === 0 ? [i] : []));
    expect(padded.length).toBeGreaterThan(0);
    for (const i of padded) {
      expect(sum(forward.slice(i * shape.regionTexts, (i + 1) * shape.regionTexts))).toBe(0);
      expect(absent[i]).toBeLessThan(-1000);
      expect(sum(numbers('crops').slice(i * 3 * 16 * 16, (i + 1) * 3 * 16 * 16).map(Math.abs))).toBe(0);
    }
    expect(absent.filter((v) => v === 0)).toHaveLength(1);
  });
  test('texts that are not there are far below every candidate', () => {
    expect(numbers('textAbsent').filter((v) => v === 0)).toHaveLength(1);
    expect(numbers('textAbsent').slice(1).every((v) => v < -1000)).toBe(true);
  });
  test('a batch without any finding has no positive and no peak, and finite weights', () => {
    const none = batchOf([]);
    for (const name of ['regionToText', 'textToRegion', 'objectnessTarget', 'boxWeight', 'findingTarget']) expect(sum(none.numbers(name)), name).toBe(0);
    for (const name of ['objectnessWeight', 'findingWeight']) expect(none.numbers(name).every(Number.isFinite), name).toBe(true);
  });
});

test('the same seed makes the same batch, another another', () => {
  const bytes = (seed: number): number[] => batchOf(Object.values(regions), seed).numbers('crops');
  expect(bytes(4)).toEqual(bytes(4));
  expect(bytes(4)).not.toEqual(bytes(5));
});

describe('pair targets', () => {
  test('rows share one among those with a text, each text shares its part among its owners', () => {
    const { forward, backward } = pairTargets(['a', null, 'b', 'a'], ['a', 'b', 'nobody'], 4, 3);
    const third = Math.fround(1 / 3);
    expect([...forward]).toEqual([third, 0, 0, 0, 0, 0, 0, third, 0, third, 0, 0]);
    expect([...backward]).toEqual([0.25, 0, 0, 0.25, 0, 0, 0.5, 0, 0, 0, 0, 0]);
  });
  test('a text that was cut from the list leaves its row empty', () => {
    const { forward, backward } = pairTargets(['a', 'b'], ['a'], 2, 1);
    expect([[...forward], [...backward]]).toEqual([[1, 0], [1, 0]]);
  });
});

// Hidden first: what a reader marked before the proposals were shown stays theirs, and costs no second decision.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { signOffCase } from '../../../shared/domain/commands/case.ts';
import { hidesProposals, revealProposals } from '../../../shared/domain/commands/reveal.ts';
import { correctionsOf } from '../../../shared/domain/correction.ts';
import { exampleFromReview } from '../../../shared/domain/example.ts';
import { iou } from '../../../shared/domain/geometry.ts';
import { isFinding, type RegionRow } from '../../../shared/domain/region.ts';
import { drawn, proposal, study } from './rows.ts';

const at = (x: number) => ({ x, y: 10, width: 30, height: 30 });
const when = '2026-01-02T00:00:00.000Z';
const after = (regions: readonly RegionRow[]): RegionRow[] => {
  const d = revealProposals(study(), regions, when), gone = new Set(d.removed.map((r) => r.id)), changed = new Map(d.updated.flatMap(([, b]) => (b.table === 'regions' ? [[b.id, b] as const] : [])));
  return regions.filter((r) => !gone.has(r.id)).map((r) => changed.get(r.id) ?? r);
};

describe('the proposals', () => {
  test('are kept back where the site wants it, until they are asked for or the case is signed off', () => {
    expect([hidesProposals(study(), true), hidesProposals(study(), false), hidesProposals(study({ revealedAt: when }), true), hidesProposals(study({ status: 'signed-off' }), true)]).toEqual([true, false, false, false]);
  });
  test('shown, those that the reader had marked are settled as the reader drew them; the rest wait', () => {
    const rows = after([proposal('p', { proposed: at(10) }), proposal('q', { proposed: at(200) }), drawn('mine', { box: at(13), label: 'mass', caption: 'A mass.' }), drawn('other', { box: at(100) })]);
    expect(rows.map((r) => [r.id, r.verdict])).toEqual([['p', 'edited'], ['q', 'proposed'], ['other', 'added']]);
    expect(rows[0]).toMatchObject({ box: at(13), label: 'mass', unaided: true });
  });
  test('a mark without a name takes the proposal\'s', () => {
    expect(after([proposal('p', { proposed: at(10) }), drawn('mine', { box: at(10), label: '', caption: '' })])[0]).toMatchObject({ label: 'cyst', caption: 'A dark cyst.', verdict: 'edited' });
  });
  test('are shown once; with nothing in common only that they were shown is kept', () => {
    expect(revealProposals(study({ revealedAt: when }), [], when).updated).toEqual([]);
    expect(revealProposals(study(), [proposal('p')], when).updated).toEqual([[study(), study({ revealedAt: when })]]);
  });
  test('whatever was marked: nothing the reader drew is lost, no place is there twice', () => {
    const boxes = fc.array(fc.integer({ min: 0, max: 340 }), { maxLength: 6 });
    fc.assert(fc.property(boxes, boxes, (mine, its) => {
      const before = [...its.map((x, i) => proposal(`p${i}`, { proposed: at(x), order: i })), ...mine.map((x, i) => drawn(`d${i}`, { box: at(x), label: `own ${i}`, order: 1000 + i }))];
      const rows = after(before), labels = rows.map((r) => r.label);
      for (const i of mine.keys()) expect(labels.filter((l) => l === `own ${i}`)).toHaveLength(1);
      expect(rows.length).toBe(before.length - rows.filter((r) => r.unaided === true).length);
      for (const r of rows) if (r.unaided === true) expect(iou(r.box, r.proposal?.box ?? r.box)).toBeGreaterThanOrEqual(0.5);
    }), { seed: 1 });
  });
});

test('a planted proposal teaches nothing, whatever was decided of it, and is no finding', () => {
  for (const verdict of ['accepted', 'rejected', 'ignored', 'edited'] as const) {
    const regions = [proposal('good', { verdict: 'accepted' }), proposal('planted', { verdict, planted: true, proposed: at(200) })];
    const signed = study({ status: 'signed-off', signedOffAt: when });
    expect(regions.filter(isFinding).map((r) => r.id)).toEqual(['good']);
    expect(correctionsOf(signed, regions).map((c) => c.regionId)).toEqual(['good']);
    expect(exampleFromReview(signed, regions)).toMatchObject({ findings: [{ id: 'good' }], rejected: [] });
    expect(signOffCase(study({ status: 'in-review' }), regions, when).updated[0]?.[1]).toMatchObject({ caption: { text: 'Ultrasound image. One cyst.' } });
  }
});

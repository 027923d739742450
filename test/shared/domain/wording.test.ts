// Name, side, certainty and sentence stay in step whatever is changed in whatever order; words of a person stay; and who
// accepts does not repeat the network's doubt.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Certainty, Side } from '../../../shared/domain/attributes.ts';
import { attributedCaption, partsOf, phraseOf, plainCaption, regionCaption } from '../../../shared/domain/caption.ts';
import { acceptRegion, acceptRemaining, editRegion, rejectRegion } from '../../../shared/domain/commands/region.ts';
import { correctionsOf } from '../../../shared/domain/correction.ts';
import { emptyDiff, type Diff } from '../../../shared/domain/diff.ts';
import { exampleFromReview } from '../../../shared/domain/example.ts';
import { asOntology } from '../../../shared/domain/ontology.ts';
import type { RegionRow } from '../../../shared/domain/region.ts';
import { moved, named, stated, worded } from '../../../shared/domain/wording.ts';
import { boxesInside, drawn, pixels, proposal, study } from './rows.ts';

const findings = [asOntology({ label: 'nodule', phrase: 'nodule' }), asOntology({ label: 'effusion', phrase: 'pleural effusion' }), { ...asOntology({ label: 'scar', phrase: 'scar' }), synonyms: ['瘢痕', 'cicatrix'] }, { ...asOntology({ label: 'calcified_nodule', phrase: 'calcified nodule' }), parent: 'nodule' }];
const seen = study({ status: 'in-review', pixels: pixels({ width: 400, height: 300 }, { spacing: [0.5, 0.5] }) }), image = seen.pixels;
const box = { x: 40, y: 30, width: 16, height: 12 };
const machine = (certainty: Certainty): RegionRow => { const caption = attributedCaption('nodule', box, image, certainty); return proposal('r', { proposed: box, label: 'nodule', caption, proposal: { box, label: 'nodule', caption, score: 0.4, model: '0.1.0' } }); };
const after = (d: Diff): RegionRow => { const row = d.updated.find(([, r]) => r.table === 'regions')?.[1]; if (row?.table !== 'regions') throw new Error('a region should have changed'); return row; };

describe('the side in the sentence', () => {
  test('stands before the millimetres, and can be read back', () => {
    const text = attributedCaption('nodule', box, image, 'possible', 'right');
    expect(text).toBe('Possible small nodule, right side, 8 × 6 mm, in the upper left part of the image.');
    expect(partsOf(text)).toEqual({ certainty: 'possible', size: 'small', phrase: 'nodule', side: 'right', place: 'in the upper left part of the image' });
    expect([attributedCaption('mass, lobulated', box, { width: 400, height: 300 }, 'certain', 'both'), phraseOf('Small mass, lobulated, both sides, in the upper left part of the image.')]).toEqual(['Small mass, lobulated, both sides, in the upper left part of the image.', 'mass, lobulated']);
  });
  test('networks learn the sentence without it, unless the phrase itself says it', () => {
    fc.assert(fc.property(fc.constantFrom('nodule', 'mass, lobulated', 'opacity in the left lung', 'left side of the heart'), boxesInside, fc.constantFrom<Certainty>('possible', 'probable', 'certain'), fc.constantFrom<Side | null>('left', 'right', 'both', null), fc.boolean(), (phrase, at, certainty, side, spaced) => {
      const text = attributedCaption(phrase, at.box, { ...at.image, spacing: spaced ? [0.3, 0.3] : null }, certainty, side);
      expect([plainCaption(text), partsOf(text)?.side, partsOf(text)?.certainty]).toEqual([regionCaption(phrase, at.box, at.image), side, certainty]);
    }), { seed: 1, numRuns: 300 });
  });
});

describe('in step', () => {
  test('any sequence of names, boxes, sides, doubts and template sentences: the sentence says what the fields say', () => {
    const edit = fc.oneof(fc.record({ name: fc.constantFrom(...findings) }), fc.record({ side: fc.constantFrom<Side | null>('left', 'right', 'both', null) }), fc.record({ certainty: fc.constantFrom<Certainty | null>('possible', 'probable', 'certain', null) }), fc.record({ x: fc.integer({ min: -50, max: 450 }) }), fc.record({ phrase: fc.constantFrom('scar', 'pleural effusion', 'calcified nodule'), side: fc.constantFrom<Side | null>('left', null), sure: fc.constantFrom<Certainty>('possible', 'certain') }));
    fc.assert(fc.property(fc.constantFrom<Certainty>('possible', 'probable', 'certain'), fc.array(edit, { minLength: 1, maxLength: 8 }), (doubt, edits) => {
      let r = machine(doubt);
      for (const e of edits) {
        const change = 'name' in e ? named(r, e.name.label, e.name.phrase, image) : 'x' in e ? moved(r, { ...r.box, x: e.x }, image) : 'phrase' in e ? worded(r, attributedCaption(e.phrase, r.box, image, e.sure, e.side), findings) : stated(r, e, image);
        const diff = editRegion(seen, r, change);
        if (diff !== emptyDiff) r = after(diff);
      }
      fc.pre(r.verdict !== 'proposed');
      const label = findings.find((f) => f.label === r.label);
      expect(r.caption).toBe(attributedCaption(label?.phrase ?? '', r.box, image, r.attributes?.certainty, r.attributes?.side));
    }), { seed: 2, numRuns: 400 });
  });
  test('free words stay, and what can be read out of them goes into the fields', () => {
    const read = (text: string, region: RegionRow = machine('possible')) => worded(region, text, findings);
    expect(read('Probably a cicatrix, left apex.')).toEqual({ caption: 'Probably a cicatrix, left apex.', label: 'scar', attributes: { side: 'left', certainty: 'probable' } });
    expect(read('右肺の瘢痕の疑い')).toEqual({ caption: '右肺の瘢痕の疑い', label: 'scar', attributes: { side: 'right', certainty: 'probable' } });
    expect(read('Scar, not a nodule.').label).toBe('scar');
    expect(read('Compare with the earlier image').label).toBe('nodule');
    expect(read('Nodule beside a scar.').label).toBe('nodule');
    expect(read('Calcified nodule.').label).toBe('nodule');
    expect(read('Small spiculated mass in the upper left part of the image.', drawn('d', { label: '', caption: '' })).label).toBe('spiculated mass');
    // が in its two Unicode forms is one word.
    expect(read('か\u3099ん').caption).toBe('がん');
  });
  test('what free words do not say stays in the fields; moving and naming leave them alone', () => {
    const free = drawn('d', { label: 'nodule', box, caption: 'Round, smooth.', attributes: { side: 'left', certainty: 'possible' } });
    expect(worded(free, 'Round, rough.', findings).attributes).toEqual({ side: 'left', certainty: 'possible' });
    expect([moved(free, { ...box, x: 300 }, image).caption, named(free, 'scar', 'scar', image).caption]).toEqual(['Round, smooth.', 'Round, smooth.']);
    expect(stated(free, { side: null }, image)).toEqual({ attributes: { certainty: 'possible' }, caption: 'Round, smooth.' });
  });
});

describe('whose doubt it is', () => {
  const sure = attributedCaption('nodule', box, image), right = attributedCaption('nodule', box, image, 'certain', 'right');
  test('accepted without a word: the network\'s doubt goes; a person\'s stays', () => {
    expect(after(acceptRegion(seen, machine('possible')))).toMatchObject({ verdict: 'accepted', caption: sure });
    expect(after(acceptRemaining(seen, [machine('probable')])).caption).toBe(sure);
    const doubted = after(editRegion(seen, machine('possible'), stated(machine('possible'), { certainty: 'probable' }, image)));
    expect(doubted).toMatchObject({ caption: attributedCaption('nodule', box, image, 'probable'), attributes: { certainty: 'probable' } });
    expect(acceptRegion(seen, doubted)).toEqual(emptyDiff);
  });
  test('free words that came with the proposal stay as they are', () => { expect(after(acceptRegion(seen, proposal('r', { caption: 'Possible fracture.', proposal: { box, label: 'x', caption: 'Possible fracture.', score: null, model: null } }))).caption).toBe('Possible fracture.'); });
  test('a side that is added makes no edit of it: nothing of the proposal was wrong', () => {
    const r = after(editRegion(seen, machine('possible'), stated(machine('possible'), { side: 'right' }, image)));
    expect(r).toMatchObject({ verdict: 'accepted', caption: right, attributes: { side: 'right' } });
    expect(correctionsOf({ ...seen, status: 'signed-off' }, [r]).map((c) => c.kind)).toEqual(['accepted']);
    expect(exampleFromReview(seen, [r]).findings).toMatchObject([{ caption: regionCaption('nodule', box, image), replacedCaption: null }]);
  });
  test('moved after it was doubted: an edit of the box alone, certain', () => {
    const change = moved(machine('possible'), { ...box, x: 300 }, image), r = after(editRegion(seen, machine('possible'), change));
    expect([r.verdict, partsOf(r.caption)?.certainty, correctionsOf({ ...seen, status: 'signed-off' }, [r])[0]?.kind]).toEqual(['edited', 'certain', 'moved']);
  });
  test('rejected after something was said of it: as it was proposed, with the network\'s doubt', () => {
    const r = after(editRegion(seen, machine('possible'), stated(machine('possible'), { side: 'right' }, image))), no = after(rejectRegion(seen, r));
    expect(no).toMatchObject({ verdict: 'rejected', caption: attributedCaption('nodule', box, image, 'possible') });
    expect(no).not.toHaveProperty('attributes');
  });
});

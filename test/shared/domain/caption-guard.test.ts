// The guard says nothing of a sentence that agrees, and something of each that does not. What it calls a contradiction is
// held against sentences from reports in English and Japanese.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Attributes, Side } from '../../../shared/domain/attributes.ts';
import { guardImage, guardRegion, sideOfBox, type GuardedRegion, type Surroundings, type Warning } from '../../../shared/domain/caption-guard.ts';
import { attributedCaption, sidePhrase } from '../../../shared/domain/caption.ts';
import { extentPhrase, placeOf, placePhrase, places, sizeOf, sizeWords, type Box } from '../../../shared/domain/geometry.ts';
import { asOntology, type OntologyFinding } from '../../../shared/domain/ontology.ts';
import type { Laterality } from '../../../shared/domain/settings.ts';
import { boxesInside } from './rows.ts';

const findings: readonly OntologyFinding[] = [
  ...['nodule', 'mass', 'pleural effusion', 'hard exudate', 'opacity'].map((n) => asOntology({ label: n.replaceAll(' ', '_'), phrase: n })),
  { ...asOntology({ label: 'calcified_nodule', phrase: 'calcified nodule' }), parent: 'nodule' }, { ...asOntology({ label: 'scar', phrase: 'scar' }), synonyms: ['瘢痕'] },
  { ...asOntology({ label: 'cardiomegaly', phrase: 'enlarged heart' }), sides: [] },
];
const nodule = { ...findings[0], synonyms: ['結節', 'Knoten'] } as OntologyFinding, list = [nodule, ...findings.slice(1)];
const image = { width: 900, height: 900, spacing: [0.5, 0.5] as const };
const about = (change: Partial<Surroundings> = {}): Surroundings => ({ image, laterality: 'facing', modality: 'radiograph', findings: list, others: [], ...change });
/** At the image's upper left: on a radiograph the patient's right. 20 × 16 mm. */
const upperLeft: Box = { x: 100, y: 60, width: 40, height: 32 };
const region = (caption: string, change: Partial<GuardedRegion> = {}): GuardedRegion => ({ id: 'r', box: upperLeft, label: 'nodule', caption, ...change });
const kinds = (warnings: readonly Warning[]): string[] => warnings.map((w) => (w.kind === 'side' ? `side ${w.against}` : w.kind));
const said = (text: string, [w]: readonly Warning[]): string => (w?.words == null ? '' : text.slice(w.words.from, w.words.to));
const fixed = (r: GuardedRegion, w: Warning): GuardedRegion => ({ ...r, ...(w.fix?.caption === undefined ? {} : { caption: w.fix.caption }), ...(w.fix?.label === undefined ? {} : { label: w.fix.label }), ...(w.fix?.attributes === undefined ? {} : { attributes: w.fix.attributes }) });

describe('sentences that were put together', () => {
  const spacings = fc.option(fc.tuple(fc.double({ min: 0.01, max: 2, noNaN: true }), fc.double({ min: 0.01, max: 2, noNaN: true })), { nil: null });
  const made = fc.record({ at: boxesInside, spacing: spacings, finding: fc.constantFrom(...list.filter((f) => f.sides.length > 0)), laterality: fc.constantFrom<Laterality>('facing', 'same', 'eye', 'unknown'), side: fc.constantFrom<Side | null>('left', 'right', 'both', null), certainty: fc.constantFrom(undefined, 'possible', 'probable', 'certain') })
    .map(({ at, spacing, finding, laterality, side: wanted, certainty }) => {
      const own = { ...at.image, spacing }, lies = sideOfBox(at.box, own, laterality), side = lies === null || wanted === null ? wanted : lies;
      const attributes: Attributes = { ...(side === null ? {} : { side }), ...(certainty === undefined ? {} : { certainty }) };
      return { s: about({ image: own, laterality }), side, lies, r: { id: 'r', box: at.box, label: finding.label, caption: attributedCaption(finding.phrase, at.box, own, certainty, side), attributes } };
    });
  test('never warn', () => { fc.assert(fc.property(made, ({ s, r }) => { expect(guardRegion(r, s)).toEqual([]); }), { seed: 1, numRuns: 1000 }); });
  test('always warn of another place, and the fix agrees', () => {
    fc.assert(fc.property(made, fc.constantFrom(...places), ({ s, r }, place) => {
      fc.pre(place !== placeOf(r.box, s.image));
      const wrong = { ...r, caption: r.caption.replace(placePhrase(placeOf(r.box, s.image)), placePhrase(place)) }, found = guardRegion(wrong, s);
      expect(kinds(found)).toEqual(['place']);
      expect(said(wrong.caption, found)).toBe(placePhrase(place));
      expect(found.map((w) => fixed(wrong, w).caption)).toEqual([r.caption]);
    }), { seed: 2, numRuns: 500 });
  });
  test('always warn of another size, and the fix agrees', () => {
    fc.assert(fc.property(made, fc.constantFrom(...sizeWords), ({ s, r }, size) => {
      const own = sizeOf(r.box, s.image);
      fc.pre(size !== own);
      const wrong = { ...r, caption: r.caption.replace(new RegExp(own, 'i'), (w) => (w[0] === w[0]?.toUpperCase() ? `${size[0]?.toUpperCase() ?? ''}${size.slice(1)}` : size)) }, found = guardRegion(wrong, s);
      expect(kinds(found)).toEqual(['size']);
      expect(found.map((w) => fixed(wrong, w).caption)).toEqual([r.caption]);
    }), { seed: 3, numRuns: 500 });
  });
  test('always warn of another extent', () => {
    fc.assert(fc.property(made, ({ s, r }) => {
      const own = extentPhrase(r.box, s.image.spacing), other = extentPhrase({ width: 2 * r.box.width + 40, height: 3 * r.box.height + 40 }, s.image.spacing);
      fc.pre(own !== null && other !== null && own !== other);
      const wrong = { ...r, caption: r.caption.replace(own ?? '', other ?? '') };
      expect(guardRegion(wrong, s).map((w) => [w.kind, fixed(wrong, w).caption])).toEqual([['length', r.caption]]);
    }), { seed: 4, numRuns: 300 });
  });
  test('always warn of the other side where the image tells sides, and the fix agrees', () => {
    fc.assert(fc.property(made, ({ s, r, side, lies }) => {
      fc.pre(lies !== null && side === lies);
      const other = lies === 'left' ? 'right' : 'left', wrong = { ...r, caption: r.caption.replace(sidePhrase(lies ?? 'left'), sidePhrase(other)), attributes: { ...r.attributes, side: other as Side } }, found = guardRegion(wrong, s);
      expect(kinds(found)).toEqual(['side box']);
      expect(said(wrong.caption, found)).toBe(sidePhrase(other));
      expect(found.map((w) => fixed(wrong, w))).toEqual([r]);
    }), { seed: 5, numRuns: 500 });
  });
});

describe('free words about a region at the upper left of a radiograph, 20 × 16 mm', () => {
  test.each([
    'Nodule in the right lung.', 'Round nodule, right upper lobe.', 'Nodule, 20 mm, beside the right hilum.', 'Nodule, 2 x 1.6 cm.', 'Nodule, 30 mm from the pleura.', 'Small nodule near the apex.', 'Spiculated nodule, no calcification.', 'Nodule, no change since 2024.',
    'Nodule at the upper left corner.', 'Calcified nodule.', 'Suspicious for a nodule; a scar is possible, too.', 'No mass. Nodule in the right upper zone.', '右上葉の結節。', '結節あり。胸水なし。', '画像の左上に結節。', 'Left over from the old scar: nodule', 'Two nodules.', '',
  ])('agrees: %s', (text) => { expect(guardRegion(region(text), about())).toEqual([]); });
  test.each<[string, string, string]>([
    ['Nodule in the left lung.', 'side box', 'left'], ['左肺の結節。', 'side box', '左'], ['Nodule in the right lower lobe.', 'place', 'lower lobe'], ['右下葉の結節', 'place', '下葉'], ['Nodule in the lower right part of the image.', 'place', 'in the lower right part of the image'],
    ['画像の右下に結節。', 'place', '画像の右下'], ['Huge nodule.', 'size', 'Huge'], ['巨大な結節。', 'size', '巨大'], ['Nodule, 60 mm.', 'length', '60 mm'], ['Nodule, 0.3 cm.', 'length', '0.3 cm'], ['No nodule.', 'negated', 'nodule'], ['No evidence of a pulmonary nodule or mass.', 'negated', 'nodule'],
    ['Without any nodules', 'negated', 'nodules'], ['Nodule is ruled out.', 'negated', 'Nodule'], ['Kein Knoten.', 'negated', 'Knoten'], ['結節なし。', 'negated', '結節'], ['結節は認めない', 'negated', '結節'], ['結節は否定的。', 'negated', '結節'], ['Pleural effusion.', 'finding', 'Pleural effusion'], ['瘢痕を認める。', 'finding', '瘢痕'],
  ])('contradicts: %s', (text, kind, words) => {
    const found = guardRegion(region(text), about());
    expect([kinds(found)[0], said(text, found)]).toEqual([kind, words]);
  });
  test('the fix says the other side in the words\' own language', () => {
    const fixes = ['Nodule in the left lung.', 'Left-sided nodule.', '左肺の結節。'].map((t) => guardRegion(region(t), about())[0]?.fix);
    expect(fixes).toEqual([{ caption: 'Nodule in the right lung.', attributes: { side: 'right' } }, { caption: 'Right-sided nodule.', attributes: { side: 'right' } }, { caption: '右肺の結節。', attributes: { side: 'right' } }]);
  });
  test('the field: against the box, the words, the site\'s list', () => {
    expect(guardRegion(region('Round nodule.', { attributes: { side: 'left' } }), about())).toMatchObject([{ kind: 'side', against: 'box', side: 'right', words: null, fix: { attributes: { side: 'right' } } }]);
    expect(kinds(guardRegion(region('Nodule, left.', { attributes: { side: 'right' } }), about({ laterality: 'unknown' })))).toEqual(['side field']);
    expect(kinds(guardRegion(region('Enlarged heart on the right.', { label: 'cardiomegaly' }), about()))).toEqual(['side list']);
    expect(kinds(guardRegion(region('Possible nodule.', { attributes: { certainty: 'certain' } }), about()))).toEqual(['certainty']);
  });
  test('sides are not judged where the image does not tell: in its middle, on an eye, by ultrasound', () => {
    const left = region('Nodule on the left.');
    expect([guardRegion({ ...left, box: { ...upperLeft, x: 430 } }, about()), guardRegion(left, about({ laterality: 'eye' })), guardRegion(left, about({ laterality: 'unknown' }))]).toEqual([[], [], []]);
    expect(guardRegion(left, about({ laterality: 'same' }))).toEqual([]);
  });
  test('heights are judged on projections alone, lengths where there is a spacing', () => {
    expect(guardRegion(region('Nodule in the right lower lobe.'), about({ modality: 'CT' }))).toEqual([]);
    expect(guardRegion(region('Nodule, 60 mm.'), about({ image: { width: 900, height: 900 } }))).toEqual([]);
  });
  test('the other view: the same finding on the other side alone', () => {
    const view = (...regions: GuardedRegion[]) => about({ others: [{ title: 'Lateral', image, laterality: 'facing', regions }] });
    const right = region('Nodule in the right lung.'), left = region('Nodule in the left lung.', { id: 'o', box: { ...upperLeft, x: 700 } });
    expect(guardRegion(right, view(left))).toMatchObject([{ kind: 'side', against: 'view', side: 'left', view: 'Lateral', fix: null }]);
    expect([guardRegion(right, view(left, right)), guardRegion(right, view({ ...left, label: 'mass' })), guardRegion(right, view())]).toEqual([[], [], []]);
    expect(kinds(guardRegion(right, view({ ...left, label: 'calcified_nodule' })))).toEqual(['side view']);
  });
});

describe('the whole image\'s caption', () => {
  const one = [region('Nodule.')];
  test.each(['Nodule in the right lung.', 'No effusion. Nodule.', 'No mass, scar or pleural effusion.', 'Nodule on the right, pleural effusion on the left.', 'Nodules in both lungs.', '右肺の結節。胸水なし。'])('agrees: %s', (text) => { expect(guardImage(text, one, about())).toEqual([]); });
  test.each<[string, string, string]>([['Radiograph. No nodule.', 'negated', 'nodule'], ['No mass, scar or nodule.', 'negated', 'nodule'], ['Heart normal, nodule in the left lung.', 'side regions', 'left'], ['左肺に結節。', 'side regions', '左'], ['結節は認めません。', 'negated', '結節']])('contradicts the region: %s', (text, kind, words) => {
    const found = guardImage(text, one, about());
    expect([kinds(found), said(text, found)]).toEqual([[kind], words]);
  });
  test('one eye has one side', () => {
    expect(kinds(guardImage('Fundus of the left eye.', [region('Hard exudate.', { label: 'hard_exudate', attributes: { side: 'right' } })], about({ laterality: 'eye' })))).toEqual(['side regions']);
  });
});

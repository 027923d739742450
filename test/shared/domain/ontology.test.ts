// A site's findings: every name leads to its finding, lists that contradict themselves are refused, and a finding that
// is renamed or removed leaves nothing that points nowhere.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { changeSettings } from '../../../shared/domain/commands/settings.ts';
import { emptyDiff } from '../../../shared/domain/diff.ts';
import { asOntology, findingNamed, matching, namesOf, ontology, removed, renamed, withUsed, type OntologyFinding } from '../../../shared/domain/ontology.ts';
import { lateralityOf, usualSettings } from '../../../shared/domain/settings.ts';

const of = (label: string, more: Partial<OntologyFinding> = {}): OntologyFinding => ({ ...asOntology({ label, phrase: label.replaceAll('_', ' ') }), ...more });
const list = [of('nodule', { synonyms: ['coin lesion', '結節'] }), of('calcified_nodule', { parent: 'nodule' }), of('effusion', { phrase: 'pleural effusion', synonyms: ['fluid'], modalities: ['radiograph', 'CT'] }), of('microaneurysm', { synonyms: ['MA'], modalities: ['colour fundus'] }), of('mass', { synonyms: ['nodule, large'] })];
const labels = (text: string, modality = 'CT', first: string[] = []): string[] => matching(list, text, modality, first).map((m) => m.finding.label);

describe('finding a finding', () => {
  test('by label, phrase and synonym, in any case and Unicode form; the label wins', () => {
    expect(['Nodule', 'CALCIFIED nodule', 'Pleural  effusion', 'fluid', 'ｆｌｕｉｄ', '結節', 'Nodule, large'].map((n) => findingNamed(list, n)?.label)).toEqual(['nodule', 'calcified_nodule', 'effusion', 'effusion', 'effusion', 'nodule', 'mass']);
    expect(findingNamed(list, 'nod')).toBeUndefined();
  });
  test('as it is typed: a whole name first, then how names begin, then their words; only what suits the modality', () => {
    expect(labels('nodule')).toEqual(['nodule', 'mass', 'calcified_nodule']);
    expect(labels('cal')).toEqual(['calcified_nodule']);
    expect([labels('flu'), labels('ma'), labels('ma', 'colour fundus')]).toEqual([['effusion'], ['mass'], ['microaneurysm', 'mass']]);
    expect([labels('eff', 'colour fundus'), labels('zebra')]).toEqual([[], []]);
  });
  test('what the network sees comes first among equals, and stands first where nothing is typed', () => {
    expect(labels('', 'CT', ['mass', 'effusion']).slice(0, 2)).toEqual(['mass', 'effusion']);
    expect(labels('nod', 'CT', ['mass'])).toEqual(['mass', 'nodule', 'calcified_nodule']);
  });
  test('a synonym that led there is told', () => { expect(matching(list, 'coin', 'CT').map((m) => m.by)).toEqual(['coin lesion']); });
  test('every name of every finding finds it, whatever was typed of it', () => {
    fc.assert(fc.property(fc.constantFrom(...list), fc.nat(), fc.nat(), (f, which, cut) => {
      const names = namesOf(f), name = names[which % names.length] ?? '', typed = name.slice(0, 1 + cut % name.length);
      expect(matching(list, typed, f.modalities[0] ?? 'CT').map((m) => m.finding.label)).toContain(f.label);
    }), { seed: 1 });
  });
});

describe('the list', () => {
  test.each<[string, OntologyFinding[]]>([['twice', [of('nodule'), of('Nodule')]], ['a kind of itself', [of('a', { parent: 'b' }), of('b', { parent: 'a' })]], ['not among the findings', [of('a', { parent: 'c' })]]])('is refused: %s', (why, wrong) => {
    expect(ontology.safeParse(wrong).error?.issues[0]?.message).toContain(why);
  });
  test('renamed: the old name is still found, its kinds stay its kinds', () => {
    const after = renamed(list, 'nodule', 'pulmonary_nodule');
    expect(findingNamed(after, 'nodule')?.label).toBe('pulmonary_nodule');
    expect(findingNamed(after, 'calcified nodule')?.parent).toBe('pulmonary_nodule');
    expect(ontology.safeParse(after).success).toBe(true);
  });
  test('removed: its kinds move up', () => {
    const deep = [...list, of('popcorn', { parent: 'calcified_nodule' })], after = removed(deep, 'calcified_nodule');
    expect(findingNamed(after, 'popcorn')?.parent).toBe('nodule');
    expect(removed(after, 'nodule').find((f) => f.label === 'popcorn')).not.toHaveProperty('parent');
  });
  test('what is in use under another name is added, what the list knows by a synonym is not', () => {
    expect(withUsed(list, [{ label: 'Fluid', phrase: 'fluid' }, { label: 'scar', phrase: 'scar' }]).map((f) => f.label)).toEqual([...list.map((f) => f.label), 'scar']);
  });
});

describe('settings of the site', () => {
  test('the first change adds the row, the next updates it, none changes nothing', () => {
    const snippets = [{ key: 'h', text: 'haemorrhage' }], first = changeSettings(null, { snippets }), row = first.added[0];
    expect(first).toEqual({ ...emptyDiff, added: [{ ...usualSettings, snippets }] });
    if (row?.table !== 'settings') throw new Error('a settings row was expected');
    expect(changeSettings(row, { rejectionReasons: ['artefact'] }).updated).toEqual([[row, { ...row, rejectionReasons: ['artefact'] }]]);
    expect([changeSettings(null, {}), changeSettings(row, { snippets })]).toEqual([emptyDiff, emptyDiff]);
  });
  test('what is not valid is refused with its reason', () => {
    expect(() => changeSettings(null, { ontology: [of('a'), of('A')] })).toThrow('The finding "A" is there twice.');
    expect(() => changeSettings(null, { snippets: [{ key: 'a b', text: 'x' }] })).toThrow();
  });
  test('sides by modality: as usual, unless the site says otherwise', () => {
    expect(['CT', 'radiograph', 'X-ray', 'MRI', 'colour fundus', 'ophthalmic photograph', 'ultrasound', 'microscopy'].map((m) => lateralityOf(usualSettings, m))).toEqual(['facing', 'facing', 'facing', 'facing', 'eye', 'eye', 'unknown', 'unknown']);
    expect(lateralityOf({ ...usualSettings, laterality: { Ultrasound: 'same' } }, 'ultrasound')).toBe('same');
  });
});

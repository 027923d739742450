// Earlier captions are offered as they stand in the journal: counted from its rows, kept up with each record, the same
// after a restart.
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EarlierCaptions } from '../../../electron/host/captions.ts';
import { Journal } from '../../../electron/host/journal.ts';
import { regionCaption } from '../../../shared/domain/caption.ts';
import { changeSettings } from '../../../shared/domain/commands/settings.ts';
import { asOntology } from '../../../shared/domain/ontology.ts';
import { acceptRegion, addRegion, editRegion, rejectRegion, removeRegion } from '../../../shared/domain/commands/region.ts';
import { emptyDiff, isEmptyDiff, type Diff } from '../../../shared/domain/diff.ts';
import type { RegionRow } from '../../../shared/domain/region.ts';
import { usualSettings } from '../../../shared/domain/settings.ts';
import { temporaryFolder } from '../temporary.ts';
import { boxOf, caseOf, commandOf, proposalOf, truthOf } from './rows.ts';

const study = caseOf('a', { status: 'in-review' }), box = boxOf(10, 10, 20, 10);
async function opened(): Promise<{ file: string; journal: Journal; give: (diff: Diff) => void }> {
  const file = path.join(await temporaryFolder(), 'journal.sqlite'), journal = new Journal(file);
  let n = 0;
  const give = (diff: Diff): void => { if (!isEmptyDiff(diff)) journal.appendOne(commandOf(`c${n++}`, 'editRegion', 'a', diff)); };
  give({ ...emptyDiff, added: [study] });
  return { file, journal, give };
}
const added = (id: string, caption: string, label = 'nodule'): Diff => addRegion(study, { id, box, label, caption, order: 1 });

describe('earlier captions', () => {
  test('begun so, then with these words; of the same finding first, most used first; put together ones as their phrase', async () => {
    const { journal, give } = await opened(), index = new EarlierCaptions(journal);
    for (const [i, text] of ['Spiculated nodule at the apex.', 'Smooth nodule, spiculated margin.', 'Smooth nodule, spiculated margin.'].entries()) give(added(`r${i}`, text));
    give(added('m', 'Spiculated mass.', 'mass'));
    give(added('t', regionCaption('spiculated nodule', box, { width: 200, height: 100 })));
    give({ ...emptyDiff, added: [truthOf('a', 'truth', box, { caption: 'Spiculated truth.' }), proposalOf('a', 'p', box, { caption: 'Spiculated proposal.' })] });
    expect(index.find('spic', 'nodule', 9)).toEqual([
      { text: 'Spiculated nodule at the apex.', phrase: false, count: 1 }, { text: 'spiculated nodule', phrase: true, count: 1 }, { text: 'Spiculated mass.', phrase: false, count: 1 }, { text: 'Smooth nodule, spiculated margin.', phrase: false, count: 2 },
    ]);
    expect(index.find('spiculated  NOD', 'mass', 1)).toMatchObject([{ text: 'Spiculated nodule at the apex.' }]);
    expect([index.find('', 'nodule', 9), index.find('zebra', 'nodule', 9)]).toEqual([[], []]);
    journal.close();
  });
  test('Japanese, which has no blanks', async () => {
    const { journal, give } = await opened();
    give(added('r', '右上葉に結節を認める。'));
    expect(new EarlierCaptions(journal).find('結節', 'nodule', 3).map((c) => c.text)).toEqual(['右上葉に結節を認める。']);
    journal.close();
  });
  test('kept up with every record it is what a new count gives, whatever was decided', async () => {
    const { file, journal, give } = await opened(), kept = new EarlierCaptions(journal);
    const texts = ['Round nodule.', 'Round, calcified nodule.', 'Round mass.'] as const, ids = ['p1', 'p2', 'd1'];
    give({ ...emptyDiff, added: [proposalOf('a', 'p1', box, { caption: texts[0] }), proposalOf('a', 'p2', box, { caption: texts[1] })] });
    const row = (id: string): RegionRow | undefined => journal.regionsOf('a').find((r) => r.id === id);
    fc.assert(fc.property(fc.array(fc.record({ id: fc.constantFrom(...ids), what: fc.constantFrom('accept', 'reject', 'edit', 'remove', 'add'), text: fc.constantFrom(...texts), label: fc.constantFrom('nodule', 'mass') }), { maxLength: 12 }), (steps) => {
      for (const s of steps) {
        const r = row(s.id);
        if (r === undefined) { give(added(s.id, s.text, s.label)); continue; }
        give(s.what === 'accept' ? acceptRegion(study, r) : s.what === 'reject' ? rejectRegion(study, r) : s.what === 'edit' ? editRegion(study, r, { caption: s.text, label: s.label }) : s.what === 'remove' ? removeRegion(study, r) : emptyDiff);
        if (s.what === 'add') continue;
      }
      expect(kept.find('rou', 'mass', 9)).toEqual(new EarlierCaptions(journal).find('rou', 'mass', 9));
    }), { seed: 1, numRuns: 15 });
    journal.close();
    const again = new Journal(file);
    expect(new EarlierCaptions(again).find('rou', 'mass', 9)).toEqual(kept.find('rou', 'mass', 9));
    again.close();
  });
});

describe('the site\'s settings in the journal', () => {
  test('as usual until they are changed, then as changed, also after the rows are made anew', async () => {
    const { file, journal } = await opened();
    expect(journal.settings()).toEqual(usualSettings);
    const ontology = [asOntology({ label: 'nodule', phrase: 'nodule' })];
    journal.appendOne(commandOf('s', 'changeSettings', null, changeSettings(null, { ontology })));
    journal.appendOne(commandOf('t', 'changeSettings', null, changeSettings(journal.settings(), { snippets: [{ key: 'h', text: 'haemorrhage' }] })));
    journal.close();
    const again = new Journal(file);
    expect(again.settings()).toEqual({ ...usualSettings, ontology, snippets: [{ key: 'h', text: 'haemorrhage' }] });
    expect(again.snapshot(null, 100).rows).toContainEqual(again.settings());
    again.close();
  });
});

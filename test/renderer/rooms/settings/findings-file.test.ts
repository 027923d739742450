// A site's findings go out and come back the same, in both forms, and a file that is wrong says where.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findingsCsv, findingsJson, readFindings } from '../../../../renderer/rooms/settings/findings-file.ts';
import { ontology, type OntologyFinding } from '../../../../shared/domain/ontology.ts';

const word = fc.stringMatching(/^[a-zäé結節,"'0-9()-][a-zäé結節 ,"'0-9()-]{0,11}$/u).map((s) => s.normalize('NFC').trim()).filter((s) => s !== '' && s !== 'none');
const lists = fc.uniqueArray(word, { minLength: 1, maxLength: 6, selector: (s) => s.toLowerCase().replace(/\s+/g, ' ') }).chain((labels) => fc.tuple(...labels.map((label, i) => fc.record({
  label: fc.constant(label), phrase: word, synonyms: fc.array(word, { maxLength: 2 }), sides: fc.uniqueArray(fc.constantFrom<'left' | 'right' | 'both'>('left', 'right', 'both')), modalities: fc.array(word, { maxLength: 2 }), parent: fc.option(fc.constantFrom(...labels.slice(0, i), ''), { nil: '' }),
}).map(({ parent, ...f }): OntologyFinding => ({ ...f, ...(parent === '' ? {} : { parent }) })))));

describe('findings as a file', () => {
  test('go out and come back the same', () => {
    fc.assert(fc.property(lists, (list) => {
      expect(ontology.safeParse(list).success).toBe(true);
      expect(readFindings(findingsJson(list))).toEqual(list);
      expect(readFindings(findingsCsv(list))).toEqual(list);
    }), { seed: 1, numRuns: 200 });
  });
  test('as a spreadsheet writes them: semicolons between the columns, only some of them, blank lines', () => {
    expect(readFindings('\uFEFFLabel;Synonyms\r\nhard_exudate;"Hartes Exsudat;HE"\r\n;\r\n\r\nscar;\r\n')).toEqual([
      { label: 'hard_exudate', phrase: 'hard exudate', synonyms: ['Hartes Exsudat', 'HE'], sides: ['left', 'right', 'both'], modalities: [] }, { label: 'scar', phrase: 'scar', synonyms: [], sides: ['left', 'right', 'both'], modalities: [] },
    ]);
  });
  test.each([['name,phrase\na,b', 'The first line has to name the columns'], ['[{"label": ""}]', 'Finding 1:'], ['[{', 'This is not a JSON file.'], ['label,parent\na,b', '"b", of which "a" is a kind'], ['label,sides\na,up', 'Finding 1:']])('is refused: %s', (text, why) => { expect(() => readFindings(text)).toThrow(why); });
});

// Table E.1-1 of PS3.15, row by row: an identifier is planted in the attribute, at the top of a file and inside a
// sequence, and the Basic Profile and every option that names the row do to it, literally, what the table prints.
import { describe, expect, it } from 'vitest';
import { elementOf } from '../../../../electron/host/deidentify/data-elements.ts';
import { readDataSet, type Element, type Item } from '../../../../electron/host/deidentify/data-set.ts';
import { deidentifyDicom } from '../../../../electron/host/deidentify/deidentify.ts';
import { readPrivateList } from '../../../../electron/host/deidentify/private-list.ts';
import type { ProfileOption } from '../../../../shared/domain/privacy.ts';
import { profileRows, rowOf, type ProfileRow } from '../../../../electron/host/deidentify/profile.ts';
import { Pseudonyms } from '../../../../electron/host/deidentify/pseudonyms.ts';
import { having, writeElements, type Given } from './write-elements.ts';

const pseudonyms = new Pseudonyms(new Uint8Array(32).fill(7));
const planted = 'QUXZOWSKI', plantedUid = '1.2.276.0.99.4711.8', plantedDate = '19870615';
const patterns: Readonly<Record<string, string>> = { '50xxxxxx': '50003000', '60xx3000': '60003000', '60xx4000': '60004000', odd: '00291010' };
const tagOf = ({ tag }: ProfileRow): string => patterns[tag] ?? tag;

/** A value of the representation that holds something planted. */
function value(tag: string, vr: string): Given {
  switch (vr) {
    case 'SQ': return [tag, vr, [[['00080104', 'LO', planted], ['00081155', 'UI', plantedUid], ['0040A121', 'DA', plantedDate], ['0040A123', 'PN', `${planted}^A`]]]];
    case 'UI': return [tag, vr, plantedUid];
    case 'DA': return [tag, vr, plantedDate];
    case 'DT': return [tag, vr, `${plantedDate}081530`];
    case 'TM': return [tag, vr, '081530'];
    case 'AS': return [tag, vr, '047Y'];
    case 'DS': case 'IS': return [tag, vr, '4711'];
    case 'US': case 'SS': return [tag, vr, Uint8Array.of(0x34, 0x12)];
    case 'FD': return [tag, vr, Uint8Array.from({ length: 8 }, (_, i) => i + 1)];
    case 'FL': case 'UL': case 'SL': return [tag, vr, Uint8Array.of(1, 2, 3, 4)];
    case 'OB': case 'OW': case 'UN': return [tag, vr, Buffer.from(`${planted}-${planted}`)];
    case 'SH': case 'AE': case 'CS': return [tag, vr, planted];
    default: return [tag, vr, `CT HEAD ${planted}`];
  }
}

const creator: Given = ['00290010', 'LO', 'REGIONMED TEST'];
const list = readPrivateList('0029,xx10 REGIONMED TEST');

/** The elements after de-identification: at the top, and inside an item of a sequence that no row names. */
function after(row: ProfileRow, options: readonly ProfileOption[]): { before: Element; top: Element | undefined; nested: Element | undefined; bytes: Uint8Array } {
  const tag = tagOf(row), vr = row.tag === 'odd' ? 'LO' : elementOf(tag)?.vr ?? 'OW', given = value(tag, vr);
  const own = row.tag === 'odd' ? [creator, given] : row.tag === '60xx3000' || row.tag === '60xx4000' ? [['60000010', 'US', Uint8Array.of(4, 0)] as const, ['60000011', 'US', Uint8Array.of(4, 0)] as const, ...(row.tag === '60xx4000' ? [['60003000', 'OW', Uint8Array.of(0, 0)] as const] : []), row.tag === '60xx3000' ? ['60003000', 'OW', Uint8Array.of(0xa5, 0x5a)] as const : given] : tag === '00020003' ? [given, ['00080018', 'UI', plantedUid] as const] : [given];
  const inSequence: Given = ['00082228', 'SQ', [tag.startsWith('0002') ? [] : own]];
  const bytes = writeElements(having(...own, inSequence));
  const find = (elements: readonly Element[]): Element | undefined => elements.find((e) => e.tag === tag);
  const items = (elements: readonly Element[]): readonly Item[] => { const s = elements.find((e) => e.tag === '00082228'); return s?.value.kind === 'items' ? s.value.items : []; };
  const made = deidentifyDicom(bytes, 'file', { profile: new Set(options), keepPrivate: list }, pseudonyms);
  const [original, result] = [readDataSet(bytes, 'file'), readDataSet(made.bytes, 'file')];
  const before = find([...original.meta, ...original.elements]);
  if (before === undefined) throw new Error('nothing was planted');
  return { before, top: find([...result.meta, ...result.elements]), nested: find(items(result.elements)[0]?.elements ?? []), bytes: made.bytes };
}

const bytesIn = (e: Element | undefined): string => (e === undefined ? 'absent' : e.value.kind === 'items' ? JSON.stringify(e.value.items.map((i) => i.elements.map(bytesIn))) : Buffer.from(e.value.bytes).toString('latin1'));
const isEmpty = (e: Element): boolean => (e.value.kind === 'items' ? e.value.items.length === 0 : e.value.bytes.length === 0);
const person = pseudonyms.person('PID-4711-X');

/** The choice that is valid in every IOD: D before Z before X; UIDs mapped; U* gone into. */
function checkBasic(basic: string, before: Element, e: Element | undefined, tag: string): void {
  const codes = basic.split('/');
  if (codes.includes('U*')) { expect(bytesIn(e)).toContain(pseudonyms.uid(plantedUid)); expect(bytesIn(e)).not.toContain(plantedUid); return; }
  if (codes.length === 1 && codes[0] === 'X') { expect(e).toBeUndefined(); return; }
  if (e === undefined) throw new Error('removed, though it may be required');
  if (['00100010', '00100020', '00120040'].includes(tag)) { expect(bytesIn(e).trim()).toBe(tag === '00100020' ? pseudonyms.person(bytesIn(before).trim()).pseudonym : person.pseudonym); return; }
  if (codes.includes('U')) { expect(bytesIn(e).replace(/\0$/, '')).toBe(pseudonyms.uid(plantedUid)); return; }
  if (!codes.includes('D')) { expect(isEmpty(e)).toBe(true); return; }
  expect(isEmpty(e)).toBe(false);
  expect(bytesIn(e)).not.toBe(bytesIn(before));
}

/** Whether what may stay is free of what was planted. */
function checkClean(before: Element, e: Element | undefined, option: ProfileOption, row: ProfileRow): void {
  if (e?.value.kind === 'items') {
    const text = bytesIn(e);
    expect(e.value.items.length).toBeGreaterThan(0);
    expect(text).not.toContain(planted);
    expect(text).not.toContain(plantedUid);
    return;
  }
  const text = bytesIn(e);
  if (option === 'retainSafePrivate' || row.tag === '60xx3000') { expect(text).toBe(bytesIn(before)); return; }
  if (row.tag === '50xxxxxx') { expect(e).toBeUndefined(); return; }
  if (option === 'retainModifiedDates' && (e?.vr === 'DA' || e?.vr === 'DT')) {
    expect(text).not.toContain(plantedDate);
    const moved = Date.UTC(Number(text.slice(0, 4)), Number(text.slice(4, 6)) - 1, Number(text.slice(6, 8))) - Date.UTC(1987, 5, 15);
    expect(moved / 86_400_000).toBe(person.shift);
    return;
  }
  if (option === 'retainModifiedDates' && e?.vr === 'TM') { expect(text).toBe('081530'); return; }
  if (option === 'retainDevice') { expect(text.trim()).toBe(pseudonyms.station(planted)); return; }
  // Bytes whose meaning is not known cannot be cleaned: the Basic Profile's action stands.
  if (['OB', 'SH', 'UR', 'CS'].includes(before.vr) && !text.includes('[-]')) { checkBasic(row.basic, before, e, tagOf(row)); return; }
  if (before.vr !== 'SH') expect(text).toContain('CT HEAD');
  expect(text).not.toContain(planted);
}

describe('table E.1-1', () => {
  it('is whole: 652 attributes and 4 patterns of PS3.15 2026c, each known with its representation', () => {
    expect(profileRows).toHaveLength(656);
    expect(new Set(profileRows.map((r) => r.tag)).size).toBe(656);
    expect(profileRows.filter((r) => r.options.has('retainModifiedDates'))).toHaveLength(169);
    for (const row of profileRows) {
      expect(/^(X|Z|D|U|X\/Z|X\/D|Z\/D|X\/Z\/D|X\/Z\/U\*)$/.test(row.basic)).toBe(true);
      if (patterns[row.tag] === undefined) expect([row.tag, elementOf(row.tag)?.vr]).toEqual([row.tag, expect.stringMatching(/^[A-Z]{2}$/)]);
      expect(rowOf(tagOf(row))).toBe(row);
    }
  });
  it('stands beside a dictionary that knows what is a sequence: where it does not, an implicit file cannot be read', () => {
    for (const [tag, vr] of [['00180020', 'CS'], ['00189008', 'CS'], ['00280065', 'CS'], ['00081140', 'SQ'], ['0040A730', 'SQ'], ['00186011', 'SQ'], ['60023000', 'OW'], ['00090010', undefined]] as const) expect([tag, elementOf(tag)?.vr]).toEqual([tag, vr]);
  });
});

describe.each(profileRows.map((row) => [`(${row.tag.replace(/^(....)(....)$/, '$1,$2')}) ${patterns[row.tag] === undefined ? elementOf(row.tag)?.name : row.tag}`, row] as const))('%s', (_, row) => {
  it(`${row.basic} by the Basic Profile`, () => {
    const { before, top, nested, bytes } = after(row, []);
    checkBasic(row.basic, before, top, tagOf(row));
    if (!row.tag.startsWith('0002')) checkBasic(row.basic, before, nested, tagOf(row));
    // Times of day and small numbers are dummies of other values, and no names.
    for (const needle of [planted, plantedUid, plantedDate]) expect(Buffer.from(bytes).includes(needle)).toBe(false);
  });
  for (const [option, action] of row.options) it(`${action} with ${option}`, () => {
    const { before, top, nested } = after(row, [option]);
    for (const e of row.tag.startsWith('0002') ? [top] : [top, nested]) {
      if (action === 'C') checkClean(before, e, option, row);
      else if (before.value.kind === 'items') {
        // Sequences are kept and gone into: what they hold follows its own rows.
        expect(e?.value.kind === 'items' && e.value.items.length).toBe(1);
        expect(bytesIn(e)).not.toContain(`${planted}^A`);
      } else expect(bytesIn(e)).toBe(bytesIn(before));
    }
  });
});

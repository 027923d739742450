// What stays, stays byte for byte; what is mapped, is mapped alike everywhere, so that follow-up studies line up; and a
// file that was de-identified once can be so again.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDataSet, text, type Element } from '../../../../electron/host/deidentify/data-set.ts';
import { deidentifyDicom } from '../../../../electron/host/deidentify/deidentify.ts';
import { nothingPrivate } from '../../../../electron/host/deidentify/private-list.ts';
import { profileOptions, type ProfileOption } from '../../../../shared/domain/privacy.ts';
import { rowOf } from '../../../../electron/host/deidentify/profile.ts';
import { Pseudonyms, shifted } from '../../../../electron/host/deidentify/pseudonyms.ts';
import { AppError } from '../../../../shared/errors.ts';
import { encodings, having, writeElements, type Given } from './write-elements.ts';

const pseudonyms = new Pseudonyms(new Uint8Array(32).fill(1)), others = new Pseudonyms(new Uint8Array(32).fill(2));
const run = (bytes: Uint8Array, options: readonly ProfileOption[] = [], by = pseudonyms) => deidentifyDicom(bytes, 'file', { profile: new Set(options), keepPrivate: nothingPrivate }, by);
const read = (bytes: Uint8Array): readonly Element[] => readDataSet(bytes, 'file').elements;

/** Attributes that no row names and no rule touches, with values of their representation. */
const untouched = fc.oneof(
  fc.tuple(fc.constantFrom('00180050', '00180088', '00201041', '00280030', '00281050', '00281053'), fc.constant('DS'), fc.integer({ min: 0, max: 99_999 }).map((n) => String(n / 100))),
  fc.tuple(fc.constantFrom('00180015', '00200060', '00080060', '00185100'), fc.constant('CS'), fc.constantFrom('CHEST', 'HFS', 'CT', 'L ', '')),
  fc.tuple(fc.constantFrom('00280010', '00280011', '00280100'), fc.constant('US'), fc.uint8Array({ minLength: 2, maxLength: 2 })),
  fc.tuple(fc.constantFrom('00189073', '00189087'), fc.constant('FD'), fc.uint8Array({ minLength: 8, maxLength: 8 })),
  fc.tuple(fc.constantFrom('00281201', '00282000', '7FE00010'), fc.constant('OW'), fc.uint8Array({ minLength: 0, maxLength: 40 }).map((b) => (b.length % 2 === 0 ? b : b.subarray(1)))),
  fc.tuple(fc.constantFrom('00080070', '00081090', '00181210'), fc.constant('LO'), fc.constantFrom('ACME', 'MODEL 3 \\ B', 'B30f')),
);
const nestings = ['00082228', '00540016', '00081250', '00081115'] as const;
const unique = (list: readonly Given[]): Given[] => [...new Map(list.map((e) => [e[0], e] as const)).values()].sort(([a], [b]) => (a < b ? -1 : 1));
const { tree } = fc.letrec<{ tree: Given[] }>((tie) => ({
  tree: fc.tuple(fc.array(untouched, { maxLength: 5 }), fc.option(fc.tuple(fc.constantFrom(...nestings), fc.array(tie('tree'), { maxLength: 2 }), fc.boolean()), { depthSize: 'small' })).map(([leaves, nested]) => unique([...leaves, ...(nested === null ? [] : [[nested[0], 'SQ', nested[2] ? { open: nested[1] } : nested[1]] as const])])),
}));

/** Elements as nested text, bytes in hexadecimal: equal where every byte of every value is. */
const shown = (elements: readonly Element[]): unknown => elements.map((e) => [e.tag, e.vr, e.value.kind === 'items' ? [e.value.open, e.value.items.map((i) => [i.open, shown(i.elements)])] : Buffer.from(e.value.bytes).toString('hex')]);

describe('kept elements', () => {
  it.each(encodings)('are the same bytes, at any depth and in any order of options (%s)', (encoding) => {
    fc.assert(fc.property(tree, fc.subarray(profileOptions.filter((o) => o !== 'retainModifiedDates' && o !== 'retainSafePrivate')), (given, options) => {
      const bytes = writeElements(having(...given), encoding), kept = new Set(given.map(([tag]) => tag));
      expect(shown(read(run(bytes, options).bytes).filter((e) => kept.has(e.tag)))).toEqual(shown(read(bytes).filter((e) => kept.has(e.tag))));
    }), { numRuns: 60, seed: 7 });
  });
  it('are what an independent writer makes of the same elements, whole', () => {
    const given = having(['00180050', 'DS', '1.25'], ['00082228', 'SQ', { open: [[['00080104', 'LO', 'Chest']], []] }], ['7FE00010', 'OW', Uint8Array.of(1, 2, 3, 4)]);
    for (const encoding of encodings.slice(0, 3)) {
      const inOutput = Buffer.from(run(writeElements(given, encoding)).bytes), sequence = Buffer.from(writeElements([given.find(([tag]) => tag === '00082228') ?? ['00080000', 'UL', '']], encoding));
      expect(inOutput.includes(sequence.subarray(132 + 12 + sequence.readUInt32LE(140)))).toBe(true);
    }
  });
  it('encapsulated pixel data stay fragment for fragment', () => {
    const fragments = Buffer.from('feff00e000000000feff00e0040000000102030 4feff00e002000000aabbfeffdde000000000'.replace(' ', ''), 'hex');
    const bytes = Buffer.concat([Buffer.from(writeElements(having())), Buffer.from('e07f10004f420000ffffffff', 'hex'), fragments]);
    const compressed = Buffer.from(bytes.toString('latin1').replace('1.2.840.10008.1.2.1\0', '1.2.840.10008.1.2.5\0'), 'latin1');
    expect(Buffer.from(run(compressed).bytes).includes(fragments)).toBe(true);
  });
});

describe('follow-up studies', () => {
  const visit = (date: string, study: string, name = 'Quitzow^Ottilie'): Uint8Array => writeElements(having(['00080020', 'DA', date], ['00080023', 'DA', date], ['0008002A', 'DT', `${date}101500.25+0100`], ['00080030', 'TM', '101500'], ['00100010', 'PN', name], ['0020000D', 'UI', study], ['00081140', 'SQ', [[['00081150', 'UI', '1.2.840.10008.5.1.4.1.1.7'], ['00081155', 'UI', '1.2.3.4.5.6']]]]));
  it('of a patient have one pseudonym, one shift of dates and the same answer for the same UID, however the name is spelt', () => {
    const [a, b] = [run(visit('20230110', '1.2.3.4'), ['retainModifiedDates']), run(visit('20240301', '1.2.3.9', 'QUITZOW^O'), ['retainModifiedDates'])];
    expect(a.person).toEqual(b.person);
    const days = (m: typeof a, tag: string): number => Date.parse(text(read(m.bytes), tag).slice(0, 8).replace(/(....)(..)(..)/, '$1-$2-$3')) / 86_400_000;
    expect(days(b, '00080020') - days(a, '00080020')).toBe(416);
    expect(days(a, '0008002A')).toBe(days(a, '00080020'));
    expect(text(read(a.bytes), '0008002A').slice(8)).toBe('101500.25+0100');
    expect(text(read(a.bytes), '00080030')).toBe('101500');
    expect(text(read(a.bytes), '0020000D')).not.toBe(text(read(b.bytes), '0020000D'));
    // What one file calls itself, the other refers to.
    const reference = read(b.bytes).find((e) => e.tag === '00081140');
    expect(reference?.value.kind === 'items' && text(reference.value.items[0]?.elements ?? [], '00081155')).toBe(text(read(a.bytes), '00080018'));
    expect(reference?.value.kind === 'items' && text(reference.value.items[0]?.elements ?? [], '00081150')).toBe('1.2.840.10008.5.1.4.1.1.7');
    expect(text(readDataSet(a.bytes, 'file').meta, '00020003')).toBe(text(read(a.bytes), '00080018'));
  });
  it('under another key share nothing', () => {
    const [a, b] = [run(visit('20230110', '1.2.3.4')), run(visit('20230110', '1.2.3.4'), [], others)];
    expect(a.person.pseudonym).not.toBe(b.person.pseudonym);
    expect(a.instance).not.toBe(b.instance);
    expect(pseudonyms.fingerprint).not.toBe(others.fingerprint);
  });
  it('UIDs are of the form that UUIDs have, and different for different ones', () => {
    fc.assert(fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (a, b) => {
      expect(pseudonyms.uid(a)).toMatch(/^2\.25\.[1-9]\d{1,38}$/);
      expect(pseudonyms.uid(a) === pseudonyms.uid(b)).toBe(a === b);
      const { shift } = pseudonyms.person(a);
      expect(shift).toBeLessThanOrEqual(-366);
      expect(shift).toBeGreaterThanOrEqual(-3652);
    }), { seed: 3 });
  });
  it.each([['20240301', '20240229'], ['2024.03.01', '2024.02.29'], ['20240301101112.5+0900', '20240229101112.5+0900'], ['20240301\\20240101', '20240229\\20231231'], ['202403', '202403'], ['2024', '2024'], ['', ''], ['19000228 ', '19000227'], ['20240230', null], ['2024-03-01', null], ['yesterday', null]])('%s a day earlier is %s', (date, earlier) => { expect(shifted(date, -1)).toBe(earlier); });
  it('dates that are none are not passed on', () => {
    expect(text(read(run(writeElements(having(['00080020', 'DA', '2O240101'], ['00080022', 'DA', '20249999'])), ['retainModifiedDates']).bytes), '00080020')).toBe('');
  });
});

describe('what the file says of itself', () => {
  const codesOf = (bytes: Uint8Array): string[] => { const s = read(bytes).find((e) => e.tag === '00120064'); return s?.value.kind === 'items' ? s.value.items.map((i) => text(i.elements, '00080100')) : []; };
  it.each<readonly [readonly ProfileOption[], readonly string[], string]>([
    [[], ['113100'], 'REMOVED'], [['retainModifiedDates', 'cleanDescriptors'], ['113100', '113107', '113105'], 'MODIFIED'], [['retainFullDates', 'retainUids', 'retainPatient', 'retainDevice', 'retainInstitution', 'cleanStructured', 'cleanGraphics'], ['113100', '113110', '113109', '113112', '113108', '113106', '113104', '113103'], 'UNMODIFIED'],
  ])('%j', (options, codes, temporal) => {
    const made = run(writeElements(having()), options).bytes;
    expect(text(read(made), '00120062')).toBe('YES');
    expect(codesOf(made)).toEqual(codes);
    expect(text(read(made), '00280303')).toBe(temporal);
    expect(text(read(made), '00280301')).toBe('');
  });
  it('does not know dates both kept and moved', () => { expect(() => run(writeElements(having()), ['retainFullDates', 'retainModifiedDates'])).toThrow(AppError); });
  it('after a second time is as valid as after the first, and tells both', () => {
    for (const encoding of encodings) {
      const once = run(writeElements(having(['00080020', 'DA', '20240301'], ['00081030', 'LO', 'CT HEAD Quitzow']), encoding)).bytes, twice = run(once, ['cleanDescriptors']).bytes;
      expect(readDataSet(twice, 'file').syntax).toEqual(readDataSet(once, 'file').syntax);
      expect(codesOf(twice)).toEqual(['113100', '113105']);
      expect(read(twice).map((e) => e.tag)).toEqual(read(once).map((e) => e.tag));
      expect(run(once).receipt.holds).toEqual([]);
    }
  });
});

describe('files that are refused', () => {
  const whole = writeElements(having(['7FE00010', 'OW', new Uint8Array(64)]));
  it.each<readonly [string, Uint8Array, string]>([
    ['an empty one', new Uint8Array(), 'empty-file'], ['one without a header', new Uint8Array(200), 'unreadable-file'], ['one that is cut off', whole.subarray(0, whole.length - 10), 'truncated-file'],
    ['a directory of others', writeElements(having(['00020002', 'UI', '1.2.840.10008.1.3.10'])), 'unsupported-format'],
  ])('%s', (_, bytes, code) => { expect(() => run(bytes)).toThrow(expect.objectContaining({ name: 'AppError', code })); });
  it('none that is cut off anywhere passes as whole, or ends in anything but a typed error', () => {
    for (let end = 0; end < whole.length; end += 3) {
      try { expect(read(run(whole.subarray(0, end)).bytes).some((e) => e.tag === '7FE00010')).toBe(false); } catch (error) { expect(error).toBeInstanceOf(AppError); }
    }
  });
});

const folder = path.join(import.meta.dirname, '../../../../../shared/data/dicom/files');
describe.skipIf(!existsSync(folder))('real DICOM files (skipped where ../shared/data is not here)', () => {
  it('keep every kept element and every pixel to the byte, name nobody, or are refused with a typed error', () => {
    // Numbers, codes and pixels that no row names; what the program says of its work is its own.
    const asTheyAre = new Set(['AT', 'CS', 'DS', 'FD', 'FL', 'IS', 'OB', 'OW', 'SL', 'SS', 'UL', 'US']), ours = new Set(['00120062', '00280303', '00280301']);
    let done = 0, compared = 0;
    for (const name of readdirSync(folder)) {
      const bytes = new Uint8Array(readFileSync(path.join(folder, name)));
      let made;
      try { made = run(bytes, ['cleanDescriptors', 'retainModifiedDates']); } catch (error) { expect(error).toBeInstanceOf(AppError); continue; }
      done++;
      const before = read(bytes), after = read(made.bytes);
      for (const e of after) {
        const original = before.find((b) => b.tag === e.tag);
        if (original === undefined || e.value.kind === 'items' || original.value.kind === 'items' || rowOf(e.tag) !== null || ours.has(e.tag) || !asTheyAre.has(e.vr)) continue;
        compared++;
        expect([name, e.tag, Buffer.compare(Buffer.from(e.value.bytes), Buffer.from(original.value.bytes))]).toEqual([name, e.tag, 0]);
      }
      const patient = text(before, '00100010');
      if (patient !== '' && made.receipt.holds.length === 0) expect(text(after, '00100010')).toBe(made.person.pseudonym);
      expect(after.some((e) => '13579BDF'.includes(e.tag.charAt(3)))).toBe(false);
      expect(readDataSet(run(made.bytes).bytes, name).elements.length).toBeGreaterThan(0);
    }
    expect(done).toBeGreaterThan(180);
    expect(compared).toBeGreaterThan(4000);
  });
});

// Identifiers planted wherever a file can hold them, in every encoding and several character sets; afterwards every byte
// of the output is searched for them, deflated data after inflating.
import { inflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { dataElements } from '../../../../electron/host/deidentify/data-elements.ts';
import { readDataSet } from '../../../../electron/host/deidentify/data-set.ts';
import { deidentifyDicom } from '../../../../electron/host/deidentify/deidentify.ts';
import { nothingPrivate, readPrivateList } from '../../../../electron/host/deidentify/private-list.ts';
import type { ProfileOption } from '../../../../shared/domain/privacy.ts';
import { Pseudonyms } from '../../../../electron/host/deidentify/pseudonyms.ts';
import { encodings, having, writeElements, type Encoding, type Given } from './write-elements.ts';

const pseudonyms = new Pseudonyms(Uint8Array.from({ length: 32 }, (_, i) => i));
const everything: readonly ProfileOption[] = ['retainModifiedDates', 'cleanDescriptors', 'cleanStructured', 'cleanGraphics'];
const profiles: readonly (readonly [string, readonly ProfileOption[]])[] = [['the Basic Profile', []], ['all that cleans and keeps no identity', everything]];

/** All bytes of a file as they would be found by somebody who looks: the data set inflated. */
function plainBytes(bytes: Uint8Array, encoding: Encoding): Buffer {
  const b = Buffer.from(bytes);
  if (encoding !== 'deflated') return b;
  const from = 132 + 12 + b.readUInt32LE(140);
  return Buffer.concat([b.subarray(0, from), inflateRawSync(b.subarray(from))]);
}
function found(bytes: Buffer, needles: readonly (string | Uint8Array)[]): string[] {
  const lower = Buffer.from(bytes.toString('latin1').toLowerCase(), 'latin1');
  return needles.flatMap((n) => {
    if (typeof n !== 'string') return bytes.includes(Buffer.from(n)) ? [Buffer.from(n).toString('hex')] : [];
    const forms = [n, n.toLowerCase()].flatMap((t) => [Buffer.from(t, 'utf8'), Buffer.from(t, 'latin1'), Buffer.from(t, 'utf16le'), Buffer.from(t, 'utf16le').swap16()]);
    return forms.some((f) => bytes.includes(f) || lower.includes(f)) ? [n] : [];
  });
}

const needles = ['Quitzow', 'Ottilie', 'PID-4711-X', 'ACC-90210', 'Zwerenz', 'Bellerophon', 'Hinterfeld', '19570314', '1.2.3.4.5.6', '+49 30 9018', 'Lindenallee', 'QUITZOW_AE', 'Kaltenbrunn', '20240229'];

/** Every textual attribute of the standard, each with an identifier in it, and what no dictionary knows. */
function crowded(): Given[] {
  const words = 'CT HEAD for Quitzow, Ottilie (PID-4711-X) by Dr Zwerenz, Bellerophon Clinic, Lindenallee 7, +49 30 9018';
  const text: Given[] = [];
  for (const [tag, { vr, name }] of dataElements) {
    // Kinds and codes are not cleaned: what stands there is found by the search, and holds the file back.
    if (vr === 'UI' && /SOP Class|Transfer Syntax|Coding Scheme|Context|Mapping Resource/i.test(name)) continue;
    if (/^(0000|0002|0004|7FE0|FF)/.test(tag) || /^00080(005|016|01A|01B|062|100|102|103|10C|10D|10F|117|118|119|120)$|^000811(50|5A)$|^0040DB/.test(tag) || tag >= '00280000' && tag < '00290000' && vr !== 'LO' && vr !== 'LT') continue;
    switch (vr) {
      case 'LO': text.push([tag, vr, 'Quitzow Bellerophon ABDOMEN']); break;
      case 'SH': text.push([tag, vr, 'Zwerenz CT']); break;
      case 'LT': case 'ST': case 'UT': case 'UC': text.push([tag, vr, words]); break;
      case 'PN': text.push([tag, vr, 'Zwerenz^Hinterfeld^^Dr']); break;
      case 'AE': text.push([tag, vr, 'QUITZOW_AE']); break;
      case 'UI': text.push([tag, vr, '1.2.3.4.5.6']); break;
      case 'DA': text.push([tag, vr, '20240229']); break;
      case 'DT': text.push([tag, vr, '20240229101112']); break;
      case 'UR': text.push([tag, vr, 'https://pacs.bellerophon/Quitzow']); break;
      default: break;
    }
  }
  const own: readonly Given[] = [['00100010', 'PN', 'Quitzow^Ottilie'], ['00100020', 'LO', 'PID-4711-X'], ['00100030', 'DA', '19570314'], ['00080050', 'SH', 'ACC-90210'], ['00080080', 'LO', 'Bellerophon'], ['00101040', 'LO', 'Lindenallee'], ['00102154', 'SH', '+49 30 9018'], ['00080090', 'PN', 'Zwerenz^Hinterfeld^^Dr'], ['00104000', 'LT', `${words}; wife Kaltenbrunn`]];
  return having(...text.filter(([tag]) => !own.some((o) => o[0] === tag)), ...own);
}

describe.each(profiles)('%s', (_, options) => {
  it.each(encodings)('leaves no planted identifier in any attribute of the standard (%s)', (encoding) => {
    const flat = crowded();
    // The same once more inside sequences, of defined and of undefined length, two deep.
    const nested: Given = ['00082228', 'SQ', [[...flat.filter(([tag]) => !tag.startsWith('0002') && tag !== '00082228'), ['00540016', 'SQ', { open: [flat.filter(([tag]) => tag.startsWith('0010'))] }]]]];
    const bytes = writeElements([...flat.filter(([tag]) => tag < '00082228'), nested, ...flat.filter(([tag]) => tag > '00082228')], encoding);
    expect(found(plainBytes(bytes, encoding), needles).length).toBe(needles.length);
    const made = deidentifyDicom(bytes, 'file', { profile: new Set(options), keepPrivate: nothingPrivate }, pseudonyms);
    expect(found(plainBytes(made.bytes, encoding), needles)).toEqual([]);
    expect(made.receipt.holds).toEqual([]);
    // What a data team needs of a description is still there.
    if (options.includes('cleanDescriptors')) expect(plainBytes(made.bytes, encoding).includes('CT HEAD')).toBe(true);
  });

  it.each(encodings)('nor in what is no attribute: preamble, header, private and unknown elements, paddings (%s)', (encoding) => {
    const secret = 'Quitzow^Ottilie', preamble = Buffer.alloc(128);
    preamble.write(secret);
    const bytes = writeElements(having(
      ['00020016', 'AE', 'QUITZOW_AE'], ['00020100', 'UI', '1.2.3.4.5.6'], ['00020102', 'OB', Buffer.from(secret)],
      ['00090010', 'LO', 'QUITZOW GMBH'], ['00091001', 'LO', secret], ['00091002', 'SQ', [[['00100010', 'PN', secret], ['00090010', 'LO', 'INNER'], ['00091003', 'UN', Buffer.from(secret)]]]], ['00091004', 'SQ', { open: [[['00081030', 'LO', secret]]] }],
      ['00111010', 'LO', secret], ['00187FFE', 'LO', secret], ['00189FFF', 'UN', Buffer.from(secret)], ['00081190', 'UR', `http://x/${secret}`],
      ['50002500', 'LO', secret], ['60000010', 'US', Uint8Array.of(8, 0)], ['60000011', 'US', Uint8Array.of(8, 0)], ['60001500', 'LO', secret], ['60003000', 'OW', Uint8Array.of(255, 129, 129, 129, 129, 129, 129, 255)], ['60004000', 'LT', secret],
      ['00880200', 'SQ', [[['00280010', 'US', Uint8Array.of(1, 0)], ['7FE00010', 'OB', Buffer.from(secret)]]]], ['FFFCFFFC', 'OB', Buffer.from(secret)],
    ), encoding, preamble);
    const made = deidentifyDicom(bytes, 'file', { profile: new Set(options), keepPrivate: nothingPrivate }, pseudonyms);
    expect(found(plainBytes(made.bytes, encoding), ['Quitzow', 'Ottilie', '1.2.3.4.5.6'])).toEqual([]);
    expect(made.receipt.holds).toEqual([]);
  });

  it.each<readonly [string, string, Uint8Array, string]>([
    ['Latin-1', 'ISO_IR 100', Buffer.from('Müßiggänger^Jürgen', 'latin1'), 'Müßiggänger'],
    ['UTF-8', 'ISO_IR 192', Buffer.from('Yamada^Tarou=山田^太郎=やまだ^たろう'), '山田'],
    ['Japanese (ISO 2022 IR 87)', '\\ISO 2022 IR 87', Buffer.concat([Buffer.from('Yamada^Tarou=\x1b$B', 'latin1'), Buffer.from([0x3b, 0x33, 0x45, 0x44]), Buffer.from('\x1b(B^\x1b$B', 'latin1'), Buffer.from([0x42, 0x40, 0x4f, 0x3a]), Buffer.from('\x1b(B', 'latin1')]), '山田'],
    ['Japanese half-width', 'ISO_IR 13', Buffer.concat([Uint8Array.of(0xd4, 0xcf, 0xc0, 0xde), Buffer.from('^'), Uint8Array.of(0xc0, 0xdb, 0xb3)]), 'ﾔﾏﾀﾞ'],
    ['Korean', '\\ISO 2022 IR 149', Buffer.concat([Buffer.from('Hong^Gildong=\x1b$)C', 'latin1'), Uint8Array.of(0xfb, 0xf3), Buffer.from('^\x1b$)C', 'latin1'), Uint8Array.of(0xd1, 0xce, 0xd4, 0xd7)]), '洪'],
    ['Chinese', 'GB18030', Buffer.concat([Buffer.from('Wang^XiaoDong='), Uint8Array.of(0xcd, 0xf5), Buffer.from('^'), Uint8Array.of(0xd0, 0xa1, 0xb6, 0xab)]), '王'],
    ['Cyrillic', 'ISO_IR 144', Buffer.concat([Uint8Array.of(0xbb, 0xee, 0xda, 0x63, 0x65, 0xdc, 0xd1, 0xe0, 0xd3)]), 'Л'],
  ])('takes names in %s out of text that stays', (_name, set, name) => {
    const description = Buffer.concat([Buffer.from('CT HEAD '), name]);
    const bytes = writeElements(having(['00080005', 'CS', set], ['00100010', 'PN', name], ['00081030', 'LO', description], ['00080070', 'LO', description], ['00082228', 'SQ', [[['00080104', 'LO', description]]]]));
    const made = deidentifyDicom(bytes, 'file', { profile: new Set(options), keepPrivate: nothingPrivate }, pseudonyms);
    // Every run of the name as the file wrote it, between its delimiters.
    const runs = Buffer.from(name).toString('latin1').split(/[\^=]|\x1b\$?[()]?[BC]/).filter((r) => r.length >= 4).map((r) => Buffer.from(r, 'latin1')); // oxlint-disable-line no-control-regex -- the escape sequences of ISO 2022
    expect(runs.length).toBeGreaterThan(0);
    expect(found(Buffer.from(made.bytes), runs)).toEqual([]);
    expect(Buffer.from(made.bytes).includes('CT HEAD')).toBe(true);
    expect(made.receipt.holds).toEqual([]);
  });
});

describe('private attributes', () => {
  const list = readPrivateList('# safe\n0019,xx0C SIEMENS MR HEADER\n(0019,xx0E) "SIEMENS MR HEADER"\n');
  const given = having(
    ['00190010', 'LO', 'SIEMENS MR HEADER'], ['00190011', 'LO', 'OTHER'], ['0019100C', 'IS', '1000'], ['0019100D', 'CS', 'DIRECTIONAL'], ['0019100E', 'FD', new Uint8Array(24).fill(3)], ['0019110C', 'LO', 'not the listed creator'],
    ['00290010', 'LO', 'SIEMENS CSA HEADER'], ['00291010', 'OB', Buffer.from('Quitzow')],
  );
  it('are kept where creator and element are listed, with their creator, and nothing else of the block', () => {
    const made = deidentifyDicom(writeElements(given), 'file', { profile: new Set(['retainSafePrivate']), keepPrivate: list }, pseudonyms);
    const after = readDataSet(made.bytes, 'file').elements.filter((e) => '13579BDF'.includes(e.tag.charAt(3))).map((e) => e.tag);
    expect(after).toEqual(['00190010', '0019100C', '0019100E']);
    expect(made.receipt.attributes.find((a) => a.tag === '(0029,xx10)')).toMatchObject({ done: 'removed' });
  });
  it('all go without the option, list or not', () => {
    const made = deidentifyDicom(writeElements(given), 'file', { profile: new Set(), keepPrivate: list }, pseudonyms);
    expect(readDataSet(made.bytes, 'file').elements.some((e) => '13579BDF'.includes(e.tag.charAt(3)))).toBe(false);
  });
  it('and a list with a line that is none is not used', () => { expect(() => readPrivateList('0019,xx0C A\n0018,xx0C B')).toThrow('Line 2'); });
});

describe('what still stands after all', () => {
  it('is found in a code, in pixels and in a kept attribute, told by kind and place but not by value, and holds the file back', () => {
    const made = deidentifyDicom(writeElements(having(['00080080', 'LO', 'Bellerophon'], ['00180015', 'CS', 'QUITZOW'], ['00081140', 'SQ', [[['00080100', 'SH', 'PID-4711-X']]]], ['7FE00010', 'OW', Buffer.from(`....Bellerophon....${'\0'.repeat(60)}`, 'utf16le')])), 'file', { profile: new Set(), keepPrivate: nothingPrivate }, pseudonyms);
    expect(made.receipt.hits).toEqual(expect.arrayContaining([{ kind: 'name', where: '(0018,0015)', times: 1 }, { kind: 'id', where: '(0008,1140) (0008,0100)', times: 1 }, { kind: 'institution', where: 'pixel data', times: expect.any(Number) }]));
    expect(made.receipt.holds).toEqual(['Identifiers of the original still stand in it.']);
    expect(JSON.stringify(made.receipt)).not.toMatch(/quitzow|bellerophon|PID-4711/i);
  });
  it('does not take chance for a find: short parts within longer words, numbers within numbers, ramps', () => {
    const made = deidentifyDicom(writeElements(having(['00100010', 'PN', 'Lee^Ann'], ['00100020', 'LO', '1234'], ['00080070', 'LO', 'Sleepmed Annex 12345'], ['00200013', 'IS', '1234'], ['7FE00010', 'OB', Uint8Array.from({ length: 256 }, (_, i) => i)])), 'file', { profile: new Set(), keepPrivate: nothingPrivate }, pseudonyms);
    expect(made.receipt.holds).toEqual([]);
    expect(Buffer.from(made.bytes).includes('Sleepmed Annex 12345')).toBe(true);
  });
});

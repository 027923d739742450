// The free text rule, and the search for identifiers in what is left.
import { describe, expect, it } from 'vitest';
import { cleanText } from '../../../../electron/host/deidentify/clean-text.ts';
import { Identifiers } from '../../../../electron/host/deidentify/identifiers.ts';

const about = (): Identifiers => {
  const i = new Identifiers();
  i.addName('Long^Ottilie=山田^太郎', null);
  i.addName('Lee', null);
  i.addId('PID-4711-X');
  i.addBirthDate('19570314');
  i.addInstitution('St Hedwig');
  i.addUid('1.2.3.4.5');
  return i;
};

describe('free text keeps the technical language alone', () => {
  it.each([
    ['CT HEAD W/O CONTRAST', 'CT HEAD W/O CONTRAST'],
    ['T2w FLAIR axial 5mm, 3D', 'T2w FLAIR axial 5mm, 3D'],
    ['MRI L-spine post-contrast; L4/L5', 'MRI L-spine post-contrast; L4/L5'],
    ['胸部単純CT 造影', '胸部単純CT 造影'.replace('胸部単純CT', '[-]')],
    ['胸部単純 造影', '胸部単純 造影'],
    ['Chest PA, Ottilie Long', 'Chest PA, [-]'],
    // A word of the technical language that is the patient's name goes as well.
    ['long axis view', '[-] axis view'.replace('axis', '[-]').replace('[-] [-]', '[-]')],
    ['CT of Mrs Smith on 2024-03-01', 'CT of [-] on [-]'],
    ['call Dr Zwerenz +49 30 901820 today', '[-]'],
    ['knee left, 12 Lindenallee, 10117 Berlin', 'knee left, 12 [-]'],
    ['see a@b.example http://x/y 1.2.3.4.5', 'see [-]'.replace('see', '[-]').replace('[-] [-]', '[-]')],
    ['MRN 1234567 head', '[-] head'],
    ['山田太郎 頭部', '[-] 頭部'],
    ['01.04.24 chest', '[-] chest'],
    ['', ''],
  ])('%s → %s', (before, after) => { expect(cleanText(before, about())).toBe(after); });
  it('fits its representation', () => { expect(cleanText('A B C D E F G H I J K L', about(), 16).length).toBeLessThanOrEqual(16); });
});

describe('identifiers', () => {
  it('are taken out of other text only where they stand', () => {
    const i = about();
    expect(i.without('ACME MR 3T', '[-]')).toBe('ACME MR 3T');
    expect(i.without('ACME Ottilie_3 (St Hedwig) pid-4711-x 1957-03-14 1.2.3.4.5 1.2.3.4.56', '[-]')).toBe('ACME [-]_3 ([-]) [-] [-] [-] 1.2.3.4.56');
    expect(i.without('Sleeping beauty; Lee', '[-]')).toBe('Sleeping beauty; [-]');
  });
  it('XXXX, 0000 and what is shorter than three letters are none', () => {
    const i = new Identifiers();
    i.addName('XXXX^Al', null);
    i.addId('00000000');
    i.addId('7');
    expect(i.count).toBe(0);
  });
  it.each<readonly [string, Buffer]>([['Latin-1', Buffer.from('xx Ottilie xx', 'latin1')], ['capitals', Buffer.from('OTTILIE')], ['UTF-16 little endian', Buffer.from('xxOttilie', 'utf16le')], ['UTF-16 big endian', Buffer.from('xxOttilie', 'utf16le').swap16()], ['UTF-8 Japanese', Buffer.from('患者 山田')], ['a UID', Buffer.from('..1.2.3.4.5\0', 'latin1').subarray(2)], ['another form of the birth date', Buffer.from('born 14.03.1957')]])('are found in %s', (_, bytes) => {
    expect(about().search(bytes, [{ from: 0, to: bytes.length, path: ['00204000'], vr: 'LT', constant: false }]).map((h) => h.where)).toEqual(['(0020,4000)']);
  });
  it('are not found where there are none', () => { expect(about().search(Buffer.from('leeward 1957-03-140 14711 1.2.3.4.56 pid-4711-y ottili'), [])).toEqual([]); });
});

// What a DICOM file says of how its values are to be shown and where they lie: tables, windows, padding, overlays,
// functional groups, spacing and its calibration, names in their character sets.
import { describe, expect, it } from 'vitest';
import { brightnessTable, standardWindow } from '../../../../shared/domain/display.ts';
import { allFrames, firstFrame } from './first-frame.ts';
import { writeDicom, type Elements } from './write-dicom.ts';

const width = 20, height = 16, pixels = width * height;
const words = (...values: number[]): Uint8Array => new Uint8Array(Uint16Array.from(values).buffer);
const file = (more: Elements, samples: Uint8Array | Uint16Array | Int16Array = Uint16Array.from({ length: pixels }, (_, i) => i)): Uint8Array => writeDicom({ width, height, samples, more });
const lut = (first: number, bits: number, values: readonly number[], name = ''): Elements => [[0x00283002, 'US', words(values.length, first & 0xffff, bits)], [0x00283003, 'LO', name], [0x00283006, 'OW', words(...values)]];

describe('from stored to shown values', () => {
  it('slope and intercept, the unit, all windows with their names; the function that belongs to them', async () => {
    const { format } = await firstFrame(file([[0x00281050, 'DS', '40\\-600'], [0x00281051, 'DS', '400\\1500'], [0x00281055, 'LO', 'MEDIASTINUM\\LUNG'], [0x00281056, 'CS', 'SIGMOID'], [0x00281052, 'DS', '-1024'], [0x00281053, 'DS', '2'], [0x00281054, 'LO', 'HU']]));
    expect(format).toMatchObject({ slope: 2, intercept: -1024, unit: 'HU', voi: 'sigmoid', window: { centre: 40, width: 400 }, windows: [{ centre: 40, width: 400, name: 'MEDIASTINUM' }, { centre: -600, width: 1500, name: 'LUNG' }] });
  });
  it('a width that LINEAR does not know is no window; LINEAR_EXACT knows it', async () => {
    const more: Elements = [[0x00281050, 'DS', '0.5'], [0x00281051, 'DS', '0.25']];
    expect((await firstFrame(file(more))).format.windows).toBeUndefined();
    expect((await firstFrame(file([...more, [0x00281056, 'CS', 'LINEAR_EXACT']]))).format).toMatchObject({ voi: 'linear-exact', window: { centre: 0.5, width: 0.25 } });
  });
  it('a modality LUT takes the place of slope and intercept: below its first input its first value, beyond the last the last (C.11.1.1.1)', async () => {
    const { samples, format } = await firstFrame(file([[0x00281052, 'DS', '-1024'], [0x00281053, 'DS', '2'], [0x00283000, 'SQ', [[...lut(100, 12, [7, 4000, 50, 60]), [0x00283004, 'LO', 'US']]]]]));
    expect([0, 99, 100, 101, 102, 103, 104, 319].map((i) => samples[i])).toEqual([7, 7, 7, 4000, 50, 60, 60, 60]);
    expect(format).toMatchObject({ slope: 1, intercept: 0, bitsStored: 12, sample: 'uint16' });
  });
  it('a VOI LUT is kept and shows the image; signed inputs are signed', async () => {
    const { voiTable, format } = await firstFrame(file([[0x00281052, 'DS', '-10'], [0x00281053, 'DS', '1'], [0x00283010, 'SQ', [lut(-4, 10, [0, 100, 1023, 500], 'SOFT'), lut(0, 8, [1], 'OTHER')]]]));
    expect(voiTable).toEqual({ first: -4, bits: 10, values: Uint16Array.of(0, 100, 1023, 500), name: 'SOFT' });
    const { table } = brightnessTable(format, { ...standardWindow(format), voi: 'table' }, voiTable);
    // Stored 5 to 9 are −5 to −1.
    expect([5, 6, 7, 8, 9, 300].map((v) => Math.round(1023 * (table[v] ?? NaN)))).toEqual([0, 0, 100, 1023, 500, 500]);
  });
  it('tables whose bytes are given one by one, and tables that use more bits than they say', async () => {
    expect((await firstFrame(file([[0x00283010, 'SQ', [[[0x00283002, 'US', words(4, 0, 8)], [0x00283006, 'OW', Uint8Array.of(1, 2, 3, 255)]]]]]))).voiTable).toMatchObject({ bits: 8, values: Uint16Array.of(1, 2, 3, 255) });
    expect((await firstFrame(file([[0x00283010, 'SQ', [lut(0, 8, [0, 4095])]]]))).voiTable?.bits).toBe(16);
  });
  it('a table that ends too early is an error, not an image', async () => {
    await expect(firstFrame(file([[0x00283000, 'SQ', [[[0x00283002, 'US', words(400, 0, 16)], [0x00283006, 'OW', words(1, 2, 3)]]]]]))).rejects.toMatchObject({ code: 'truncated-file' });
  });
  it.each([['INVERSE', 'MONOCHROME1', true], ['IDENTITY', 'MONOCHROME2', false], ['INVERSE', 'MONOCHROME2', true], ['', 'MONOCHROME1', true]] as const)('presentation LUT shape %j with %s', async (shape, photometric, inverted) => {
    expect((await firstFrame(file([[0x00280004, 'CS', photometric], ...(shape === '' ? [] : [[0x20500020, 'CS', shape] as const])]))).format.inverted).toBe(inverted);
  });
  it('padding: one value or a range, signed as the pixels are; it does not make the window', async () => {
    const samples = Int16Array.from({ length: pixels }, (_, i) => (i < 100 ? -2000 : i));
    const { format } = await firstFrame(file([[0x00280120, 'SS', -2000], [0x00280121, 'SS', -1990]], samples));
    expect(format.padding).toEqual([-2000, -1990]);
    expect(format.window.centre - format.window.width / 2).toBeGreaterThanOrEqual(100);
    expect((await firstFrame(file([[0x00280120, 'US', 0]]))).format.padding).toEqual([0, 0]);
  });
});

describe('overlays', () => {
  it('planes of bits at their place, of one frame over all, of several over theirs', async () => {
    const bits = Uint8Array.from({ length: 8 }, (_, i) => 1 << i);
    const samples = new Uint16Array(3 * pixels).fill(9), [a, b, c] = await allFrames(writeDicom({ width, height, samples, frames: 3, more: [
      [0x60000010, 'US', 8], [0x60000011, 'US', 8], [0x60000022, 'LO', 'Ruler'], [0x60000050, 'SS', words(3, 0xffff)], [0x60003000, 'OW', bits],
      [0x60020010, 'US', 8], [0x60020011, 'US', 8], [0x60020015, 'IS', '1'], [0x60020051, 'US', 2], [0x60020050, 'SS', words(1, 1)], [0x60023000, 'OW', bits],
    ] }));
    expect(a?.overlays.map((o) => [o.name, o.x, o.y, [...o.bits].flatMap((v, i) => (v === 1 ? [i] : [])).join()])).toEqual([['Ruler', -2, 2, '0,9,18,27,36,45,54,63'], ['overlay 2', 0, 0, '0,9,18,27,36,45,54,63']]);
    expect([b?.overlays.length, c?.overlays.length]).toEqual([2, 2]);
  });
  it('bits above the stored ones, which are no part of the values', async () => {
    const samples = Uint16Array.from({ length: pixels }, (_, i) => (i & 0xfff) | (i % 5 === 0 ? 0x1000 : 0));
    const { overlays, samples: read } = await firstFrame(writeDicom({ width, height, samples, stored: 12, more: [[0x60000010, 'US', height], [0x60000011, 'US', width], [0x60000050, 'SS', words(1, 1)], [0x60000100, 'US', 16], [0x60000102, 'US', 12]] }));
    expect([...overlays[0]?.bits ?? []]).toEqual(Array.from({ length: pixels }, (_, i) => (i % 5 === 0 ? 1 : 0)));
    expect([...read]).toEqual(Array.from({ length: pixels }, (_, i) => i));
  });
});

describe('frames of enhanced files', () => {
  it('each has its own window, rescale, spacing and place, or the shared ones', async () => {
    const own = (i: number): Elements => [[0x00209113, 'SQ', [[[0x00200032, 'DS', `1\\2\\${i * 2.5}`]]]], [0x00289132, 'SQ', [[[0x00281050, 'DS', String(100 * (i + 1))], [0x00281051, 'DS', '50']]]], [0x00289145, 'SQ', [[[0x00281052, 'DS', String(-i)], [0x00281053, 'DS', '1'], [0x00281054, 'LO', 'HU']]]]];
    const frames = await allFrames(writeDicom({ width, height, samples: new Uint16Array(3 * pixels).fill(5), frames: 3, more: [
      [0x52009229, 'SQ', [[[0x00209116, 'SQ', [[[0x00200037, 'DS', '1\\0\\0\\0\\1\\0']]]], [0x00289110, 'SQ', [[[0x00280030, 'DS', '0.5\\0.25']]]]]]], [0x52009230, 'SQ', [own(0), own(1), own(2)]],
    ] }));
    expect(frames.map((f) => [f.number, f.plane?.origin[2], f.format.window.centre, f.format.intercept + 0, f.format.spacing?.join()])).toEqual([[1, 0, 100, 0, '0.5,0.25'], [2, 2.5, 200, -1, '0.5,0.25'], [3, 5, 300, -2, '0.5,0.25']]);
  });
  it('of several times at one place the number orders them, not the place', async () => {
    const at = (z: number): Elements => [[0x00209113, 'SQ', [[[0x00200032, 'DS', `0\\0\\${z}`]]]]];
    const frames = await allFrames(writeDicom({ width, height, samples: new Uint16Array(4 * pixels), frames: 4, more: [[0x52009229, 'SQ', [[[0x00209116, 'SQ', [[[0x00200037, 'DS', '1\\0\\0\\0\\1\\0']]]]]]], [0x52009230, 'SQ', [at(0), at(5), at(0), at(5)]]] }));
    expect(frames.map((f) => [f.number, f.plane])).toEqual([[1, null], [2, null], [3, null], [4, null]]);
  });
});

describe('millimetres, and where they hold', () => {
  const ultrasound = (dx: number, dy: number): Elements => [[0x00186012, 'US', 1], [0x00186024, 'US', 3], [0x00186026, 'US', 3], [0x0018602c, 'FD', dx], [0x0018602e, 'FD', dy]];
  it.each<[string, Elements, readonly [number, number] | null, string | undefined]>([
    ['of a CT: in the patient', [[0x00280030, 'DS', '0.7\\0.8']], [0.7, 0.8], 'patient'],
    ['of a radiograph that says only the detector\'s', [[0x00080060, 'CS', 'DX'], [0x00181164, 'DS', '0.2\\0.2']], [0.2, 0.2], 'detector'],
    ['of a radiograph whose spacing is that of the detector', [[0x00080060, 'CS', 'DX'], [0x00181164, 'DS', '0.2\\0.2'], [0x00280030, 'DS', '0.2\\0.2']], [0.2, 0.2], 'detector'],
    ['of a radiograph that says no more', [[0x00080060, 'CS', 'CR'], [0x00280030, 'DS', '0.2\\0.2']], [0.2, 0.2], 'detector'],
    ['calibrated by a known object', [[0x00080060, 'CS', 'DX'], [0x00181164, 'DS', '0.2\\0.2'], [0x00280030, 'DS', '0.17\\0.17'], [0x00280a02, 'CS', 'FIDUCIAL']], [0.17, 0.17], 'fiducial'],
    ['corrected for geometry', [[0x00080060, 'CS', 'XA'], [0x00181164, 'DS', '0.2\\0.2'], [0x00280030, 'DS', '0.15\\0.15']], [0.15, 0.15], 'geometry'],
    ['of ultrasound, in centimetres', [[0x00080060, 'CS', 'US'], [0x00186011, 'SQ', [ultrasound(0.02, 0.03)]]], [0.3, 0.2], 'patient'],
    ['of ultrasound whose regions differ: none', [[0x00080060, 'CS', 'US'], [0x00186011, 'SQ', [ultrasound(0.02, 0.03), ultrasound(0.04, 0.04)]]], null, undefined],
    ['that cannot be: none', [[0x00280030, 'DS', '0\\0.5']], null, undefined],
  ])('%s', async (_, more, spacing, at) => {
    const { format } = await firstFrame(file(more));
    expect([format.spacing?.map((v) => Number(v.toFixed(6))) ?? null, format.spacingAt]).toEqual([spacing, at]);
  });
});

describe('names and words', () => {
  const bytes = (...parts: (string | number[])[]): Uint8Array => Uint8Array.from(parts.flatMap((p) => (typeof p === 'string' ? [...Buffer.from(p, 'latin1')] : p)));
  it.each<[string, string, Uint8Array, string]>([
    ['Latin-1', 'ISO_IR 100', bytes('M\xfcller^J\xfcrgen'), 'Müller Jürgen'],
    ['Latin-2', 'ISO_IR 101', bytes('Wa\xb3\xeasa^Lech'), 'Wałęsa Lech'],
    ['Greek', 'ISO_IR 126', bytes([0xc4, 0xe9, 0xef, 0xed, 0xf5, 0xf3, 0xe9, 0xef, 0xf2]), 'Διονυσιος'],
    ['Cyrillic', 'ISO_IR 144', bytes([0xbb, 0xee, 0xda, 0xd0, 0xdc]), 'Люкам'],
    ['UTF-8', 'ISO_IR 192', new Uint8Array(Buffer.from('Wang^XiaoDong=王^小东', 'utf8')), '王 小东 (Wang XiaoDong)'],
    ['GB18030', 'GB18030', bytes('Wang^XiaoDong=', [0xcd, 0xf5], '^', [0xd0, 0xa1, 0xb6, 0xab]), '王 小东 (Wang XiaoDong)'],
    // PS3.5 H.3.1: Japanese with code extensions.
    ['Japanese, JIS X 0208 by escape', '\\ISO 2022 IR 87', bytes('Yamada^Tarou=', [0x1b, 0x24, 0x42, 0x3b, 0x33, 0x45, 0x44, 0x1b, 0x28, 0x42], '^', [0x1b, 0x24, 0x42, 0x42, 0x40, 0x4f, 0x3a, 0x1b, 0x28, 0x42]), '山田 太郎 (Yamada Tarou)'],
    // PS3.5 I.2: Korean.
    ['Korean', '\\ISO 2022 IR 149', bytes('Hong^Gildong=', [0x1b, 0x24, 0x29, 0x43, 0xfb, 0xf3], '^', [0x1b, 0x24, 0x29, 0x43, 0xd1, 0xce, 0xd4, 0xd7]), '洪 吉洞 (Hong Gildong)'],
    ['a set that nobody knows: as Latin-1', 'ISO_IR 9999', bytes('M\xfcller'), 'Müller'],
  ])('%s', async (_, set, name, shown) => {
    expect((await firstFrame(file([[0x00080005, 'CS', set], [0x00100010, 'PN', name]]))).person?.name).toBe(shown);
  });
  it('person, study, series and how it was taken', async () => {
    const { frame: _, ...about } = { frame: null, ...await firstFrame(file([[0x00080020, 'DA', '20240131'], [0x00080030, 'TM', '101530.25'], [0x0008103e, 'LO', 'PA erect'], [0x00081030, 'LO', 'Chest'], [0x00080060, 'CS', 'DX'], [0x00100010, 'PN', 'Roe^Jane'], [0x00100020, 'LO', 'P-1'], [0x00100030, 'DA', '19700203'], [0x00100040, 'CS', 'F'], [0x00101010, 'AS', '053Y'], [0x00120062, 'CS', 'YES'], [0x00180050, 'DS', '1.25'], [0x00185101, 'CS', 'PA'], [0x0020000d, 'UI', '1.2.3'], [0x0020000e, 'UI', '1.2.3.4'], [0x00200020, 'CS', 'L\\F'], [0x00200062, 'CS', 'U']])) };
    expect(about).toMatchObject({
      modality: 'radiograph', patient: { key: 'dicom:P-1', shown: 'P-1' }, person: { name: 'Roe Jane', id: 'P-1', birthDate: '19700203', sex: 'F', age: '053Y' }, study: { uid: '1.2.3', date: '20240131', time: '101530', description: 'Chest' },
      series: { uid: '1.2.3.4', description: 'PA erect' }, towards: ['L', 'F'], taken: ['PA', 'U', '1.25 mm'], deidentified: true,
    });
  });
  it('a file without preamble is read as what it begins with', async () => {
    const whole = file([[0x00080005, 'CS', 'ISO_IR 100']]), at = Buffer.from(whole).indexOf(Buffer.from([8, 0, 5, 0]));
    expect([...(await firstFrame(whole.subarray(at))).samples]).toEqual(Array.from({ length: pixels }, (_, i) => i));
    const implicit = writeDicom({ width, height, samples: new Uint8Array(pixels).fill(3), syntax: 'implicit', more: [[0x00080005, 'CS', 'ISO_IR 100']] });
    expect(new Set((await firstFrame(implicit.subarray(Buffer.from(implicit).indexOf(Buffer.from([8, 0, 5, 0]))))).samples)).toEqual(new Set([3]));
  });
});

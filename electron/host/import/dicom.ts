// DICOM files, read with dicom-parser: what they say about patient, study and series, and their frames one by one with
// all that is needed to show them (functional groups, modality and VOI tables, padding, overlays, spacing).
import { inflateRawSync } from 'node:zlib';
import dicomParser, { type DataSet, type Element } from 'dicom-parser';
import { planeOf, type Plane } from '../../../shared/domain/series.ts';
import { AppError } from '../../../shared/errors.ts';
import { checkSize, sampleOf, windowOfData, type About, type DecodedFrame, type ImageFile, type Overlay, type Samples } from './decoded-image.ts';
import { toRgb } from './dicom-colour.ts';
import { items, number, numbers, personName, text, word, words } from './dicom-elements.ts';
import { bigEndian, checkLength, codingOf, storedFrame, type PixelDescription } from './dicom-frames.ts';

export const hasDicomPrefix = (bytes: Uint8Array): boolean => bytes.length > 132 && String.fromCharCode(...bytes.subarray(128, 132)) === 'DICM';
const implicitLittle = '1.2.840.10008.1.2', explicitLittle = '1.2.840.10008.1.2.1';
/** Files from before there was a preamble begin with their data: an element of group 8, whose length tells how it is written. */
function bareSyntax(bytes: Uint8Array): string | null {
  if (bytes.length < 132 || bytes[0] !== 8 || bytes[1] !== 0 || bytes[3] !== 0) return null;
  if (/^[A-Z]{2}$/.test(String.fromCharCode(bytes[4] ?? 0, bytes[5] ?? 0))) return explicitLittle;
  return bytes[6] === 0 && bytes[7] === 0 ? implicitLittle : null;
}
export const isBareDicom = (bytes: Uint8Array): boolean => bareSyntax(bytes) !== null;

/** More than a frame's worth of everything a file may hold: what inflates to more is no image. */
const mostInflated = 2 ** 31;

function parsed(bytes: Uint8Array, name: string): { readonly data: DataSet; readonly syntax: string } {
  const bare = hasDicomPrefix(bytes) ? null : bareSyntax(bytes);
  const inflater = (array: Uint8Array, at: number): Uint8Array => { const rest = inflateRawSync(array.subarray(at), { maxOutputLength: mostInflated }), whole = new Uint8Array(at + rest.length); whole.set(array.subarray(0, at)); whole.set(rest, at); return whole; };
  try {
    const data = dicomParser.parseDicom(bytes, { inflater, ...(bare === null ? {} : { TransferSyntaxUID: bare }) });
    return { data, syntax: word(data, 'x00020010') || bare || implicitLittle };
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : typeof cause === 'object' && cause !== null && 'exception' in cause ? String(cause.exception) : String(cause);
    const cut = /buffer overrun|beyond|past the end|unexpected end|attempt to/i.test(said);
    throw new AppError(cut ? 'truncated-file' : 'unreadable-file', cut ? `${name} is cut off: its DICOM data end too early.` : `${name} is not a readable DICOM file.`, { cause });
  }
}

/** AppError names the file and what is wrong with it. */
export function openDicom(bytes: Uint8Array, name: string): ImageFile {
  const { data, syntax } = parsed(bytes, name);
  const coding = codingOf(syntax, name), element = data.elements['x7fe00010'];
  if (element === undefined) {
    const other = data.elements['x7fe00008'] ?? data.elements['x7fe00009'];
    throw new AppError('unsupported-format', other === undefined ? `${name} is a DICOM file without an image.` : `${name} holds floating-point values; up to 16 bits are read.`);
  }
  const description = describe(data, name);
  checkSize(name, description.columns, description.rows, description.frames);
  if (/^(COLOR|MIXED)$/.test(word(data, 'x00089205')) && description.photometric.startsWith('MONOCHROME') && data.elements['x00281101'] !== undefined) throw new AppError('unsupported-format', `${name} has colours within grey values (supplemental palette), which are not read.`);
  checkLength(element, description, coding, data.byteArray.length, name);
  const planes = Array.from({ length: description.frames }, (_, i) => planeIn(data, i)), several = description.frames > 1;
  // Places that repeat (phases of one place) do not order frames: their numbers do.
  const places = new Set(planes.map((p) => JSON.stringify(p?.origin ?? null))), ordered = places.size === planes.length;
  return {
    ...about(data, several), frames: description.frames,
    frame: (index) => frame(data, element, description, coding, syntax, index, several ? (ordered ? planes[index] ?? null : null) : planes[0] ?? null, name),
  };
}

async function frame(data: DataSet, element: Element, p: PixelDescription, coding: ReturnType<typeof codingOf>, syntax: string, index: number, plane: Plane | null, name: string): Promise<DecodedFrame> {
  const stored = await storedFrame(data, element, p, coding, syntax, index, name), rgb = toRgb(data, stored, p, name);
  const own = { plane, number: p.frames > 1 ? index + 1 : integer(number(data, 'x00200013')), overlays: overlaysOf(data, stored.raw, p, index, syntax === bigEndian, name) };
  const size = { width: p.columns, height: p.rows, ...spacingOf(data, index) };
  if (rgb !== null) {
    const most = rgb instanceof Uint8Array ? 255 : p.photometric === 'RGB' ? 2 ** p.stored - 1 : 65_535, bits = rgb instanceof Uint8Array ? 8 : p.stored;
    return { ...own, samples: rgb, voiTable: null, format: { ...size, channels: 3, sample: sampleOf(rgb), bitsStored: bits, slope: 1, intercept: 0, inverted: false, window: { centre: most / 2, width: most } } };
  }
  const value = macro(data, index, 'x00289145'), voi = macro(data, index, 'x00289132');
  const modality = modalityTable(value, name), samples = modality === null ? stored.samples : through(stored.samples, modality);
  const given = number(value, 'x00281053') ?? 1, slope = modality !== null || given === 0 ? 1 : given, intercept = modality !== null ? 0 : number(value, 'x00281052') ?? 0;
  const padding = modality === null ? paddingOf(data, p) : undefined, bits = modality === null ? p.stored : modality.bits;
  const by = voiFunctionOf(voi), windows = p.allocated === 1 ? [] : windowsOf(voi, by), voiTable = p.allocated === 1 ? null : voiTableOf(voi, name);
  // Single bits: black and white.
  const window = p.allocated === 1 ? { centre: 0.5, width: 1 } : windows[0] ?? windowOfData(samples, slope, intercept, padding);
  const shape = word(data, 'x20500020'), unit = unitOf(value, data);
  return {
    ...own, samples, voiTable,
    format: {
      ...size, channels: 1, sample: sampleOf(samples), bitsStored: Math.min(16, bits), slope, intercept, window: { centre: window.centre, width: window.width },
      // Presentation LUT Shape says what photometric interpretation says; where they differ, it is what was meant for the screen (C.11.6.1.2).
      inverted: shape === 'INVERSE' ? true : shape === 'IDENTITY' ? false : p.photometric === 'MONOCHROME1',
      ...(windows.length === 0 ? {} : { voi: by, windows }), ...(padding === undefined ? {} : { padding }), ...(unit === null ? {} : { unit }),
    },
  };
}

/** A functional group's item of a frame: its own, else the shared one, else the file itself, which is where files of one frame keep its attributes (C.7.6.16). */
function macro(d: DataSet, index: number, tag: string): DataSet {
  const own = items(d, 'x52009230')[index], shared = items(d, 'x52009229')[0];
  return (own === undefined ? undefined : items(own, tag)[0]) ?? (shared === undefined ? undefined : items(shared, tag)[0]) ?? d;
}

function describe(d: DataSet, name: string): PixelDescription {
  const need = (tag: string, what: string): number => {
    const v = d.uint16(tag);
    if (v === undefined) throw new AppError('unreadable-file', `${name} does not say its ${what}.`);
    return v;
  };
  const channels = d.uint16('x00280002') ?? 1, allocated = need('x00280100', 'bits allocated'), stored = d.uint16('x00280101') ?? allocated;
  if (channels !== 1 && channels !== 3) throw new AppError('unsupported-format', `${name} has ${channels} samples a pixel; 1 and 3 are read.`);
  if (allocated !== 1 && allocated !== 8 && allocated !== 16) throw new AppError('unsupported-format', `${name} stores ${allocated} bits a sample; 1, 8 and 16 are read.`);
  if (stored < 1 || stored > allocated) throw new AppError('unreadable-file', `${name} says that ${stored} of ${allocated} bits are used.`);
  const high = d.uint16('x00280102') ?? stored - 1;
  if (high < stored - 1 || high >= allocated) throw new AppError('unreadable-file', `${name} has its highest bit at ${high} of ${allocated}.`);
  return {
    rows: need('x00280010', 'rows'), columns: need('x00280011', 'columns'), channels, allocated, stored, high, signed: d.uint16('x00280103') === 1,
    photometric: word(d, 'x00280004') || (channels === 1 ? 'MONOCHROME2' : ''), planar: d.uint16('x00280006') === 1, frames: Math.trunc(number(d, 'x00280008') ?? 1),
  };
}

interface Table { readonly first: number; readonly bits: number; readonly values: Uint16Array }
/** A table of a LUT sequence's item: descriptor and data (C.11.1.1, C.11.2.1.1). */
function table(item: DataSet, signed: boolean, name: string): Table {
  const descriptor = 'x00283002', data = item.elements['x00283006'];
  const entries = item.uint16(descriptor, 0), first = signed ? item.int16(descriptor, 1) : item.uint16(descriptor, 1), bits = item.uint16(descriptor, 2);
  if (entries === undefined || first === undefined || bits === undefined || data === undefined || bits < 1 || bits > 16) throw new AppError('unreadable-file', `${name} has an incomplete table of grey values.`);
  const count = entries === 0 ? 65_536 : entries, wide = data.length >= 2 * count;
  if (!wide && data.length < count) throw new AppError('truncated-file', `${name} has a table of grey values that ends too early.`);
  const values = Uint16Array.from({ length: count }, (_, i) => (wide ? item.uint16('x00283006', i) ?? 0 : item.byteArray[data.dataOffset + i] ?? 0));
  // Files that say fewer bits than they use are common: the values tell.
  const used = values.reduce((a, b) => Math.max(a, b), 0);
  return { first, bits: used > 2 ** bits - 1 ? 16 : bits, values };
}
const isSigned = (d: DataSet): boolean => d.uint16('x00280103') === 1;

/** The first item of the modality LUT, which takes the place of slope and intercept. Its inputs are stored values. */
function modalityTable(value: DataSet, name: string): Table | null {
  const item = items(value, 'x00283000')[0];
  return item === undefined ? null : table(item, isSigned(value), name);
}
const through = (samples: Samples, { first, values }: Table): Uint16Array => Uint16Array.from(samples, (v) => values[Math.min(values.length - 1, Math.max(0, v - first))] ?? 0);

function voiTableOf(voi: DataSet, name: string): DecodedFrame['voiTable'] {
  const item = items(voi, 'x00283010')[0];
  if (item === undefined) return null;
  // Its inputs are rescaled values: below zero where the rescale leads there.
  const made = table(item, isSigned(voi) || (number(voi, 'x00281052') ?? 0) < 0, name);
  return { ...made, name: text(item, 'x00283003', voi) };
}

const voiFunctionOf = (voi: DataSet): 'linear' | 'linear-exact' | 'sigmoid' => { const said = word(voi, 'x00281056'); return said === 'SIGMOID' ? 'sigmoid' : said === 'LINEAR_EXACT' ? 'linear-exact' : 'linear'; };
/** All windows the file offers, with their names. A width that its function does not allow is none (C.11.2.1.2.1). */
function windowsOf(voi: DataSet, by: ReturnType<typeof voiFunctionOf>): { centre: number; width: number; name: string }[] {
  const centres = numbers(voi, 'x00281050') ?? [], widths = numbers(voi, 'x00281051') ?? [], names = text(voi, 'x00281055').split('\\');
  return centres.flatMap((centre, i) => { const width = widths[i]; return width === undefined || width < (by === 'linear' ? 1 : Number.MIN_VALUE) ? [] : [{ centre, width, name: (names[i] ?? '').trim() }]; });
}

/** Stored values that are no measurement (C.7.5.1.1.2). */
function paddingOf(d: DataSet, p: PixelDescription): [number, number] | undefined {
  const read = (tag: string): number | undefined => (p.signed ? d.int16(tag) : d.uint16(tag)), value = read('x00280120');
  if (value === undefined) return undefined;
  const limit = read('x00280121') ?? value;
  return [Math.min(value, limit), Math.max(value, limit)];
}

function unitOf(value: DataSet, d: DataSet): string | null {
  const type = word(value, 'x00281054');
  if (type !== '' && type !== 'US') return type;
  // A CT's values are Hounsfield units unless it says otherwise, which a localizer may.
  return word(d, 'x00080060') === 'CT' && type === '' && !words(d, 'x00080008').includes('LOCALIZER') ? 'HU' : null;
}

const usable = (pair: readonly number[] | null): [number, number] | null => { const [a, b] = pair ?? []; return a !== undefined && b !== undefined && a > 0 && b > 0 ? [a, b] : null; };
const projections = new Set(['CR', 'DX', 'MG', 'XA', 'RF', 'IO', 'PX']);

/** Millimetres between rows and between columns, and where they hold (10.7.1). */
function spacingOf(d: DataSet, index: number): Pick<DecodedFrame['format'], 'spacing' | 'spacingAt'> {
  const spacing = usable(numbers(macro(d, index, 'x00289110'), 'x00280030')) ?? usable(numbers(d, 'x00280030')), detector = usable(numbers(d, 'x00181164')), scanned = usable(numbers(d, 'x00182010'));
  const calibration = word(d, 'x00280a02'), isProjection = projections.has(word(d, 'x00080060'));
  if (spacing !== null) {
    if (calibration === 'FIDUCIAL' || calibration === 'GEOMETRY') return { spacing, spacingAt: calibration === 'FIDUCIAL' ? 'fiducial' : 'geometry' };
    const corrected = detector === null || spacing.some((v, i) => Math.abs(v - (detector[i] ?? v)) > 1e-6 * v);
    // Of a projection, spacing that is not said to be corrected is that of the detector.
    return isProjection ? (corrected && detector !== null ? { spacing, spacingAt: 'geometry' } : { spacing, spacingAt: 'detector' }) : { spacing, spacingAt: 'patient' };
  }
  if (detector !== null) return { spacing: detector, spacingAt: 'detector' };
  if (scanned !== null) return { spacing: scanned };
  const ultrasound = ultrasoundSpacing(d);
  return ultrasound === null ? { spacing: null } : { spacing: ultrasound, spacingAt: 'patient' };
}
/** Of ultrasound whose two-dimensional regions agree (C.8.5.5): centimetres a pixel, as millimetres. */
function ultrasoundSpacing(d: DataSet): [number, number] | null {
  const regions = items(d, 'x00186011').filter((r) => r.uint16('x00186012') === 1 && r.uint16('x00186024') === 3 && r.uint16('x00186026') === 3);
  const found = regions.map((r) => usable([10 * Math.abs(r.double('x0018602e') ?? 0), 10 * Math.abs(r.double('x0018602c') ?? 0)]));
  const first = found[0] ?? null;
  return first !== null && found.every((s) => s !== null && s.every((v, i) => Math.abs(v - (first[i] ?? 0)) < 1e-6 * v)) ? first : null;
}

function planeIn(d: DataSet, index: number): Plane | null {
  const origin = numbers(macro(d, index, 'x00209113'), 'x00200032'), directions = numbers(macro(d, index, 'x00209116'), 'x00200037');
  return origin?.length === 3 && directions?.length === 6 ? planeOf(origin, directions) : null;
}

/** Drawings over the image (C.9.2): planes of their own, or bits above the stored ones. */
function overlaysOf(d: DataSet, raw: Samples | null, p: PixelDescription, index: number, swapped: boolean, name: string): Overlay[] {
  const found: Overlay[] = [];
  for (let group = 0x6000; group <= 0x601e; group += 2) {
    const tag = (element: string): string => `x${group.toString(16)}${element}`;
    const rows = d.uint16(tag('0010')), columns = d.uint16(tag('0011')), data = d.elements[tag('3000')];
    if (rows === undefined || columns === undefined || rows === 0 || columns === 0 || rows * columns > 64e6) continue;
    const label = text(d, tag('1500')) || text(d, tag('0022')) || `overlay ${(group - 0x6000) / 2 + 1}`;
    const [y = 1, x = 1] = [d.int16(tag('0050'), 0), d.int16(tag('0050'), 1)], place = { width: columns, height: rows, x: x - 1, y: y - 1, name: label };
    if (data !== undefined) {
      // Of several frames the one that begins at Image Frame Origin; of one frame, that lies over all.
      const frames = Math.max(1, number(d, tag('0015')) ?? 1), at = frames === 1 ? 0 : index + 1 - (d.uint16(tag('0051')) ?? 1);
      if (at < 0 || at >= frames) continue;
      const bits = new Uint8Array(rows * columns), from = at * rows * columns;
      if (data.length * 8 < from + bits.length || data.dataOffset + data.length > d.byteArray.length) throw new AppError('truncated-file', `${name} has an overlay that ends too early.`);
      // Words of big endian files hold their bytes the other way round.
      const flip = swapped && data.vr === 'OW' ? 1 : 0;
      for (let i = 0; i < bits.length; i++) bits[i] = ((d.byteArray[data.dataOffset + (((from + i) >> 3) ^ flip)] ?? 0) >> ((from + i) & 7)) & 1;
      found.push({ bits, ...place });
    } else {
      const position = d.uint16(tag('0102'));
      if (raw === null || position === undefined || p.channels !== 1 || rows !== p.rows || columns !== p.columns || (position <= p.high && position > p.high - p.stored) || position >= p.allocated) continue;
      found.push({ bits: Uint8Array.from(raw, (v) => (v >> position) & 1), ...place });
    }
  }
  return found;
}

const modalityWords: Readonly<Record<string, string>> = { CR: 'radiograph', DX: 'radiograph', CT: 'CT', MR: 'MRI', US: 'ultrasound', MG: 'mammogram', OP: 'ophthalmic photograph', XA: 'angiogram', PT: 'PET', NM: 'scintigram', SM: 'microscopy', ES: 'endoscopy', XC: 'photograph', OT: 'other', SC: 'other' };
const orNull = (t: string): string | null => (t === '' ? null : t);
const integer = (v: number | null): number | null => (v === null ? null : Math.trunc(v));
const dateOf = (d: DataSet, tag: string): string | null => { const digits = word(d, tag).replaceAll('.', ''); return /^\d{8}$/.test(digits) ? digits : null; };

function about(d: DataSet, several: boolean): About {
  const id = text(d, 'x00100020'), person = personName(d, 'x00100010'), uid = word(d, 'x0020000d'), own = several ? word(d, 'x00080018') : word(d, 'x0020000e');
  const modality = word(d, 'x00080060'), [manufacturer, model, institution] = ['x00080070', 'x00081090', 'x00080080'].map((tag) => orNull(text(d, tag)));
  const directions = words(d, 'x00200020'), [right, foot] = directions, thickness = number(d, 'x00180050');
  const rate = number(d, 'x00180040') ?? number(d, 'x00082144'), frameTime = number(d, 'x00181063') ?? (rate !== null && rate > 0 ? 1000 / rate : null);
  const laterality = word(d, 'x00200062') || word(d, 'x00200060');
  return {
    modality: modalityWords[modality] ?? (modality === '' ? 'other' : modality),
    patient: id === '' && person === '' ? null : { key: `dicom:${id === '' ? person : id}`, shown: id === '' ? person : id },
    person: id === '' && person === '' ? null : { name: person, id, birthDate: dateOf(d, 'x00100030'), sex: orNull(word(d, 'x00100040')), age: orNull(word(d, 'x00101010')) },
    study: uid === '' ? null : { uid, date: dateOf(d, 'x00080020'), time: orNull(word(d, 'x00080030').slice(0, 6)), description: text(d, 'x00081030') },
    acquisition: manufacturer == null && model == null && institution == null ? null : { manufacturer: manufacturer ?? null, model: model ?? null, institution: institution ?? null },
    series: own === '' ? null : { uid: own, description: text(d, 'x0008103e'), frameOfReference: orNull(word(d, 'x00200052')) },
    towards: directions.length === 2 && right !== undefined && foot !== undefined && /^[LRAPHF]{1,3}$/.test(right) && /^[LRAPHF]{1,3}$/.test(foot) ? [right, foot] : null,
    taken: [text(d, 'x00185101'), laterality, ...(thickness === null ? [] : [`${thickness} mm`])].filter((t) => t !== ''),
    frameTime: frameTime !== null && frameTime > 0 ? frameTime : null,
    deidentified: word(d, 'x00120062') === 'YES',
  };
}

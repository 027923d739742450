// DICOM files, read with dicom-parser. The first frame's stored values are kept as they are (8 or 16 bits, signed or
// not); rescale and window are kept beside them. What is inconsistent or cut off is refused: a wrong pixel value is
// worse than no image.
import { inflateRawSync } from 'node:zlib';
import dicomParser, { type DataSet, type Element } from 'dicom-parser';
import { planeOf } from '../../../shared/domain/series.ts';
import { AppError } from '../../../shared/errors.ts';
import { decodeJpeg, decodeJpeg2000, decodeJpegLossless, decodeJpegLs, decodeRle, type DecodedFrame } from './codecs.ts';
import { checkSize, windowOfData, type DecodedImage, type Samples } from './decoded-image.ts';

export const isDicom = (bytes: Uint8Array): boolean => bytes.length > 132 && String.fromCharCode(...bytes.subarray(128, 132)) === 'DICM';

const syntaxes: Readonly<Record<string, 'native' | 'rle' | 'jpeg' | 'jpeg-lossless' | 'jpeg-ls' | 'jpeg-2000'>> = {
  '1.2.840.10008.1.2': 'native', '1.2.840.10008.1.2.1': 'native', '1.2.840.10008.1.2.2': 'native', '1.2.840.10008.1.2.1.99': 'native',
  '1.2.840.10008.1.2.5': 'rle', '1.2.840.10008.1.2.4.50': 'jpeg', '1.2.840.10008.1.2.4.57': 'jpeg-lossless', '1.2.840.10008.1.2.4.70': 'jpeg-lossless',
  '1.2.840.10008.1.2.4.80': 'jpeg-ls', '1.2.840.10008.1.2.4.81': 'jpeg-ls', '1.2.840.10008.1.2.4.90': 'jpeg-2000', '1.2.840.10008.1.2.4.91': 'jpeg-2000',
};
const bigEndian = '1.2.840.10008.1.2.2';

interface Attributes {
  readonly rows: number; readonly columns: number; readonly channels: 1 | 3; readonly allocated: number; readonly stored: number; readonly high: number;
  readonly signed: boolean; readonly photometric: string; readonly planar: boolean; readonly frames: number;
}

/** AppError names the file and what is wrong with it. */
export async function readDicom(bytes: Uint8Array, name: string): Promise<DecodedImage> {
  let data: DataSet;
  try {
    data = dicomParser.parseDicom(bytes, { inflater: (array: Uint8Array, at: number) => { const rest = inflateRawSync(array.subarray(at)); const whole = new Uint8Array(at + rest.length); whole.set(array.subarray(0, at)); whole.set(rest, at); return whole; } });
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : typeof cause === 'object' && cause !== null && 'exception' in cause ? String(cause.exception) : String(cause);
    const cut = /buffer overrun|beyond|past the end|unexpected end|attempt to/i.test(text);
    throw new AppError(cut ? 'truncated-file' : 'unreadable-file', cut ? `${name} is cut off: its DICOM data end too early.` : `${name} is not a readable DICOM file.`, { cause });
  }
  const syntax = (data.string('x00020010') ?? '1.2.840.10008.1.2').trim();
  const kind = syntaxes[syntax];
  if (kind === undefined) throw new AppError('unsupported-format', `${name} is compressed in a way that is not read yet (transfer syntax ${syntax}).`);
  const pixelData = data.elements['x7fe00010'];
  if (pixelData === undefined) throw new AppError('unsupported-format', `${name} is a DICOM file without an image.`);
  const a = attributes(data, name);
  checkSize(name, a.columns, a.rows);

  const raw = kind === 'native' ? native(data, pixelData, a, syntax === bigEndian, name) : await compressed(data, pixelData, a, kind, name);
  const samples = meaningful(raw, a);
  const slope = number(data, 'x00281053') ?? 1, intercept = number(data, 'x00281052') ?? 0;
  const padding = a.signed ? data.int16('x00280120') ?? null : data.uint16('x00280120') ?? null;
  const rgb = toRgb(data, samples, a, kind, name);
  const shown = rgb ?? samples;
  const width = number(data, 'x00281051'), centre = number(data, 'x00281050');
  const grey = rgb === null && a.channels === 1;
  const window = grey && width !== null && centre !== null && width >= 1 ? { centre, width }
    : grey ? windowOfData(samples, slope, intercept, padding) : { centre: (2 ** Math.min(16, a.stored) - 1) / 2, width: 2 ** Math.min(16, a.stored) - 1 };
  const spacing = pair(data, 'x00280030') ?? pair(data, 'x00181164');
  const id = text(data, 'x00100020'), person = text(data, 'x00100010').replaceAll('^', ' ').trim();
  const [manufacturer, model, institution] = ['x00080070', 'x00081090', 'x00080080'].map((tag) => { const t = text(data, tag); return t === '' ? null : t; });
  return {
    acquisition: manufacturer == null && model == null && institution == null ? null : { manufacturer: manufacturer ?? null, model: model ?? null, institution: institution ?? null },
    samples: shown, frames: a.frames, series: series(data, a.frames), modality: modalityWords[data.string('x00080060')?.trim() ?? ''] ?? data.string('x00080060')?.trim() ?? 'other',
    patient: id === '' && person === '' ? null : { key: `dicom:${id === '' ? person : id}`, shown: id === '' ? person : id },
    study: [text(data, 'x00081030'), text(data, 'x0008103e')].filter((t) => t !== '').join(' · '),
    format: {
      width: a.columns, height: a.rows, channels: rgb === null ? a.channels : 3, sample: shown instanceof Uint8Array ? 'uint8' : shown instanceof Int16Array ? 'int16' : 'uint16',
      bitsStored: Math.min(16, a.stored), slope: slope === 0 ? 1 : slope, intercept, window: rgb === null ? window : { centre: shown instanceof Uint8Array ? 127.5 : 32767.5, width: shown instanceof Uint8Array ? 255 : 65535 },
      inverted: a.photometric === 'MONOCHROME1', spacing,
    },
  };
}

const modalityWords: Readonly<Record<string, string>> = { CR: 'radiograph', DX: 'radiograph', CT: 'CT', MR: 'MRI', US: 'ultrasound', MG: 'mammogram', OP: 'ophthalmic photograph', XA: 'angiogram', PT: 'PET', NM: 'scintigram', SM: 'microscopy', ES: 'endoscopy', XC: 'photograph', OT: 'other', SC: 'other' };

function attributes(d: DataSet, name: string): Attributes {
  const need = (tag: string, what: string): number => {
    const v = d.uint16(tag);
    if (v === undefined) throw new AppError('unreadable-file', `${name} does not say its ${what}.`);
    return v;
  };
  const channels = d.uint16('x00280002') ?? 1, allocated = need('x00280100', 'bits allocated'), stored = d.uint16('x00280101') ?? allocated;
  if (channels !== 1 && channels !== 3) throw new AppError('unsupported-format', `${name} has ${channels} samples a pixel; 1 and 3 are read.`);
  if (allocated !== 8 && allocated !== 16) throw new AppError('unsupported-format', `${name} stores ${allocated} bits a sample; 8 and 16 are read.`);
  if (stored < 1 || stored > allocated) throw new AppError('unreadable-file', `${name} says that ${stored} of ${allocated} bits are used.`);
  const high = d.uint16('x00280102') ?? stored - 1;
  if (high < stored - 1 || high >= allocated) throw new AppError('unreadable-file', `${name} has its highest bit at ${high} of ${allocated}.`);
  return {
    rows: need('x00280010', 'rows'), columns: need('x00280011', 'columns'), channels, allocated, stored, high, signed: d.uint16('x00280103') === 1,
    photometric: d.string('x00280004')?.trim() ?? 'MONOCHROME2', planar: d.uint16('x00280006') === 1, frames: Math.max(1, Math.trunc(number(d, 'x00280008') ?? 1)),
  };
}

function native(d: DataSet, e: Element, a: Attributes, swap: boolean, name: string): Samples {
  const count = a.rows * a.columns * a.channels, subsampled = a.photometric === 'YBR_FULL_422' || a.photometric === 'YBR_PARTIAL_422';
  if (subsampled) throw new AppError('unsupported-format', `${name} has uncompressed half-resolution colour, which is not read yet.`);
  const length = (count * a.allocated) / 8;
  if (e.length < length || e.dataOffset + length > d.byteArray.length) throw new AppError('truncated-file', `${name} holds ${Math.max(0, Math.min(e.length, d.byteArray.length - e.dataOffset))} bytes of pixels where ${length} are needed.`);
  const buffer = new ArrayBuffer(length);
  const bytes = new Uint8Array(buffer);
  bytes.set(d.byteArray.subarray(e.dataOffset, e.dataOffset + length));
  if (a.allocated === 8) return interleaved(bytes, a);
  if (swap) Buffer.from(buffer).swap16();
  return interleaved(new Uint16Array(buffer), a);
}

async function compressed(d: DataSet, e: Element, a: Attributes, kind: Exclude<(typeof syntaxes)[string], 'native'>, name: string): Promise<Samples> {
  const frame = firstFrame(d, e, a, name);
  if (kind === 'rle') {
    const pixels = a.rows * a.columns, size = a.allocated / 8;
    const planes = decodeRle(frame, pixels, a.channels, size);
    const buffer = new ArrayBuffer(planes.length);
    new Uint8Array(buffer).set(planes);
    return interleaved(size === 1 ? new Uint8Array(buffer) : new Uint16Array(buffer), { ...a, planar: true });
  }
  if (kind === 'jpeg' && a.photometric === 'RGB' && !saysRgb(frame)) throw new AppError('unsupported-format', `${name} says its JPEG colours are RGB, but the JPEG data do not; which is right cannot be known.`);
  const decoded: DecodedFrame = await (kind === 'jpeg' ? decodeJpeg(frame) : kind === 'jpeg-ls' ? decodeJpegLs(frame, a.signed) : kind === 'jpeg-2000' ? decodeJpeg2000(frame, a.signed) : decodeJpegLossless(frame, a.allocated, a.signed));
  if (decoded.width !== a.columns || decoded.height !== a.rows || decoded.channels !== a.channels) throw new AppError('unreadable-file', `${name} says ${a.columns} × ${a.rows} × ${a.channels}, but its image is ${decoded.width} × ${decoded.height} × ${decoded.channels}.`);
  if (a.allocated === 16 && !(decoded.samples instanceof Uint8Array) && (decoded.samples instanceof Int16Array) !== a.signed) throw new AppError('unreadable-file', `${name} says its values are ${a.signed ? 'signed' : 'unsigned'}, but its compressed image says the opposite.`);
  if (decoded.samples instanceof Uint8Array && a.allocated === 16) return Uint16Array.from(decoded.samples);
  return decoded.samples;
}

/** Whether JPEG data state RGB themselves: an Adobe segment without transform, or components named R, G, B. Decoders assume YCbCr otherwise. */
function saysRgb(frame: Uint8Array): boolean {
  for (let at = 2; at + 17 < frame.length && frame[at] === 0xff;) {
    const marker = frame[at + 1] ?? 0, length = ((frame[at + 2] ?? 0) << 8) | (frame[at + 3] ?? 0);
    if (marker === 0xee && String.fromCharCode(...frame.subarray(at + 4, at + 9)) === 'Adobe') return frame[at + 15] === 0;
    if (marker === 0xc0 || marker === 0xc1) return frame[at + 10] === 0x52 && frame[at + 13] === 0x47 && frame[at + 16] === 0x42;
    at += 2 + length;
  }
  return false;
}

/** The first frame's bytes: by the offset table where there is one, else all fragments of a single-frame file. */
function firstFrame(d: DataSet, e: Element, a: Attributes, name: string): Uint8Array {
  try {
    const fragments = e.fragments ?? [];
    if (fragments.length === 0) throw new Error('no fragments');
    const table = e.basicOffsetTable ?? [];
    if (table.length > 0) return dicomParser.readEncapsulatedImageFrame(d, e, 0);
    const count = a.frames > 1 && fragments.length >= a.frames ? (fragments.length === a.frames ? 1 : dicomParser.createJPEGBasicOffsetTable(d, e).length > 1 ? 0 : fragments.length) : fragments.length;
    if (count === 0) return dicomParser.readEncapsulatedImageFrame(d, e, 0, dicomParser.createJPEGBasicOffsetTable(d, e));
    return dicomParser.readEncapsulatedPixelDataFromFragments(d, e, 0, count);
  } catch (cause) {
    throw new AppError('truncated-file', `${name} is cut off within its image.`, { cause });
  }
}

/** Planar samples (all red, all green, all blue) interleaved; others as they are. */
function interleaved<T extends Uint8Array | Uint16Array>(samples: T, a: Attributes): T | Uint8Array | Uint16Array {
  if (a.channels === 1 || !a.planar) return samples;
  const pixels = a.rows * a.columns;
  const out = samples instanceof Uint8Array ? new Uint8Array(samples.length) : new Uint16Array(samples.length);
  for (let c = 0; c < 3; c++) for (let i = 0; i < pixels; i++) out[i * 3 + c] = samples[c * pixels + i] ?? 0;
  return out;
}

/** Only the stored bits count: shifted down from the high bit, others masked away (overlays hide there), sign extended. */
function meaningful(raw: Samples, a: Attributes): Samples {
  const shift = a.high + 1 - a.stored, mask = 2 ** a.stored - 1, sign = 2 ** (a.stored - 1);
  if (!a.signed) {
    if (shift === 0 && a.stored === a.allocated || raw instanceof Int16Array) return raw;
    return raw.map((v) => (v >>> shift) & mask);
  }
  if (raw instanceof Int16Array && a.stored === 16) return raw;
  const out = new Int16Array(raw.length);
  for (let i = 0; i < raw.length; i++) { const v = ((raw[i] ?? 0) >>> shift) & mask; out[i] = v >= sign ? v - 2 * sign : v; }
  return out;
}

/** RGB of palette and YBR images; null where the samples are final already. */
function toRgb(d: DataSet, samples: Samples, a: Attributes, kind: string, name: string): Samples | null {
  if (a.photometric === 'PALETTE COLOR') {
    const tables = ['1', '2', '3'].map((n) => lookup(d, `x0028110${n}`, `x0028120${n}`, name));
    const out = new Uint8Array(samples.length * 3);
    for (let i = 0; i < samples.length; i++) for (const [c, table] of tables.entries()) out[i * 3 + c] = table(samples[i] ?? 0);
    return out;
  }
  // JPEG decoders answer RGB already (libjpeg and OpenJPEG undo the colour transform themselves).
  if (a.photometric !== 'YBR_FULL' || kind === 'jpeg' || kind === 'jpeg-2000') return null;
  const out = new Uint8Array(samples.length);
  const byte = (v: number): number => Math.min(255, Math.max(0, Math.round(v)));
  for (let i = 0; i + 2 < samples.length; i += 3) {
    const y = samples[i] ?? 0, b = (samples[i + 1] ?? 0) - 128, r = (samples[i + 2] ?? 0) - 128;
    out[i] = byte(y + 1.402 * r);
    out[i + 1] = byte(y - 0.344136 * b - 0.714136 * r);
    out[i + 2] = byte(y + 1.772 * b);
  }
  return out;
}

/** A palette as a function from stored value to 8 bits (PS3.3 C.7.6.3.1.5 and .6). */
function lookup(d: DataSet, descriptorTag: string, dataTag: string, name: string): (v: number) => number {
  const [entries, first, bits] = [d.uint16(descriptorTag, 0), d.uint16(descriptorTag, 1), d.uint16(descriptorTag, 2)];
  const e = d.elements[dataTag];
  if (entries === undefined || first === undefined || bits === undefined || e === undefined) throw new AppError('unsupported-format', `${name} has a colour palette that is not read (segmented or missing).`);
  const count = entries === 0 ? 65536 : entries;
  const wide = e.length >= 2 * count;
  const scale = bits === 16 && wide ? 1 / 257 : 1;
  return (v) => {
    const i = Math.min(count - 1, Math.max(0, v - first));
    const value = wide ? d.uint16(dataTag, i) ?? 0 : d.byteArray[e.dataOffset + i] ?? 0;
    return Math.min(255, Math.round(value * scale));
  };
}

/** Where the image stands in its series. A file of many frames is a stack of its own, and no slice of another. */
function series(d: DataSet, frames: number): DecodedImage['series'] {
  const uid = d.string('x0020000e')?.trim() ?? '', instance = number(d, 'x00200013');
  const all = (tag: string, count: number): number[] => Array.from({ length: count }, (_, i) => number(d, tag, i) ?? NaN);
  return uid === '' || frames > 1 ? null : { uid, number: instance === null ? null : Math.trunc(instance), plane: planeOf(all('x00200032', 3), all('x00200037', 6)) };
}

/** A value of a decimal or integer string, the first unless said otherwise. */
function number(d: DataSet, tag: string, index = 0): number | null {
  try {
    const v = d.floatString(tag, index);
    return v !== undefined && Number.isFinite(v) ? v : null;
  } catch {
    return null;
  }
}
function pair(d: DataSet, tag: string): [number, number] | null {
  const first = d.floatString(tag, 0), second = d.floatString(tag, 1), usable = (v: number | undefined): v is number => v !== undefined && v > 0 && Number.isFinite(v);
  return usable(first) && usable(second) ? [first, second] : null;
}

const charsets: Readonly<Record<string, string>> = {
  'ISO_IR 100': 'latin1', 'ISO_IR 101': 'iso-8859-2', 'ISO_IR 109': 'iso-8859-3', 'ISO_IR 110': 'iso-8859-4', 'ISO_IR 144': 'iso-8859-5', 'ISO_IR 127': 'iso-8859-6',
  'ISO_IR 126': 'iso-8859-7', 'ISO_IR 138': 'iso-8859-8', 'ISO_IR 148': 'iso-8859-9', 'ISO_IR 13': 'shift_jis', 'ISO_IR 192': 'utf-8', GB18030: 'gb18030', GBK: 'gbk', 'ISO 2022 IR 87': 'iso-2022-jp', 'ISO 2022 IR 149': 'euc-kr',
};
/** A text element in the file's character set. */
function text(d: DataSet, tag: string): string {
  const e = d.elements[tag];
  if (e === undefined || e.length === 0) return '';
  const names = d.string('x00080005')?.split('\\').map((n) => n.trim()) ?? [];
  const charset = [...names].reverse().map((n) => charsets[n]).find((n) => n !== undefined) ?? 'latin1';
  return new TextDecoder(charset).decode(d.byteArray.subarray(e.dataOffset, e.dataOffset + e.length)).replaceAll('\0', '').trim();
}

// A DICOM writer for tests: implicit and explicit, little and big endian, deflated; native or encapsulated pixels, only
// what a test names. Written from PS3.5 and PS3.10, so that the reader is not measured against itself.
import { deflateRawSync } from 'node:zlib';

const long = new Set(['OB', 'OW', 'UN', 'SQ', 'UT', 'OF', 'OD', 'UC', 'UR', 'OL', 'OV']);
/** Numbers are written as US (or SS, UL, FD); text is padded to even length; an array is a sequence of items. */
export type Value = string | number | Uint8Array | readonly Elements[];
export type Elements = readonly (readonly [tag: number, vr: string, value: Value])[];
interface Coding { readonly implicit: boolean; readonly big: boolean }

const even = (bytes: Uint8Array): Buffer => Buffer.concat([bytes, Buffer.alloc(bytes.length % 2)]);
const swapped = (bytes: Uint8Array): Buffer => Buffer.from(even(bytes)).swap16();

function body(vr: string, value: Value, c: Coding): Buffer {
  if (typeof value === 'number') {
    const out = Buffer.alloc(vr === 'FD' ? 8 : vr === 'UL' ? 4 : 2);
    if (vr === 'FD') { if (c.big) out.writeDoubleBE(value); else out.writeDoubleLE(value); }
    else if (vr === 'UL') { if (c.big) out.writeUInt32BE(value); else out.writeUInt32LE(value); }
    else { const v = value & 0xffff; if (c.big) out.writeUInt16BE(v); else out.writeUInt16LE(v); }
    return out;
  }
  if (typeof value === 'string') return Buffer.from(value.length % 2 === 0 ? value : `${value}${vr === 'UI' ? '\0' : ' '}`, 'latin1');
  if (value instanceof Uint8Array) return c.big && (vr === 'OW' || vr === 'US' || vr === 'SS') ? swapped(value) : even(value);
  return Buffer.concat(value.map((i) => item(Buffer.concat(i.map((e) => element(...e, c))), 0xfffee000, c)));
}

/** One data element. */
function element(tag: number, vr: string, value: Value, c: Coding): Buffer {
  const bytes = body(vr, value, c), wide = c.implicit || long.has(vr), head = Buffer.alloc(c.implicit ? 8 : wide ? 12 : 8), at = c.implicit ? 4 : wide ? 8 : 6;
  const word = (v: number, i: number): void => { if (c.big) head.writeUInt16BE(v, i); else head.writeUInt16LE(v, i); };
  word(tag >>> 16, 0);
  word(tag & 0xffff, 2);
  if (!c.implicit) head.write(vr, 4, 'latin1');
  if (!wide) word(bytes.length, at); else if (c.big) head.writeUInt32BE(bytes.length, at); else head.writeUInt32LE(bytes.length, at);
  return Buffer.concat([head, bytes]);
}

function item(bytes: Uint8Array, tag = 0xfffee000, c: Coding = { implicit: false, big: false }): Buffer {
  const head = Buffer.alloc(8);
  if (c.big) { head.writeUInt16BE(tag >>> 16, 0); head.writeUInt16BE(tag & 0xffff, 2); head.writeUInt32BE(bytes.length, 4); } else { head.writeUInt16LE(tag >>> 16, 0); head.writeUInt16LE(tag & 0xffff, 2); head.writeUInt32LE(bytes.length, 4); }
  return Buffer.concat([head, bytes]);
}

const syntaxes = { implicit: '1.2.840.10008.1.2', explicit: '1.2.840.10008.1.2.1', 'big endian': '1.2.840.10008.1.2.2', deflated: '1.2.840.10008.1.2.1.99', rle: '1.2.840.10008.1.2.5', 'deflated frames': '1.2.840.10008.1.2.8.1' } as const;
export interface DicomImage {
  readonly width: number;
  readonly height: number;
  /** All frames, one after the other; bytes that are packed bits already where `allocated` is 1. */
  readonly samples: Uint8Array | Uint16Array | Int16Array;
  readonly allocated?: 1 | 8 | 16;
  readonly stored?: number;
  readonly high?: number;
  readonly signed?: boolean;
  readonly channels?: 1 | 3;
  readonly planar?: 0 | 1;
  readonly photometric?: string;
  readonly frames?: number;
  /** More elements, or others in the place of those that are written anyway. */
  readonly more?: Elements;
  readonly syntax?: keyof typeof syntaxes;
  /** RLE Lossless, or lossless JPEG, or frames of any syntax as given, instead of native. */
  readonly compressed?: 'rle' | { readonly jpegLossless: Uint8Array } | { readonly syntax: string; readonly frames: readonly Uint8Array[]; readonly offsetTable?: boolean; /** Pieces of each frame. */ readonly pieces?: number };
}

export function writeDicom(image: DicomImage): Uint8Array {
  const { width, height, samples, channels = 1 } = image;
  const allocated = image.allocated ?? (samples instanceof Uint8Array ? 8 : 16), stored = image.stored ?? allocated;
  const compressed = image.compressed === undefined ? null : image.compressed === 'rle' ? { syntax: syntaxes.rle, frames: null } : 'jpegLossless' in image.compressed ? { syntax: '1.2.840.10008.1.2.4.70', frames: [image.compressed.jpegLossless] } : image.compressed;
  const syntax = compressed?.syntax ?? syntaxes[image.syntax ?? 'explicit'], c: Coding = { implicit: syntax === syntaxes.implicit, big: syntax === syntaxes['big endian'] };
  const meta = element(0x00020010, 'UI', syntax, { implicit: false, big: false }), length = Buffer.alloc(4);
  length.writeUInt32LE(meta.length);
  const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength), count = image.frames ?? 1;
  const elements: Elements = [
    [0x00080060, 'CS', 'CT'], [0x00280002, 'US', channels], [0x00280004, 'CS', image.photometric ?? (channels === 3 ? 'RGB' : 'MONOCHROME2')],
    ...(channels === 3 ? [[0x00280006, 'US', image.planar ?? 0] as const] : []), ...(image.frames === undefined ? [] : [[0x00280008, 'IS', String(image.frames)] as const]),
    [0x00280010, 'US', height], [0x00280011, 'US', width], [0x00280100, 'US', allocated], [0x00280101, 'US', stored], [0x00280102, 'US', image.high ?? stored - 1], [0x00280103, 'US', image.signed ?? samples instanceof Int16Array ? 1 : 0],
    ...(image.more ?? []),
  ];
  const written = new Map(elements.map((e) => [e[0], e]));
  const head = [...written.values()].sort(([a], [b]) => a - b).map((e) => element(...e, c));
  const perFrame = bytes.length / count, each = (i: number): Uint8Array => bytes.subarray(i * perFrame, (i + 1) * perFrame);
  const coded = compressed === null ? (image.syntax === 'rle' || image.syntax === 'deflated frames' ? Array.from({ length: count }, (_, i) => (image.syntax === 'rle' ? runLength(each(i), allocated / 8, channels, image.planar ?? 0) : deflateRawSync(each(i)))) : null) : compressed.frames ?? Array.from({ length: count }, (_, i) => runLength(each(i), allocated / 8, channels, image.planar ?? 0));
  const pixels = coded === null ? [element(0x7fe00010, allocated === 16 || c.implicit ? 'OW' : 'OB', bytes, c)] : encapsulated(coded, compressed !== null && 'pieces' in compressed ? compressed.pieces ?? 1 : 1, compressed !== null && 'offsetTable' in compressed && (compressed.offsetTable ?? false));
  const data = Buffer.concat([...head, ...pixels]);
  const group = Buffer.concat([Buffer.from([0x02, 0, 0, 0]), Buffer.from('UL', 'latin1'), Buffer.from([4, 0]), length]);
  return new Uint8Array(Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), group, meta, syntax === syntaxes.deflated ? deflateRawSync(data) : data]));
}

function encapsulated(frames: readonly Uint8Array[], pieces: number, table: boolean): Buffer[] {
  const split = frames.map((f) => { const step = 2 * Math.ceil(f.length / pieces / 2); return Array.from({ length: pieces }, (_, i) => item(even(f.subarray(i * step, (i + 1) * step)))); });
  const offsets = Buffer.alloc(table ? 4 * frames.length : 0);
  if (table) { let at = 0; for (const [i, own] of split.entries()) { offsets.writeUInt32LE(at, 4 * i); at += own.reduce((n, f) => n + f.length, 0); } }
  return [Buffer.from([0xe0, 0x7f, 0x10, 0x00, 0x4f, 0x42, 0, 0, 0xff, 0xff, 0xff, 0xff]), item(offsets), ...split.flat(), item(new Uint8Array(0), 0xfffee0dd)];
}

/** RLE of PS3.5 annex G, one segment a byte plane of each channel (most significant first), runs and literals mixed. */
function runLength(bytes: Uint8Array, size: number, channels: number, planar: 0 | 1): Uint8Array {
  const segments: Buffer[] = [], pixels = bytes.length / size / channels;
  for (let c = 0; c < channels; c++) for (let plane = size - 1; plane >= 0; plane--) {
    const values = Uint8Array.from({ length: pixels }, (_, i) => bytes[(planar === 1 ? c * pixels + i : i * channels + c) * size + plane] ?? 0);
    const out: number[] = [];
    for (let i = 0; i < values.length;) {
      let run = 1;
      while (run < 128 && i + run < values.length && values[i + run] === values[i]) run++;
      if (run > 1) { out.push(257 - run, values[i] ?? 0); i += run; continue; }
      let literal = 1;
      while (literal < 128 && i + literal < values.length && values[i + literal] !== values[i + literal - 1]) literal++;
      out.push(literal - 1, ...values.subarray(i, i + literal));
      i += literal;
    }
    if (out.length % 2 === 1) out.push(0x80);
    segments.push(Buffer.from(out));
  }
  const header = Buffer.alloc(64);
  header.writeUInt32LE(segments.length, 0);
  let at = 64;
  for (const [i, segment] of segments.entries()) { header.writeUInt32LE(at, 4 + 4 * i); at += segment.length; }
  return Buffer.concat([header, ...segments]);
}

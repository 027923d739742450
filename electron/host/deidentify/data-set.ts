// A DICOM file as a tree of elements whose values are the file's own bytes, and back. Read with dicom-parser; written
// here, so that an element that is kept is the same bytes in the output (docs/adr/0010). What was not read as an element
// is not written.
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import dicomParser, { type DataSet, type Element as Parsed } from 'dicom-parser';
import { AppError } from '../../../shared/errors.ts';
import { elementOf } from './data-elements.ts';
import { isPrivate } from './profile.ts';

/** A value as stored, the items of a sequence, or encapsulated pixel data (offset table, fragments and delimiter as stored). */
export type Value =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'items'; readonly items: readonly Item[]; readonly open: boolean }
  | { readonly kind: 'encapsulated'; readonly bytes: Uint8Array };
export interface Element { readonly tag: string; readonly vr: string; readonly value: Value; readonly constant?: true }
/** `open`: written with undefined length and a delimiter, as it was read. */
export interface Item { readonly elements: readonly Element[]; readonly open: boolean }
export interface Syntax { readonly uid: string; readonly implicit: boolean; readonly bigEndian: boolean; readonly deflated: boolean }
export interface DicomFile { readonly syntax: Syntax; readonly meta: readonly Element[]; readonly elements: readonly Element[] }

export const explicitLittleEndian: Syntax = { uid: '1.2.840.10008.1.2.1', implicit: false, bigEndian: false, deflated: false };
const stated: Element = { tag: '00020010', vr: 'UI', value: { kind: 'bytes', bytes: Buffer.from('1.2.840.10008.1.2.1\0') } };
const syntaxOf = (uid: string): Syntax => ({ uid, implicit: uid === '1.2.840.10008.1.2', bigEndian: uid === '1.2.840.10008.1.2.2', deflated: uid === '1.2.840.10008.1.2.1.99' });

/** AppError names the file and what is wrong with it; nothing that cannot be read whole goes any further. */
export function readDataSet(bytes: Uint8Array, name: string): DicomFile {
  if (bytes.length === 0) throw new AppError('empty-file', `${name} is empty.`);
  if (bytes.length < 133 || String.fromCharCode(...bytes.subarray(128, 132)) !== 'DICM') throw new AppError('unreadable-file', `${name} is not a DICOM file with a header, and is not de-identified.`);
  const header = parsed(name, () => readHeader(bytes)), meta = elementsOf(header, name, 0), uid = text(meta, '00020010');
  if (uid === '') throw new AppError('unreadable-file', `${name} does not say its transfer syntax.`);
  const syntax = syntaxOf(uid), end = header.byteArray.length;
  // The library starts at the preamble again once it has inflated; it is given the file as if it had never been deflated.
  const whole = parsed(name, () => dicomParser.parseDicom(syntax.deflated ? encodeFile([stated], inflateRawSync(bytes.subarray(end)), explicitLittleEndian) : bytes, { vrCallback: (tag) => elementOf(tag.slice(1).toUpperCase())?.vr }));
  return { syntax, meta, elements: elementsOf(whole, name, 0).filter((e) => !e.tag.startsWith('0002')) };
}

type Read = Pick<DataSet, 'elements' | 'byteArray'>;

/** Group 2 alone, and the bytes it takes: the library reads one element further, which deflated data are not. */
function readHeader(bytes: Uint8Array): Read {
  const stream = new dicomParser.ByteStream(dicomParser.littleEndianByteArrayParser, bytes, 132), elements: Record<string, Parsed> = {};
  while (stream.position + 8 <= bytes.length && bytes[stream.position] === 2 && bytes[stream.position + 1] === 0) { const e = dicomParser.readDicomElementExplicit(stream, []); elements[e.tag] = e; }
  return { byteArray: bytes.subarray(0, stream.position), elements };
}

function parsed<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    const words = cause instanceof Error ? cause.message : typeof cause === 'object' && cause !== null && 'exception' in cause ? String(cause.exception) : String(cause);
    const cut = /buffer overrun|beyond|past the end|unexpected end|attempt to/i.test(words);
    throw new AppError(cut ? 'truncated-file' : 'unreadable-file', cut ? `${name} is cut off: its DICOM data end too early.` : `${name} is not a readable DICOM file.`, { cause });
  }
}

const itemMark = Uint8Array.of(0xfe, 0xff, 0x00, 0xe0), deepest = 64;
/** Whether bytes of unknown representation are the items of a sequence. */
export const isUnreadSequence = (bytes: Uint8Array): boolean => [itemMark, Uint8Array.of(0xff, 0xfe, 0xe0, 0x00)].some((mark) => mark.every((b, i) => bytes[i] === b));

function elementsOf(data: Read, name: string, depth: number): Element[] {
  if (depth > deepest) throw new AppError('unreadable-file', `${name} nests sequences more than ${deepest} deep.`);
  // The library lists the delimiters of items among their elements.
  return Object.values(data.elements).filter((e) => !e.tag.startsWith('xfffe')).map((e) => {
    const tag = e.tag.slice(1).toUpperCase();
    return { tag, vr: e.vr ?? elementOf(tag)?.vr ?? 'UN', value: valueOf(data, e, name, depth) };
  });
}

function valueOf(data: Read, e: Parsed, name: string, depth: number): Value {
  if (e.items !== undefined) {
    const items = e.items.map((item) => ({ elements: item.dataSet === undefined ? [] : elementsOf(item.dataSet, name, depth + 1), open: item.hadUndefinedLength === true }));
    return { kind: 'items', items, open: e.hadUndefinedLength === true };
  }
  if (e.dataOffset + e.length > data.byteArray.length) throw new AppError('truncated-file', `${name} is cut off: element ${tagWords(e.tag.slice(1))} says it is longer than the file.`);
  const bytes = data.byteArray.subarray(e.dataOffset, e.dataOffset + e.length);
  if (e.encapsulatedPixelData === true || e.fragments !== undefined) return { kind: 'encapsulated', bytes };
  // A private sequence of implicit files, whose items are not read: it is never kept.
  if (e.hadUndefinedLength === true && isPrivate(e.tag.slice(1))) return { kind: 'bytes', bytes: itemMark };
  if (e.hadUndefinedLength === true) throw new AppError('unreadable-file', `${name} has an element of unknown length (${tagWords(e.tag.slice(1))}) that is neither a sequence nor pixel data.`);
  return { kind: 'bytes', bytes };
}

export const tagWords = (tag: string): string => `(${tag.slice(0, 4)},${tag.slice(4)})`.toUpperCase();
export const trimmed = (t: string): string => t.replace(/[\0 ]+$/, '').replace(/^ +/, '');

/** A string attribute of a list of elements as Latin-1, trimmed; '' where there is none. */
export function text(elements: readonly Element[], tag: string): string {
  const e = elements.find((x) => x.tag === tag);
  return e?.value.kind === 'bytes' ? trimmed(Buffer.from(e.value.bytes).toString('latin1')) : '';
}
export const bytesOf = (bytes: Uint8Array): Value => ({ kind: 'bytes', bytes });

/** Where a leaf's value lies in the bytes that were searched or written; `path` is tags from the outside in. */
export interface Place { readonly from: number; readonly to: number; readonly path: readonly string[]; readonly vr: string; readonly constant: boolean }

/** The data set in its own encoding, before any deflation, and where each value lies in it. */
export function encodeDataSet(elements: readonly Element[], syntax: Syntax): { bytes: Uint8Array; places: Place[] } {
  const parts: Uint8Array[] = [], places: Place[] = [];
  let at = 0;
  const put = (bytes: Uint8Array): void => { parts.push(bytes); at += bytes.length; };
  const write = (list: readonly Element[], path: readonly string[]): void => {
    for (const e of [...list].sort((a, b) => (a.tag < b.tag ? -1 : 1))) {
      const here = [...path, e.tag];
      if (e.value.kind !== 'items') {
        const odd = e.value.bytes.length % 2 === 1, vr = e.value.kind === 'encapsulated' || e.vr !== 'SQ' ? e.vr : 'UN';
        put(head(e.tag, vr, e.value.kind === 'encapsulated' ? 0xffffffff : e.value.bytes.length + (odd ? 1 : 0), syntax));
        places.push({ from: at, to: at + e.value.bytes.length, path: here, vr: e.vr, constant: e.constant === true });
        put(e.value.bytes);
        if (odd) put(Uint8Array.of(textual.has(vr) ? 0x20 : 0));
        continue;
      }
      const body = measured(() => { for (const item of e.value.kind === 'items' ? e.value.items : []) {
        const inside = measured(() => write(item.elements, here));
        put(mark(0xe000, item.open ? 0xffffffff : inside.length, syntax));
        inside.replay();
        if (item.open) put(mark(0xe00d, 0, syntax));
      } });
      put(head(e.tag, 'SQ', e.value.open ? 0xffffffff : body.length, syntax));
      body.replay();
      if (e.value.open) put(mark(0xe0dd, 0, syntax));
    }
  };
  /** What `run` puts, held back until its length is known. */
  const measured = (run: () => void): { length: number; replay: () => void } => {
    const [p0, l0, a0] = [parts.length, places.length, at];
    run();
    const held = parts.splice(p0), found = places.splice(l0), length = at - a0;
    at = a0;
    return { length, replay: () => { const by = at - a0; for (const p of held) parts.push(p); for (const p of found) places.push({ ...p, from: p.from + by, to: p.to + by }); at += length; } };
  };
  write(elements, []);
  return { bytes: Buffer.concat(parts), places };
}

/** Representations: padded with blanks, of two bytes of length, of four. */
const textual = new Set(['AE', 'AS', 'CS', 'DA', 'DS', 'DT', 'IS', 'LO', 'LT', 'PN', 'SH', 'ST', 'TM', 'UC', 'UR', 'UT']);
const brief = new Set(['AT', 'FD', 'FL', 'SL', 'SS', 'UI', 'UL', 'US']);
const long = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV']);

/** Whether a representation is one of the standard's; a file may state anything. */
export const isRepresentation = (vr: string): boolean => vr !== 'UN' && (textual.has(vr) || brief.has(vr) || long.has(vr));

function head(tag: string, vr: string, length: number, { implicit, bigEndian }: Syntax): Uint8Array {
  const wide = implicit || long.has(vr), b = Buffer.alloc(implicit || !wide ? 8 : 12);
  const group = parseInt(tag.slice(0, 4), 16), element = parseInt(tag.slice(4), 16);
  if (bigEndian) { b.writeUInt16BE(group, 0); b.writeUInt16BE(element, 2); } else { b.writeUInt16LE(group, 0); b.writeUInt16LE(element, 2); }
  if (!implicit) b.write(vr, 4, 'latin1');
  if (!wide && length > 0xffff) throw new AppError('unsupported-format', `The values of ${tagWords(tag)} no longer fit their representation once they are replaced.`);
  if (wide) { if (bigEndian) b.writeUInt32BE(length, b.length - 4); else b.writeUInt32LE(length, b.length - 4); }
  else if (bigEndian) b.writeUInt16BE(length, 6); else b.writeUInt16LE(length, 6);
  return b;
}

function mark(element: number, length: number, { bigEndian }: Syntax): Uint8Array {
  const b = Buffer.alloc(8);
  if (bigEndian) { b.writeUInt16BE(0xfffe, 0); b.writeUInt16BE(element, 2); b.writeUInt32BE(length, 4); } else { b.writeUInt16LE(0xfffe, 0); b.writeUInt16LE(element, 2); b.writeUInt32LE(length, 4); }
  return b;
}

/** A whole file: preamble of zeros, group 2 with its length, and the data set, deflated where its syntax says so. */
export function encodeFile(meta: readonly Element[], encoded: Uint8Array, { deflated }: Syntax): Uint8Array {
  const group = encodeDataSet(meta, explicitLittleEndian).bytes, length = Buffer.alloc(4);
  length.writeUInt32LE(group.length);
  const body = deflated ? deflateRawSync(encoded) : encoded;
  return Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), head('00020000', 'UL', 4, explicitLittleEndian), length, group, body, ...(deflated && body.length % 2 === 1 ? [Buffer.alloc(1)] : [])]);
}

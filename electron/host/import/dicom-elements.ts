// Reading values out of a parsed DICOM file: numbers, lists, sequences, and text in the file's character set.
import { convertBytes } from 'dicom-character-set';
import type { DataSet } from 'dicom-parser';

/** A decimal or integer string; null where it is missing or no number. */
export function number(d: DataSet, tag: string, at = 0): number | null {
  const v = d.floatString(tag, at);
  return v === undefined || !Number.isFinite(v) ? null : v;
}
/** The values of a decimal string element; null when one of them is no number or there are none. */
export function numbers(d: DataSet, tag: string): readonly number[] | null {
  const count = d.string(tag) === undefined ? 0 : d.numStringValues(tag) ?? 0, all = Array.from({ length: count }, (_, i) => number(d, tag, i));
  return all.length > 0 && all.every((v) => v !== null) ? all : null;
}
export const words = (d: DataSet, tag: string): readonly string[] => d.string(tag)?.split('\\').map((w) => w.trim()) ?? [];
export const word = (d: DataSet, tag: string): string => d.string(tag)?.split('\\')[0]?.replaceAll('\0', '').trim() ?? '';
/** The items of a sequence. */
export const items = (d: DataSet, tag: string): readonly DataSet[] => d.elements[tag]?.items?.flatMap((i) => (i.dataSet === undefined ? [] : [i.dataSet])) ?? [];

/** Names of single sets that are common without being the standard's. */
const renamed: Readonly<Record<string, string>> = { 'ISO_IR 6': '', 'ISO IR 100': 'ISO_IR 100', ISO_IR_100: 'ISO_IR 100', 'ISO IR 192': 'ISO_IR 192', 'UTF-8': 'ISO_IR 192', GB2312: 'GB18030' };

/** A text element in the file's character set (Specific Character Set, code extensions included); as Latin-1 where that is not known. An item of a sequence may have its own. */
export function text(d: DataSet, tag: string, inherited: DataSet = d): string {
  const e = d.elements[tag];
  if (e === undefined || e.length === 0) return '';
  const bytes = d.byteArray.subarray(e.dataOffset, e.dataOffset + e.length);
  const said = (d.string('x00080005') ?? inherited.string('x00080005') ?? '').split('\\').map((n) => renamed[n.trim()] ?? n.trim()).join('\\');
  return decoded(bytes, said).replaceAll('\0', '').trim();
}
function decoded(bytes: Uint8Array, said: string): string {
  const ascii = bytes.every((b) => b < 0x80 && b !== 0x1b);
  if (ascii) return new TextDecoder('latin1').decode(bytes);
  try {
    return convertBytes(said === '' ? 'ISO_IR 100' : said, bytes, { vr: 'LO' });
  } catch {
    return new TextDecoder('latin1').decode(bytes);
  }
}

/** A person's name as it is read: the ideographic writing first where there is one, the alphabetic one behind it. */
export function personName(d: DataSet, tag: string): string {
  const [alphabetic = '', ideographic = ''] = text(d, tag).split('=').map((g) => g.replaceAll('^', ' ').replace(/\s+/g, ' ').trim());
  return ideographic === '' ? alphabetic : alphabetic === '' ? ideographic : `${ideographic} (${alphabetic})`;
}

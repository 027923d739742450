// A DICOM writer for tests of de-identification: any element, any nesting, four encodings. Written from PS3.5 and PS3.10
// alone, so that what is tested does not test itself. Values are given as bytes or Latin-1 text.
import { deflateRawSync } from 'node:zlib';

export type Encoding = 'explicit' | 'implicit' | 'big endian' | 'deflated';
export const encodings: readonly Encoding[] = ['explicit', 'implicit', 'big endian', 'deflated'];
const syntaxes: Readonly<Record<Encoding, string>> = { explicit: '1.2.840.10008.1.2.1', implicit: '1.2.840.10008.1.2', 'big endian': '1.2.840.10008.1.2.2', deflated: '1.2.840.10008.1.2.1.99' };

export type Given = readonly [tag: string, vr: string, value: string | Uint8Array | readonly (readonly Given[])[] | { readonly open: readonly (readonly Given[])[] }];

const long = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV']);
const zeroPadded = new Set(['UI', 'OB', 'OW', 'UN']);

function element([tag, vr, value]: Given, encoding: Encoding): Buffer {
  const big = encoding === 'big endian', u16 = (v: number): Buffer => { const b = Buffer.alloc(2); if (big) b.writeUInt16BE(v); else b.writeUInt16LE(v); return b; };
  const u32 = (v: number): Buffer => { const b = Buffer.alloc(4); if (big) b.writeUInt32BE(v); else b.writeUInt32LE(v); return b; };
  const open = typeof value === 'object' && 'open' in value;
  let body: Buffer;
  if (typeof value === 'string' || value instanceof Uint8Array) {
    const bytes = typeof value === 'string' ? Buffer.from(value, 'latin1') : Buffer.from(value);
    body = bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.from(zeroPadded.has(vr) ? '\0' : ' ')]);
  } else {
    const items: readonly (readonly Given[])[] = 'open' in value ? value.open : value;
    body = Buffer.concat([...items.map((item) => {
      const inside = Buffer.concat(item.map((e) => element(e, encoding)));
      return open ? Buffer.concat([u16(0xfffe), u16(0xe000), u32(0xffffffff), inside, u16(0xfffe), u16(0xe00d), u32(0)]) : Buffer.concat([u16(0xfffe), u16(0xe000), u32(inside.length), inside]);
    }), ...(open ? [u16(0xfffe), u16(0xe0dd), u32(0)] : [])]);
  }
  const length = open ? 0xffffffff : body.length;
  const tagBytes = Buffer.concat([u16(parseInt(tag.slice(0, 4), 16)), u16(parseInt(tag.slice(4), 16))]);
  if (encoding === 'implicit') return Buffer.concat([tagBytes, u32(length), body]);
  return Buffer.concat([tagBytes, Buffer.from(vr, 'latin1'), ...(long.has(vr) ? [Buffer.alloc(2), u32(length)] : [u16(length)]), body]);
}

/** A whole file. Elements of group 0002 go into the header, all others in the given order into the data set. */
export function writeElements(given: readonly Given[], encoding: Encoding = 'explicit', preamble: Uint8Array = Buffer.alloc(128)): Uint8Array {
  const meta = [...given.filter(([tag]) => tag.startsWith('0002')), ['00020010', 'UI', syntaxes[encoding]] as const].sort(([a], [b]) => (a < b ? -1 : 1)).map((e) => element(e, 'explicit'));
  const group = Buffer.concat(meta), length = Buffer.alloc(4);
  length.writeUInt32LE(group.length);
  const data = Buffer.concat(given.filter(([tag]) => !tag.startsWith('0002')).map((e) => element(e, encoding)));
  const body = encoding === 'deflated' ? deflateRawSync(data) : data;
  return new Uint8Array(Buffer.concat([preamble, Buffer.from('DICM'), Buffer.from([2, 0, 0, 0, 0x55, 0x4c, 4, 0]), length, group, body]));
}

/** A small image of a person of whom everything is known. */
export const usual: readonly Given[] = [
  ['00020002', 'UI', '1.2.840.10008.5.1.4.1.1.7'], ['00020003', 'UI', '1.2.3.4.5.6'],
  ['00080016', 'UI', '1.2.840.10008.5.1.4.1.1.7'], ['00080018', 'UI', '1.2.3.4.5.6'], ['00080060', 'CS', 'OT'],
  ['00100010', 'PN', 'Quitzow^Ottilie'], ['00100020', 'LO', 'PID-4711-X'], ['0020000D', 'UI', '1.2.3.4'], ['0020000E', 'UI', '1.2.3.4.5'],
  ['00280010', 'US', Uint8Array.of(2, 0)], ['00280011', 'US', Uint8Array.of(2, 0)],
];

/** `usual` with other elements added or in place, in order of their tags. */
export const having = (...more: readonly Given[]): Given[] => [...usual.filter(([tag]) => !more.some((m) => m[0] === tag)), ...more].sort(([a], [b]) => (a < b ? -1 : 1));

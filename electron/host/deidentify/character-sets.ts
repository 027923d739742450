// Text of DICOM elements as Unicode, by SpecificCharacterSet (PS3.5 6.1.2.5): single-byte sets, UTF-8, GB18030 and GBK,
// and code extensions with escape sequences (ISO 2022), as Japanese, Korean and Chinese files have them.
import { TextDecoder } from 'node:util';

const plain: Readonly<Record<string, string>> = {
  '': 'latin1', 'ISO_IR 6': 'latin1', 'ISO_IR 100': 'latin1', 'ISO_IR 101': 'iso-8859-2', 'ISO_IR 109': 'iso-8859-3', 'ISO_IR 110': 'iso-8859-4', 'ISO_IR 144': 'iso-8859-5', 'ISO_IR 127': 'iso-8859-6', 'ISO_IR 126': 'iso-8859-7',
  'ISO_IR 138': 'iso-8859-8', 'ISO_IR 148': 'windows-1254', 'ISO_IR 203': 'iso-8859-15', 'ISO_IR 13': 'shift_jis', 'ISO_IR 166': 'windows-874', 'ISO_IR 192': 'utf-8', GB18030: 'gb18030', GBK: 'gb18030',
};
/** What follows an escape sequence: how a run is decoded, and the bytes to put before it where the decoder needs them. */
const escapes: readonly (readonly [sequence: string, decoder: string])[] = [
  ['$)C', 'euc-kr'], ['$)A', 'gb18030'], ['$(D', 'jis0212'], ['$B', 'jis0208'], ['$@', 'jis0208'], ['(B', 'latin1'], ['(J', 'shift_jis'], [')I', 'shift_jis'],
  ['-A', 'latin1'], ['-B', 'iso-8859-2'], ['-C', 'iso-8859-3'], ['-D', 'iso-8859-4'], ['-L', 'iso-8859-5'], ['-G', 'iso-8859-6'], ['-F', 'iso-8859-7'], ['-H', 'iso-8859-8'], ['-M', 'windows-1254'], ['-T', 'windows-874'], ['-b', 'iso-8859-15'],
];
const decoders = new Map<string, TextDecoder>();
const decoder = (name: string): TextDecoder => {
  let d = decoders.get(name);
  if (d === undefined) decoders.set(name, d = new TextDecoder(name));
  return d;
};

export interface CharacterSet {
  readonly decode: (bytes: Uint8Array) => string;
  /** The text in this set; null where a character may have no place in it. */
  readonly encode: (text: string) => Uint8Array | null;
}

/** @param terms the values of (0008,0005), as stored */
export function characterSet(terms: readonly string[]): CharacterSet {
  const first = (terms[0] ?? '').trim().replace(/^ISO 2022 IR /, 'ISO_IR '), base = plain[first] ?? 'latin1';
  const extended = terms.some((t) => t.trim().startsWith('ISO 2022'));
  return {
    decode: (bytes) => (base === 'latin1' && !bytes.includes(0x1b) ? Buffer.from(bytes).toString('latin1') : extended || bytes.includes(0x1b) ? withEscapes(bytes, base) : decoder(base).decode(bytes)),
    encode: (text) => (base === 'utf-8' ? Buffer.from(text, 'utf8') : /^[\x20-\x7e\t\r\n\f]*$/.test(text) ? Buffer.from(text, 'latin1') : base === 'latin1' && first === 'ISO_IR 100' && /^[\x20-\x7e\xa0-\xff\t\r\n\f]*$/.test(text) ? Buffer.from(text, 'latin1') : null),
  };
}

function withEscapes(bytes: Uint8Array, base: string): string {
  let out = '', current = base, from = 0;
  const flush = (to: number): void => {
    const run = bytes.subarray(from, to);
    if (run.length === 0) return;
    if (current === 'jis0208') out += decoder('iso-2022-jp').decode(Buffer.concat([Buffer.from('\x1b$B', 'latin1'), run]));
    else if (current === 'jis0212') out += decoder('euc-jp').decode(Buffer.from([...run].flatMap((b, i) => (i % 2 === 0 ? [0x8f, b | 0x80] : [b | 0x80]))));
    else if (current === 'latin1') out += Buffer.from(run).toString('latin1');
    else out += decoder(current).decode(run);
  };
  for (let i = 0; i < bytes.length; i++) {
    // A new line or component of a name falls back to the first set.
    if (current !== base && [0x0a, 0x0c, 0x0d, 0x5c].includes(bytes[i] ?? 0) && current !== 'jis0208' && current !== 'jis0212') { flush(i); from = i; current = base; continue; }
    if (bytes[i] !== 0x1b) continue;
    flush(i);
    const rest = String.fromCharCode(...bytes.subarray(i + 1, i + 4)), found = escapes.find(([s]) => rest.startsWith(s));
    current = found?.[1] ?? base;
    from = i + 1 + (found?.[0].length ?? 0);
    i = from - 1;
  }
  flush(bytes.length);
  return out;
}

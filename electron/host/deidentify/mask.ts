// Boxes painted over in the stored samples, in every frame. Native pixels are painted where they lie and everything else
// of the file stays as it was; compressed ones are replaced by what they decode to, as explicit little endian.
import { AppError } from '../../../shared/errors.ts';
import { bytesOf, explicitLittleEndian, type DicomFile, type Element, type Syntax } from './data-set.ts';
import type { Box } from './find-text.ts';

export type { Box };
/** Decoded frames: stored values, RGB interleaved where the image is in colour. */
export interface Decoded {
  readonly width: number; readonly height: number; readonly channels: 1 | 3; readonly bitsStored: number;
  readonly frames: readonly (Uint8Array | Uint16Array | Int16Array)[];
}

/** AppError where the pixels are of a kind that cannot be painted. */
export function masked(file: DicomFile, boxes: readonly Box[], decoded: Decoded | null, name: string): { syntax: Syntax; elements: Element[] } {
  const pixels = file.elements.find((e) => e.tag === '7FE00010');
  if (pixels === undefined) throw new AppError('unsupported-format', `${name} has no pixels that can be masked.`);
  const layout = layoutOf(file);
  if (boxes.some((b) => b.x < 0 || b.y < 0 || b.width < 1 || b.height < 1 || b.x + b.width > layout.columns || b.y + b.height > layout.rows)) throw new AppError('wrong-usage', `A box to mask lies outside ${name} (${layout.columns} × ${layout.rows} pixels).`);
  if (pixels.value.kind === 'bytes') return { syntax: file.syntax, elements: file.elements.map((e) => (e === pixels && e.value.kind === 'bytes' ? { ...e, value: bytesOf(painted(e.value.bytes, layout, boxes, file.syntax.bigEndian, e.vr, name)) } : e)) };
  if (decoded === null || decoded.frames.length !== layout.frames) throw new AppError('unsupported-format', `${name} is compressed in a way that cannot be masked: ${layout.frames === 1 ? 'it is not decoded here' : 'its frames are not all decoded'}.`);
  if (decoded.width !== layout.columns || decoded.height !== layout.rows) throw new AppError('unreadable-file', `${name} does not decode to the size that it states.`);
  return { syntax: explicitLittleEndian, elements: uncompressed(file.elements, decoded, layout, boxes) };
}

interface Layout { readonly rows: number; readonly columns: number; readonly channels: number; readonly allocated: number; readonly signed: boolean; readonly planar: boolean; readonly photometric: string; readonly frames: number }

export function layoutOf({ elements, syntax }: DicomFile): Layout {
  const bytes = (tag: string): Uint8Array | null => { const e = elements.find((x) => x.tag === tag); return e?.value.kind === 'bytes' && e.value.bytes.length >= 2 ? e.value.bytes : null; };
  const short = (tag: string, standard: number): number => { const b = bytes(tag); return b === null ? standard : syntax.bigEndian ? (b[0] ?? 0) * 256 + (b[1] ?? 0) : (b[1] ?? 0) * 256 + (b[0] ?? 0); };
  const words = (tag: string): string => { const b = bytes(tag); return b === null ? '' : Buffer.from(b).toString('latin1').replace(/[\0 ]+$/, '').trim(); };
  return {
    rows: short('00280010', 0), columns: short('00280011', 0), channels: short('00280002', 1), allocated: short('00280100', 8), signed: short('00280103', 0) === 1, planar: short('00280006', 0) === 1,
    photometric: words('00280004'), frames: Math.max(1, Math.trunc(Number(words('00280008'))) || 1),
  };
}

/** Native samples with the boxes filled: with the darkest value that the frame has, or black in colour. */
function painted(original: Uint8Array, a: Layout, boxes: readonly Box[], bigEndian: boolean, vr: string, name: string): Uint8Array {
  const { rows, columns, channels, allocated } = a;
  if (allocated !== 8 && allocated !== 16 && allocated !== 32 || a.photometric.includes('422') || a.photometric.includes('420')) throw new AppError('unsupported-format', `${name} stores its pixels in a way that cannot be masked (${allocated} bits, ${a.photometric}).`);
  const size = allocated / 8, frame = rows * columns * channels * size;
  if (original.length < frame * a.frames) throw new AppError('truncated-file', `${name} holds fewer pixels than it states.`);
  const out = Uint8Array.from(original);
  // Eight-bit samples in big-endian words lie in swapped pairs.
  const at = (byte: number): number => (bigEndian && size === 1 && vr === 'OW' ? byte ^ 1 : byte);
  const view = new DataView(out.buffer);
  const read = (byte: number): number => (size === 1 ? (a.signed ? view.getInt8(at(byte)) : view.getUint8(at(byte))) : size === 2 ? (a.signed ? view.getInt16(byte, !bigEndian) : view.getUint16(byte, !bigEndian)) : a.signed ? view.getInt32(byte, !bigEndian) : view.getUint32(byte, !bigEndian));
  const write = (byte: number, v: number): void => { if (size === 1) view.setInt8(at(byte), v); else if (size === 2) view.setInt16(byte, v, !bigEndian); else view.setInt32(byte, v, !bigEndian); };
  for (let f = 0; f < a.frames; f++) {
    const base = f * frame;
    let dark = read(base);
    if (channels === 1) for (let i = 0; i < rows * columns; i++) { const v = read(base + i * size); if (a.photometric === 'MONOCHROME1' ? v > dark : v < dark) dark = v; }
    for (const b of boxes) for (let y = b.y; y < b.y + b.height; y++) for (let x = b.x; x < b.x + b.width; x++) for (let c = 0; c < channels; c++) {
      const value = channels === 1 ? dark : a.photometric.startsWith('YBR') && c > 0 ? 2 ** (allocated - 1) : 0;
      write(base + size * (a.planar ? c * rows * columns + y * columns + x : (y * columns + x) * channels + c), value);
    }
  }
  return out;
}

const isPalette = (tag: string): boolean => /^00281[12]0[1234]$/.test(tag) || /^0028122[123]$/.test(tag) || tag === '00281199';

function uncompressed(elements: readonly Element[], d: Decoded, layout: Layout, boxes: readonly Box[]): Element[] {
  const [first] = d.frames, allocated = first instanceof Uint8Array ? 8 : 16, signed = first instanceof Int16Array;
  const photometric = d.channels === 3 ? 'RGB' : layout.photometric === 'MONOCHROME1' ? 'MONOCHROME1' : 'MONOCHROME2';
  const joined = Buffer.concat(d.frames.map((s) => new Uint8Array(s.buffer, s.byteOffset, s.byteLength)));
  const plain: Layout = { ...layout, channels: d.channels, allocated, signed, planar: false, photometric };
  const word = (tag: string, v: number): Element => ({ tag, vr: 'US', value: bytesOf(Uint8Array.of(v & 0xff, v >> 8)) });
  const made: Element[] = [
    word('00280002', d.channels), { tag: '00280004', vr: 'CS', value: bytesOf(Buffer.from(photometric.length % 2 === 1 ? `${photometric} ` : photometric)) }, ...(d.channels === 3 ? [word('00280006', 0)] : []),
    word('00280100', allocated), word('00280101', d.channels === 3 ? allocated : d.bitsStored), word('00280102', (d.channels === 3 ? allocated : d.bitsStored) - 1), word('00280103', signed ? 1 : 0),
    { tag: '7FE00010', vr: allocated === 8 ? 'OB' : 'OW', value: bytesOf(painted(joined, plain, boxes, false, 'OW', 'the image')) },
  ];
  return [...elements.filter((e) => !made.some((m) => m.tag === e.tag) && e.tag !== '7FE00001' && e.tag !== '7FE00002' && !(d.channels === 3 && layout.channels === 1 && isPalette(e.tag))), ...made];
}

// A small DICOM writer for tests: explicit little endian, native or encapsulated pixels, only what a test names.
// Written from PS3.5 and PS3.10, so that the reader is not measured against itself.

const long = new Set(['OB', 'OW', 'UN', 'SQ', 'UT']);
type Value = string | number | Uint8Array;

const even = (bytes: Uint8Array): Buffer => Buffer.concat([bytes, Buffer.alloc(bytes.length % 2)]);

/** One data element, explicit VR little endian. Numbers are written as US (or SS); text is padded to even length. */
function element(tag: number, vr: string, value: Value): Buffer {
  let body: Buffer;
  if (typeof value === 'number') { body = Buffer.alloc(2); if (vr === 'SS') body.writeInt16LE(value); else body.writeUInt16LE(value); }
  else if (typeof value === 'string') body = Buffer.from(value.length % 2 === 0 ? value : `${value}${vr === 'UI' ? '\0' : ' '}`, 'latin1');
  else body = even(value);
  const head = Buffer.alloc(long.has(vr) ? 12 : 8);
  head.writeUInt16LE(tag >>> 16, 0);
  head.writeUInt16LE(tag & 0xffff, 2);
  head.write(vr, 4, 'latin1');
  if (long.has(vr)) head.writeUInt32LE(body.length, 8); else head.writeUInt16LE(body.length, 6);
  return Buffer.concat([head, body]);
}

const item = (bytes: Uint8Array, tag = 0xfffee000): Buffer => {
  const head = Buffer.alloc(8);
  head.writeUInt16LE(tag >>> 16, 0);
  head.writeUInt16LE(tag & 0xffff, 2);
  head.writeUInt32LE(bytes.length, 4);
  return Buffer.concat([head, bytes]);
};

export interface DicomImage {
  readonly width: number;
  readonly height: number;
  readonly samples: Uint8Array | Uint16Array | Int16Array;
  readonly stored?: number;
  readonly high?: number;
  readonly channels?: 1 | 3;
  readonly planar?: 0 | 1;
  readonly photometric?: string;
  readonly frames?: number;
  /** More elements: [tag, VR, value]. */
  readonly more?: readonly (readonly [tag: number, vr: string, value: Value])[];
  /** RLE Lossless, or JPEG Lossless as given, instead of native. */
  readonly compressed?: 'rle' | { readonly jpegLossless: Uint8Array };
}

export function writeDicom(image: DicomImage): Uint8Array {
  const { width, height, samples, channels = 1 } = image;
  const allocated = samples instanceof Uint8Array ? 8 : 16, stored = image.stored ?? allocated;
  const meta = element(0x00020010, 'UI', image.compressed === undefined ? '1.2.840.10008.1.2.1' : image.compressed === 'rle' ? '1.2.840.10008.1.2.5' : '1.2.840.10008.1.2.4.70');
  const length = Buffer.alloc(4);
  length.writeUInt32LE(meta.length);
  const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
  const elements: (readonly [number, string, Value])[] = [
    [0x00080060, 'CS', 'CT'], [0x00280002, 'US', channels], [0x00280004, 'CS', image.photometric ?? (channels === 3 ? 'RGB' : 'MONOCHROME2')],
    ...(channels === 3 ? [[0x00280006, 'US', image.planar ?? 0] as const] : []), ...(image.frames === undefined ? [] : [[0x00280008, 'IS', String(image.frames)] as const]),
    [0x00280010, 'US', height], [0x00280011, 'US', width], [0x00280100, 'US', allocated], [0x00280101, 'US', stored], [0x00280102, 'US', image.high ?? stored - 1], [0x00280103, 'US', samples instanceof Int16Array ? 1 : 0],
    ...(image.more ?? []),
  ];
  const written = new Map(elements.map((e) => [e[0], e]));
  const body = [...written.values()].sort(([a], [b]) => a - b).map(([tag, vr, value]) => element(tag, vr, value));
  const pixels = image.compressed !== undefined
    ? [Buffer.from([0xe0, 0x7f, 0x10, 0x00, 0x4f, 0x42, 0, 0, 0xff, 0xff, 0xff, 0xff]), item(new Uint8Array(0)), item(even(image.compressed === 'rle' ? runLength(bytes, allocated / 8) : image.compressed.jpegLossless)), item(new Uint8Array(0), 0xfffee0dd)]
    : [element(0x7fe00010, allocated === 8 ? 'OB' : 'OW', bytes)];
  const group = Buffer.concat([Buffer.from([0x02, 0, 0, 0]), Buffer.from('UL', 'latin1'), Buffer.from([4, 0]), length]);
  return new Uint8Array(Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), group, meta, ...body, ...pixels]));
}

/** RLE of PS3.5 annex G, one segment a byte plane (most significant first), runs and literals mixed. */
function runLength(bytes: Uint8Array, size: number): Uint8Array {
  const segments: Buffer[] = [];
  for (let plane = size - 1; plane >= 0; plane--) {
    const values = bytes.filter((_, i) => i % size === plane);
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

// TIFF files, each page a frame: grey of 8 to 64 bits, colour of 8 and 16, palettes; striped or tiled, in the usual
// compressions. Read with geotiff, which is lenient towards missing data: that all of them are there is checked here.
import { fromArrayBuffer, type GeoTIFF, type GeoTIFFImage } from 'geotiff';
import { AppError } from '../../../shared/errors.ts';
import { checkSize, nothingSaid, plainFrame, windowOfData, type DecodedFrame, type ImageFile, type Samples } from './decoded-image.ts';
import { toSixteenBits } from './sixteen-bits.ts';

export const isTiff = (b: Uint8Array): boolean => (b[0] === 0x49 && b[1] === 0x49 && (b[2] === 42 || b[2] === 43) && b[3] === 0) || (b[0] === 0x4d && b[1] === 0x4d && b[2] === 0 && (b[3] === 42 || b[3] === 43));

/** Smaller copies of the same image are no pages (NewSubfileType, bit 0), nor are masks (bit 2). */
const isPage = (image: GeoTIFFImage): boolean => { const kind: unknown = image.getFileDirectory().getValue('NewSubfileType'); return typeof kind !== 'number' || (kind & 5) === 0; };

export async function openTiff(bytes: Uint8Array, name: string): Promise<ImageFile> {
  const buffer = new ArrayBuffer(bytes.length), damaged = (cause: unknown): AppError => (cause instanceof AppError ? cause : new AppError('unreadable-file', `${name} is a damaged TIFF file, or uses a compression that is not read.`, { cause }));
  new Uint8Array(buffer).set(bytes);
  let pages: GeoTIFFImage[];
  try {
    const tiff: GeoTIFF = await fromArrayBuffer(buffer), count = await tiff.getImageCount(), all: GeoTIFFImage[] = [];
    for (let i = 0; i < count; i++) all.push(await tiff.getImage(i));
    pages = all.filter(isPage);
    if (pages.length === 0) throw new Error('no page');
    for (const p of pages) { checkSize(name, p.getWidth(), p.getHeight(), pages.length); await checkWhole(p, bytes.length, name); }
  } catch (cause) { throw damaged(cause); }
  return { ...nothingSaid, frames: pages.length, frame: async (index) => { const p = pages[index]; if (p === undefined) throw new AppError('unreadable-file', `${name} has no page ${index + 1}.`); try { return await page(p, index, name); } catch (cause) { throw damaged(cause); } } };
}

const isList = (v: unknown): v is ArrayLike<unknown> => Array.isArray(v) || (ArrayBuffer.isView(v) && 'length' in v);

/** Every strip or tile is there and lies within the file. */
async function checkWhole(p: GeoTIFFImage, length: number, name: string): Promise<void> {
  const directory = p.getFileDirectory(), tiled = directory.hasTag('TileOffsets');
  const list = async (tag: 'TileOffsets' | 'TileByteCounts' | 'StripOffsets' | 'StripByteCounts'): Promise<number[]> => { const v: unknown = await directory.loadValue(tag); return typeof v === 'number' ? [v] : isList(v) ? Array.from(v, Number) : []; };
  const offsets = await list(tiled ? 'TileOffsets' : 'StripOffsets'), counts = await list(tiled ? 'TileByteCounts' : 'StripByteCounts');
  const separate = directory.getValue('PlanarConfiguration') === 2 ? p.getSamplesPerPixel() : 1, wide = tiled ? p.getTileWidth() : p.getWidth(), high = tiled ? p.getTileHeight() : p.getBlockHeight(0);
  const needed = Math.ceil(p.getWidth() / wide) * Math.ceil(p.getHeight() / high) * separate;
  if (!(needed > 0) || offsets.length < needed || counts.length < needed) throw new AppError('truncated-file', `${name} has ${offsets.length} of the ${needed} pieces of its image.`);
  if (offsets.some((o, i) => !(o > 0) || !((counts[i] ?? 0) > 0) || o + (counts[i] ?? 0) > length)) throw new AppError('truncated-file', `${name} ends before its image does.`);
  // Uncompressed pieces are as long as their pixels.
  const compression: unknown = directory.getValue('Compression');
  if (compression === undefined || compression === 1) {
    const bits = Array.from({ length: separate === 1 ? p.getSamplesPerPixel() : 1 }, (_, i) => p.getBitsPerSample(i)).reduce((a, b) => a + b, 0);
    const rows = (i: number): number => (tiled ? high : Math.min(high, p.getHeight() - (i % Math.ceil(p.getHeight() / high)) * high));
    if (offsets.slice(0, needed).some((_, i) => (counts[i] ?? 0) < Math.ceil((wide * bits) / 8) * rows(i))) throw new AppError('truncated-file', `${name} holds fewer pixels than it says.`);
  }
}

async function page(p: GeoTIFFImage, index: number, name: string): Promise<DecodedFrame> {
  const width = p.getWidth(), height = p.getHeight(), bits = p.getBitsPerSample(0), photometric: unknown = p.getFileDirectory().getValue('PhotometricInterpretation'), samplesPerPixel = p.getSamplesPerPixel();
  const orientation: unknown = await p.getFileDirectory().loadValue('Orientation');
  if (typeof orientation === 'number' && orientation !== 1) throw new AppError('unsupported-format', `${name} is stored turned or mirrored (orientation ${orientation}), which is not read.`);
  const count = width * height;
  if (photometric === 0 || photometric === 1) {
    // Further samples are transparency or bands: the first is the image, others would be lost without a word.
    if (samplesPerPixel !== 1) throw new AppError('unsupported-format', `${name} has ${samplesPerPixel} grey values a pixel; one is read.`);
    const raw: unknown = await p.readRasters({ interleave: true });
    const frame = grey(raw, width, height, bits, index, name);
    if (frame.samples.length !== count) throw new AppError('unreadable-file', `${name} gave another number of pixels than it says.`);
    return photometric === 0 ? { ...frame, format: { ...frame.format, inverted: true } } : frame;
  }
  if (photometric === 2 && (samplesPerPixel === 3 || samplesPerPixel === 4) && (bits === 8 || bits === 16)) {
    const raw: unknown = await p.readRasters({ interleave: true, samples: [0, 1, 2] });
    if (!(raw instanceof Uint8Array || raw instanceof Uint16Array) || raw.length !== 3 * count) throw new AppError('unreadable-file', `${name} gave another number of pixels than it says.`);
    return plainFrame(own(raw), width, height, 3, bits, index + 1);
  }
  if (photometric === 3 || photometric === 6) {
    const raw: unknown = await p.readRGB({ interleave: true });
    if ((!(raw instanceof Uint8Array) && !(raw instanceof Uint8ClampedArray)) || raw.length !== 3 * count) throw new AppError('unreadable-file', `${name} gave another number of pixels than it says.`);
    return plainFrame(Uint8Array.from(raw), width, height, 3, 8, index + 1);
  }
  throw new AppError('unsupported-format', `${name} has colours of a kind that is not read (photometric interpretation ${String(photometric)}, ${samplesPerPixel} × ${bits} bits).`);
}
const own = (v: Samples): Samples => v.slice();

function grey(raw: unknown, width: number, height: number, bits: number, index: number, name: string): DecodedFrame {
  if (raw instanceof Uint8Array || raw instanceof Uint16Array) return plainFrame(own(raw), width, height, 1, Math.min(bits, 16), index + 1);
  const wide = raw instanceof Int8Array || raw instanceof Int16Array ? { samples: Int16Array.from(raw), slope: 1, intercept: 0, rounded: 0, padding: undefined } : raw instanceof Float32Array || raw instanceof Float64Array || raw instanceof Int32Array || raw instanceof Uint32Array ? toSixteenBits(raw) : null;
  if (wide === null) throw new AppError('unsupported-format', `${name} holds values of a kind that is not read.`);
  const frame = plainFrame(wide.samples, width, height, 1, wide.samples instanceof Uint8Array ? 8 : 16, index + 1);
  return { ...frame, format: { ...frame.format, slope: wide.slope, intercept: wide.intercept, window: windowOfData(wide.samples, wide.slope, wide.intercept, wide.padding), ...(wide.padding === undefined ? {} : { padding: wide.padding }), ...(wide.rounded === 0 ? {} : { rounded: wide.rounded }) } };
}

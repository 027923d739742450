// The compressed image formats, each behind one function: bytes in, samples out. The decoders are the Cornerstone
// project's builds of OpenJPEG, OpenJPH, CharLS and libjpeg-turbo, and dcmjs-codecs for what these leave (JPEG of 12 bits,
// JPEG XL). They come without types or lenient towards data that end early, so what goes in and what comes out is checked.
import { fileURLToPath } from 'node:url';
import charls from '@cornerstonejs/codec-charls/decode';
import libjpegTurbo from '@cornerstonejs/codec-libjpeg-turbo-8bit/decode';
import openjpeg from '@cornerstonejs/codec-openjpeg/decode';
import openjph from '@cornerstonejs/codec-openjph';
import { Decoder as LosslessDecoder } from 'jpeg-lossless-decoder-js';
import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import type { Samples } from './decoded-image.ts';

export interface DecodedFrame { readonly width: number; readonly height: number; readonly channels: number; readonly bits: number; readonly samples: Samples; }

const frameInfo = z.object({ width: z.number(), height: z.number(), bitsPerSample: z.number(), componentCount: z.number(), isSigned: z.boolean().optional() });
interface WasmDecoder { getEncodedBuffer(length: number): Uint8Array; decode(): void; readHeader?(): void; getFrameInfo(): unknown; getDecodedBuffer(): Uint8Array; delete?(): void }
const isDecoder = (v: unknown): v is WasmDecoder => typeof v === 'object' && v !== null && ['getEncodedBuffer', 'decode', 'getFrameInfo', 'getDecodedBuffer'].every((method) => typeof Reflect.get(v, method) === 'function');
type Module = Readonly<Record<string, unknown>>;
type Factory = (options: { print: () => void; printErr: () => void }) => Promise<Module>;
/** The codecs talk at length on the console; what matters is thrown. Each makes the object it is given its own. */
const quiet = (): { print: () => void; printErr: () => void } => ({ print: (): void => { /* nothing */ }, printErr: (): void => { /* nothing */ } });

const modules = new Map<string, Promise<Module>>();
/** A fresh decoder of the codec; the module is instantiated once. */
async function decoder(name: string, factory: Factory, className: string): Promise<WasmDecoder> {
  const loading = modules.get(name) ?? factory(quiet());
  modules.set(name, loading);
  const made: unknown = (await loading)[className];
  if (typeof made !== 'function') throw new Error(`the codec ${name} has no ${className}`);
  const fresh: unknown = Reflect.construct(made, []);
  if (!isDecoder(fresh)) throw new Error(`the codec ${name} is of another version`);
  return fresh;
}

async function run(codec: string, factory: Factory, className: string, bytes: Uint8Array, signed: boolean): Promise<DecodedFrame> {
  const d = await decoder(codec, factory, className);
  try {
    d.getEncodedBuffer(bytes.length).set(bytes);
    d.decode();
    const info = frameInfo.parse(d.getFrameInfo());
    const raw = d.getDecodedBuffer();
    const wide = info.bitsPerSample > 8;
    const count = info.width * info.height * info.componentCount;
    if (count === 0 || raw.byteLength < count * (wide ? 2 : 1)) throw new Error('the decoder gave too few samples');
    const buffer = new ArrayBuffer(count * (wide ? 2 : 1));
    new Uint8Array(buffer).set(raw.subarray(0, buffer.byteLength));
    const samples = !wide ? new Uint8Array(buffer) : (info.isSigned ?? signed) ? new Int16Array(buffer) : new Uint16Array(buffer);
    return { width: info.width, height: info.height, channels: info.componentCount, bits: info.bitsPerSample, samples };
  } catch (cause) {
    // What damaged data have left in its memory is not there for the next file.
    modules.delete(codec);
    throw new AppError('unreadable-file', `The ${codec} data cannot be decoded; it may be damaged or cut off.`, { cause });
  } finally {
    d.delete?.();
  }
}

/** JPEG 2000, part 1. */
export function decodeJpeg2000(bytes: Uint8Array, signed: boolean): Promise<DecodedFrame> { wholeCodestream(bytes, 'JPEG 2000'); return run('JPEG 2000', openjpeg, 'J2KDecoder', bytes, signed); }
/** High-throughput JPEG 2000. Its decoder fills what is missing, so the data must be whole. */
export function decodeHighThroughput(bytes: Uint8Array, signed: boolean): Promise<DecodedFrame> { wholeCodestream(bytes, 'HTJ2K'); return run('HTJ2K', openjph, 'HTJ2KDecoder', bytes, signed); }
/** JPEG-LS. Data that end within their head keep the decoder busy for minutes: they must end as they should. */
export async function decodeJpegLs(bytes: Uint8Array, signed: boolean): Promise<DecodedFrame> { endOfImage(bytes); return run('JPEG-LS', charls, 'JpegLSDecoder', bytes, signed); }

/** A codestream from its start to its end (ISO 15444-1 annex A): every tile-part is as long as it says, and the end marker follows the last. Bytes of a JP2 file around it are left out. */
function wholeCodestream(bytes: Uint8Array, codec: string): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), cut = (): AppError => new AppError('truncated-file', `The ${codec} data end before the image does.`);
  let at = startOfCodestream(bytes);
  if (at < 0) throw new AppError('unreadable-file', `The ${codec} data do not begin as they should.`);
  const word = (i: number): number => { if (i + 2 > bytes.length) throw cut(); return view.getUint16(i); };
  at += 2;
  for (let marker = word(at); marker !== 0xff90; marker = word(at)) at += 2 + word(at + 2);
  while (word(at) === 0xff90) {
    if (at + 10 > bytes.length) throw cut();
    const length = view.getUint32(at + 6);
    // Length 0: as far as the end marker.
    if (length === 0) { at = endMarker(bytes); break; }
    at += length;
  }
  if (word(at) !== 0xffd9) throw cut();
}
const startOfCodestream = (bytes: Uint8Array): number => { for (let i = 0; i + 3 < bytes.length && i < 4096; i++) if (bytes[i] === 0xff && bytes[i + 1] === 0x4f && bytes[i + 2] === 0xff && bytes[i + 3] === 0x51) return i; return -1; };
function endMarker(bytes: Uint8Array): number { for (let i = bytes.length - 2; i > 0; i--) if (bytes[i] === 0xff && bytes[i + 1] === 0xd9) return i; return bytes.length; }

/** The size that compressed data announce, before any of it is decoded; null where their head does not tell. */
export function announcedSize(bytes: Uint8Array): { readonly width: number; readonly height: number; readonly channels: number } | null {
  const at = startOfCodestream(bytes);
  if (at >= 0 && at + 54 <= bytes.length) {
    const view = new DataView(bytes.buffer, bytes.byteOffset + at, bytes.byteLength - at);
    const channels = view.getUint16(40), steps = Array.from({ length: Math.min(channels, 4) }, (_, c) => [view.getUint8(43 + 3 * c), view.getUint8(44 + 3 * c)]);
    // Components of fewer pixels than the image are no frames of DICOM, and keep a decoder busy for ever.
    if (steps.some(([x, y]) => x !== 1 || y !== 1)) return { width: 0, height: 0, channels };
    return { width: view.getUint32(8) - view.getUint32(16), height: view.getUint32(12) - view.getUint32(20), channels };
  }
  const frame = jpegFrame(bytes);
  return frame === null ? null : { width: frame.width, height: frame.height, channels: frame.components.length };
}

/** Whether a codestream's components were turned from RGB by the encoder, and are turned back by any decoder (COD, multiple component transformation). */
export function hasColourTransform(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = startOfCodestream(bytes) + 2; at > 1 && at + 9 < bytes.length && view.getUint16(at) !== 0xff90; at += 2 + view.getUint16(at + 2)) if (view.getUint16(at) === 0xff52) return bytes[at + 8] === 1;
  return false;
}

/** Kind of coding (the low byte of the frame header's marker: C0 baseline … C3 lossless, F7 JPEG-LS) and bits a sample of JPEG data; null where there is no frame header. */
export function jpegFrame(bytes: Uint8Array): { readonly coding: number; readonly bits: number; readonly width: number; readonly height: number; readonly components: readonly number[] } | null {
  for (let at = 2; at + 9 < bytes.length;) {
    if (bytes[at] !== 0xff) { at++; continue; }
    const marker = bytes[at + 1] ?? 0, word = (i: number): number => ((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0);
    if ((marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) || marker === 0xf7) {
      return { coding: marker, bits: bytes[at + 4] ?? 0, height: word(at + 5), width: word(at + 7), components: Array.from({ length: bytes[at + 9] ?? 0 }, (_, i) => bytes[at + 10 + 3 * i] ?? 0) };
    }
    at += marker === 0xff ? 1 : marker === 0xd8 || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7) ? 2 : 2 + word(at + 2);
  }
  return null;
}

/** JPEG of any kind in DICOM, by its own header: baseline, extended and progressive of 8 bits (colour comes as RGB), of 12 bits (grey), lossless. */
export async function decodeJpegOf(bytes: Uint8Array, allocated: number, signed: boolean): Promise<DecodedFrame> {
  const frame = jpegFrame(bytes);
  if (frame === null) throw new AppError('truncated-file', 'The JPEG data end before the image begins.');
  if (frame.coding === 0xc3) return decodeJpegLossless(bytes, allocated, signed);
  if (frame.coding > 0xc2) throw new AppError('unsupported-format', 'The JPEG data are of a kind (hierarchical or arithmetic) that is not read.');
  if (frame.bits === 8) return decodeJpeg(bytes);
  if (frame.bits !== 12) throw new AppError('unreadable-file', `The JPEG data say ${frame.bits} bits a sample, which lossy JPEG does not have.`);
  endOfImage(bytes);
  return native('JPEG', 'decodeJpeg', bytes, { width: frame.width, height: frame.height, channels: frame.components.length, bits: 12 });
}

const nativeContext = z.custom<{ getDecodedBuffer: () => unknown }>((v) => typeof v === 'object' && v !== null && typeof Reflect.get(v, 'getDecodedBuffer') === 'function');
const nativeModule = z.object({
  Context: z.custom<new (attributes: Record<string, unknown>) => unknown>((v) => typeof v === 'function'),
  NativeCodecs: z.custom<{ initializeAsync: (options: { readonly webAssemblyModulePathOrUrl?: string }) => Promise<void>; release: () => void; isInitialized: () => boolean } & Readonly<Record<'decodeJpeg' | 'decodeJpegXl', (context: unknown, parameters: Record<string, unknown>) => unknown>>>((v) => typeof v === 'function' && typeof Reflect.get(v, 'initializeAsync') === 'function'),
  log: z.object({ disableAll: z.custom<() => void>((v) => typeof v === 'function') }).loose(),
});

/** In the built program the package's code is bundled and its WebAssembly lies beside the bundle (build/bundle.mjs). */
const nativeBinary = import.meta.url.endsWith('.ts') ? {} : { webAssemblyModulePathOrUrl: fileURLToPath(new URL('./dcmjs-native-codecs.wasm', import.meta.url)) };

/** A frame by dcmjs-codecs. After data it cannot decode its memory is not to be trusted: it is made anew. */
async function native(codec: string, method: 'decodeJpeg' | 'decodeJpegXl', bytes: Uint8Array, { width, height, channels, bits }: Omit<DecodedFrame, 'samples'>): Promise<DecodedFrame> {
  const { Context, NativeCodecs, log } = nativeModule.parse((await import('dcmjs-codecs')).default);
  try {
    log.disableAll();
    if (!NativeCodecs.isInitialized()) await NativeCodecs.initializeAsync(nativeBinary);
    const allocated = bits > 8 ? 16 : 8, count = width * height * channels;
    const raw = nativeContext.parse(NativeCodecs[method](new Context({ width, height, bitsAllocated: allocated, bitsStored: bits, samplesPerPixel: channels, pixelRepresentation: 0, planarConfiguration: 0, photometricInterpretation: channels === 1 ? 'MONOCHROME2' : 'RGB', encodedBuffer: bytes }), {})).getDecodedBuffer();
    if (!(raw instanceof Uint8Array) || raw.byteLength < (count * allocated) / 8) throw new Error('the decoder gave too few samples');
    const buffer = new ArrayBuffer((count * allocated) / 8);
    new Uint8Array(buffer).set(raw.subarray(0, buffer.byteLength));
    return { width, height, channels, bits, samples: allocated === 8 ? new Uint8Array(buffer) : new Uint16Array(buffer) };
  } catch (cause) {
    NativeCodecs.release();
    throw new AppError('unreadable-file', `The ${codec} data cannot be decoded; they may be damaged or cut off.`, { cause });
  }
}

/** JPEG XL. What it answers is spread over 16 bits, whatever the data's own depth: it is brought back, exactly. */
export async function decodeJpegXl(bytes: Uint8Array, expected: { readonly width: number; readonly height: number; readonly channels: number; readonly allocated: number }): Promise<DecodedFrame> {
  const header = jpegXlHeader(bytes);
  if (header === null) throw new AppError('unreadable-file', 'The JPEG XL data do not begin as they should, or hold floating-point values.');
  if (header.width !== expected.width || header.height !== expected.height || header.bits > expected.allocated) throw new AppError('unreadable-file', `The JPEG XL data say ${header.width} × ${header.height} pixels of ${header.bits} bits where ${expected.width} × ${expected.height} of ${expected.allocated} were announced.`);
  const frame = await native('JPEG XL', 'decodeJpegXl', bytes, { width: header.width, height: header.height, channels: expected.channels, bits: expected.allocated });
  const most = 2 ** header.bits - 1, full = 2 ** expected.allocated - 1;
  return { ...frame, bits: header.bits, samples: most === full ? frame.samples : frame.samples.map((v) => Math.round((v * most) / full)) };
}

/** The codestream's beginning within the boxes of a JPEG XL file, or the bytes themselves where they are a bare one. */
function jpegXlCodestream(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || view.getUint32(4) !== 0x4a584c20) return bytes;
  for (let at = 0; at + 8 <= bytes.length;) {
    const length = view.getUint32(at), kind = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (kind === 'jxlc') return bytes.subarray(at + 8);
    if (kind === 'jxlp') return bytes.subarray(at + 12);
    // Length 0: to the end; 1: a longer one follows, which no box before the image has.
    if (length < 8) break;
    at += length;
  }
  return bytes;
}

/** Size and depth of a JPEG XL image (ISO 18181-1: SizeHeader, ImageMetadata); null where it is none or of floating point. */
function jpegXlHeader(file: Uint8Array): { width: number; height: number; bits: number } | null {
  const bytes = jpegXlCodestream(file);
  if (bytes[0] !== 0xff || bytes[1] !== 0x0a) return null;
  let at = 16;
  const take = (n: number): number => { let v = 0; for (let i = 0; i < n; i++, at++) v += (((bytes[at >> 3] ?? 0) >> (at & 7)) & 1) * 2 ** i; return v; };
  const small = take(1) === 1, side = (): number => (small ? 8 * (1 + take(5)) : 1 + take([9, 13, 18, 30][take(2)] ?? 9));
  const height = side(), ratio = [null, [1, 1], [12, 10], [4, 3], [3, 2], [16, 9], [5, 4], [2, 1]][take(3)];
  const width = ratio == null ? side() : Math.floor((height * (ratio[0] ?? 1)) / (ratio[1] ?? 1));
  // all_default: 8 bits, no more fields.
  if (take(1) === 1) return { width, height, bits: 8 };
  // Turned, previewed or moving images are no frames of DICOM.
  if (take(1) === 1 && take(6) !== 0) return null;
  if (take(1) === 1) return null;
  const choice = take(2);
  return { width, height, bits: [8, 10, 12][choice] ?? 1 + take(6) };
}

/** Baseline, extended and progressive JPEG of 8 bits; colour comes as RGB, grey stays one channel. */
export async function decodeJpeg(bytes: Uint8Array): Promise<DecodedFrame> {
  endOfImage(bytes);
  return run('JPEG', libjpegTurbo, 'JPEGDecoder', bytes, false);
}

/** Where the end-of-image marker stands. */
function endOfImage(bytes: Uint8Array): number {
  const end = bytes.lastIndexOf(0xd9);
  if (end < 1 || bytes[end - 1] !== 0xff) throw new AppError('truncated-file', 'The JPEG data end before the image does.');
  return end - 1;
}

/** The decoder reads ahead of the pixel it decodes and leaves out the last when it meets the marker there. */
const readAhead = 16;

/** Lossless JPEG (process 14). */
export function decodeJpegLossless(bytes: Uint8Array, bitsAllocated: number, signed: boolean): DecodedFrame {
  const end = endOfImage(bytes);
  try {
    const d = new LosslessDecoder();
    const buffer = new ArrayBuffer(bytes.length + readAhead), padded = new Uint8Array(buffer);
    padded.set(bytes.subarray(0, end));
    padded.set(bytes.subarray(end), end + readAhead);
    const out = d.decode(buffer, 0, padded.length, bitsAllocated > 8 ? 2 : 1);
    if (d.yLoc < d.yDim) throw new Error(`the decoder stopped in row ${d.yLoc}`);
    const { xDim: width, yDim: height } = d;
    const channels = d.numComp;
    const whole = new ArrayBuffer(out.byteLength);
    new Uint8Array(whole).set(new Uint8Array(out.buffer, out.byteOffset, out.byteLength));
    const samples = bitsAllocated <= 8 ? new Uint8Array(whole) : signed ? new Int16Array(whole) : new Uint16Array(whole);
    if (samples.length !== width * height * channels) throw new Error('the decoder gave another number of samples');
    return { width, height, channels, bits: bitsAllocated, samples };
  } catch (cause) {
    throw new AppError('unreadable-file', 'The lossless JPEG data cannot be decoded; they may be damaged or cut off.', { cause });
  }
}

/** Run-length encoding of DICOM PS3.5 annex G: one segment a byte plane, most significant first. Planar samples. */
export function decodeRle(bytes: Uint8Array, pixels: number, channels: number, bytesPerSample: number): Uint8Array {
  const header = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const cut = (): AppError => new AppError('truncated-file', 'The run-length encoded data end before the image does.');
  if (bytes.length < 64) throw cut();
  const segments = header.getUint32(0, true);
  if (segments !== channels * bytesPerSample) throw new AppError('unreadable-file', `The run-length encoded data have ${segments} segments where ${channels * bytesPerSample} are needed.`);
  const out = new Uint8Array(pixels * channels * bytesPerSample);
  for (let s = 0; s < segments; s++) {
    let at = header.getUint32(4 + 4 * s, true);
    const end = s + 1 < segments ? header.getUint32(8 + 4 * s, true) : bytes.length;
    const channel = Math.floor(s / bytesPerSample), plane = bytesPerSample - 1 - (s % bytesPerSample);
    let pixel = 0;
    while (pixel < pixels) {
      if (at >= Math.min(end, bytes.length)) throw cut();
      const control = header.getInt8(at++);
      if (control === -128) continue;
      const count = control >= 0 ? control + 1 : 1 - control;
      for (let i = 0; i < count && pixel < pixels; i++, pixel++) {
        const from = control >= 0 ? at + i : at;
        if (from >= bytes.length) throw cut();
        out[(channel * pixels + pixel) * bytesPerSample + plane] = bytes[from] ?? 0;
      }
      at += control >= 0 ? count : 1;
    }
  }
  return out;
}

// The compressed image formats, each behind one function: bytes in, samples out. The decoders are the Cornerstone
// project's builds of OpenJPEG, CharLS and libjpeg-turbo; they come without types, so what they answer is checked.
import charls from '@cornerstonejs/codec-charls/decode';
import libjpegTurbo from '@cornerstonejs/codec-libjpeg-turbo-8bit/decode';
import openjpeg from '@cornerstonejs/codec-openjpeg/decode';
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
/** The codecs talk at length on the console; what matters is thrown. */
const quiet = { print: (): void => { /* nothing */ }, printErr: (): void => { /* nothing */ } };

const modules = new Map<string, Promise<Module>>();
/** A fresh decoder of the codec; the module is instantiated once. */
async function decoder(name: string, factory: Factory, className: string): Promise<WasmDecoder> {
  const loading = modules.get(name) ?? factory(quiet);
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
    throw new AppError('unreadable-file', `The ${codec} data cannot be decoded; it may be damaged or cut off.`, { cause });
  } finally {
    d.delete?.();
  }
}

export const decodeJpeg2000 = (bytes: Uint8Array, signed: boolean): Promise<DecodedFrame> => run('JPEG 2000', openjpeg, 'J2KDecoder', bytes, signed);
export const decodeJpegLs = (bytes: Uint8Array, signed: boolean): Promise<DecodedFrame> => run('JPEG-LS', charls, 'JpegLSDecoder', bytes, signed);

/** Baseline and extended 8-bit JPEG; colour comes as RGB, grey stays one channel. */
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

// NIfTI volumes, TIFF pages, and photographs that a camera held sideways.
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { writeArrayBuffer } from 'geotiff';
import { describe, expect, it } from 'vitest';
import { toSixteenBits } from '../../../../electron/host/import/sixteen-bits.ts';
import { jpegOf } from '../../../fixtures/images/jpeg.ts';
import { allFrames, firstFrame } from './first-frame.ts';

interface Volume { readonly dims: readonly [number, number, number]; readonly type: 2 | 4 | 16 | 64 | 512; readonly values: readonly number[]; readonly affine?: readonly (readonly number[])[]; readonly slope?: number; readonly intercept?: number; readonly big?: boolean; readonly volumes?: number; readonly shown?: readonly [number, number] }
/** A NIfTI-1 file, written from its header's definition (nifti1.h). */
function nifti({ dims, type, values, affine, slope = 0, intercept = 0, big = false, volumes = 1, shown }: Volume): Uint8Array {
  const size = { 2: 1, 4: 2, 16: 4, 64: 8, 512: 2 }[type], out = Buffer.alloc(352 + values.length * size);
  const i16 = (v: number, at: number): void => { if (big) out.writeInt16BE(v, at); else out.writeInt16LE(v, at); }, f32 = (v: number, at: number): void => { if (big) out.writeFloatBE(v, at); else out.writeFloatLE(v, at); };
  if (big) out.writeInt32BE(348, 0); else out.writeInt32LE(348, 0);
  for (const [i, d] of [volumes > 1 ? 4 : 3, ...dims, volumes, 1, 1, 1].entries()) i16(d, 40 + 2 * i);
  i16(type, 70);
  i16(8 * size, 72);
  for (const [i, d] of [1, 2, 3, 4].entries()) f32(d, 76 + 4 * i);
  f32(352, 108);
  f32(slope, 112);
  f32(intercept, 116);
  out[123] = 2;
  if (shown !== undefined) { f32(shown[1], 124); f32(shown[0], 128); }
  if (affine !== undefined) { i16(1, 254); for (const [r, row] of affine.entries()) for (const [c, v] of row.entries()) f32(v, 280 + 16 * r + 4 * c); }
  out.write('n+1\0', 344, 'latin1');
  const view = new DataView(out.buffer, out.byteOffset);
  for (const [i, v] of values.entries()) { const at = 352 + i * size; if (type === 2) view.setUint8(at, v); else if (type === 4) view.setInt16(at, v, !big); else if (type === 512) view.setUint16(at, v, !big); else if (type === 16) view.setFloat32(at, v, !big); else view.setFloat64(at, v, !big); }
  return new Uint8Array(out);
}
const side = 16, slice = side * side;
/** To the right, to the front, to the head: the usual way NIfTI counts. */
const usual = [[2, 0, 0, -16], [0, 3, 0, -24], [0, 0, 4, -8]];

describe('NIfTI', () => {
  it('slices along the third axis, the patient\'s left at the right and the back at the foot, with their places', async () => {
    const values = Array.from({ length: 2 * slice }, (_, i) => i - 100), frames = await allFrames(nifti({ dims: [side, side, 2], type: 4, values, affine: usual }));
    expect(frames).toHaveLength(2);
    // x counts to the right, the screen to the left: columns are turned; y counts to the front: rows are.
    for (const [k, f] of frames.entries()) expect([...f.samples]).toEqual(Array.from({ length: slice }, (_, i) => values[k * slice + (side - 1 - Math.floor(i / side)) * side + (side - 1 - (i % side))]));
    // In DICOM's coordinates (left, back, head): the first pixel is the rightmost, foremost one... of what the file counts last.
    expect(frames.map((f) => [f.plane?.origin, f.plane?.x.map((v) => v + 0), f.plane?.y.map((v) => v + 0)])).toEqual([0, 1].map((k) => [[16 - 15 * 2, 24 - 15 * 3, -8 + 4 * k], [1, 0, 0], [0, 1, 0]]));
    expect(frames[0]?.format).toMatchObject({ sample: 'int16', spacing: [3, 2], spacingAt: 'patient', slope: 1, intercept: 0 });
  });
  it('big endian, packed, rescaled, with the range it asks to be shown in', async () => {
    const values = Array.from({ length: slice }, (_, i) => i * 3), [f] = await allFrames(new Uint8Array(gzipSync(nifti({ dims: [side, side, 1], type: 512, values, big: true, slope: 0.5, intercept: -10, shown: [5, 25] }))));
    expect([...f?.samples ?? []]).toEqual(values);
    expect(f?.format).toMatchObject({ slope: 0.5, intercept: -10, window: { centre: 15, width: 20 } });
    expect(f?.plane).toBeNull();
  });
  it('floating point that is whole is exact; other values are rounded by no more than is told; what is no number is padding', async () => {
    const whole = await firstFrame(nifti({ dims: [side, side, 1], type: 16, values: Array.from({ length: slice }, (_, i) => i - 1000) }));
    expect([whole.format.rounded, whole.samples[0], whole.format.sample]).toEqual([undefined, -1000, 'int16']);
    const values = Array.from({ length: slice }, (_, i) => (i === 7 ? NaN : Math.sin(i) * 1e-3)), f = await firstFrame(nifti({ dims: [side, side, 1], type: 64, values })), { slope, intercept, rounded = 0, padding } = f.format;
    expect([padding, f.samples[7]]).toEqual([[0, 0], 0]);
    for (const [i, v] of values.entries()) if (i !== 7) expect(Math.abs((f.samples[i] ?? NaN) * slope + intercept - v)).toBeLessThanOrEqual(rounded * 1.0001);
    expect(rounded).toBeLessThan(2e-8);
  });
  it('any values keep within what is told', () => {
    fc.assert(fc.property(fc.array(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }), { minLength: 1, maxLength: 50 }), (values) => {
      const { samples, slope, intercept, rounded } = toSixteenBits(Float64Array.from(values));
      return values.every((v, i) => Math.abs((samples[i] ?? NaN) * slope + intercept - v) <= rounded * 1.0001 + 1e-9 * Math.abs(v) + 1e-9);
    }), { seed: 5, numRuns: 400 });
  });
  it('a series of volumes, and a volume that ends too early, are refused', async () => {
    await expect(firstFrame(nifti({ dims: [side, side, 1], type: 2, values: new Array<number>(3 * slice).fill(1), volumes: 3 }))).rejects.toMatchObject({ code: 'unsupported-format' });
    const cut = nifti({ dims: [side, side, 4], type: 2, values: new Array<number>(4 * slice).fill(1) });
    await expect(firstFrame(cut.subarray(0, cut.length - 1))).rejects.toMatchObject({ code: 'truncated-file' });
    await expect(firstFrame(new Uint8Array(gzipSync(cut)).subarray(0, 60))).rejects.toMatchObject({ code: 'unreadable-file' });
  });
});

describe('TIFF', () => {
  const written = (values: number[], o: Record<string, unknown>): Uint8Array => new Uint8Array(writeArrayBuffer(values, { width: side, height: side, ...o }));
  const ramp = (n: number, most: number): number[] => Array.from({ length: n }, (_, i) => (i * 257) % most);
  /** Pages one behind the other, little endian, uncompressed, each a strip; written from the TIFF 6.0 specification. */
  function pages(all: readonly { readonly values: readonly number[]; readonly bits: 8 | 16; readonly signed?: boolean; readonly photometric?: 0 | 1; readonly reduced?: boolean }[]): Uint8Array {
    const parts: Buffer[] = [Buffer.from([0x49, 0x49, 42, 0, 8, 0, 0, 0])];
    let at = 8;
    for (const [n, { values, bits, signed = false, photometric = 1, reduced = false }] of all.entries()) {
      const data = bits === 8 ? Buffer.from(values) : Buffer.from(signed ? Int16Array.from(values).buffer : Uint16Array.from(values).buffer), tags = [[254, reduced ? 1 : 0], [256, side], [257, side], [258, bits], [259, 1], [262, photometric], [273, 0], [277, 1], [278, side], [279, data.length], [339, signed ? 2 : 1]] as const;
      const directory = Buffer.alloc(2 + 12 * tags.length + 4), end = at + directory.length;
      directory.writeUInt16LE(tags.length, 0);
      for (const [i, [tag, value]] of tags.entries()) { directory.writeUInt16LE(tag, 2 + 12 * i); directory.writeUInt16LE(4, 4 + 12 * i); directory.writeUInt32LE(1, 6 + 12 * i); directory.writeUInt32LE(tag === 273 ? end : value, 10 + 12 * i); }
      directory.writeUInt32LE(n + 1 < all.length ? end + data.length : 0, directory.length - 4);
      parts.push(directory, data);
      at = end + data.length;
    }
    return new Uint8Array(Buffer.concat(parts));
  }
  it('16 bits grey, and several pages; smaller copies are no pages; white may be zero', async () => {
    const [a, b] = [ramp(slice, 65_536), ramp(slice, 251)];
    const frames = await allFrames(pages([{ values: a, bits: 16 }, { values: b, bits: 8, photometric: 0 }, { values: b, bits: 8, reduced: true }]));
    expect(frames.map((f) => [f.number, f.format.sample, f.format.inverted, f.samples.length])).toEqual([[1, 'uint16', false, slice], [2, 'uint8', true, slice]]);
    expect([[...frames[0]?.samples ?? []], [...frames[1]?.samples ?? []]]).toEqual([a, b]);
  });
  it('signed values keep their sign', async () => {
    const values = Array.from({ length: slice }, (_, i) => i - 128), { samples, format } = await firstFrame(pages([{ values, bits: 16, signed: true }]));
    expect([format.sample, [...samples]]).toEqual(['int16', values]);
  });
  it('colour, by another writer', async () => {
    const values = ramp(3 * slice, 256), { samples, format } = await firstFrame(written(values, { SamplesPerPixel: [3], BitsPerSample: [8, 8, 8], PhotometricInterpretation: 2, SampleFormat: [1, 1, 1] }));
    expect([format.channels, [...samples]]).toEqual([3, values]);
  });
  it('cut off anywhere, it is never read as if it were whole', async () => {
    const whole = pages([{ values: ramp(slice, 65_536), bits: 16 }, { values: ramp(slice, 65_536), bits: 16 }]);
    for (let cut = 4; cut < whole.length; cut += 23) await expect(allFrames(whole.subarray(0, cut)), `after ${cut}`).rejects.toMatchObject({ code: expect.stringMatching(/^(truncated-file|unreadable-file|unsupported-format)$/) as unknown });
  });
});

describe('photographs', () => {
  /** The JPEG with an Exif segment that says nothing but how the camera was held. */
  const held = (jpeg: Uint8Array, orientation: number, little: boolean): Uint8Array => {
    const tiff = little ? [0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0] : [0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0];
    const body = [...Buffer.from('Exif\0\0', 'latin1'), ...tiff];
    return Uint8Array.from([0xff, 0xd8, 0xff, 0xe1, 0, body.length + 2, ...body, ...jpeg.subarray(2)]);
  };
  // Blocks of 8 pixels: three wide, two high; how each orientation lays them (Exif 2.32).
  const blocks = [10, 20, 30, 40, 50, 60];
  it.each([[1, 3, [10, 20, 30, 40, 50, 60]], [2, 3, [30, 20, 10, 60, 50, 40]], [3, 3, [60, 50, 40, 30, 20, 10]], [4, 3, [40, 50, 60, 10, 20, 30]], [5, 2, [10, 40, 20, 50, 30, 60]], [6, 2, [40, 10, 50, 20, 60, 30]], [7, 2, [60, 30, 50, 20, 40, 10]], [8, 2, [30, 60, 20, 50, 10, 40]]] as const)('orientation %i', async (orientation, wide, expected) => {
    for (const little of [true, false]) {
      const { samples, format } = await firstFrame(held(jpegOf(24, 16, [blocks]), orientation, little));
      expect([format.width, format.height]).toEqual([8 * wide, 48 / wide]);
      expect(expected.map((_, i) => samples[(8 * Math.floor(i / wide) + 4) * format.width + 8 * (i % wide) + 4])).toEqual(expected);
    }
  });
});

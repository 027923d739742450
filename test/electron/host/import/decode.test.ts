// Every kind of file that is read, to its exact samples; and files that cannot be read, each with its own refusal.
import { deflateSync } from 'node:zlib';
import { encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../../shared/errors.ts';
import { jpegOf, losslessJpegOf } from '../../../fixtures/images/jpeg.ts';
import { crc32, pngHeader, pngOf } from '../../../fixtures/images/png.ts';
import { allFrames, firstFrame } from './first-frame.ts';
import { writeDicom } from './write-dicom.ts';

const width = 20, height = 17;
const ramp = (n: number, value: (i: number) => number): number[] => Array.from({ length: n }, (_, i) => value(i));
const decoded = firstFrame;
async function refusal(bytes: Uint8Array, name = 'file'): Promise<{ code: string; message: string }> {
  try { await allFrames(bytes, name); } catch (error) { if (error instanceof AppError) return { code: error.code, message: error.message }; throw error; }
  return { code: 'read', message: '' };
}

describe('PNG', () => {
  it('8 bits, grey', async () => {
    const data = Uint8Array.from(ramp(width * height, (i) => i % 256));
    const image = await decoded(encode({ width, height, data, channels: 1, depth: 8 }));
    expect(image.format).toMatchObject({ width, height, channels: 1, sample: 'uint8', bitsStored: 8, slope: 1, intercept: 0, window: { centre: 127.5, width: 255 }, inverted: false, spacing: null });
    expect(image.samples).toEqual(data);
  });
  it('16 bits stay 16', async () => {
    const data = Uint16Array.from(ramp(width * height, (i) => (i * 197) % 65536));
    const image = await decoded(encode({ width, height, data, channels: 1, depth: 16 }));
    expect(image.format).toMatchObject({ sample: 'uint16', bitsStored: 16, window: { centre: 32767.5, width: 65535 } });
    expect(image.samples).toEqual(data);
  });
  it('colour', async () => {
    const data = Uint8Array.from(ramp(width * height * 3, (i) => (i * 7) % 256));
    const image = await decoded(encode({ width, height, data, channels: 3, depth: 8 }));
    expect(image.format.channels).toBe(3);
    expect(image.samples).toEqual(data);
  });
  it('16 bits, colour', async () => {
    const data = Uint16Array.from(ramp(width * height * 3, (i) => (i * 331) % 65536));
    expect((await decoded(encode({ width, height, data, channels: 3, depth: 16 }))).samples).toEqual(data);
  });
  it.each([[2, 1], [4, 3]] as const)('%i channels: alpha is laid on black', async (channels, colours) => {
    const data = Uint8Array.from(ramp(width * height * channels, (i) => (i % channels === channels - 1 ? [255, 128, 0][Math.floor(i / channels) % 3] ?? 0 : 200)));
    const image = await decoded(encode({ width, height, data, channels, depth: 8 }));
    expect(image.format.channels).toBe(colours);
    expect(Array.from(image.samples.subarray(0, 3 * colours))).toEqual([...ramp(colours, () => 200), ...ramp(colours, () => 100), ...ramp(colours, () => 0)]);
  });
  it.each([1, 2, 4] as const)('%i bits, grey, spread over 8', async (depth) => {
    const most = 2 ** depth - 1, values = ramp(width * height, (i) => (i * 3 + Math.floor(i / width)) % (most + 1));
    const image = await decoded(pngOf({ width, height, depth, kind: 0, values }));
    expect([...image.samples]).toEqual(values.map((v) => (v * 255) / most));
  });
  it.each([1, 2, 4, 8] as const)('palette of %i bits', async (depth) => {
    const palette = ramp(3 * 2 ** Math.min(depth, 4), (i) => (i * 5 + 1) % 256), entries = palette.length / 3;
    const values = ramp(width * height, (i) => (i + Math.floor(i / width)) % entries);
    const image = await decoded(pngOf({ width, height, depth, kind: 3, values, palette }));
    expect(image.format.channels).toBe(3);
    expect([...image.samples]).toEqual(values.flatMap((v) => palette.slice(3 * v, 3 * v + 3)));
  });
});

describe('JPEG', () => {
  it('grey stays one channel, and is exact', async () => {
    const blocks = [0, 17, 255, 128, 64, 200, 1, 254, 99];
    const image = await decoded(jpegOf(20, 17, [blocks]));
    expect(image.format).toMatchObject({ width: 20, height: 17, channels: 1, sample: 'uint8', bitsStored: 8 });
    expect([...image.samples]).toEqual(ramp(20 * 17, (i) => blocks[Math.floor(Math.floor(i / 20) / 8) * 3 + Math.floor((i % 20) / 8)] ?? 0));
  });
  it('colour comes as RGB', async () => {
    // Red, green and blue as Y, Cb, Cr (JFIF), rounded.
    const image = await decoded(jpegOf(24, 16, [[76, 150, 29, 76, 150, 29], [85, 44, 255, 85, 44, 255], [255, 21, 107, 255, 21, 107]]));
    expect(image.format.channels).toBe(3);
    for (const [block, colour] of [[255, 0, 0], [0, 255, 0], [0, 0, 255]].entries()) {
      for (const [c, v] of colour.entries()) expect(Math.abs((image.samples[3 * (8 * block + 4) + c] ?? 0) - v)).toBeLessThanOrEqual(2);
    }
  });
});

describe('DICOM', () => {
  it('8 bits', async () => {
    const samples = Uint8Array.from(ramp(width * height, (i) => i % 251));
    const image = await decoded(writeDicom({ width, height, samples }));
    expect(image).toMatchObject({ modality: 'CT', patient: null, frames: 1, format: { width, height, channels: 1, sample: 'uint8', bitsStored: 8, slope: 1, intercept: 0, inverted: false, spacing: null } });
    expect(image.samples).toEqual(samples);
  });
  it('16 bits with rescale, window, spacing and patient', async () => {
    const samples = Uint16Array.from(ramp(width * height, (i) => (i * 12) % 4096));
    const image = await decoded(writeDicom({
      width, height, samples, stored: 12,
      more: [[0x00281050, 'DS', '40\\300'], [0x00281051, 'DS', '400\\1500'], [0x00281052, 'DS', '-1024'], [0x00281053, 'DS', '1.5'], [0x00280030, 'DS', '0.5\\0.25'], [0x00100020, 'LO', 'P-77'], [0x00100010, 'PN', 'Roe^Jane'], [0x00081030, 'LO', 'Chest'], [0x0008103e, 'LO', 'Axial']],
    }));
    expect(image).toMatchObject({ patient: { key: 'dicom:P-77', shown: 'P-77' }, study: null, series: null, format: { sample: 'uint16', bitsStored: 12, slope: 1.5, intercept: -1024, window: { centre: 40, width: 400 }, spacing: [0.5, 0.25] } });
    expect(image.samples).toEqual(samples);
  });
  it('signed', async () => {
    const samples = Int16Array.from(ramp(width * height, (i) => i * 7 - 1000));
    const image = await decoded(writeDicom({ width, height, samples }));
    expect(image.format.sample).toBe('int16');
    expect(image.samples).toEqual(samples);
  });
  it('12 signed bits of 16: the sign is extended and what lies above is left out', async () => {
    const values = ramp(width * height, (i) => ((i * 31) % 4096) - 2048);
    const samples = Int16Array.from(values.map((v) => (v & 0x0fff) | 0x5000));
    expect([...(await decoded(writeDicom({ width, height, samples, stored: 12 }))).samples]).toEqual(values);
  });
  it('12 bits at the upper end of 16 are shifted down', async () => {
    const values = ramp(width * height, (i) => (i * 13) % 4096);
    const samples = Uint16Array.from(values.map((v) => (v << 4) | 0x000a));
    expect([...(await decoded(writeDicom({ width, height, samples, stored: 12, high: 15 }))).samples]).toEqual(values);
  });
  it('MONOCHROME1 keeps its values and says that they are inverted', async () => {
    const samples = Uint8Array.from(ramp(width * height, (i) => i % 256));
    const image = await decoded(writeDicom({ width, height, samples, photometric: 'MONOCHROME1' }));
    expect(image.format.inverted).toBe(true);
    expect(image.samples).toEqual(samples);
  });
  it.each([0, 1] as const)('RGB, planar configuration %i', async (planar) => {
    const pixels = width * height, value = (i: number, c: number): number => (i * 3 + c * 50) % 256;
    const interleaved = ramp(pixels * 3, (i) => value(Math.floor(i / 3), i % 3));
    const samples = Uint8Array.from(planar === 0 ? interleaved : ramp(pixels * 3, (i) => value(i % pixels, Math.floor(i / pixels))));
    const image = await decoded(writeDicom({ width, height, samples, channels: 3, planar }));
    expect([...image.samples]).toEqual(interleaved);
  });
  it.each([
    ['8 bits', Uint8Array.from(ramp(width * height, (i) => (i % 40 < 20 ? 9 : i % 256)))],
    ['16 bits', Uint16Array.from(ramp(width * height, (i) => (i % 40 < 20 ? 700 : i * 191)))],
    ['16 bits, signed', Int16Array.from(ramp(width * height, (i) => (i % 40 < 20 ? -700 : i * 5 - 900)))],
  ])('run-length encoded, %s', async (_, samples) => {
    const image = await decoded(writeDicom({ width, height, samples, compressed: 'rle' }));
    expect(image.samples).toEqual(samples);
  });
  it.each([[8, 8], [16, 12]] as const)('lossless JPEG, %i bits of which %i are used, to the last pixel', async (allocated, stored) => {
    // Widths and values vary, so that the last pixel's bits end anywhere in the last byte; the last pixels are equal,
    // so that the very last takes few bits: a decoder that reads ahead leaves it out.
    for (let k = 0; k < 24; k++) {
      const wide = 16 + k, values = ramp(wide * height, (i) => i > wide * height - 4 ? 60 : 50 + ((i * 29 + k * 7 + (i % 5) * 11) % (stored === 8 ? 200 : 1900)));
      const samples = allocated === 8 ? Uint8Array.from(values) : Uint16Array.from(values);
      const image = await decoded(writeDicom({ width: wide, height, samples, stored, compressed: { jpegLossless: losslessJpegOf(wide, height, stored, samples) } }));
      expect(image.samples).toEqual(samples);
    }
  });
  it('lossless JPEG that lacks its last rows is refused', async () => {
    const samples = Uint16Array.from(ramp(width * height, (i) => 50 + ((i * 29) % 1900))), whole = losslessJpegOf(width, height, 12, samples);
    const cut = Uint8Array.from([...whole.subarray(0, whole.length - 100), 0xff, 0xd9]);
    expect((await refusal(writeDicom({ width, height, samples, stored: 12, compressed: { jpegLossless: cut } }))).code).toBe('unreadable-file');
  });
  it('of several frames each is read', async () => {
    const samples = Uint8Array.from(ramp(3 * width * height, (i) => (i < width * height ? 5 : 99)));
    const frames = await allFrames(writeDicom({ width, height, samples, frames: 3 }));
    expect(frames.map((f) => [f.number, f.samples.length, ...new Set(f.samples)])).toEqual([[1, width * height, 5], [2, width * height, 99], [3, width * height, 99]]);
  });
  it('without a window, the window is that of the values', async () => {
    const samples = Int16Array.from(ramp(width * height, (i) => i));
    const { window } = (await decoded(writeDicom({ width, height, samples, more: [[0x00281052, 'DS', '-100'], [0x00281053, 'DS', '2']] }))).format;
    expect(window.centre).toBeCloseTo(width * height - 1 - 100, -1);
    expect(window.width).toBeGreaterThan(2 * width * height * 0.97);
    expect(window.width).toBeLessThanOrEqual(2 * width * height);
  });
  it('palette colours', async () => {
    const samples = Uint8Array.from(ramp(width * height, (i) => i % 4));
    const table = (values: number[]): Uint8Array => new Uint8Array(Uint16Array.from(values.map((v) => v * 257)).buffer);
    const descriptor = new Uint8Array(Uint16Array.from([4, 0, 16]).buffer);
    const image = await decoded(writeDicom({
      width, height, samples, photometric: 'PALETTE COLOR',
      more: [[0x00281101, 'US', descriptor], [0x00281102, 'US', descriptor], [0x00281103, 'US', descriptor], [0x00281201, 'OW', table([0, 255, 10, 20])], [0x00281202, 'OW', table([0, 0, 30, 40])], [0x00281203, 'OW', table([0, 0, 50, 60])]],
    }));
    expect(Array.from(image.samples.subarray(0, 12))).toEqual([0, 0, 0, 255, 0, 0, 10, 30, 50, 20, 40, 60]);
  });
});

describe('refused with a sentence that names the file', () => {
  const png = encode({ width, height, data: new Uint8Array(width * height), channels: 1, depth: 8 });
  const dicom = writeDicom({ width, height, samples: new Uint16Array(width * height).fill(7) });
  const jpeg = jpegOf(64, 64, [ramp(64, (i) => (i * 37) % 256)]);
  const changed = Uint8Array.from(png);
  changed[60] = (changed[60] ?? 0) ^ 0xff;
  const huge = (bits: number): Uint8Array => Uint8Array.from([0xff, 0xd8, 0xff, 0xc0, 0, 11, 8, bits >> 8, bits & 255, bits >> 8, bits & 255, 1, 1, 0x11, 0, 0xff, 0xd9, 0, 0, 0, 0]);
  it.each<[string, Uint8Array, string]>([
    ['a PNG of zero bytes', new Uint8Array(0), 'empty-file'],
    ['a text that is called .dcm', Buffer.from('Dear colleague, the image is attached.\n'.repeat(20)), 'unsupported-format'],
    ['one byte', Uint8Array.of(0x89), 'unsupported-format'],
    ['a PNG of 1 × 1 pixel', encode({ width: 1, height: 1, data: Uint8Array.of(3), channels: 1, depth: 8 }), 'image-too-small'],
    ['a PNG that says 20,000 × 20,000 pixels', Uint8Array.from([...pngHeader(20_000, 20_000, 8, 0), ...deflateSync(new Uint8Array(100))]), 'image-too-large'],
    ['a JPEG that says 20,000 × 20,000 pixels', huge(20_000), 'image-too-large'],
    ['a DICOM that says 20,000 × 20,000 pixels', writeDicom({ width: 20_000, height: 20_000, samples: new Uint8Array(100) }), 'image-too-large'],
    ['a PNG that says no width', Uint8Array.from([...pngHeader(0, 50, 8, 0), ...new Uint8Array(30)]), 'unreadable-file'],
    ['a PNG cut off in its pixels', png.subarray(0, png.length - 20), 'truncated-file'],
    ['a PNG cut off in its head', png.subarray(0, 20), 'truncated-file'],
    ['a PNG with a byte changed', changed, 'unreadable-file'],
    ['a JPEG cut off', jpeg.subarray(0, Math.floor(jpeg.length * 0.7)), 'truncated-file'],
    ['a DICOM cut off in its pixels', dicom.subarray(0, dicom.length - 100), 'truncated-file'],
    ['a DICOM cut off in its attributes', dicom.subarray(0, 200), 'truncated-file'],
    ['a DICOM cut off after its preamble', dicom.subarray(0, 134), 'truncated-file'],
    ['a run-length encoded DICOM cut off', writeDicom({ width, height, samples: Uint8Array.from(ramp(width * height, (i) => i % 256)), compressed: 'rle' }).subarray(0, 600), 'truncated-file'],
    ['a DICOM with fewer pixels than it says', writeDicom({ width, height, samples: new Uint8Array(50) }), 'truncated-file'],
    ['a DICOM that says 32 of 16 bits are used', writeDicom({ width, height, samples: new Uint16Array(width * height), stored: 32 }), 'unreadable-file'],
  ])('%s', async (_, bytes, code) => {
    const refused = await refusal(bytes, 'scan 7.dcm');
    expect(refused.code).toBe(code);
    expect(refused.message).toMatch(/^scan 7\.dcm.* .+\.$/);
  });

  it('cut off anywhere, a file is never read as if it were whole', async () => {
    const whole = { png, dicom, rle: writeDicom({ width, height, samples: Uint8Array.from(ramp(width * height, (i) => i % 256)), compressed: 'rle' }), jpeg };
    for (const [kind, bytes] of Object.entries(whole)) {
      // The last twelve bytes may hold no pixels, only the mark of the end.
      for (let cut = 0; cut < bytes.length - 12; cut += Math.ceil(bytes.length / 60)) {
        const { code } = await refusal(bytes.subarray(0, cut));
        expect(['empty-file', 'truncated-file', 'unreadable-file', 'unsupported-format'], `${kind} cut after ${cut} of ${bytes.length} bytes`).toContain(code);
      }
    }
  });

  it('the CRC of our own PNG writer is that of the specification', () => {
    expect(crc32(Buffer.from('IEND')) >>> 0).toBe(0xae426082);
  });
});

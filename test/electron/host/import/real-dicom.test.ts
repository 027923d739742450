// Real DICOM files, some malformed on purpose: every one whose transfer syntax is read and whose pixels the reference
// reader reads is read here too, or stands in the list below with the reason; and the values agree.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { stackOf } from '../../../../shared/domain/series.ts';
import { AppError } from '../../../../shared/errors.ts';
import { firstFrame } from './first-frame.ts';

const folder = path.join(import.meta.dirname, '../../../../../shared/data/dicom');

/** Read by the reference, refused here, each for a reason. */
const refused: Readonly<Record<string, string>> = {
  'pydicom__J2K_pixelrep_mismatch.dcm': 'signed says the file, unsigned its image: which is right cannot be known',
  'pylibjpeg__TOSHIBA_J2K_SIZ1_PixRep0.dcm': 'unsigned says the file, signed its image: which is right cannot be known',
  'pydicom__SC_jpeg_no_color_transform.dcm': 'RGB says the file, the JPEG does not: which is right cannot be known',
  'pydicom__SC_rgb_jpeg.dcm': 'its pixel data do not end; what lies behind them is not an element',
  'pydicom__SC_rgb_small_odd.dcm': '3 × 3 pixels', 'pydicom__SC_rgb_small_odd_big_endian.dcm': '3 × 3 pixels', 'pydicom__SC_rgb_small_odd_jpeg.dcm': '3 × 3 pixels',
  'pydicom__SC_ybr_full_422_uncompressed.dcm': 'uncompressed half-resolution colour',
  'pydicomdata__gdcm-US-ALOKA-16.dcm': 'a segmented palette',
  'pydicomdata__parametric_map_double_float.dcm': 'floating point',
  ...Object.fromEntries(['pydicom__liver_1frame.dcm', 'pydicom__liver_expb_1frame.dcm', 'pydicomdata__liver_expb.dcm', 'pydicomdata__liver_j2k.dcm', 'pydicomdata__liver_nonbyte_aligned_j2k.dcm'].map((f) => [f, '1 bit a sample'])),
  ...Object.fromEntries([
    'pydicom__SC_rgb_rle_32bit.dcm', 'pydicom__SC_rgb_rle_32bit_2frame.dcm', 'pydicom__rtdose.dcm', 'pydicom__rtdose_1frame.dcm', 'pydicom__rtdose_expb.dcm', 'pydicom__rtdose_expb_1frame.dcm', 'pydicom__rtdose_rle.dcm',
    'pydicom__rtdose_rle_1frame.dcm', 'pydicomdata__SC_rgb_32bit_2frame.dcm', 'pydicomdata__SC_rgb_expb_32bit.dcm', 'pydicomdata__SC_rgb_expb_32bit_2frame.dcm',
  ].map((f) => [f, '32 bits a sample'])),
};
const unread = new Set(['1.2.840.10008.1.2.4.51', '1.2.840.10008.1.2.4.55', '1.2.840.10008.1.2.4.201', '1.2.840.10008.1.2.8.1']);

const entry = z.object({
  file: z.string(), transfer_syntax: z.string().nullish(), photometric: z.string().nullish(), pydicom_pixels: z.boolean().nullish(),
  pixel_ref: z.object({ dtype: z.string(), frame0_min: z.number(), frame0_max: z.number(), frame0_mean: z.number() }).nullish(),
});

describe.skipIf(!existsSync(folder))('real DICOM files (skipped where ../shared/data is not here)', () => {
  it('are read with the values of the reference, or refused with a typed error', async () => {
    const manifest = (await readFile(path.join(folder, 'manifest.jsonl'), 'utf8')).trim().split('\n').map((l) => entry.parse(JSON.parse(l)));
    let read = 0, compared = 0;
    const notRead: string[] = [];
    for (const m of manifest) {
      const name = path.basename(m.file);
      let image;
      try {
        image = await firstFrame(new Uint8Array(await readFile(path.join(folder, m.file))), name);
      } catch (error) {
        // Whatever is in the file, the refusal is one of those that people can read.
        if (!(error instanceof AppError)) throw error;
        expect(error.message.startsWith(name)).toBe(true);
        if (m.pydicom_pixels === true && !unread.has(m.transfer_syntax ?? '')) notRead.push(name);
        continue;
      }
      read++;
      const { pixel_ref: ref } = m;
      // The reference tells a palette's indices; here they are colours.
      if (ref == null || m.photometric === 'PALETTE COLOR') continue;
      let min = Infinity, max = -Infinity, sum = 0;
      for (const sample of image.samples) { const v = ref.dtype === 'uint16' ? sample & 0xffff : sample; if (v < min) min = v; if (v > max) max = v; sum += v; }
      // 15 signed bits: the reference has not extended the sign.
      if (name === 'pydicomdata__JLSL_16_15_1_1F.dcm') continue;
      compared++;
      // Lossy formats differ by rounding among decoders.
      expect(Math.abs(min - ref.frame0_min), `${name}: least`).toBeLessThanOrEqual(2);
      expect(Math.abs(max - ref.frame0_max), `${name}: most`).toBeLessThanOrEqual(2);
      expect(Math.abs(sum / image.samples.length - ref.frame0_mean), `${name}: mean`).toBeLessThan(0.6);
    }
    expect(notRead.sort()).toEqual(Object.keys(refused).sort());
    // Counted on the day this was written: a decoder that stops reading a kind of file is noticed.
    expect(read).toBeGreaterThanOrEqual(119);
    expect(compared).toBeGreaterThanOrEqual(111);
  });

  it('of two series tell where they lie: in millimetres, in the direction of their numbers', async () => {
    const stackOfFiles = async (names: readonly string[]) => stackOf(await Promise.all(names.map(async (name) => { const { series, number, plane } = await firstFrame(new Uint8Array(await readFile(path.join(folder, 'files', name))), name); return { id: name, ...(series === null ? {} : { series: { id: series.uid, number, plane } }) }; })));
    expect(await stackOfFiles(['pydicom__17196', 'pydicom__17106', 'pydicom__17166', 'pydicom__17136'])).toMatchObject({ slices: ['17106', '17136', '17166', '17196'].map((n) => ({ id: `pydicom__${n}` })), positions: [-99.480003, 103.019997, 104.269997, 105.519997] });
    // Numbered from the head down: against the normal.
    const { slices, positions } = await stackOfFiles(['pydicom__2693', 'pydicom__2062', 'pydicom__2392']);
    expect([slices.map((c) => c.series?.number), slices.every((c) => c.series?.id === slices[0]?.series?.id), positions?.map((p) => p > 0)]).toEqual([[6, 7, 8], true, [true, true, true]]);
    expect(positions?.toSorted((a, b) => b - a)).toEqual(positions);
  });
});

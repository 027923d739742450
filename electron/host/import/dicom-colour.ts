// Colour in DICOM: palettes and YCbCr to RGB (PS3.3 C.7.6.3.1.2, C.7.6.3.1.5, C.7.9.2).
import type { DataSet } from 'dicom-parser';
import { AppError } from '../../../shared/errors.ts';
import type { Samples } from './decoded-image.ts';
import type { PixelDescription, StoredFrame } from './dicom-frames.ts';

/** RGB of palette and YBR frames; null of grey ones. RGB stays as it is. */
export function toRgb(d: DataSet, { samples, isRgb }: StoredFrame, p: PixelDescription, name: string): Samples | null {
  if (p.photometric === 'PALETTE COLOR') {
    if (p.channels !== 1) throw new AppError('unreadable-file', `${name} has a palette, but ${p.channels} samples a pixel.`);
    const tables = ['1', '2', '3'].map((n) => palette(d, n, name)), out = new Uint8Array(samples.length * 3);
    for (let i = 0; i < samples.length; i++) for (const [c, { first, values }] of tables.entries()) out[i * 3 + c] = values[Math.min(values.length - 1, Math.max(0, (samples[i] ?? 0) - first))] ?? 0;
    return out;
  }
  if (p.channels === 1) return null;
  if (isRgb || p.photometric === 'RGB' || p.photometric === 'YBR_ICT' || p.photometric === 'YBR_RCT') return samples;
  const partial = p.photometric === 'YBR_PARTIAL_422' || p.photometric === 'YBR_PARTIAL_420';
  if (!partial && p.photometric !== 'YBR_FULL' && p.photometric !== 'YBR_FULL_422') throw new AppError('unsupported-format', `${name} has colours of a kind (${p.photometric === '' ? 'unnamed' : p.photometric}) that is not read.`);
  if (!(samples instanceof Uint8Array)) throw new AppError('unsupported-format', `${name} has ${p.photometric} colours of more than 8 bits, which are not read.`);
  const out = new Uint8Array(samples.length), byte = (v: number): number => Math.min(255, Math.max(0, Math.round(v)));
  for (let i = 0; i + 2 < samples.length; i += 3) {
    const y = samples[i] ?? 0, b = (samples[i + 1] ?? 0) - 128, r = (samples[i + 2] ?? 0) - 128;
    // Full range, or 16 to 235 and 240 (CCIR 601-2).
    const [light, rr, gb, gr, bb] = partial ? [1.1644 * (y - 16), 1.596, 0.3917, 0.813, 2.0173] : [y, 1.402, 0.344136, 0.714136, 1.772];
    out[i] = byte(light + rr * r);
    out[i + 1] = byte(light - gb * b - gr * r);
    out[i + 2] = byte(light + bb * b);
  }
  return out;
}

/** One colour of a palette, 8 bits an entry. The table may be given whole or in segments. */
function palette(d: DataSet, n: string, name: string): { readonly first: number; readonly values: Uint8Array } {
  const descriptor = `x0028110${n}`, [entries, first, bits] = [d.uint16(descriptor, 0), d.uint16('x00280103') === 1 ? d.int16(descriptor, 1) : d.uint16(descriptor, 1), d.uint16(descriptor, 2)];
  const missing = (): AppError => new AppError('unreadable-file', `${name} has colours by a palette that is missing or incomplete.`);
  if (entries === undefined || first === undefined || bits === undefined) throw missing();
  const count = entries === 0 ? 65_536 : entries, whole = d.elements[`x0028120${n}`], inSegments = d.elements[`x0028122${n}`];
  let values: readonly number[];
  if (whole !== undefined) {
    const wide = whole.length >= 2 * count;
    if (!wide && whole.length < count) throw missing();
    values = Array.from({ length: count }, (_, i) => (wide ? d.uint16(`x0028120${n}`, i) ?? 0 : d.byteArray[whole.dataOffset + i] ?? 0));
    // Files that say 16 bits and use 8 are common: their values tell.
    const most = wide && bits === 16 && values.some((v) => v > 255) ? 65_535 : 255;
    return { first, values: Uint8Array.from(values, (v) => Math.min(255, Math.round((v * 255) / most))) };
  }
  if (inSegments === undefined) throw missing();
  const wide = bits === 16, length = wide ? Math.floor(inSegments.length / 2) : inSegments.length;
  values = expanded(Array.from({ length }, (_, i) => (wide ? d.uint16(`x0028122${n}`, i) ?? 0 : d.byteArray[inSegments.dataOffset + i] ?? 0)), wide, name);
  if (values.length < count) throw missing();
  return { first, values: Uint8Array.from(values.slice(0, count), (v) => (wide ? v >> 8 : v)) };
}

/** Segmented palette data: discrete runs, lines to a value, and copies of earlier segments (C.7.9.2.2). */
function expanded(data: readonly number[], wide: boolean, name: string): number[] {
  const out: number[] = [], damaged = (): AppError => new AppError('unreadable-file', `${name} has a damaged colour palette.`);
  const run = (from: number, segments: number, depth: number): number => {
    let at = from;
    for (let s = 0; s < segments && at < data.length; s++) {
      const kind = data[at], length = data[at + 1];
      // A byte of padding ends 8-bit data of odd length.
      if (length === undefined) { if (segments === Infinity) return data.length; throw damaged(); }
      at += 2;
      if (out.length > 65_536 || depth > 1) throw damaged();
      if (kind === 0) { for (let i = 0; i < length; i++) { const v = data[at++]; if (v === undefined) throw damaged(); out.push(v); } }
      else if (kind === 1) {
        const to = data[at++], before = out.at(-1);
        if (to === undefined || before === undefined) throw damaged();
        for (let i = 1; i <= length; i++) out.push(Math.round(before + ((to - before) * i) / length));
      } else if (kind === 2) {
        // Byte offset of the first segment to copy, least significant part first.
        const parts = wide ? [data[at], data[at + 1]] : [data[at], data[at + 1], data[at + 2], data[at + 3]], step = wide ? 65_536 : 256;
        at += parts.length;
        const offset = parts.reduce<number>((sum, v, i) => sum + (v ?? 0) * step ** i, 0);
        if (offset % (wide ? 2 : 1) !== 0 || offset >= data.length * (wide ? 2 : 1)) throw damaged();
        run(wide ? offset / 2 : offset, length, depth + 1);
      } else throw damaged();
    }
    return at;
  };
  run(0, Infinity, 0);
  return out;
}

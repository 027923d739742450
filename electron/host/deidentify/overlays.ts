// Overlay planes (groups 60xx): bitmaps over the image that often hold text.
import type { Element } from './data-set.ts';
import { findText } from './find-text.ts';

const short = (elements: readonly Element[], ending: string, bigEndian: boolean): number => {
  const e = elements.find((x) => x.tag.endsWith(ending));
  if (e?.value.kind !== 'bytes' || e.value.bytes.length < 2) return 0;
  const [a = 0, b = 0] = e.value.bytes;
  return bigEndian ? a * 256 + b : b * 256 + a;
};

/** Whether text was found in the bitmap of one overlay group, or it cannot be examined. */
export function overlayHasText(elements: readonly Element[], bigEndian: boolean): boolean {
  const height = short(elements, '0010', bigEndian), width = short(elements, '0011', bigEndian);
  const data = elements.find((e) => e.tag.endsWith('3000'));
  if (data?.value.kind !== 'bytes' || width < 1 || height < 1 || data.value.bytes.length * 8 < width * height) return true;
  const { bytes } = data.value, frames = Math.max(1, Math.floor((bytes.length * 8) / (width * height)));
  const swap = bigEndian && data.vr === 'OW' ? 1 : 0;
  for (let f = 0; f < frames; f++) {
    const samples = Uint8Array.from({ length: width * height }, (_, i) => { const bit = f * width * height + i; return ((bytes[(bit >> 3) ^ swap] ?? 0) >> (bit & 7)) & 1 ? 255 : 0; });
    if (findText(samples, width, height, 1).length > 0) return true;
  }
  return false;
}

/** Whether an overlay says that it lies in the unused bits of the pixels (retired, still found). */
export const hiddenOverlay = (elements: readonly Element[]): boolean => elements.some((e) => /^60..0102$/.test(e.tag) && e.value.kind === 'bytes' && e.value.bytes.some((b) => b !== 0))
  && elements.some((e) => /^60..0010$/.test(e.tag) && !elements.some((d) => d.tag === `${e.tag.slice(0, 4)}3000`));

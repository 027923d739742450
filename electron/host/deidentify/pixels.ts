// The one place where de-identification needs pixels as values: to look for text in them, and to paint over what is
// compressed.
import { decodeFile } from '../import/decode.ts';
import { text, type DicomFile, type Element } from './data-set.ts';
import { findText, type Box } from './find-text.ts';
import { layoutOf, type Decoded } from './mask.ts';

/** Every frame decoded. AppError where there are frames that the program does not decode. */
export async function decodedFrames(bytes: Uint8Array, name: string): Promise<Decoded> {
  const image = await decodeFile(bytes, name), first = await image.frame(0), frames = [first.samples];
  for (let i = 1; i < image.frames; i++) frames.push((await image.frame(i)).samples);
  const { width, height, channels, bitsStored } = first.format;
  return { width, height, channels, bitsStored, frames };
}

/** Text found in the first frame and, of ultrasound images that say where the image is, everything outside. */
export async function boxesToMask(file: DicomFile, bytes: Uint8Array, name: string): Promise<Box[]> {
  if (!file.elements.some((e) => e.tag === '7FE00010')) return [];
  const layout = layoutOf(file), outside = outsideOfRegions(file.elements, layout.columns, layout.rows, file.syntax.bigEndian);
  const { samples, format } = await (await decodeFile(bytes, name)).frame(0);
  return [...outside, ...findText(samples, format.width, format.height, format.channels).filter((b) => !outside.some((o) => contains(o, b)))];
}

const contains = (o: Box, b: Box): boolean => b.x >= o.x && b.y >= o.y && b.x + b.width <= o.x + o.width && b.y + b.height <= o.y + o.height;

/** What is left of the image without the regions of (0018,6011), as rectangles; nothing where there are no regions, or none that fit the image. */
export function outsideOfRegions(elements: readonly Element[], columns: number, rows: number, bigEndian: boolean): Box[] {
  if (text(elements, '00080060') !== 'US') return [];
  const sequence = elements.find((e) => e.tag === '00186011');
  if (sequence?.value.kind !== 'items') return [];
  const number = (item: readonly Element[], tag: string): number | null => {
    const e = item.find((x) => x.tag === tag);
    if (e?.value.kind !== 'bytes' || e.value.bytes.length < 4) return null;
    const view = new DataView(e.value.bytes.buffer, e.value.bytes.byteOffset, 4);
    return view.getUint32(0, !bigEndian);
  };
  const stated = sequence.value.items.flatMap(({ elements: item }) => {
    const [x0, y0, x1, y1] = ['00186018', '0018601A', '0018601C', '0018601E'].map((tag) => number(item, tag));
    return x0 == null || y0 == null || x1 == null || y1 == null ? [] : [{ x0, y0, x1, y1 }];
  });
  // Files count to the last pixel or to the one behind it. Regions further out are of an image that was resized since, and say nothing of this one.
  if (stated.some((r) => r.x1 < r.x0 || r.y1 < r.y0 || r.x1 > columns + 1 || r.y1 > rows + 1)) return [];
  const regions = stated.map((r) => ({ x: r.x0, y: r.y0, width: Math.min(columns - 1, r.x1) - r.x0 + 1, height: Math.min(rows - 1, r.y1) - r.y0 + 1 }));
  let rest: Box[] = regions.length === 0 ? [] : [{ x: 0, y: 0, width: columns, height: rows }];
  for (const r of regions) rest = rest.flatMap((b) => without(b, r));
  return rest;
}

function without(b: Box, r: Box): Box[] {
  const [x0, y0, x1, y1] = [Math.max(b.x, r.x), Math.max(b.y, r.y), Math.min(b.x + b.width, r.x + r.width), Math.min(b.y + b.height, r.y + r.height)];
  if (x0 >= x1 || y0 >= y1) return [b];
  return [
    { x: b.x, y: b.y, width: b.width, height: y0 - b.y }, { x: b.x, y: y1, width: b.width, height: b.y + b.height - y1 },
    { x: b.x, y: y0, width: x0 - b.x, height: y1 - y0 }, { x: x1, y: y0, width: b.x + b.width - x1, height: y1 - y0 },
  ].filter((p) => p.width > 0 && p.height > 0);
}

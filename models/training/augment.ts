// A fresh view of an example each time it is drawn: another part of the image, mirrored or not, brighter or darker.
// Words follow the box: a caption of the template's form is put together anew, and where free words speak of sides
// or places, nothing that would make them wrong is done.
import { imageCaption, phraseOf, regionCaption } from '../../shared/domain/caption.ts';
import type { Example } from '../../shared/domain/example.ts';
import { area, type Box } from '../../shared/domain/geometry.ts';
import type { PixelImage } from '../images/pixels.ts';
import { tileSide } from '../nets/views.ts';
import type { Random } from '../random.ts';

export interface View {
  /** The part of the image that is shown, in image pixels; it may reach over the edge. */
  readonly window: Box;
  readonly mirrored: boolean;
  /** brightness -> gain * brightness^gamma + shift, on network values. */
  readonly gain: number;
  readonly shift: number;
  readonly findings: readonly ViewedFinding[];
  readonly rejected: readonly Box[];
  /** Findings cut by the window's edge, and what a person left open: neither rewarded nor punished. */
  readonly cut: readonly Box[];
  readonly text: string;
}
export interface ViewedFinding { readonly box: Box; readonly caption: string; readonly replacedCaption: string | null; readonly missed: boolean }

const speaksOfSides = /\b(left|right)\b/i;
const speaksOfPlaces = /\b(left|right|upper|lower|middle|cent(?:re|er|ral)|superior|inferior|apical|basal)\b/i;

/** The whole image as it is: what inference sees. */
export const plainView = (example: Example, image: PixelImage): View => ({
  window: { x: 0, y: 0, width: image.format.width, height: image.format.height }, mirrored: false, gain: 1, shift: 0,
  findings: example.findings, rejected: example.rejected, cut: example.ignored ?? [], text: example.text,
});

/** @param side the network's input in pixels: where the image has more, half the views are tiles of it, as inference looks at them. */
export function augmentedView(example: Example, image: PixelImage, side: number, random: Random): View {
  const phrases = example.findings.map((f) => phraseOf(f.caption));
  const templated = phrases.every((p) => p !== null) && example.findings.every((f, i) => f.caption === regionCaption(phrases[i] ?? '', f.box, image.format));
  const sided = speaksOfSides.test(example.text) || phrases.some((p) => p !== null && speaksOfSides.test(p)) || example.findings.some((f) => f.replacedCaption !== null && speaksOfSides.test(phraseOf(f.replacedCaption) ?? f.replacedCaption));
  const mirrored = templated && !sided && random.chance(0.5);
  const gain = Math.exp(random.uniform(-0.25, 0.25));
  const shift = random.uniform(-0.25, 0.25);
  const counted = example.text === imageCaption(example.modality, example.findings.map((f) => f.label));
  const placed = !counted && speaksOfPlaces.test(example.text);
  const window = templated && !placed ? drawnWindow(example, image, side, random) : plainView(example, image).window;
  if (!templated) return { ...plainView(example, image), gain, shift };

  const findings: ViewedFinding[] = [];
  const cut: Box[] = (example.ignored ?? []).map((b) => intersect(b, window)).filter((b) => b !== null);
  for (const [i, f] of example.findings.entries()) {
    const seen = intersect(f.box, window);
    if (seen === null) continue;
    if (area(seen) < 0.75 * area(f.box)) { cut.push(seen); continue; }
    const inView = mirrorIn(relative(seen, window), window, mirrored);
    const phrase = phrases[i] ?? '';
    const replaced = f.replacedCaption === null ? null : rephrase(f.replacedCaption, inView, window);
    findings.push({ box: seen, caption: regionCaption(phrase, inView, window), replacedCaption: replaced, missed: f.missed });
  }
  const rejected = example.rejected.map((b) => intersect(b, window)).filter((b) => b !== null);
  const labels = example.findings.filter((f) => { const seen = intersect(f.box, window); return seen !== null && area(seen) >= 0.75 * area(f.box); }).map((f) => f.label);
  return { window, mirrored, gain, shift, findings, rejected, cut, text: counted ? imageCaption(example.modality, labels) : example.text };
}

/** The whole image a little nearer or farther, or a tile of it; tiles mostly show a finding. */
function drawnWindow({ findings }: Example, { format: { width, height } }: PixelImage, side: number, random: Random): Box {
  const tile = tileSide({ width, height }, side);
  if (tile !== null && random.chance(0.5)) {
    const span = tile * random.uniform(0.8, 1.2), w = Math.min(width, span), h = Math.min(height, span);
    const shown = random.chance(0.8) ? findings[random.integer(Math.max(1, findings.length))]?.box : undefined;
    const start = (at: number | undefined, length: number, taken: number, size: number): number => {
      const free = size - taken;
      return at === undefined ? random.uniform(0, 1) * free : Math.min(free, Math.max(0, at + random.uniform(0, 1) * (length - taken)));
    };
    return { x: start(shown?.x, shown?.width ?? 0, w, width), y: start(shown?.y, shown?.height ?? 0, h, height), width: w, height: h };
  }
  const zoom = random.chance(0.7) ? random.uniform(0.6, 1.2) : 1;
  return { x: random.uniform(0, 1) * (1 - zoom) * width, y: random.uniform(0, 1) * (1 - zoom) * height, width: zoom * width, height: zoom * height };
}

/** A replaced caption follows the view too, unless its size and place were the mistake that was corrected. */
function rephrase(caption: string, box: Box, window: Box): string {
  const phrase = phraseOf(caption);
  return phrase === null ? caption : regionCaption(phrase, box, window);
}

const relative = (b: Box, window: Box): Box => ({ ...b, x: b.x - window.x, y: b.y - window.y });
const mirrorIn = (b: Box, window: Box, mirrored: boolean): Box => (mirrored ? { ...b, x: window.width - b.x - b.width } : b);

function intersect(b: Box, window: Box): Box | null {
  const x = Math.max(b.x, window.x), y = Math.max(b.y, window.y);
  const width = Math.min(b.x + b.width, window.x + window.width) - x, height = Math.min(b.y + b.height, window.y + window.height) - y;
  return width >= 2 && height >= 2 ? { x, y, width, height } : null;
}

/** A box of the image as it lies in the (possibly mirrored) view, still in image pixels. */
export const inView = (b: Box, view: Pick<View, 'window' | 'mirrored'>): Box =>
  view.mirrored ? { ...b, x: view.window.x + view.window.width - (b.x - view.window.x) - b.width } : b;

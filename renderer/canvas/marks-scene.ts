// The picture of all marks of a stage, as the page lays it over the image. While the view stays, only the places are
// painted again where something changed.
import type { Box, Size } from '../../shared/domain/geometry.ts';
import type { View } from './geometry.ts';
import { isInSight, labelSize, onStage, paintMarks, Paths, reachOf, type Mark, type Places } from './paint.ts';

/** Screen pixels that are painted round the stage, so that an image that is moved brings marks along. */
export const margin = 128;

export interface Wanted {
  readonly view: View;
  readonly stage: Size;
  /** Pixels of the bitmap to one of the screen's. */
  readonly ratio: number;
  /** The mark that the page paints itself. */
  readonly selected: string | null;
  readonly places: Places;
}
export interface Shown { readonly marks: readonly Mark[]; readonly wanted: Wanted }

/** More changes at once than this, and everything is painted. */
const fewChanges = 40;

export class MarksScene {
  readonly #canvas = new OffscreenCanvas(1, 1);
  readonly #context = this.#canvas.getContext('2d');
  readonly #paths = new Paths();
  #marks: readonly Mark[] = [];
  #painted: Shown | null = null;

  take(count: number, changed: readonly (readonly [number, Mark])[]): void {
    const marks = this.#marks.slice(0, count);
    for (const [i, mark] of changed) marks[i] = mark;
    this.#marks = marks;
  }

  async paint(wanted: Wanted): Promise<ImageBitmap> {
    const { width, height } = { width: Math.ceil((wanted.stage.width + 2 * margin) * wanted.ratio), height: Math.ceil((wanted.stage.height + 2 * margin) * wanted.ratio) };
    const before = this.#painted, c = this.#context, all = { x: -margin, y: -margin, width: wanted.stage.width + 2 * margin, height: wanted.stage.height + 2 * margin };
    if (c === null) throw new Error('no canvas');
    const places = before === null || !isSameSight(before.wanted, wanted) ? null : changedPlaces(before, { marks: this.#marks, wanted });
    if (this.#canvas.width !== width || this.#canvas.height !== height) { this.#canvas.width = width; this.#canvas.height = height; }
    this.#painted = { marks: this.#marks, wanted };
    const seen = this.#marks.filter((m) => m.id !== wanted.selected && isInSight(m, wanted.view, wanted.stage, margin + 24));
    for (const place of places ?? [all]) this.#paintPlace(c, place, places === null ? seen : seen.filter((m) => touches(m, wanted, place)), wanted);
    return createImageBitmap(this.#canvas);
  }

  /** Clears and paints a rectangle of the stage, on whole pixels of the bitmap. */
  #paintPlace(c: OffscreenCanvasRenderingContext2D, place: Box, marks: readonly Mark[], { view, ratio, places }: Wanted): void {
    const x = Math.floor((place.x + margin) * ratio), y = Math.floor((place.y + margin) * ratio);
    c.save();
    c.beginPath(); c.rect(x, y, Math.ceil((place.x + place.width + margin) * ratio) - x, Math.ceil((place.y + place.height + margin) * ratio) - y); c.clip();
    c.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    c.scale(ratio, ratio); c.translate(margin, margin);
    paintMarks(c, marks, view, places, this.#paths);
    c.restore();
  }
}

export const isSameSight = (a: Wanted, b: Wanted): boolean => a.ratio === b.ratio && a.view.scale === b.view.scale && a.view.x === b.view.x && a.view.y === b.view.y && a.stage.width === b.stage.width && a.stage.height === b.stage.height;

const labelOf = (m: Mark, { places }: Wanted): Box | null => { const at = places.get(m.id); return at === undefined ? null : { ...at, width: labelSize(m.label).width + 12, height: labelSize(m.label).height }; };
const overlap = (a: Box, b: Box): boolean => a.x < b.x + b.width && a.x + a.width > b.x && a.y < b.y + b.height && a.y + a.height > b.y;
function touches(m: Mark, wanted: Wanted, place: Box): boolean {
  const label = labelOf(m, wanted);
  return overlap(reachOf(m, wanted.view), place) || (label !== null && overlap(label, place));
}

/** Where two pictures of the same sight differ; null where everything may. */
export function changedPlaces(a: Shown, b: Shown): readonly Box[] | null {
  const places: Box[] = [];
  const add = (m: Mark | undefined, wanted: Wanted): void => {
    if (m === undefined || m.id === wanted.selected) return;
    places.push(reachOf(m, wanted.view));
    const label = labelOf(m, wanted);
    if (label !== null) places.push(label);
  };
  for (let i = 0; i < Math.max(a.marks.length, b.marks.length); i++) {
    const before = a.marks[i], after = b.marks[i], was = before === undefined ? undefined : a.wanted.places.get(before.id), is = after === undefined ? undefined : b.wanted.places.get(after.id);
    if (before === after && (before?.id === a.wanted.selected) === (after?.id === b.wanted.selected) && was?.x === is?.x && was?.y === is?.y) continue;
    add(before, a.wanted); add(after, b.wanted);
    if (places.length > fewChanges) return null;
  }
  return places;
}

// The picture of all marks of a stage, as the page lays it over the image: painted whole, or again only where something
// changed. Both the page and the worker that takes the work off it paint with this.
import type { Box, Size } from '../../shared/domain/geometry.ts';
import { overlap, sameView, type View } from './geometry.ts';
import { isInSight, labelSize, paintMarks, reachOf, type Canvas, type Mark, type Paths, type Places } from './paint.ts';

/** Screen pixels that are painted round the stage, so that an image that is moved brings marks along. */
export const margin = 128;

/** How a stage is looked at. */
export interface Sight {
  readonly view: View;
  readonly stage: Size;
  /** Pixels of the picture to one of the screen's. */
  readonly ratio: number;
}
export interface Shown extends Sight {
  readonly marks: readonly Mark[];
  /** The mark that is painted by itself. */
  readonly selected: string | null;
  readonly places: Places;
}

/** More places at once than this, and everything is painted. */
const fewPlaces = 40;
/** How far a label reaches from its box, in screen pixels. */
const labelReach = 24;

/** The stage with its margin, in pixels of the picture. */
export const pictureSize = ({ stage, ratio }: Sight): Size => ({ width: Math.ceil((stage.width + 2 * margin) * ratio), height: Math.ceil((stage.height + 2 * margin) * ratio) });
export const isSameSight = (a: Sight, b: Sight): boolean => a.ratio === b.ratio && sameView(a.view, b.view) && a.stage.width === b.stage.width && a.stage.height === b.stage.height;

/** Paints the whole picture. */
export function paintPicture(c: Canvas, shown: Shown, paths: Paths): void { paintBox(c, { x: 0, y: 0, ...pictureSize(shown) }, inPicture(shown), shown, paths); }

/** Makes the picture of `before` that of `shown`, where they differ in a few places; else leaves it and answers false. */
export function repaintPicture(c: Canvas, before: Shown, shown: Shown, paths: Paths): boolean {
  const places = isSameSight(before, shown) ? changedPlaces(before, shown) : null;
  if (places === null) return false;
  const marks = places.length === 0 ? [] : inPicture(shown);
  for (const place of places) {
    const box = onPicture(place, shown);
    if (box !== null) paintBox(c, box, marks.filter((m) => touches(m, shown, place)), shown, paths);
  }
  return true;
}

const inPicture = ({ marks, selected, view, stage }: Shown): Mark[] => marks.filter((m) => m.id !== selected && isInSight(m, view, stage, margin + labelReach));

function paintBox(c: Canvas, { x, y, width, height }: Box, marks: readonly Mark[], { view, ratio, places }: Shown, paths: Paths): void {
  c.save();
  c.beginPath(); c.rect(x, y, width, height); c.clip();
  c.clearRect(x, y, width, height);
  c.scale(ratio, ratio); c.translate(margin, margin);
  paintMarks(c, marks, view, places, paths);
  c.restore();
}

/** A place on the stage as whole pixels of the picture; null where it lies beside it. */
function onPicture(place: Box, shown: Shown): Box | null {
  const { ratio } = shown, size = pictureSize(shown);
  const x = Math.max(0, Math.floor((place.x + margin) * ratio)), y = Math.max(0, Math.floor((place.y + margin) * ratio));
  const width = Math.min(size.width, Math.ceil((place.x + place.width + margin) * ratio)) - x, height = Math.min(size.height, Math.ceil((place.y + place.height + margin) * ratio)) - y;
  return width > 0 && height > 0 ? { x, y, width, height } : null;
}

/** Letters may be a little wider than they are taken to be, and edges are smoothed. */
const labelOf = (m: Mark, { places }: Shown): Box | null => { const at = places.get(m.id), size = labelSize(m.label); return at === undefined ? null : { x: at.x - 1, y: at.y - 1, width: size.width + 14, height: size.height + 2 }; };
function touches(m: Mark, shown: Shown, place: Box): boolean {
  const label = labelOf(m, shown);
  return overlap(reachOf(m, shown.view), place) || (label !== null && overlap(label, place));
}

/** Where two pictures of the same sight differ; null where that is too much to tell. */
function changedPlaces(a: Shown, b: Shown): readonly Box[] | null {
  const places: Box[] = [];
  const add = (m: Mark | undefined, shown: Shown): void => {
    if (m === undefined || m.id === shown.selected) return;
    const label = labelOf(m, shown);
    places.push(reachOf(m, shown.view), ...(label === null ? [] : [label]));
  };
  for (let i = 0; i < Math.max(a.marks.length, b.marks.length); i++) {
    const before = a.marks[i], after = b.marks[i], was = before === undefined ? undefined : a.places.get(before.id), is = after === undefined ? undefined : b.places.get(after.id);
    if (before === after && (before?.id === a.selected) === (after?.id === b.selected) && was?.x === is?.x && was?.y === is?.y) continue;
    add(before, a); add(after, b);
    if (places.length > fewPlaces) return null;
  }
  return places;
}

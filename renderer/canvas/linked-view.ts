// Two images looked at as one: which place of the other belongs to a place of this one, and how the other is seen and
// windowed while they are linked. By the patient's coordinates where both have them, else by millimetres from their middles,
// else by parts of their sides.
import type { CaseRow, PixelFormat } from '../../shared/domain/case.ts';
import { windowFunction, standardWindow, type Windowing } from '../../shared/domain/display.ts';
import type { Size } from '../../shared/domain/geometry.ts';
import { shareFrame } from '../../shared/domain/prior.ts';
import { projected } from '../../shared/domain/series.ts';
import { toImage, type Point, type View } from './geometry.ts';
import { onScreen } from './tools/tool.ts';

export interface Corresponding { readonly at: Point; /** Millimetres that it lies off the other image's slice, where both share the patient's coordinates; else null. */ readonly off: number | null }

export function corresponding(from: CaseRow, p: Point, to: CaseRow): Corresponding {
  const place = shareFrame(from, to) ? projected(from, p, to) : null;
  if (place !== null) return place;
  const [a, b] = [from.pixels, to.pixels], byMillimetres = a.spacing !== null && b.spacing !== null;
  const axis = (v: number, own: number, other: number, ownMm: number | undefined, otherMm: number | undefined): number =>
    (byMillimetres && ownMm !== undefined && otherMm !== undefined ? other / 2 + ((v - own / 2) * ownMm) / otherMm : (v / own) * other);
  return { at: { x: axis(p.x, a.width, b.width, a.spacing?.[1], b.spacing?.[1]), y: axis(p.y, a.height, b.height, a.spacing?.[0], b.spacing?.[0]) }, off: null };
}

/** The view at another scale that shows a place of the image at a place of the screen. */
function viewAt(v: View, scale: number, p: Point, at: Point): View {
  const scaled = { ...v, scale }, now = onScreen(p, scaled);
  return { ...scaled, x: v.x + at.x - now.x, y: v.y + at.y - now.y };
}

/** The view on `to` that shows in the middle what `view` shows there of `from`, as large in the patient. Both stages are of one size. */
export function linkedView(view: View, stage: Size, from: CaseRow, to: CaseRow): View {
  const middle = { x: stage.width / 2, y: stage.height / 2 }, [a, b] = [from.pixels, to.pixels];
  const larger = a.spacing !== null && b.spacing !== null ? b.spacing[1] / a.spacing[1] : a.width / b.width;
  return viewAt(view, view.scale * larger, corresponding(from, toImage(middle, view), to).at, middle);
}

const isSameUnit = (a: CaseRow, b: CaseRow): boolean => a.modality === b.modality && (a.pixels.unit === undefined ? /^ct$/i.test(a.modality) : a.pixels.unit === b.pixels.unit);

/** The window on `to` that goes with one on `from`: the same values where they mean the same, else as much wider and brighter than its own. */
export function linkedWindow(window: Windowing, from: CaseRow, to: CaseRow): Windowing {
  const own = standardWindow(from.pixels), other = standardWindow(to.pixels), by = (format: PixelFormat): Windowing['voi'] => (window.voi === 'table' ? other.voi : windowFunction(format));
  if (window.centre === own.centre && window.width === own.width && window.voi === own.voi) return { ...other, inverted: window.inverted };
  if (isSameUnit(from, to)) return { centre: window.centre, width: window.width, inverted: window.inverted, voi: by(to.pixels) };
  return { centre: other.centre + ((window.centre - own.centre) / own.width) * other.width, width: Math.max(1, (window.width / own.width) * other.width), inverted: window.inverted, voi: by(to.pixels) };
}

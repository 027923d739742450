// All marks of a stage but the chosen one, on its canvas. A few are painted with every frame. Of very many a picture is
// kept: a worker paints it for each sight, one at a time, and until the next one is there the last is moved and stretched
// as the image is, so that the hand never waits for it; what changes in a few places is painted again here, at once.
import { useEffect, useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import Konva from 'konva';
import { Shape } from 'react-konva';
import type { Box, Size } from '../../shared/domain/geometry.ts';
import { fit, matrixBetween, type View } from './geometry.ts';
import { labelPlaces } from './label-places.ts';
import { isSameSight, margin, pictureSize, repaintPicture, type Shown } from './marks-picture.ts';
import type { MarksReply, MarksRequest } from './marks-worker.ts';
import { isInSight, paintMarks, Paths, type Mark, type Places } from './paint.ts';
import { usualStage } from './use-view.ts';

let worker: Worker | null = null, slots = 0;
const arrivals = new Map<number, (picture: ImageBitmap) => void>();
function painter(): Worker {
  if (worker !== null) return worker;
  worker = new Worker(new URL('./marks-worker.ts', import.meta.url), { type: 'module' });
  worker.addEventListener('message', ({ data: { slot, picture } }: MessageEvent<MarksReply>) => { arrivals.get(slot)?.(picture); picture.close(); });
  return worker;
}

/** So few are painted with every frame: two milliseconds without a graphics card. */
const few = 100;
const noPlaces: Places = new Map();
const isSame = (a: Shown, b: Shown): boolean => a.marks === b.marks && a.places === b.places && a.selected === b.selected && isSameSight(a, b);

interface Painted { readonly of: Shown; readonly canvas: HTMLCanvasElement }
/** Pictures that are on no stage: of the case that comes next and of the one just left. */
const kept: Painted[] = [];
const keptLimit = 2;
function keep(picture: Painted): void { kept.push(picture); kept.splice(0, kept.length - keptLimit); }
/** One of the same regions and sight, though some may look another way. */
function takeKept(shown: Shown): Painted | null {
  const at = kept.findIndex(({ of }) => isSameSight(of, shown) && of.marks.length === shown.marks.length && of.marks.every((m, i) => m.id === shown.marks[i]?.id));
  return at < 0 ? null : kept.splice(at, 1)[0] ?? null;
}

function laid(picture: ImageBitmap, of: Shown, canvas: HTMLCanvasElement): Painted {
  const { width, height } = pictureSize(of), c = canvas.getContext('2d');
  if (canvas.width === width && canvas.height === height) c?.clearRect(0, 0, width, height); else { canvas.width = width; canvas.height = height; }
  c?.drawImage(picture, 0, 0);
  return { of, canvas };
}

/** Paints the marks of an image that comes next, as it will be seen at first; where they are a few, there is no need. */
export function makeMarksReady(image: Size, marks: readonly Mark[], taken: (stage: Size) => readonly Box[]): void {
  const stage = usualStage();
  if (marks.length <= few || stage.width === 0) return;
  const view = fit(image, stage), how = { view, stage, ratio: Konva.pixelRatio, selected: null, places: labelPlaces(marks, null, view, stage, taken(stage)) }, shown: Shown = { ...how, marks };
  if (kept.some(({ of }) => isSameSight(of, shown) && of.marks.length === marks.length && of.marks.every((m, i) => m === marks[i]))) return;
  takeKept(shown);
  const slot = ++slots;
  arrivals.set(slot, (picture) => { arrivals.delete(slot); keep(laid(picture, shown, document.createElement('canvas'))); });
  painter().postMessage({ kind: 'paint', slot, count: marks.length, changed: marks.map((m, i) => [i, m] as const), shown: how } satisfies MarksRequest);
  painter().postMessage({ kind: 'end', slot } satisfies MarksRequest);
}

class Picture {
  #slot = ++slots;
  readonly #paths = new Paths();
  #changed: (isPresent: boolean) => void = () => undefined;
  #present: Shown | null = null;
  /** What there is, and what the worker was asked to paint. */
  #painted: Painted | null = null;
  #asked: Shown | null = null;
  #sent: readonly Mark[] = [];

  /** @param changed told when what is to be seen is another; whether all of it is painted */
  show(shown: Shown, changed: (isPresent: boolean) => void): void {
    this.#changed = changed;
    if (this.#present !== null && isSame(this.#present, shown)) return;
    this.#present = shown;
    this.#catchUp(shown);
  }

  #catchUp(shown: Shown): void {
    // Regions that are hidden for a moment come back as they were painted.
    if (shown.marks.length <= few) { this.#changed(true); return; }
    this.#painted ??= takeKept(shown);
    const c = this.#painted?.canvas.getContext('2d') ?? null;
    if (this.#painted !== null && c !== null && (this.#painted.of === shown || repaintPicture(c, this.#painted.of, shown, this.#paths))) { this.#painted = { ...this.#painted, of: shown }; this.#changed(true); return; }
    this.#changed(false);
    if (this.#asked !== null) return;
    const { marks, ...how } = shown, sent = this.#sent;
    arrivals.set(this.#slot, (picture) => {
      this.#painted = laid(picture, shown, this.#painted?.canvas ?? document.createElement('canvas'));
      this.#asked = null;
      if (this.#present !== null) this.#catchUp(this.#present);
    });
    this.#asked = shown;
    this.#sent = marks;
    painter().postMessage({ kind: 'paint', slot: this.#slot, count: marks.length, changed: marks.flatMap((m, i) => (m === sent[i] ? [] : [[i, m] as const])), shown: how } satisfies MarksRequest);
  }

  paint(c: CanvasRenderingContext2D, view: View): void {
    const present = this.#present, painted = this.#painted;
    if (present === null) return;
    if (present.marks.length <= few) { paintMarks(c, present.marks.filter((m) => m.id !== present.selected && isInSight(m, view, present.stage)), view, present.places, this.#paths); return; }
    if (painted === null) return;
    const { view: then, stage, selected } = painted.of, by = view.scale / then.scale;
    c.save();
    c.imageSmoothingEnabled = by !== 1;
    c.transform(...matrixBetween(then, view));
    c.drawImage(painted.canvas, -margin, -margin, stage.width + 2 * margin, stage.height + 2 * margin);
    c.restore();
    // The one that was chosen then is not in the picture.
    if (selected !== null && selected !== present.selected) paintMarks(c, present.marks.filter((m) => m.id === selected), view, noPlaces, this.#paths);
  }

  end(): void {
    arrivals.delete(this.#slot);
    if (this.#painted !== null) keep(this.#painted);
    painter().postMessage({ kind: 'end', slot: this.#slot } satisfies MarksRequest);
    // What is still on its way is nobody's.
    this.#slot = ++slots;
    this.#painted = null; this.#asked = null; this.#present = null; this.#sent = [];
  }
}

export interface MarksProps extends Omit<Shown, 'ratio'> {
  /** Told when what is to be seen is painted, and when it is not yet. */
  readonly onPainted: (isPresent: boolean) => void;
}

/** In one Konva shape. */
export function Marks({ marks, view, stage, selected, places, onPainted }: MarksProps): ReactNode {
  const shape = useRef<Konva.Shape>(null), [picture] = useState(() => new Picture());
  useLayoutEffect(() => picture.show({ marks, view, stage, ratio: Konva.pixelRatio, selected, places }, (isPresent) => { shape.current?.getLayer()?.batchDraw(); onPainted(isPresent); }));
  useEffect(() => () => picture.end(), [picture]);
  return <Shape ref={shape} listening={false} sceneFunc={({ _context: c }) => picture.paint(c, view)} />;
}

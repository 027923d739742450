// All marks of a stage but the chosen one, on its canvas. A worker paints them (marks-worker.ts), one picture at a time;
// until the next one is there the last is moved and stretched as the image is, so that the hand never waits for it.
import { useEffect, useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import Konva from 'konva';
import { Shape } from 'react-konva';
import type { View } from './geometry.ts';
import { isSameSight, margin, type Shown, type Wanted } from './marks-scene.ts';
import type { MarksReply, MarksRequest } from './marks-worker.ts';
import { paintMarks, Paths, type Mark, type Places } from './paint.ts';

let worker: Worker | null = null, slots = 0;
const pictures = new Map<number, (bitmap: ImageBitmap) => void>();
function painter(): Worker {
  if (worker !== null) return worker;
  worker = new Worker(new URL('./marks-worker.ts', import.meta.url), { type: 'module' });
  worker.addEventListener('message', ({ data: { slot, bitmap } }: MessageEvent<MarksReply>) => { const show = pictures.get(slot); if (show === undefined) bitmap.close(); else show(bitmap); });
  return worker;
}

/** So few are painted at once while there is no picture yet. */
const few = 60;
const noPlaces: Places = new Map();

const isSame = (a: Shown, b: Shown): boolean => a.marks === b.marks && a.wanted.places === b.wanted.places && a.wanted.selected === b.wanted.selected && isSameSight(a.wanted, b.wanted);

class Picture {
  #slot = ++slots;
  readonly #paths = new Paths();
  readonly #arrived: (isPresent: boolean) => void;
  #sent: readonly Mark[] = [];
  #asked: Shown | null = null;
  #present: Shown | null = null;
  #picture: { readonly of: Shown; readonly bitmap: ImageBitmap } | null = null;

  /** @param arrived a picture is there; whether it is of what is wanted by then */
  constructor(arrived: (isPresent: boolean) => void) { this.#arrived = arrived; }

  show(shown: Shown): void {
    if (this.#present !== null && isSame(this.#present, shown)) return;
    this.#present = shown;
    this.#arrived(false);
    this.#ask();
  }

  #ask(): void {
    const shown = this.#present;
    if (shown === null || this.#asked !== null) return;
    const { marks, wanted } = shown, sent = this.#sent;
    pictures.set(this.#slot, (bitmap) => { this.#picture?.bitmap.close(); this.#picture = { of: shown, bitmap }; this.#asked = null; this.#arrived(this.#present === shown); if (this.#present !== shown) this.#ask(); });
    this.#asked = shown;
    this.#sent = marks;
    painter().postMessage({ kind: 'paint', slot: this.#slot, count: marks.length, changed: marks.flatMap((m, i) => (m === sent[i] ? [] : [[i, m] as const])), wanted } satisfies MarksRequest);
  }

  paint(c: CanvasRenderingContext2D, view: View): void {
    const present = this.#present, picture = this.#picture;
    if (present === null) return;
    if (picture === null) {
      if (present.marks.length <= few) paintMarks(c, present.marks.filter((m) => m.id !== present.wanted.selected), view, present.wanted.places, this.#paths);
      return;
    }
    const { view: then, stage, selected } = picture.of.wanted, by = view.scale / then.scale, at = (p: number, from: number, to: number): number => (p - from) * by + to;
    c.save();
    c.imageSmoothingEnabled = by !== 1;
    c.drawImage(picture.bitmap, at(-margin, then.x, view.x), at(-margin, then.y, view.y), (stage.width + 2 * margin) * by, (stage.height + 2 * margin) * by);
    c.restore();
    // The one that was chosen then is not in the picture.
    if (selected !== null && selected !== present.wanted.selected) paintMarks(c, present.marks.filter((m) => m.id === selected), view, noPlaces, this.#paths);
  }

  end(): void {
    pictures.delete(this.#slot);
    this.#picture?.bitmap.close();
    this.#picture = null; this.#asked = null; this.#present = null; this.#sent = [];
    painter().postMessage({ kind: 'end', slot: this.#slot } satisfies MarksRequest);
    // What is still on its way is nobody's.
    this.#slot = ++slots;
  }
}

export interface MarksProps extends Omit<Wanted, 'ratio'> {
  readonly marks: readonly Mark[];
  /** Told when the picture is of what is wanted, and when it is not any more. */
  readonly onPainted: (isPresent: boolean) => void;
}

/** In one Konva shape. */
export function Marks({ marks, view, stage, selected, places, onPainted }: MarksProps): ReactNode {
  const shape = useRef<Konva.Shape>(null), told = useRef(onPainted);
  useLayoutEffect(() => { told.current = onPainted; });
  const [picture] = useState(() => new Picture((isPresent) => { shape.current?.getLayer()?.batchDraw(); told.current(isPresent); }));
  useLayoutEffect(() => picture.show({ marks, wanted: { view, stage, ratio: Konva.pixelRatio, selected, places } }));
  useEffect(() => () => picture.end(), [picture]);
  return <Shape ref={shape} listening={false} sceneFunc={({ _context: c }) => picture.paint(c, view)} />;
}

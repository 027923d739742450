// Pictures of very many marks, painted off the page's thread: for each stage in its slot.
import { paintPicture, pictureSize, type Shown } from './marks-picture.ts';
import { Paths, type Mark } from './paint.ts';

export type MarksRequest =
  /** The first `count` marks, of which these are others than before, and how they are shown. */
  | { readonly kind: 'paint'; readonly slot: number; readonly count: number; readonly changed: readonly (readonly [index: number, mark: Mark])[]; readonly shown: Omit<Shown, 'marks'> }
  | { readonly kind: 'end'; readonly slot: number };
export interface MarksReply { readonly slot: number; readonly picture: ImageBitmap }

interface Stage { marks: Mark[]; readonly paths: Paths }
const stages = new Map<number, Stage>();

const canvas = new OffscreenCanvas(1, 1);
// Painted by the processor: without a graphics card, to ask for another kind of canvas is to wait for the page.
const context = canvas.getContext('2d', { willReadFrequently: true });

self.addEventListener('message', ({ data }: MessageEvent<MarksRequest>) => {
  if (data.kind === 'end') { stages.delete(data.slot); return; }
  const { slot, count, changed } = data, stage = stages.get(slot) ?? { marks: [], paths: new Paths() };
  stages.set(slot, stage);
  stage.marks = stage.marks.slice(0, count);
  for (const [i, mark] of changed) stage.marks[i] = mark;
  const shown: Shown = { ...data.shown, marks: stage.marks }, { width, height } = pictureSize(shown);
  if (context === null) throw new Error('no canvas');
  if (canvas.width !== width || canvas.height !== height) { canvas.width = width; canvas.height = height; }
  paintPicture(context, shown, stage.paths);
  void createImageBitmap(canvas).then((picture) => self.postMessage({ slot, picture } satisfies MarksReply, { transfer: [picture] }));
});

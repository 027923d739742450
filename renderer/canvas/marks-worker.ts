// Marks painted off the page's thread, for each stage in its slot.
import { MarksScene, type Wanted } from './marks-scene.ts';
import type { Mark } from './paint.ts';

export type MarksRequest =
  /** The first `count` marks, of which these are others than before, and what is wanted of them. */
  | { readonly kind: 'paint'; readonly slot: number; readonly count: number; readonly changed: readonly (readonly [index: number, mark: Mark])[]; readonly wanted: Wanted }
  | { readonly kind: 'end'; readonly slot: number };
export interface MarksReply { readonly slot: number; readonly bitmap: ImageBitmap }

const scenes = new Map<number, MarksScene>();
self.addEventListener('message', ({ data }: MessageEvent<MarksRequest>) => {
  if (data.kind === 'end') { scenes.delete(data.slot); return; }
  const { slot } = data, scene = scenes.get(slot) ?? new MarksScene();
  scenes.set(slot, scene);
  scene.take(data.count, data.changed);
  void scene.paint(data.wanted).then((bitmap) => self.postMessage({ slot, bitmap } satisfies MarksReply, { transfer: [bitmap] }));
});

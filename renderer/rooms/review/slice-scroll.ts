// Scrolling and playing through the slices of a series without opening each: the stage shows a slice's picture from memory
// with its marks, to be looked at; the review goes there when the hand rests, or at once when a key comes that acts, which
// waits until the case is open. It outlives the cases it goes through: the room keeps it.
import type { PixelFormat } from '../../../shared/domain/case.ts';
import { makePicture, pictureAtHand, prefetchAhead } from '../../canvas/pixels.ts';
import type { Tone } from '../../canvas/tone.ts';

/** Milliseconds without a movement after which the slice that is seen is opened. */
const rest = 150;
/** Slices that are fetched in the direction of travel and behind, as far as their samples go into so many bytes; and painted ahead. */
const ahead = 32, behind = 8, aheadBytes = 128 * 2 ** 20, paintedAhead = 3;
/** Pictures a second where the file does not say, and what can be had. */
const usualRate = 10, rates = [1, 2, 4, 5, 7.5, 10, 15, 20, 25, 30, 45, 60] as const;
/** Keys that wait for a case to open; more were pressed by chance. */
const waitingLimit = 8;

interface Place {
  readonly series: string | undefined;
  readonly slices: readonly { readonly id: string; readonly pixels: PixelFormat }[];
  /** Of the case that is open; -1 where it stands alone. */
  readonly own: number;
  readonly tone: (pixels: PixelFormat) => Tone;
  readonly open: (caseId: string) => void;
  /** Milliseconds from picture to picture, as the file says. */
  readonly frameTime: number | undefined;
}
export interface Scrolled { /** The slice on the stage where it is not the open one's, counted from 0. */ readonly at: number | null; readonly isPlaying: boolean; readonly rate: number; readonly bounces: boolean }

/** The next picture of a film, and which way it goes on. */
export function nextInFilm(at: number, count: number, way: 1 | -1, bounces: boolean): { readonly at: number; readonly way: 1 | -1 } {
  const next = at + way;
  if (next >= 0 && next < count) return { at: next, way };
  if (!bounces) return { at: way > 0 ? 0 : count - 1, way };
  const back = way > 0 ? -1 : 1;
  return { at: Math.min(count - 1, Math.max(0, at + back)), way: back };
}
/** The slices to fetch, the soonest wanted first. */
export function wantedAround(at: number, count: number, way: 1 | -1, most: number): number[] {
  const found: number[] = [];
  for (let i = 1; i <= ahead; i++) { found.push(at + way * i); if (i % 4 === 0 && i / 4 <= behind) found.push(at - way * (i / 4)); }
  return found.filter((i) => i >= 0 && i < count).slice(0, most);
}

export class SliceScroll {
  #place: Place = { series: undefined, slices: [], own: -1, tone: (p) => ({ window: { ...p.window, inverted: false, voi: 'linear-exact' }, map: 'grey' }), open: () => undefined, frameTime: undefined };
  #wanted: number | null = null;
  #way: 1 | -1 = 1;
  #last = -Infinity;
  #isShowing = false;
  #resting: ReturnType<typeof setTimeout> | undefined;
  #film: ReturnType<typeof setTimeout> | undefined;
  #rate: number | null = null;
  #keys: KeyboardEvent[] = [];
  #state: Scrolled = { at: null, isPlaying: false, rate: usualRate, bounces: false };
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => { this.#listeners.add(listener); return () => { this.#listeners.delete(listener); }; };
  readonly state = (): Scrolled => this.#state;
  #set(change: Partial<Scrolled>): void { this.#state = { ...this.#state, ...change }; for (const listener of this.#listeners) listener(); }

  /** Told with every drawing of the review. Where what was scrolled to is open by now, its own stage takes over. */
  attach(place: Place): void {
    const isOther = place.series !== this.#place.series;
    this.#place = place;
    const rate = this.#rate ?? (place.frameTime === undefined ? usualRate : Math.round(10_000 / place.frameTime) / 10);
    if (rate !== this.#state.rate) this.#set({ rate });
    // Another series, or none; or fewer slices than before.
    if (isOther || (this.#wanted !== null && place.own >= 0 && this.#wanted >= place.slices.length)) this.#end();
    if (this.#wanted === place.own && !this.#state.isPlaying) this.#end();
  }
  /** The room is left. */
  detach(): void { this.#end(); this.#keys = []; }
  #end(): void {
    clearTimeout(this.#resting); clearTimeout(this.#film);
    this.#wanted = null;
    if (this.#state.at !== null || this.#state.isPlaying) this.#set({ at: null, isPlaying: false });
  }

  /** Where the hand is. */
  get at(): number { return this.#wanted ?? this.#place.own; }
  get isAway(): boolean { return this.#state.isPlaying || (this.#wanted !== null && this.#wanted !== this.#place.own); }

  to(slice: number): void {
    const { slices } = this.#place, next = Math.min(slices.length - 1, Math.max(0, slice)), from = this.at;
    if (this.#place.own < 0 || next === from) return;
    this.#way = next > from ? 1 : -1;
    this.#wanted = next;
    this.#last = performance.now();
    this.#lookAhead(next);
    void this.#show();
    clearTimeout(this.#resting);
    if (!this.#state.isPlaying) this.#resting = setTimeout(() => this.settle(), rest);
  }
  by(slices: number): void { this.to(this.at + slices); }
  /** By a key: one press opens the next slice at once, a key that is held scrolls. */
  step(by: 1 | -1): void {
    const isHeld = performance.now() - this.#last < rest;
    this.stop();
    this.by(by);
    if (!isHeld) this.settle();
  }

  /** The review goes to the slice that is seen. */
  settle(): void {
    clearTimeout(this.#resting);
    const { slices, own, open } = this.#place, to = this.#wanted === null ? undefined : slices[this.#wanted];
    if (to === undefined || this.#wanted === own) { this.#end(); return; }
    open(to.id);
  }
  /** A key that acts: it means the slice that is seen, and is pressed again when that is open. */
  after(key: KeyboardEvent): void {
    if (this.#keys.length < waitingLimit) this.#keys.push(key);
    this.stop();
    this.settle();
  }
  /** The case is open with its regions: what was pressed meanwhile is meant for it, and what lies around it is fetched before the hand is at the wheel. */
  isOpen(): void {
    if (this.#wanted === null && this.#place.own >= 0) this.#lookAhead(this.#place.own);
    if (this.isAway || this.#keys.length === 0) return;
    const keys = this.#keys;
    this.#keys = [];
    for (const { key, code, ctrlKey, metaKey, altKey, shiftKey } of keys) document.body.dispatchEvent(new KeyboardEvent('keydown', { key, code, ctrlKey, metaKey, altKey, shiftKey, bubbles: true, cancelable: true }));
  }

  play(): void {
    if (this.#state.isPlaying) { this.stop(); return; }
    if (this.#place.slices.length < 2 || this.#place.own < 0) return;
    clearTimeout(this.#resting);
    this.#set({ isPlaying: true });
    const turn = (): void => {
      // What is not there yet is waited for: a film that leaves slices out hides what lies on them.
      if (!this.#isShowing) { const { at, way } = nextInFilm(this.at, this.#place.slices.length, this.#way, this.#state.bounces); this.to(at); this.#way = way; }
      this.#film = setTimeout(turn, 1000 / this.#state.rate);
    };
    turn();
  }
  stop(): void {
    if (!this.#state.isPlaying) return;
    clearTimeout(this.#film);
    this.#set({ isPlaying: false });
    this.settle();
  }
  faster(by: 1 | -1): void {
    const { rate } = this.#state, next = by > 0 ? rates.find((r) => r > rate) : rates.findLast((r) => r < rate);
    this.#rate = next ?? rate;
    this.#set({ rate: this.#rate });
  }
  bounce(): void { this.#set({ bounces: !this.#state.bounces }); }

  #lookAhead(at: number): void {
    const { slices, tone } = this.#place, pixels = slices[at]?.pixels, bytes = pixels === undefined ? 1 : pixels.width * pixels.height * pixels.channels * 2;
    const around = wantedAround(at, slices.length, this.#way, Math.max(2, Math.floor(aheadBytes / bytes))).flatMap((i) => slices[i]?.pixels ?? []);
    prefetchAhead(around);
    for (const next of around.slice(0, paintedAhead)) makePicture(next, tone(next)).catch(() => undefined);
  }
  /** Shows what is wanted; where the hand is quicker than the disk, the last slice stays until one is there. */
  async #show(): Promise<void> {
    if (this.#isShowing) return;
    this.#isShowing = true;
    try {
      for (let to = this.#wanted; to !== null && to !== this.#state.at; to = this.#wanted) {
        const pixels = this.#place.slices[to]?.pixels;
        if (pixels === undefined) return;
        if (to !== this.#place.own && pictureAtHand(pixels, this.#place.tone(pixels)) === null) await makePicture(pixels, this.#place.tone(pixels)).catch(() => undefined);
        if (this.#wanted === null) return;
        this.#set({ at: to === this.#place.own && !this.#state.isPlaying ? null : to });
        if (this.#state.at === null) return;
      }
    } finally { this.#isShowing = false; }
  }
}

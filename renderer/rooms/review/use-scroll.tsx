// The keys of scrolling and playing, and what follows the scrolling on the page: only that is drawn at its rate.
import { useEffect, useLayoutEffect, useMemo, useRef, useSyncExternalStore, type ReactNode } from 'react';
import type { CaseRow } from '../../../shared/domain/case.ts';
import type { ReadSlice } from '../../../shared/domain/commands/slice.ts';
import { standardWindow } from '../../../shared/domain/display.ts';
import type { Stack } from '../../../shared/domain/series.ts';
import { isStandard, useHeldBlobs } from '../../canvas/pixels.ts';
import type { Tone } from '../../canvas/tone.ts';
import { actionIds, type ActionId } from '../../keys/actions.ts';
import { chord } from '../../keys/chord.ts';
import { useKeys } from '../../keys/keys.tsx';
import { isComposing, isTyping, useActions } from '../../ui/actions.tsx';
import { useTranslations } from '../../words/language.tsx';
import type { SliceScroll, Scrolled } from './slice-scroll.ts';

export interface ScrollInput {
  readonly scroll: SliceScroll;
  readonly study: CaseRow;
  readonly stack: Stack<ReadSlice> | null;
  readonly tone: Tone;
  /** The regions are read. */
  readonly isRead: boolean;
  /** No region is chosen that arrows would move. */
  readonly isFree: boolean;
  readonly onSlice: (caseId: string) => void;
}

/** What a key may do while slices go by: looking. All else means the slice that is seen, and opens it. */
const looks = (id: ActionId): boolean => /^(?:image|cine|program|room|language)\.|^slice\.(?:next|previous|up|down|first|last)$|^tool\.(?:window|pan)$|^case\.hide$|^review\./.test(id);

export function useScroll({ scroll, study, stack, tone, isRead, isFree, onSlice }: ScrollInput): void {
  const keys = useKeys(), slices = useMemo(() => (stack?.slices ?? []).map((s) => ({ id: s.study.id, pixels: s.study.pixels })), [stack]), own = slices.findIndex((s) => s.id === study.id), inStack = own >= 0 && slices.length > 1;
  // A window that is the file's own is each slice's own.
  useLayoutEffect(() => { scroll.attach({ series: study.series?.id, slices, own: inStack ? own : -1, tone: (pixels) => (isStandard(tone.window, study.pixels) ? { ...tone, window: standardWindow(pixels) } : tone), open: onSlice, frameTime: study.frameTime }); });
  useEffect(() => { if (isRead) scroll.isOpen(); }, [isRead, inStack, scroll]);
  const acting = useRef<(e: KeyboardEvent) => void>(() => undefined);
  useLayoutEffect(() => {
    acting.current = (e) => {
      if (!scroll.isAway || isComposing(e) || isTyping(e.target) || document.querySelector('dialog[open]') !== null) return;
      const pressed = chord(e), meant = actionIds.filter((id) => keys.of(id).includes(pressed));
      if (meant.length === 0 || meant.some(looks)) return;
      e.preventDefault(); e.stopImmediatePropagation();
      scroll.after(e);
    };
  });
  useEffect(() => {
    const key = (e: KeyboardEvent): void => acting.current(e);
    window.addEventListener('keydown', key, true);
    return () => window.removeEventListener('keydown', key, true);
  }, []);
  useActions(!inStack ? [] : [
    { id: 'slice.next', run: () => scroll.step(1), enabled: own + 1 < slices.length || scroll.isAway },
    { id: 'slice.previous', run: () => scroll.step(-1), enabled: own > 0 || scroll.isAway },
    { id: 'slice.down', run: () => scroll.step(1), enabled: isFree || scroll.isAway },
    { id: 'slice.up', run: () => scroll.step(-1), enabled: isFree || scroll.isAway },
    { id: 'slice.first', run: () => { scroll.stop(); scroll.to(0); } },
    { id: 'slice.last', run: () => { scroll.stop(); scroll.to(slices.length - 1); } },
    { id: 'cine.play', run: () => scroll.play() },
    { id: 'cine.faster', run: () => scroll.faster(1) },
    { id: 'cine.slower', run: () => scroll.faster(-1) },
    { id: 'cine.bounce', run: () => scroll.bounce() },
  ]);
}

export const useScrolled = (scroll: SliceScroll): Scrolled => useSyncExternalStore(scroll.subscribe, scroll.state);
/** What shows the slice that is scrolled to (counted from 0; null: the open case's own). */
export function Scrolling({ scroll, children }: { scroll: SliceScroll; children: (at: number | null) => ReactNode }): ReactNode { return children(useScrolled(scroll).at); }

/** At the edge of the stage: where one is in the series, on which slices there are findings, and which are in memory. */
export function SliceBar({ scroll, stack, own, marked }: { scroll: SliceScroll; stack: Stack<ReadSlice>; own: number; marked: readonly number[] }): ReactNode {
  const t = useTranslations('slices'), { at } = useScrolled(scroll), held = useHeldBlobs(), bar = useRef<HTMLDivElement>(null);
  const count = stack.slices.length, here = at ?? own, share = 100 / count;
  const loaded = useMemo(() => runsOf(stack.slices.map((s) => held.has(s.study.pixels.blob))), [stack, held]);
  const point = (e: { clientY: number }): void => { const r = bar.current?.getBoundingClientRect(); if (r !== undefined) { scroll.stop(); scroll.to(Math.floor(((e.clientY - r.top) / r.height) * count)); } };
  return (
    <div ref={bar} className="slice-bar" role="slider" tabIndex={0} aria-orientation="vertical" aria-label={t('title')} aria-valuemin={1} aria-valuemax={count} aria-valuenow={own + 1} aria-valuetext={t('show', { n: own + 1, of: count })} data-slice={here + 1}
      onPointerDown={(e) => { e.currentTarget.setPointerCapture(e.pointerId); point(e); }} onPointerMove={(e) => { if (e.buttons === 1) point(e); }}
      onKeyDown={(e) => { const by = e.key === 'ArrowDown' || e.key === 'ArrowRight' ? 1 : e.key === 'ArrowUp' || e.key === 'ArrowLeft' ? -1 : 0; if (by !== 0) { e.preventDefault(); e.stopPropagation(); scroll.by(by); } }}>
      {loaded.map(([from, to]) => <i key={from} className="slice-loaded" style={{ top: `${from * share}%`, height: `${(to - from) * share}%` }} />)}
      {marked.map((n) => <i key={n} className="slice-tick" style={{ top: `${(n + 0.5) * share}%` }} />)}
      <i className="slice-here" style={{ top: `calc(${here} / ${Math.max(1, count - 1)} * (100% - max(${share}%, 14px)))`, height: `max(${share}%, 14px)` }} />
    </div>
  );
}
/** [true, true, false, true] -> [[0, 2], [3, 4]] */
function runsOf(are: readonly boolean[]): [from: number, to: number][] {
  const runs: [number, number][] = [];
  for (const [i, is] of are.entries()) { const last = runs.at(-1); if (is && last !== undefined && last[1] === i) last[1] = i + 1; else if (is) runs.push([i, i + 1]); }
  return runs;
}

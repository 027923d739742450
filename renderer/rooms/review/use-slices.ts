// The open case among the slices of its series: where it stands, what goes along to the next one (the finding, the window
// and the view), copying a region there, filling in between, and saying that two are one finding.
import { useEffect, useMemo } from 'react';
import type { CaseRow } from '../../../shared/domain/case.ts';
import { regionOnTrack, type ReadSlice } from '../../../shared/domain/commands/slice.ts';
import { iou, type Size } from '../../../shared/domain/geometry.ts';
import { isFinding, trackOf, type RegionRow } from '../../../shared/domain/region.ts';
import type { Stack } from '../../../shared/domain/series.ts';
import type { Windowing } from '../../../shared/domain/display.ts';
import type { Orientation, View } from '../../canvas/geometry.ts';
import { isStandard, makeReady } from '../../canvas/pixels.ts';
import type { ColourMap } from '../../canvas/tone.ts';
import { useProgram } from '../../data/program.tsx';
import type { ReviewCommands } from '../../data/review-commands.ts';
import { useActions } from '../../ui/actions.tsx';
import { useTranslations } from '../../words/language.tsx';

/** How a slice was looked at when it was left. A window that is the file's own is none: each slice has its own. */
export interface Look { readonly series: string; readonly size: Size; readonly window: Windowing | null; readonly view: View | null; readonly way: Orientation; readonly map: ColourMap; readonly overlays: boolean; /** The finding that is followed. */ readonly track: string | null }

/** What the review room keeps from one case to the next. */
export class LeftLook {
  #look: Look | null = null;
  leave(look: Look | null): void { this.#look = look; }
  follow(track: string | null): void { if (this.#look !== null) this.#look = { ...this.#look, track }; }
  /** What of it holds for this image. Another series begins anew; on a slice of another size the view does. */
  onto(study: CaseRow): Look | null {
    const look = this.#look;
    if (look === null || look.series !== study.series?.id) return null;
    return look.size.width === study.pixels.width && look.size.height === study.pixels.height ? look : { ...look, view: null };
  }
}

export interface SlicesInput {
  readonly study: CaseRow;
  readonly region: RegionRow | undefined;
  readonly regions: readonly RegionRow[];
  /** A person chose the region; it was not chosen for them. */
  readonly meant: boolean;
  readonly locked: boolean;
  readonly act: ReviewCommands;
  readonly window: Windowing;
  readonly view: View | null;
  readonly way: Orientation;
  readonly map: ColourMap;
  readonly overlays: boolean;
  readonly left: LeftLook;
  readonly arrived: Look | null;
  readonly stack: Stack<ReadSlice> | null;
  readonly onSlice: (caseId: string) => void;
}
export interface Slices {
  /** Counted from 1; `mm` where the files say where they lie. */
  readonly number: number;
  readonly count: number;
  readonly mm: number | null;
  /** The slices that the chosen region's finding is marked on, in order. */
  readonly marked: readonly number[];
  /** The finding of another slice that the chosen region may be. */
  readonly like: { readonly region: RegionRow; readonly slice: number } | null;
  readonly canCopy: (by: 1 | -1) => boolean;
  readonly canFill: boolean;
  readonly copy: (by: 1 | -1) => void;
  readonly fill: () => void;
  readonly follow: () => void;
}

/** Null where the image stands alone. */
export function useSlices(p: SlicesInput): Slices | null {
  const { sync } = useProgram();
  const t = useTranslations('slices');
  const { study, region, regions, act, left, arrived, locked, stack } = p;
  const at = stack?.slices.findIndex((s) => s.study.id === study.id) ?? -1, neighbours = [stack?.slices[at - 1], stack?.slices[at + 1]] as const;
  const track = region !== undefined && (p.meant || arrived?.track == null) ? trackOf(region) : arrived?.track ?? null;
  useEffect(() => {
    left.leave(study.series === undefined ? null : { series: study.series.id, size: study.pixels, window: isStandard(p.window, study.pixels) ? null : p.window, view: p.view, way: p.way, map: p.map, overlays: p.overlays, track });
  });
  const [before, after] = neighbours;
  useEffect(() => { for (const s of [before, after]) if (s !== undefined) makeReady(s.study.pixels); }, [before, after]);

  const counts = region !== undefined && region.verdict !== 'rejected' && region.verdict !== 'ignored', chosen = counts ? region : undefined;
  const onTrack = useMemo(() => (stack === null || chosen === undefined ? [] : stack.slices.map((s) => regionOnTrack(s.regions, trackOf(chosen)))), [stack, chosen]);
  const marked = onTrack.flatMap((r, i) => (r === undefined ? [] : [i + 1])), drawn = onTrack.flatMap((r, i) => (r === undefined || r.interpolated === true ? [] : [i]));
  const canFill = drawn.some((i, n) => (drawn[n + 1] ?? i) - i > 1);

  const like = useMemo(() => {
    if (stack === null || chosen === undefined || locked || marked.length > 1) return null;
    // Nearest first. The finding that was followed here, else one that lies at this place.
    const others = stack.slices.map((s, i) => ({ ...s, slice: i + 1 })).filter((s) => s.study.id !== study.id).sort((a, b) => Math.abs(a.slice - 1 - at) - Math.abs(b.slice - 1 - at));
    const open = others.flatMap((s) => s.regions.filter((r) => isFinding(r) && regionOnTrack(regions, trackOf(r)) === undefined).map((r) => ({ region: r, slice: s.slice })));
    return open.find((o) => trackOf(o.region) === arrived?.track) ?? open.find((o) => iou(o.region.box, chosen.box) > 0) ?? null;
  }, [stack, chosen, locked, marked.length, study.id, at, regions, arrived]);

  const beside = (by: 1 | -1): string | undefined => stack?.slices[at + by]?.study.id;
  const copy = (by: 1 | -1): void => { const to = beside(by); if (chosen !== undefined && to !== undefined) act.copyTo(chosen.id, to).then(() => { left.follow(trackOf(chosen)); p.onSlice(to); }, () => undefined); };
  const fill = (): void => { if (chosen !== undefined) act.interpolate(chosen.id).then(({ filled, closed }) => sync.say([t('filled', { n: filled }), ...(closed > 0 ? [t('closed', { n: closed })] : [])].join(' ')), () => undefined); };
  const follow = (): void => { if (chosen !== undefined && like !== null) act.follow(chosen.id, like.region).catch(() => undefined); };
  const canCopy = (by: 1 | -1): boolean => chosen !== undefined && beside(by) !== undefined;

  useActions(stack === null ? [] : [
    { id: 'slice.copyNext', run: () => copy(1), enabled: canCopy(1) },
    { id: 'slice.copyPrevious', run: () => copy(-1), enabled: canCopy(-1) },
    { id: 'slice.fill', run: fill, enabled: canFill },
    { id: 'slice.same', run: follow, enabled: like !== null },
  ]);
  return stack === null || at < 0 ? null : { number: at + 1, count: stack.slices.length, mm: stack.positions?.[at] ?? null, marked, like, canCopy, canFill, copy, fill, follow };
}

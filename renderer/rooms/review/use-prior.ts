// Another image of the same patient beside the open one: which is chosen, which of its slices, and whether the two go
// together. What a person chose stays while they page through a series, whose slices are cases of their own.
import { useEffect, useMemo, useState } from 'react';
import { liveQuery } from 'dexie';
import type { CaseRow } from '../../../shared/domain/case.ts';
import type { ReadSlice } from '../../../shared/domain/commands/slice.ts';
import { standardWindow, type Windowing } from '../../../shared/domain/display.ts';
import type { Box, Size } from '../../../shared/domain/geometry.ts';
import { alikeSlice, linkedSlice, linkOf, priorsOf, sameMillimetres, shareFrame, type Link, type Prior } from '../../../shared/domain/prior.ts';
import { liesAcross, nearestTo, type Stack } from '../../../shared/domain/series.ts';
import { toImage, type Point, type View } from '../../canvas/geometry.ts';
import type { ImageView } from '../../canvas/use-view.ts';
import { useProgram } from '../../data/program.tsx';
import { useActions } from '../../ui/actions.tsx';
import { useTranslations } from '../../words/language.tsx';

/** Where the crosshair stands: on which of the two images, in its pixels. Apart from the page's state: it moves with the hand. */
export interface CrossPlace { readonly on: 'present' | 'beside'; readonly at: Point }
export class Crosshair {
  #place: CrossPlace | null = null;
  readonly #listeners = new Set<() => void>();
  place = (): CrossPlace | null => this.#place;
  put(place: CrossPlace | null): void { this.#place = place; for (const l of this.#listeners) l(); }
  follow = (listener: () => void): (() => void) => { this.#listeners.add(listener); return () => { this.#listeners.delete(listener); }; };
}

interface Kept {
  readonly open: boolean;
  readonly linked: boolean;
  readonly cross: boolean;
  /** What was chosen, of which patient; null: the first that is offered. */
  readonly chosen: { readonly patient: string; readonly key: string } | null;
  /** How it stood beside which series: linked by so much, or (null) at this slice. */
  readonly stand: { readonly present: string; readonly key: string; readonly index: number; readonly link: Link } | null;
}
/** One for the page: what the hand pointed at stays from slice to slice. */
const cross = new Crosshair();
let crossed = '';
let kept: Kept = { open: false, linked: true, cross: false, chosen: null, stand: null };
/** The patient's images as they were read last: the next slice need not wait for them. */
let known: { readonly patient: string; readonly cases: readonly CaseRow[] } = { patient: '', cases: [] };

/** The place of an image under the pointer; null beside it. `stage`: what holds the image. */
export function placeUnder(stage: Element, pointer: { readonly clientX: number; readonly clientY: number }, view: View | null, { width, height }: Size): Point | null {
  const frame = stage.querySelector('.image-stage')?.getBoundingClientRect();
  if (frame === undefined || view === null) return null;
  const p = toImage({ x: pointer.clientX - frame.left, y: pointer.clientY - frame.top }, view);
  return p.x < 0 || p.y < 0 || p.x > width || p.y > height ? null : p;
}

export interface PriorInput { readonly study: CaseRow; readonly stack: Stack<ReadSlice> | null; readonly sight: ImageView; /** The chosen region, where a crosshair without a pointer stands. */ readonly box: Box | null }
export interface PriorBeside {
  readonly open: boolean;
  readonly linked: boolean;
  /** Null while crosshairs are not wanted. */
  readonly cross: Crosshair | null;
  readonly priors: readonly Prior[];
  readonly prior: Prior | null;
  /** The slice that is shown, and its place in the stack. */
  readonly beside: CaseRow | null;
  readonly index: number;
  readonly toggle: () => void;
  readonly link: () => void;
  readonly crosshair: () => void;
  readonly choose: (key: string) => void;
  readonly step: (by: 1 | -1) => void;
  readonly toSlice: (index: number) => void;
  /** How the image beside is windowed while it is not linked. */
  readonly window: Windowing | null;
  readonly onWindow: (to: (w: Windowing) => Windowing) => void;
}

export function usePrior({ study, stack, sight, box }: PriorInput): PriorBeside {
  const { db } = useProgram();
  const t = useTranslations('prior');
  const [state, setState] = useState(kept), [cases, setCases] = useState<readonly CaseRow[]>(known.patient === study.patient ? known.cases : []);
  const change = (part: Partial<Kept>): void => { kept = { ...kept, ...part }; setState(kept); };
  const { open, linked } = state;
  useEffect(() => {
    if (!open) return undefined;
    const s = liveQuery(() => db.cases.where('patient').equals(study.patient).toArray()).subscribe({ next: (found) => { known = { patient: study.patient, cases: found }; setCases(found); } });
    return () => s.unsubscribe();
  }, [db, open, study.patient]);
  const priors = useMemo(() => (open ? priorsOf(study, cases) : []), [open, study, cases]);
  const prior = priors.find((p) => state.chosen?.patient === study.patient && p.key === state.chosen.key) ?? priors[0] ?? null;

  const present = useMemo<Stack<{ readonly id: string }>>(() => (stack === null ? { slices: [study], positions: null } : { slices: stack.slices.map((s) => s.study), positions: stack.positions }), [stack, study]);
  const at = Math.max(0, present.slices.findIndex((s) => s.id === study.id)), series = study.series?.id ?? study.id;
  /** Where the image beside stands when nobody moved it: at the same place of the patient, else as far along. */
  const begun = (p: Prior): number => (shareFrame(study, p.study) ? nearestTo(study, { x: study.pixels.width / 2, y: study.pixels.height / 2 }, p.stack.slices)?.index : undefined) ?? alikeSlice(present, at, p.stack);
  const across = prior !== null && liesAcross(study, prior.study), begunLink = (p: Prior, next: number): Link => (shareFrame(study, p.study) && present.positions !== null && p.stack.positions !== null && !across ? sameMillimetres : linkOf(present, at, p.stack, next));
  const stand = prior !== null && state.stand?.key === prior.key && state.stand.present === series ? state.stand : null;
  const index = prior === null ? 0 : stand === null ? begun(prior) : Math.min(prior.stack.slices.length - 1, linked && !across ? linkedSlice(present, at, prior.stack, stand.link) : stand.index);
  const beside = prior?.stack.slices[index] ?? null;
  const toSlice = (next: number): void => { if (prior !== null && next >= 0 && next < prior.stack.slices.length) change({ stand: { present: series, key: prior.key, index: next, link: linkOf(present, at, prior.stack, next) } }); };
  // Where it was put without anybody's doing it stays put to what it was beside: the next slice goes on from there.
  useEffect(() => { if (prior !== null && stand === null && prior.stack.slices.length > 1) kept = { ...kept, stand: { present: series, key: prior.key, index, link: begunLink(prior, index) } }; });

  useEffect(() => { if (crossed !== series) { crossed = series; cross.put(null); } }, [series]);
  const [own, setOwn] = useState<Windowing | null>(null);
  const crosshair = (): void => {
    const on = !state.cross || !open, middle = box ?? sight.middle();
    cross.put(on && middle !== null ? { on: 'present', at: { x: middle.x + middle.width / 2, y: middle.y + middle.height / 2 } } : null);
    change({ cross: on, open: open || on });
  };
  const toggle = (): void => change({ open: !open });
  const link = (): void => change({ linked: !linked, stand: prior === null ? null : { present: series, key: prior.key, index, link: linkOf(present, at, prior.stack, index) } });
  const choose = (key: string): void => { setOwn(null); change({ chosen: { patient: study.patient, key } }); };
  const other = (by: 1 | -1): string | undefined => priors[priors.findIndex((p) => p.key === prior?.key) + by]?.key, slices = prior?.stack.slices.length ?? 0;

  const window = beside === null ? null : own ?? standardWindow(beside.pixels);
  const onWindow: PriorBeside['onWindow'] = (to) => { if (window !== null) setOwn(to(window)); };

  useActions([
    { id: 'prior.beside', name: open ? t('action.close') : t('action.open'), run: toggle },
    { id: 'prior.link', run: link, enabled: prior !== null },
    { id: 'prior.next', run: () => { const key = other(1); if (key !== undefined) choose(key); }, enabled: other(1) !== undefined },
    { id: 'prior.previous', run: () => { const key = other(-1); if (key !== undefined) choose(key); }, enabled: prior !== null && other(-1) !== undefined },
    { id: 'prior.nextSlice', run: () => toSlice(index + 1), enabled: index + 1 < slices },
    { id: 'prior.previousSlice', run: () => toSlice(index - 1), enabled: slices > 0 && index > 0 },
    { id: 'image.crosshair', run: crosshair },
  ]);
  return { open, linked, cross: open && state.cross ? cross : null, priors, prior, beside, index, toggle, link, crosshair, choose, step: (by) => toSlice(index + by), toSlice, window, onWindow };
}

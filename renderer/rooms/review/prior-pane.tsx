// Another image of the patient in the right half of the stage, to be looked at: it takes no edits, and shows of its
// decisions what may be seen. Above both, which is which.
import { useEffect, useMemo, useRef, useState, useSyncExternalStore, type ReactNode } from 'react';
import type { CaseRow } from '../../../shared/domain/case.ts';
import { standardWindow, type Windowing } from '../../../shared/domain/display.ts';
import { showsDecisions, type Prior } from '../../../shared/domain/prior.ts';
import { isFinding, type RegionRow } from '../../../shared/domain/region.ts';
import { nearestTo } from '../../../shared/domain/series.ts';
import type { Size } from '../../../shared/domain/geometry.ts';
import type { View } from '../../canvas/geometry.ts';
import { ImageStage, type Mark } from '../../canvas/image-stage.tsx';
import { corresponding, linkedView, linkedWindow } from '../../canvas/linked-view.ts';
import { dragWindow } from '../../canvas/presets.ts';
import { onScreen, type Tool } from '../../canvas/tools/tool.ts';
import { useView, type ImageView } from '../../canvas/use-view.ts';
import { useCaseRegions } from '../../data/program.tsx';
import { useKeys } from '../../keys/keys.tsx';
import { isComposing } from '../../ui/actions.tsx';
import { Thumbnail } from '../../ui/case-parts.tsx';
import { Icon } from '../../ui/icons.tsx';
import { useFigures } from '../../ui/words.ts';
import { useTranslations } from '../../words/language.tsx';
import { dayOf, useCornerWords } from './corner-words.ts';
import { Corners, EdgeLetters, takenByWords } from './corners.tsx';
import { marksOf } from './region-marks.ts';
import { useSliceWords } from './slice-fields.tsx';
import { placeUnder, type Crosshair, type CrossPlace, type PriorBeside } from './use-prior.ts';

/** "Prior, 2024-05-01": what it is to the open image, and of when. */
function useDatedWords(): (prior: Prior) => string {
  const t = useTranslations('prior'), figures = useFigures();
  return ({ when, study }) => {
    const date = study.study?.date;
    return t('dated', { what: t(`when.${when ?? 'unknown'}`), date: date == null ? t('imported', { date: figures.day(study.importedAt) }) : dayOf(date, figures) });
  };
}

/** Above the two halves: the open image at the left, what is done with the other at the right. */
export function PriorBar({ study, beside: b }: { study: CaseRow; beside: PriorBeside }): ReactNode {
  const t = useTranslations('prior'), keys = useKeys(), figures = useFigures(), dated = useDatedWords();
  const [choosing, setChoosing] = useState(false), list = useRef<HTMLUListElement>(null);
  // The keyboard goes where the choice is, and back to the image after it.
  useEffect(() => { if (choosing) list.current?.querySelector<HTMLButtonElement>('[aria-current] , button')?.focus(); }, [choosing]);
  const slices = b.prior?.stack.slices.length ?? 0;
  const name = ({ study: s }: Prior): string => [s.study?.description ?? '', s.series?.description ?? ''].filter((w) => w !== '').join(' · ') || s.title;
  return (
    <div className="prior-bar">
      <p className="clip"><strong>{study.study?.date == null ? t('present') : t('dated', { what: t('present'), date: dayOf(study.study.date, figures) })}</strong></p>
      <div className="row prior-tools" role="toolbar" aria-label={t('title')}>
        {b.prior === null ? <span className="grow muted" role="status">{t('none')}</span> : <>
          <button type="button" className="prior-name clip grow" aria-expanded={choosing} title={t('choose')} onClick={() => setChoosing(!choosing)}><strong>{dated(b.prior)}</strong> <span className="muted">{name(b.prior)}</span> <span aria-hidden="true">▾</span></button>
          {slices > 1 && <>
            <button type="button" className="tool" aria-label={t('previous')} title={keys.titled(t('previous'), 'prior.previousSlice')} disabled={b.index === 0} onClick={() => b.step(-1)}><span aria-hidden="true">‹</span></button>
            <span className="muted" role="status">{t('slice', { n: b.index + 1, of: slices })}</span>
            <button type="button" className="tool" aria-label={t('next')} title={keys.titled(t('next'), 'prior.nextSlice')} disabled={b.index + 1 >= slices} onClick={() => b.step(1)}><span aria-hidden="true">›</span></button>
          </>}
          <button type="button" className="btn small" aria-pressed={b.linked} title={keys.titled(t('linkTold'), 'prior.link')} onClick={b.link}>{t('linked')}</button>
          <button type="button" className="tool" aria-label={t('crosshair')} title={keys.titled(t('crosshair'), 'image.crosshair')} aria-pressed={b.cross !== null} onClick={b.crosshair}><Icon name="crosshair" /></button>
        </>}
        <button type="button" className="tool" aria-label={t('close')} title={keys.titled(t('close'), 'prior.beside')} onClick={b.toggle}><span aria-hidden="true">✕</span></button>
      </div>
      {choosing && <ul ref={list} className="prior-list scroll" aria-label={t('list')} onKeyDown={(e) => { if (!isComposing(e.nativeEvent) && e.key === 'Escape') { e.stopPropagation(); setChoosing(false); } }}>
        {b.priors.map((p) => (
          <li key={p.key}><button type="button" aria-current={p.key === b.prior?.key ? 'true' : undefined} onClick={() => { b.choose(p.key); setChoosing(false); }}>
            <Thumbnail study={p.study} width={48} height={38} /><span className="grow"><strong>{dated(p)}</strong><span className="clip">{name(p)}</span></span><span className="faint">{p.study.modality} · {t('images', { n: p.stack.slices.length })}</span>
          </button></li>
        ))}
      </ul>}
    </div>
  );
}

export interface PriorPaneProps { readonly study: CaseRow; readonly beside: PriorBeside; readonly other: CaseRow; readonly prior: Prior; readonly sight: ImageView; readonly window: Windowing; readonly onWindow: (to: (w: Windowing) => Windowing) => void; readonly tool: Tool; readonly words: boolean; readonly hidden: boolean }

const everything = { isShown: (): boolean => true, isLocked: (): boolean => true };

export function PriorPane({ study, beside: b, other, prior, sight, window, onWindow, tool, words, hidden }: PriorPaneProps): ReactNode {
  const t = useTranslations('prior'), cornerWords = useCornerWords(), sliceWords = useSliceWords(), dated = useDatedWords();
  const rows = useCaseRegions(other.id), shows = showsDecisions(study, other), own = useView(other.pixels), [size, setSize] = useState<Size | null>(null);
  const marks = useMarks(rows, shows);
  const view = b.linked && sight.view !== null && size !== null ? linkedView(sight.view, size, study, other) : own.view;
  const shown = b.linked ? linkedWindow(window, study, other) : b.window ?? standardWindow(other.pixels);
  const { onSize: fitted } = own, onSize = useMemo(() => (next: Size): void => { setSize(next); fitted(next); }, [fitted]);
  // What is done on this half while the two are linked is done to the open image, as it looks from there.
  const onView = (change: (v: View) => View): void => { if (b.linked && size !== null) sight.change((v) => linkedView(change(linkedView(v, size, study, other)), size, other, study)); else own.change(change); };
  const corner = cornerWords(other, prior.stack.slices.length > 1 ? sliceWords({ number: b.index + 1, count: prior.stack.slices.length, mm: prior.stack.positions?.[b.index] ?? null }) : null), { who, image } = corner;
  const decided = shows ? t('signedOff', { n: marks.length }) : other.status !== 'signed-off' ? t('notSignedOff') : t('kept');
  const taken = useMemo(() => takenByWords(other, { who, image }, words), [other, who, image, words]);
  useFollowed(b, study, prior);
  return (
    <section className="stage-half beside" aria-label={dated(prior)} data-beside={other.id} onPointerMove={(e) => { const at = placeUnder(e.currentTarget, e, view, other.pixels); if (at !== null) b.cross?.put({ on: 'beside', at }); }}>
      <ImageStage format={other.pixels} window={shown} view={view} onView={onView} onSize={onSize} marks={marks} selected={null} locked tool={tool === 'pan' || tool === 'window' ? tool : 'select'} hidden={hidden} label={t('imageOf', { title: other.title })} taken={taken}
        onWindow={(by) => { if (b.linked) onWindow((w) => linkedWindow(dragWindow(other.pixels, linkedWindow(w, study, other), by), other, study)); else b.onWindow((w) => dragWindow(other.pixels, w, by)); }} />
      {view !== null && b.cross !== null && <Cross cross={b.cross} on="beside" linked={b.linked} study={study} other={other} view={view} />}
      <EdgeLetters study={other} />
      <Corners study={other} words={corner} shown={words} window={shown} scale={view?.scale ?? 1} preset={null} region={null} number={0} values={[decided]} hidden={hidden && marks.length > 0} />
    </section>
  );
}

/** The findings of a case, where they may be seen. */
function useMarks(rows: readonly RegionRow[] | undefined, shows: boolean): readonly Mark[] {
  return useMemo(() => (rows === undefined || !shows ? [] : marksOf(rows.filter(isFinding), everything)), [rows, shows]);
}

/** Where both images share the patient's coordinates, the slice that the crosshair lies on is shown. */
function useFollowed({ cross, toSlice, index }: PriorBeside, study: CaseRow, prior: Prior): void {
  useEffect(() => cross?.follow(() => {
    const place = cross.place();
    if (place?.on !== 'present') return;
    const near = corresponding(study, place.at, prior.study).off === null ? null : nearestTo(study, place.at, prior.stack.slices);
    if (near !== null && near.index !== index) toSlice(near.index);
  }), [cross, toSlice, index, study, prior]);
}

const nowhere = (): CrossPlace | null => null;
const never = (): (() => void) => () => undefined;
/** Within so many millimetres of a slice a place counts as on it. */
const onSlice = 1;

/** The mark on one of the two images for the place under the pointer on the other. */
export function Cross({ cross, on, linked, study, other, view }: { cross: Crosshair | null; on: CrossPlace['on']; linked: boolean; study: CaseRow; other: CaseRow; view: View }): ReactNode {
  const t = useTranslations('prior'), figures = useFigures(), place = useSyncExternalStore(cross?.follow ?? never, cross?.place ?? nowhere);
  if (place === null || place.on === on) return null;
  const [from, to] = on === 'beside' ? [study, other] : [other, study], { at, off } = corresponding(from, place.at, to), { width, height } = to.pixels;
  // Without shared coordinates, only who linked the two says that they belong together.
  if ((off === null && !linked) || at.x < 0 || at.y < 0 || at.x > width || at.y > height) return null;
  const p = onScreen(at, view), away = off === null || Math.abs(off) <= onSlice ? null : t('away', { mm: figures.fixed(Math.abs(off), 1) });
  return (
    <div className="cross" role="img" aria-label={t('crosshair')} data-x={at.x.toFixed(1)} data-y={at.y.toFixed(1)} data-off={away === null ? undefined : 'true'} style={{ left: p.x, top: p.y }}>
      <svg width="44" height="44" viewBox="-22 -22 44 44" aria-hidden="true"><path d="M-20 0h13M7 0h13M0 -20v13M0 7v13" className="under" /><path d="M-20 0h13M7 0h13M0 -20v13M0 7v13" /></svg>
      {away !== null && <span>{away}</span>}
    </div>
  );
}

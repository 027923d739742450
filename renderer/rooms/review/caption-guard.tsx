// The caption guard on the page: what it warns of, said in a sentence beside the words it means, with the key that puts
// it right; and before the sign-off, which regions it still has something to say about.
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import type { CaseRow } from '../../../shared/domain/case.ts';
import { guardImage, guardRegion, type Surroundings, type View, type Warning } from '../../../shared/domain/caption-guard.ts';
import { isFinding, type RegionRow } from '../../../shared/domain/region.ts';
import { lateralityOf } from '../../../shared/domain/settings.ts';
import { useLive, useProgram } from '../../data/program.tsx';
import type { Site } from '../../data/site.ts';
import { Keys } from '../../ui/actions.tsx';
import { useTranslations } from '../../words/language.tsx';

/** What the guard holds a case's captions against: the site's list and conventions, and the other images of the patient. */
export function useSurroundings(study: CaseRow, { settings, findings }: Site): Surroundings {
  const { db } = useProgram();
  const others = useLive(async (): Promise<readonly View[]> => {
    const cases = (await db.cases.where('patient').equals(study.patient).toArray()).filter((c) => c.id !== study.id && c.modality === study.modality);
    return Promise.all(cases.map(async (c) => ({ title: c.title, image: c.pixels, laterality: lateralityOf(settings, c.modality), regions: (await db.regions.where('caseId').equals(c.id).toArray()).filter(isFinding) })));
  }, [db, study.id, study.patient, study.modality, settings]);
  return useMemo(() => ({ image: study.pixels, modality: study.modality, laterality: lateralityOf(settings, study.modality), findings, others: others ?? [] }), [study.pixels, study.modality, settings, findings, others]);
}

export interface Guarded { readonly byRegion: ReadonlyMap<string, readonly Warning[]>; readonly image: readonly Warning[] }

/** Regions that count, or may yet. */
const counts = (r: RegionRow): boolean => isFinding(r) || r.verdict === 'proposed';

/** What was said of a region, as long as it and what it is held against stay: of thousands only the one that changed is judged again. */
const judged = new WeakMap<Surroundings, WeakMap<RegionRow, readonly Warning[]>>();
function knownOf(surroundings: Surroundings): WeakMap<RegionRow, readonly Warning[]> {
  const known = judged.get(surroundings) ?? new WeakMap<RegionRow, readonly Warning[]>();
  judged.set(surroundings, known);
  return known;
}

/** Regions judged in one go. Where there are more, the page is drawn in between. */
const part = 100;

/** Warnings on a whole case. */
export function useGuard(caption: CaseRow['caption'], regions: readonly RegionRow[], surroundings: Surroundings): Guarded {
  const [turn, setTurn] = useState(0);
  const [byRegion, isWhole] = useMemo(() => {
    const known = knownOf(surroundings), warned = new Map<string, readonly Warning[]>();
    let left = part;
    for (const r of regions) {
      if (!counts(r)) continue;
      let warnings = known.get(r);
      if (warnings === undefined && left-- > 0) known.set(r, warnings = guardRegion(r, surroundings));
      if (warnings !== undefined && warnings.length > 0) warned.set(r.id, warnings);
    }
    return [warned, left >= 0];
    // `turn` takes the next part.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [regions, surroundings, turn]);
  useEffect(() => {
    if (isWhole) return undefined;
    const next = setTimeout(() => setTurn((t) => t + 1));
    return () => clearTimeout(next);
  }, [isWhole, turn]);
  // A caption that no person wrote is put together anew at the sign-off.
  const written = caption.origin === 'person' || caption.origin === 'dataset';
  const image = useMemo(() => (written ? guardImage(caption.text, regions.filter(isFinding), surroundings) : []), [written, caption.text, regions, surroundings]);
  return useMemo(() => ({ byRegion, image }), [byRegion, image]);
}

function useSentence(): (w: Warning, text: string, name: string) => string {
  const t = useTranslations('captions');
  return (w, text, name) => {
    const words = w.words === null ? '' : text.slice(w.words.from, w.words.to);
    switch (w.kind) {
      case 'side': {
        if (w.side === null) return t('guard.noSide');
        const side = t(`sideOf.${w.side}`);
        if (w.against === 'view') return t('guard.view', { view: w.view ?? '', side });
        if (w.against === 'list') return t('guard.list', { side });
        if (words === '') return t('guard.sideField', { side });
        return w.against === 'box' ? t('guard.sideBox', { words, side }) : w.against === 'field' ? t('guard.sideWords', { words, side }) : t('guard.sideRegions', { words, side });
      }
      case 'place': return t('guard.place', { words, place: t(`placeOf.${w.place}`) });
      case 'size': return t('guard.size', { words, size: t(`sizeOf.${w.size}`) });
      case 'length': return t('guard.length', { words, extent: w.extent });
      case 'negated': return t('guard.negated', { words });
      case 'finding': return t('guard.finding', { words, name });
      case 'certainty': return t('guard.certainty', { words, certainty: t(`certaintyOf.${w.certainty}`) });
    }
  };
}

export function Warnings({ id, warnings, text, name, onFix }: { id: string; warnings: readonly Warning[]; text: string; /** What the region is called. */ name: string; onFix: ((w: Warning) => void) | null }): ReactNode {
  const t = useTranslations('captions'), sentence = useSentence();
  const first = warnings.find((w) => w.fix !== null);
  return (
    <ul id={id} className="caption-warnings" aria-label={t('guardTitle')} aria-live="polite">
      {warnings.map((w) => <li key={`${w.kind} ${w.words?.from ?? ''}`}><span aria-hidden="true">⚠</span><span className="grow">{sentence(w, text, name)}</span>{w.fix !== null && onFix !== null && <button type="button" className="btn small" onMouseDown={(e) => e.preventDefault()} onClick={() => onFix(w)}>{t('fix')}{w === first && <> <Keys of="caption.fix" /></>}</button>}</li>)}
    </ul>
  );
}

/** Before the sign-off: where there is something left, each a way there. Never in the way. */
export function WarningsLeft({ guarded, regions, onSelect }: { guarded: Guarded; regions: readonly RegionRow[]; onSelect: (id: string) => void }): ReactNode {
  const t = useTranslations('captions');
  const left = regions.flatMap((r, i) => ((guarded.byRegion.get(r.id)?.length ?? 0) > 0 ? [{ id: r.id, number: i + 1 }] : [])), n = left.length + (guarded.image.length > 0 ? 1 : 0);
  if (n === 0) return null;
  return (
    <div className="row warnings-left" role="group" aria-label={t('guardTitle')}>
      <span>⚠ {t('left', { n })}</span>
      {left.slice(0, 6).map((r) => <button key={r.id} type="button" className="btn small" onClick={() => onSelect(r.id)}>{t('inRegion', { number: r.number })}</button>)}
      {left.length > 6 && <span className="faint">…</span>}
      {guarded.image.length > 0 && <button type="button" className="btn small" onClick={() => document.getElementById('image-caption')?.focus()}>{t('inImage')}</button>}
    </div>
  );
}

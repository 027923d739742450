// How the worklist is looked at: what is searched for, the filters with how many cases each would show, the order, and
// views that were given a name.
import { useState, type ReactNode, type RefObject } from 'react';
import type { CaseStatus } from '../../../shared/domain/case.ts';
import { strategy } from '../../../shared/domain/priority.ts';
import { useProgram } from '../../data/program.tsx';
import type { WorklistAnswer } from '../../data/worklist-index.ts';
import { facets, keepViews, namedViews, worklistFilters, worklistView, type Facet, type WorklistView } from '../../data/worklist-view.ts';
import { isComposing, Keys } from '../../ui/actions.tsx';
import { useFigures } from '../../ui/words.ts';
import { useTranslations } from '../../words/language.tsx';

const states: readonly (CaseStatus | null)[] = [null, 'in-review', 'proposed', 'new', 'signed-off'];
/** The state has its chips. */
const chosenFromLists = facets.filter((f) => f !== 'status');

export function ViewBar({ view, answer, find, filtersOpen, onFilters, onView }: { view: WorklistView; answer: WorklistAnswer; find: RefObject<HTMLInputElement | null>; filtersOpen: boolean; onFilters: () => void; onView: (change: Partial<WorklistView>) => void }): ReactNode {
  const t = useTranslations('worklist'), of = useTranslations('case'), queue = useTranslations('queue'), figures = useFigures();
  const active = chosenFromLists.filter((f) => view.filters[f] !== null).length;
  return (
    <>
      <div className="row">
        <input ref={find} className="field worklist-find" type="search" placeholder={t('findHint')} aria-label={t('find')} value={view.search} onChange={(e) => onView({ search: e.target.value })} onKeyDown={(e) => { if (!isComposing(e.nativeEvent) && (e.key === 'Enter' || e.key === 'ArrowDown')) { e.preventDefault(); e.currentTarget.blur(); } }} />
        {states.map((s) => <button key={s ?? 'all'} type="button" className="chip" aria-pressed={view.filters.status === s} onClick={() => onView({ filters: { ...view.filters, status: s } })}>{s === null ? t('filterAll') : of(`status.${s}`)} {figures.number(s === null ? answer.total : answer.unfiltered[s])}</button>)}
        <button type="button" className="chip" aria-expanded={filtersOpen} aria-pressed={active > 0} onClick={onFilters}>{active === 0 ? t('filters') : t('filtersActive', { n: active })} <Keys of="worklist.filters" /></button>
        {answer.hasStacks && <button type="button" className="chip" aria-pressed={view.stacked} title={t('stackedTold')} onClick={() => onView({ stacked: !view.stacked })}>{t('stacked')}</button>}
        <select className="field worklist-order" aria-label={t('order')} value={view.order} onChange={(e) => onView({ order: worklistView.shape.order.parse(e.target.value), reversed: false })}>
          {strategy.options.map((s) => <option key={s} value={s}>{queue(`strategy.${s}`)}</option>)}
          {!strategy.safeParse(view.order).success && <option value={view.order}>{t('orderByColumn')}</option>}
        </select>
      </div>
      {filtersOpen && <Filters view={view} answer={answer} onView={onView} />}
    </>
  );
}

function Filters({ view, answer, onView }: { view: WorklistView; answer: WorklistAnswer; onView: (change: Partial<WorklistView>) => void }): ReactNode {
  const t = useTranslations('worklist');
  const words = useFacetWords();
  const choose = (facet: Facet, value: string): void => onView({ filters: worklistFilters.parse({ ...view.filters, [facet]: value === '' ? null : value }) });
  return (
    <div className="row worklist-filters" role="group" aria-label={t('filters')}>
      {chosenFromLists.map((f) => {
        const chosen = view.filters[f], counts = answer.counts[f], shown = chosen === null || counts.some(([v]) => v === chosen) ? counts : [...counts, [chosen, 0] as const];
        return (
          <select key={f} className="field" aria-label={t(`facet.${f}`)} value={chosen ?? ''} data-active={chosen !== null} disabled={shown.length === 0} onChange={(e) => choose(f, e.target.value)}>
            <option value="">{t(`any.${f}`)}</option>
            {shown.map(([v, n]) => <option key={v} value={v}>{t('choice', { value: words(f, v), n })}</option>)}
          </select>
        );
      })}
      <Views view={view} onView={onView} />
    </div>
  );
}

/** Names that data brought are shown as they are, the program's own in words. */
function useFacetWords(): (facet: Facet, value: string) => string {
  const t = useTranslations('worklist');
  return (facet, value) => {
    const { mark, signedOff, split, origin } = worklistFilters.partial().catch({}).parse({ [facet]: value });
    return mark != null ? t(`mark.${mark}`) : signedOff != null ? t(`when.${signedOff}`) : split != null ? t(`split.${split}`) : origin != null ? t(`origin.${origin}`) : value;
  };
}

/** Views with names; who takes one has its search, filters and order. */
function Views({ view, onView }: { view: WorklistView; onView: (change: Partial<WorklistView>) => void }): ReactNode {
  const t = useTranslations('worklist'), everywhere = useTranslations('shell');
  const { info, sync } = useProgram();
  const [views, setViews] = useState(() => namedViews(info.workspaceId, sync.actor));
  const [naming, setNaming] = useState<string | null>(null);
  const keep = (next: typeof views): void => { keepViews(info.workspaceId, sync.actor, next); setViews(next); };
  const same = JSON.stringify(view), present = views.find((v) => JSON.stringify(worklistView.parse(v.view)) === same)?.name ?? '';
  const store = (): void => { const name = naming?.trim() ?? ''; if (name !== '') keep([...views.filter((v) => v.name !== name), { name, view }].sort((a, b) => (a.name < b.name ? -1 : 1))); setNaming(null); };
  if (naming !== null) {
    return (
      <form className="row" onSubmit={(e) => { e.preventDefault(); store(); }}>
        <input className="field" autoFocus aria-label={t('viewName')} placeholder={t('viewName')} value={naming} onChange={(e) => setNaming(e.target.value)} onKeyDown={(e) => { if (e.key === 'Escape' && !isComposing(e.nativeEvent)) setNaming(null); }} />
        <button type="submit" className="btn small" disabled={naming.trim() === ''}>{t('keepView')}</button><button type="button" className="btn small quiet" onClick={() => setNaming(null)}>{everywhere('cancel')}</button>
      </form>
    );
  }
  return (
    <>
      <select className="field" aria-label={t('views')} value={present} disabled={views.length === 0} onChange={(e) => { const found = views.find((v) => v.name === e.target.value); if (found !== undefined) onView(found.view); }}>
        <option value="">{views.length === 0 ? t('noViews') : t('views')}</option>
        {views.map(({ name }) => <option key={name} value={name}>{name}</option>)}
      </select>
      {present === '' ? <button type="button" className="btn small" onClick={() => setNaming('')}>{t('saveView')}</button> : <button type="button" className="btn small quiet" onClick={() => keep(views.filter((v) => v.name !== present))}>{t('forgetView')}</button>}
    </>
  );
}

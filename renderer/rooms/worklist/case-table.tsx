// The cases of a view, drawn as far as they are in sight: ten thousand scroll like ten. A row is a line of a list with
// its case as a button; several can be chosen to do one thing to all of them.
import { useEffect, useMemo, useRef, type ReactNode } from 'react';
import { useVirtualizer } from '@tanstack/react-virtual';
import type { ListedCase } from '../../data/worklist-index.ts';
import { useCaseRows } from '../../data/worklist.ts';
import { column, type Column, type WorklistView } from '../../data/worklist-view.ts';
import { HoldoutBadge, PhantomBadge, StatusBadge, Thumbnail, Unread } from '../../ui/case-parts.tsx';
import { useFigures } from '../../ui/words.ts';
import { WhyNext } from '../../ui/why-next.tsx';
import { useTranslations } from '../../words/language.tsx';

export interface Choice { readonly chosen: ReadonlySet<string>; readonly toggle: (id: string, through: boolean) => void }

export function CaseTable({ ids, view, at, choice, onPoint, onOpen, onSort }: { ids: readonly string[]; view: WorklistView; at: number; choice: Choice; onPoint: (id: string) => void; onOpen: (id: string) => void; onSort: (by: Column) => void }): ReactNode {
  const t = useTranslations('case'), words = useTranslations('worklist');
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({ count: ids.length, getScrollElement: () => scroller.current, estimateSize: () => 54, overscan: 12 });
  useEffect(() => { if (at >= 0) rows.scrollToIndex(at); }, [rows, at]);
  const items = rows.getVirtualItems(), from = items[0]?.index ?? 0, to = items.at(-1)?.index ?? -1;
  const cases = useCaseRows(view, useMemo(() => ids.slice(from, to + 1), [ids, from, to]));
  return (
    <>
      <div className="case-columns" role="group" aria-label={words('sortBy')}>
        {column.options.map((c) => <button key={c} type="button" className={`case-column of-${c}`} aria-pressed={view.order === c} onClick={() => onSort(c)}>{words(`column.${c}`)}<span aria-hidden="true">{view.order === c ? (view.reversed ? ' ↓' : ' ↑') : ''}</span></button>)}
      </div>
      <div ref={scroller} className="scroll case-table" role="list" aria-label={t('list')} tabIndex={-1}>
        <div style={{ height: rows.getTotalSize(), position: 'relative' }}>
          {items.map((v) => { const id = ids[v.index]; return id === undefined ? null : <CaseLine key={id} id={id} place={v.index} of={ids.length} stacked={view.stacked} listed={cases.get(id)} top={v.start} present={v.index === at} chosen={choice.chosen.has(id)} onToggle={choice.toggle} onPoint={onPoint} onOpen={onOpen} />; })}
        </div>
      </div>
    </>
  );
}

/** Whether a file's name says what the title says, so that it need not be shown, too. */
function sameWords(file: string, title: string): boolean {
  const letters = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  return letters(file).startsWith(letters(title));
}

function CaseLine({ id, place, of, stacked, listed, top, present, chosen, onToggle, onPoint, onOpen }: { id: string; place: number; of: number; stacked: boolean; listed: ListedCase | undefined; top: number; present: boolean; chosen: boolean; onToggle: (id: string, through: boolean) => void; onPoint: (id: string) => void; onOpen: (id: string) => void }): ReactNode {
  const t = useTranslations('case'), words = useTranslations('worklist'), figures = useFigures();
  const study = listed?.study;
  return (
    <div className="case-line" role="listitem" aria-posinset={place + 1} aria-setsize={of} data-present={present} data-chosen={chosen} style={{ transform: `translateY(${top}px)` }} onPointerDown={() => onPoint(id)} onDoubleClick={() => onOpen(id)}>
      {listed !== undefined && study !== undefined && <>
        <input type="checkbox" className="case-check" aria-label={words('choose', { title: study.title })} checked={chosen} onClick={(e) => onToggle(id, e.shiftKey)} onPointerDown={(e) => e.stopPropagation()} onDoubleClick={(e) => e.stopPropagation()} readOnly />
        <Thumbnail study={study} />
        <button type="button" className="case-open" aria-current={present ? 'true' : undefined} onClick={() => onOpen(id)}><span className="clip">{listed.unread && <Unread />}{study.title}</span><span className="faint clip">{study.modality}{stacked && listed.slices > 1 ? ` · ${words('slices', { n: listed.slices })}` : study.frames > 1 ? ` · ${t('frame', { frame: study.frame ?? 1, frames: study.frames })}` : ''} · {study.pixels.width} × {study.pixels.height}{sameWords(study.file, study.title) ? '' : ` · ${study.file}`}</span></button>
        <span className="row case-badges">{listed.flags > 0 && <span className="badge warn">{words('mark.flagged')}</span>}{listed.comments > 0 && <span className="badge">{words('comments', { n: listed.comments })}</span>}{study.phantom && <PhantomBadge />}{study.split === 'holdout' && <HoldoutBadge />}</span>
        <span className="case-why" onPointerDown={(e) => e.stopPropagation()} onDoubleClick={(e) => e.stopPropagation()}>{listed.why !== null && study.status !== 'signed-off' && <WhyNext title={study.title} why={listed.why} />}{study.signedOffBy !== undefined && <span className="faint clip">{words('by', { name: study.signedOffBy })}</span>}</span>
        <span className="faint case-count">{study.status === 'new' || listed.regions === null ? '' : t('regions', { n: listed.regions })}</span>
        <span className="case-state"><StatusBadge status={study.status} /></span>
        <span className="faint case-when" title={study.signedOffAt === null ? words('imported') : t('status.signed-off')}>{figures.when(study.signedOffAt ?? study.importedAt)}</span>
      </>}
    </div>
  );
}

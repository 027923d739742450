// The folded worklist at the left of the review: what comes next and why, and how far each case is.
import { useEffect, useMemo, useRef, type ReactNode } from 'react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useCaseRows } from '../../data/worklist.ts';
import type { ListedCase } from '../../data/worklist-index.ts';
import type { WorklistView } from '../../data/worklist-view.ts';
import { Thumbnail, Unread } from '../../ui/case-parts.tsx';
import { useReasonWords } from '../../ui/why-next.tsx';
import { useTranslations } from '../../words/language.tsx';

export function CaseList({ ids, view, present, onOpen }: { ids: readonly string[]; view: WorklistView; present: string | null; onOpen: (id: string) => void }): ReactNode {
  const t = useTranslations('case');
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({ count: ids.length, getScrollElement: () => scroller.current, estimateSize: () => 66, overscan: 8 });
  const at = present === null ? -1 : ids.indexOf(present);
  useEffect(() => { if (at >= 0) rows.scrollToIndex(at); }, [rows, at]);
  const items = rows.getVirtualItems(), from = items[0]?.index ?? 0, to = items.at(-1)?.index ?? -1;
  const cases = useCaseRows(view, useMemo(() => ids.slice(from, to + 1), [ids, from, to]));
  return (
    <div ref={scroller} className="scroll grow" role="list" aria-label={t('list')}>
      <div style={{ height: rows.getTotalSize(), position: 'relative' }}>
        {items.map((v) => { const id = ids[v.index]; return id === undefined ? null : <Entry key={id} id={id} listed={cases.get(id)} top={v.start} present={id === present} onOpen={onOpen} />; })}
      </div>
    </div>
  );
}

/** A title may be broken after the signs that join its parts (a zero-width space says where), not in a number. */
const breakable = (title: string): string => title.replace(/[_.-]/g, '$&\u200b');

function Entry({ id, listed, top, present, onOpen }: { id: string; listed: ListedCase | undefined; top: number; present: boolean; onOpen: (id: string) => void }): ReactNode {
  const t = useTranslations('case'), reason = useReasonWords(), study = listed?.study;
  const told = study === undefined ? '' : study.status === 'proposed' && listed?.why != null && listed.why.reason.kind !== 'none' ? reason(listed.why.reason) : `${study.status === 'signed-off' ? '✓ ' : ''}${t(`status.${study.status}`)}`;
  return (
    <div role="listitem" className="case-entry-place" style={{ transform: `translateY(${top}px)` }}>
      <button type="button" className="case-entry" title={study === undefined ? undefined : `${study.file}\n${told}`} aria-current={present ? 'true' : undefined} onClick={() => onOpen(id)}>
        {study !== undefined && <><Thumbnail study={study} width={48} height={38} /><span className="grow"><span className="case-name">{listed?.unread === true && <Unread />}{breakable(study.title)}</span><span className="faint case-told">{told}{study.split === 'holdout' ? ` · ${t('holdout')}` : ''}</span></span></>}
      </button>
    </div>
  );
}

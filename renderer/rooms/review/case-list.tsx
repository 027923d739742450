// The folded worklist at the left of the review: what comes next, and how far each case is.
import { useEffect, useRef, type ReactNode } from 'react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useLive, useProgram } from '../../data/program.tsx';
import { Thumbnail } from '../../ui/case-parts.tsx';
import { useTranslations } from '../../words/language.tsx';

export function CaseList({ ids, present, onOpen }: { ids: readonly string[]; present: string | null; onOpen: (id: string) => void }): ReactNode {
  const t = useTranslations('case');
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({ count: ids.length, getScrollElement: () => scroller.current, estimateSize: () => 66, overscan: 8 });
  const at = present === null ? -1 : ids.indexOf(present);
  useEffect(() => { if (at >= 0) rows.scrollToIndex(at); }, [rows, at]);
  return (
    <div ref={scroller} className="scroll grow" role="list" aria-label={t('list')}>
      <div style={{ height: rows.getTotalSize(), position: 'relative' }}>
        {rows.getVirtualItems().map((v) => { const id = ids[v.index]; return id === undefined ? null : <Entry key={id} id={id} top={v.start} present={id === present} onOpen={onOpen} />; })}
      </div>
    </div>
  );
}

/** A title may be broken after the signs that join its parts (a zero-width space says where), not in a number. */
const breakable = (title: string): string => title.replace(/[_.-]/g, '$&\u200b');

function Entry({ id, top, present, onOpen }: { id: string; top: number; present: boolean; onOpen: (id: string) => void }): ReactNode {
  const { db } = useProgram();
  const t = useTranslations('case');
  const study = useLive(() => db.cases.get(id), [db, id]);
  return (
    <div role="listitem" className="case-entry-place" style={{ transform: `translateY(${top}px)` }}>
      <button type="button" className="case-entry" title={study?.file} aria-current={present ? 'true' : undefined} onClick={() => onOpen(id)}>
        {study !== undefined && <><Thumbnail study={study} width={48} height={38} /><span className="grow"><span className="case-name">{breakable(study.title)}</span><span className="faint clip" style={{ display: 'block' }}>{study.status === 'signed-off' ? '✓ ' : ''}{t(`status.${study.status}`)}{study.split === 'holdout' ? ` · ${t('holdout')}` : ''}</span></span></>}
      </button>
    </div>
  );
}

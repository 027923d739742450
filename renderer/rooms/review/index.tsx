// The review room: one case, its image and its regions, from proposal to sign-off. Every change is one command; no
// engine is needed for any of it.
import { useCallback, useEffect, useState, type ReactNode } from 'react';
import { useCase, useLive, useProgram } from '../../data/program.tsx';
import { useKeys } from '../../keys/keys.tsx';
import { readStack } from '../../data/slices.ts';
import { useActions } from '../../ui/actions.tsx';
import { HoldoutBadge } from '../../ui/case-parts.tsx';
import { Icon } from '../../ui/icons.tsx';
import { useNavigation } from '../../ui/navigation.tsx';
import { InTopLine } from '../../ui/status-line.tsx';
import { clock } from '../../ui/words.ts';
import { useTranslations } from '../../words/language.tsx';
import { CaseList } from './case-list.tsx';
import { asSeenBy, nextUnsigned, useCaseOrder } from './case-order.ts';
import { DecidePlaces } from './decide-places.tsx';
import { CaseReview } from './case-review.tsx';
import { ahead, useLookAhead } from './look-ahead.ts';
import { SliceScroll } from './slice-scroll.ts';
import { LeftLook } from './use-slices.ts';
import { useVisit } from './use-visit.ts';
import './review.css';

export function ReviewRoom(): ReactNode {
  const { db, sync } = useProgram();
  const t = useTranslations('review'), of = useTranslations('case'), everywhere = useTranslations('shell'), keys = useKeys();
  const { caseId, go } = useNavigation();
  const [folded, setFolded] = useState(() => window.innerWidth < 1400);
  const { order, view, present, empty } = useCaseOrder(caseId);
  // The case before stays until the next one is read.
  const read = useCase(present), [last, setLast] = useState(read), found = read === undefined ? last : read;
  if (found !== last) setLast(found);
  const study = found === undefined || found === null ? found : asSeenBy(sync.actor, found);
  const at = present === null ? -1 : order.indexOf(present);
  const open = useCallback((id: string | undefined) => { if (id !== undefined) go('review', id); }, [go]);
  const [left] = useState(() => new LeftLook()), [scroll] = useState(() => new SliceScroll());
  useEffect(() => () => scroll.detach(), [scroll]);
  // Kept from slice to slice: a quick hand pages through a series, and no key waits for it to be read again.
  const stack = useLive(async () => (study == null ? null : readStack(db, study)), [db, study?.series?.id, study?.readOf?.reader]) ?? null;
  // What stands in a field is stored when it is left.
  const openSlice = useCallback((id: string | undefined): void => { if (document.activeElement instanceof HTMLElement) document.activeElement.blur(); open(id); }, [open]);
  const { seconds, told } = useVisit(present);

  const next = useCallback((): void => {
    const nextOpen = nextUnsigned(async (some) => (await db.cases.bulkGet([...some])).map((c) => c?.status), order, at);
    void nextOpen.then((id) => { if (id === undefined) go('training'); else open(id); });
  }, [db, order, at, go, open]);
  // As "next" goes: on to the end of the list, then from its start.
  useLookAhead([...order.slice(at + 1), ...order.slice(0, Math.max(0, at))].slice(0, ahead));

  const deciding = study != null && study.readers !== undefined && (study.status === 'new' || study.status === 'proposed');
  const slice = stack?.slices.findIndex((s) => s.study.id === present) ?? -1, beside = (by: 1 | -1): string | undefined => (slice < 0 ? undefined : stack?.slices[slice + by]?.study.id);
  useActions([
    // Where a case is reviewed, its stage scrolls (use-scroll.tsx).
    ...(deciding ? [{ id: 'slice.next', run: () => openSlice(beside(1)), enabled: beside(1) !== undefined }, { id: 'slice.previous', run: () => openSlice(beside(-1)), enabled: beside(-1) !== undefined }] as const : []),
    { id: 'review.nextCase', run: () => open(order[at + 1]), enabled: at + 1 < order.length },
    { id: 'review.previousCase', run: () => open(order[at - 1]), enabled: at > 0 },
    { id: 'review.list', name: folded ? t('showList') : t('foldList'), run: () => setFolded(!folded) },
  ]);

  if (empty) {
    return <div className="empty"><InTopLine><h1>{everywhere('room.review')}</h1></InTopLine><h2>{t('nothing')}</h2><p>{t('nothingTold')}</p><button type="button" className="btn primary" onClick={() => go('worklist')}>{everywhere('worklistButton')}</button></div>;
  }
  return (
    <div className={folded ? 'review folded' : 'review'}>
      <InTopLine>
        <h1 style={{ whiteSpace: 'nowrap' }}>{t.rich('position', { at: at + 1, total: order.length, faint: (part) => <span className="muted" style={{ fontWeight: 400 }}>{part}</span> })}</h1>
        {study !== null && study !== undefined && <span className="muted clip">{[study.title, study.modality, ...(study.frames > 1 ? [of('frame', { frame: study.frame ?? 1, frames: study.frames })] : [])].join(' · ')}</span>}{study?.split === 'holdout' && <HoldoutBadge />}
        <span className="grow" />
        <span className="chip optional" title={t('onThisCaseTold')}>{t('onThisCase', { time: clock(seconds) })}</span>
      </InTopLine>
      <aside className="review-cases" aria-label={everywhere('room.worklist')}>
        <div className="panel-head"><h2 className="grow">{everywhere('room.worklist')}</h2><button type="button" className="tool" aria-label={folded ? t('showList') : t('foldList')} title={keys.titled(t('foldOrShow'), 'review.list')} aria-expanded={!folded} onClick={() => setFolded(!folded)}><Icon name="list" /></button></div>
        {!folded && <CaseList ids={order} view={view} present={present} onOpen={open} />}
      </aside>
      {study !== null && study !== undefined ? (deciding
        ? <DecidePlaces key={study.id} study={study} onNext={next} onOpen={open} /> : <CaseReview key={study.id} study={study} visit={told} stack={stack} scroll={scroll} left={left} onNext={next} onSlice={openSlice} />) : <div className="empty" role="status">{t('openingCase')}</div>}
    </div>
  );
}

// The review room: one case, its image and its regions, from proposal to sign-off. Every change is one command; no
// engine is needed for any of it.
import { useCallback, useState, type ReactNode } from 'react';
import { useLive, useProgram } from '../../data/program.tsx';
import { worklistIds } from '../../data/worklist.ts';
import { useActions } from '../../ui/actions.tsx';
import { HoldoutBadge } from '../../ui/case-parts.tsx';
import { Icon } from '../../ui/icons.tsx';
import { useNavigation } from '../../ui/navigation.tsx';
import { InTopLine } from '../../ui/status-line.tsx';
import { clock } from '../../ui/words.ts';
import { useTranslations } from '../../words/language.tsx';
import { CaseList } from './case-list.tsx';
import { DecidePlaces } from './decide-places.tsx';
import { CaseReview } from './case-review.tsx';
import { ahead, useLookAhead } from './look-ahead.ts';
import { useVisit } from './use-visit.ts';
import './review.css';

export function ReviewRoom(): ReactNode {
  const { db } = useProgram();
  const t = useTranslations('review'), of = useTranslations('case'), everywhere = useTranslations('shell');
  const { caseId, go } = useNavigation();
  const ids = useLive(() => worklistIds(db, null, ''), [db]);
  const [folded, setFolded] = useState(() => window.innerWidth < 1400);
  // The list is kept in the order it had when the room was entered: a signed-off case does not jump away under the eye.
  const [order, setOrder] = useState<readonly string[]>([]);
  if (ids !== undefined && (ids.length !== order.length || ids.some((id) => !order.includes(id)))) setOrder(merged(order, ids));
  const present = caseId !== null && order.includes(caseId) ? caseId : order[0] ?? null;
  const study = useLive(async () => (present === null ? null : await db.cases.get(present) ?? null), [db, present]);
  const at = present === null ? -1 : order.indexOf(present);
  const open = useCallback((id: string | undefined) => { if (id !== undefined) go('review', id); }, [go]);
  const { seconds, told } = useVisit(present);

  const nextOpen = useCallback(async (): Promise<string | undefined> => {
    const rest = [...order.slice(at + 1), ...order.slice(0, Math.max(0, at))];
    const rows = await db.cases.bulkGet(rest);
    return rows.find((c) => c !== undefined && c.status !== 'signed-off')?.id;
  }, [db, order, at]);
  const next = (): void => { void nextOpen().then((id) => { if (id === undefined) go('training'); else open(id); }); };
  useLookAhead(order.slice(at + 1, at + 1 + ahead));

  useActions(everywhere('room.review'), [
    { name: t('nextCase'), keys: ['PageDown'], run: () => open(order[at + 1]), enabled: at + 1 < order.length },
    { name: t('previousCase'), keys: ['PageUp'], run: () => open(order[at - 1]), enabled: at > 0 },
    { name: folded ? t('showList') : t('foldList'), keys: ['L'], run: () => setFolded(!folded) },
  ]);

  if (ids !== undefined && ids.length === 0) {
    return <div className="empty"><InTopLine><h1>{everywhere('room.review')}</h1></InTopLine><h2>{t('nothing')}</h2><p>{t('nothingTold')}</p><button type="button" className="btn primary" onClick={() => go('worklist')}>{everywhere('worklistButton')}</button></div>;
  }
  return (
    <div className={folded ? 'review folded' : 'review'}>
      <InTopLine>
        <h1 style={{ whiteSpace: 'nowrap' }}>{t.rich('position', { at: at + 1, total: order.length, faint: (part) => <span className="muted" style={{ fontWeight: 400 }}>{part}</span> })}</h1>
        {study !== null && study !== undefined && <span className="muted clip">{[study.title, study.modality, ...(study.frames > 1 ? [of('firstFrame', { frames: study.frames })] : [])].join(' · ')}</span>}{study?.split === 'holdout' && <HoldoutBadge />}
        <span className="grow" />
        <span className="chip optional" title={t('onThisCaseTold')}>{t('onThisCase', { time: clock(seconds) })}</span>
      </InTopLine>
      <aside className="review-cases" aria-label={everywhere('room.worklist')}>
        <div className="panel-head"><h2 className="grow">{everywhere('room.worklist')}</h2><button type="button" className="tool" aria-label={folded ? t('showList') : t('foldList')} title={`${t('foldOrShow')} (L)`} aria-expanded={!folded} onClick={() => setFolded(!folded)}><Icon name="list" /></button></div>
        {!folded && <CaseList ids={order} present={present} onOpen={open} />}
      </aside>
      {study !== null && study !== undefined ? (study.readers !== undefined && (study.status === 'new' || study.status === 'proposed')
        ? <DecidePlaces key={study.id} study={study} onNext={next} onOpen={open} /> : <CaseReview key={study.id} study={study} visit={told} onNext={next} />) : <div className="empty" role="status">{t('openingCase')}</div>}
    </div>
  );
}

/** Known cases keep their places, new ones come last, gone ones leave. */
function merged(order: readonly string[], ids: readonly string[]): string[] {
  const present = new Set(ids), known = new Set(order);
  return [...order.filter((id) => present.has(id)), ...ids.filter((id) => !known.has(id))];
}

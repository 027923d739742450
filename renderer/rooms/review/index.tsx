// The review room: one case, its image and its regions, from proposal to sign-off. Every change is one command; no
// engine is needed for any of it.
import { useCallback, useEffect, useState, type ReactNode } from 'react';
import type { CaseRow } from '../../../shared/domain/case.ts';
import { useLive, useProgram } from '../../data/program.tsx';
import { worklistIds } from '../../data/worklist.ts';
import { prefetch } from '../../canvas/pixels.ts';
import { useActions } from '../../ui/actions.tsx';
import { HoldoutBadge } from '../../ui/case-parts.tsx';
import { Icon } from '../../ui/icons.tsx';
import { useNavigation } from '../../ui/navigation.tsx';
import { InTopLine } from '../../ui/status-line.tsx';
import { clock } from '../../ui/words.ts';
import { CaseList } from './case-list.tsx';
import { CaseReview } from './case-review.tsx';
import { useReadingTime } from './reading-time.ts';
import './review.css';

export function ReviewRoom(): ReactNode {
  const { db } = useProgram();
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
  const seconds = useReadingTime(present);

  const nextOpen = useCallback(async (): Promise<string | undefined> => {
    const rest = [...order.slice(at + 1), ...order.slice(0, Math.max(0, at))];
    const rows = await db.cases.bulkGet(rest);
    return rows.find((c) => c !== undefined && c.status !== 'signed-off')?.id;
  }, [db, order, at]);
  useEffect(() => {
    let current = true;
    const next = order[at + 1];
    if (next !== undefined) void db.cases.get(next).then((c) => { if (current && c !== undefined) prefetch(c.pixels); });
    return () => { current = false; };
  }, [db, order, at]);

  useActions('Review', [
    { name: 'Next case', keys: ['PageDown'], run: () => open(order[at + 1]), enabled: at + 1 < order.length },
    { name: 'Previous case', keys: ['PageUp'], run: () => open(order[at - 1]), enabled: at > 0 },
    { name: folded ? 'Show the list of cases' : 'Fold the list of cases', keys: ['L'], run: () => setFolded(!folded) },
  ]);

  if (ids !== undefined && ids.length === 0) {
    return <div className="empty"><InTopLine><h1>Review</h1></InTopLine><h2>Nothing to review yet</h2><p>Import images first; then the model proposes regions, and you correct them here.</p><button type="button" className="btn primary" onClick={() => go('worklist')}>Go to the worklist</button></div>;
  }
  return (
    <div className={folded ? 'review folded' : 'review'}>
      <InTopLine>
        <h1 style={{ whiteSpace: 'nowrap' }}>Case {at + 1} <span className="muted" style={{ fontWeight: 400 }}>of {order.length}</span></h1>
        {study !== null && study !== undefined && <span className="muted clip">{lineOf(study)}</span>}{study?.split === 'holdout' && <HoldoutBadge />}
        <span className="grow" />
        <span className="chip optional" title="Time on this case; pauses of a minute and more are left out">{clock(seconds)} on this case</span>
      </InTopLine>
      <aside className="review-cases" aria-label="Worklist">
        <div className="panel-head"><h2 className="grow">Worklist</h2><button type="button" className="tool" aria-label={folded ? 'Show the list of cases' : 'Fold the list of cases'} title="Fold or show (L)" aria-expanded={!folded} onClick={() => setFolded(!folded)}><Icon name="list" /></button></div>
        {!folded && <CaseList ids={order} present={present} onOpen={open} />}
      </aside>
      {study !== null && study !== undefined ? <CaseReview key={study.id} study={study} onNext={() => { void nextOpen().then((id) => { if (id === undefined) go('training'); else open(id); }); }} /> : <div className="empty" role="status">Opening the case…</div>}
    </div>
  );
}

/** Known cases keep their places, new ones come last, gone ones leave. */
function merged(order: readonly string[], ids: readonly string[]): string[] {
  const present = new Set(ids), known = new Set(order);
  return [...order.filter((id) => present.has(id)), ...ids.filter((id) => !known.has(id))];
}
const lineOf = (c: CaseRow): string => [c.title, c.modality, ...(c.frames > 1 ? [`first of ${c.frames} frames`] : [])].join(' · ');

// What can be done to several cases at once. Each case is a command of its own: what is done to a hundred is undone in each.
import { useState, type ReactNode } from 'react';
import { setPriority } from '../../../shared/domain/commands/case.ts';
import { isEmptyDiff } from '../../../shared/domain/diff.ts';
import { useProgram } from '../../data/program.tsx';
import { Failure } from '../../ui/failure.tsx';
import { useTranslations } from '../../words/language.tsx';

export function ChosenBar({ chosen, idle, onPropose, onClear }: { chosen: ReadonlySet<string>; idle: boolean; onPropose: (ids: readonly string[]) => void; onClear: () => void }): ReactNode {
  const { db, host, sync } = useProgram();
  const t = useTranslations('worklist'), settings = useTranslations('settings'), of = useTranslations('case'), everywhere = useTranslations('shell');
  const [busy, setBusy] = useState(false);
  const [made, setMade] = useState<{ url: string; cases: number; regions: number } | null>(null);
  const [error, setError] = useState<unknown>(null);
  const run = (work: () => Promise<void>): void => { setBusy(true); setError(null); setMade(null); work().catch(setError).finally(() => setBusy(false)); };
  const put = (priority: 'first' | 'last' | null): void => run(async () => {
    for (const id of chosen) {
      const study = await db.cases.get(id), diff = study === undefined ? null : setPriority(study, priority);
      if (diff !== null && !isEmptyDiff(diff)) await sync.dispatch('setPriority', id, diff);
    }
  });
  const exported = (format: 'coco' | 'jsonl'): void => run(async () => setMade(await host.exportReviewed({ format, caseIds: [...chosen] })));
  return (
    <div className="panel-head chosen-bar" role="group" aria-label={t('chosenCases')}>
      <strong role="status">{t('chosen', { n: chosen.size })}</strong>
      <button type="button" className="btn small" disabled={!idle || busy} title={t('proposeAgainTold')} onClick={() => onPropose([...chosen])}>{t('proposeAgain')}</button>
      <span className="row" role="group" aria-label={t('priority')}><button type="button" className="btn small" disabled={busy} onClick={() => put('first')}>{t('putFirst')}</button><button type="button" className="btn small" disabled={busy} onClick={() => put('last')}>{t('putLast')}</button><button type="button" className="btn small" disabled={busy} onClick={() => put(null)}>{t('asUsual')}</button></span>
      <span className="row" role="group" aria-label={t('export')}><button type="button" className="btn small" disabled={busy} onClick={() => exported('coco')}>{settings('exportCoco')}</button><button type="button" className="btn small" disabled={busy} onClick={() => exported('jsonl')}>{settings('exportLines')}</button></span>
      <span className="grow" />
      {made !== null && <span className="row" role="status">{settings('exported', { cases: of('cases', { n: made.cases }), regions: of('regions', { n: made.regions }) })} <a className="btn small" href={made.url} download>{settings('saveFile')}</a></span>}
      {error !== null && <Failure error={error} />}
      <button type="button" className="btn small quiet" onClick={onClear}>{everywhere('cancel')}</button>
    </div>
  );
}

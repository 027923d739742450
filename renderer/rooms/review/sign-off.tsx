// The end of a case: what will be learnt from it, in figures, and the key that says so. After the sign-off the same place
// says that it is done and takes it up again.
import { useMemo, type ReactNode } from 'react';
import type { CaseRow } from '../../../shared/domain/case.ts';
import { correctionsOf } from '../../../shared/domain/correction.ts';
import { isUndecided, type RegionRow } from '../../../shared/domain/region.ts';
import { Keys } from '../../ui/actions.tsx';
import { useFigures } from '../../ui/words.ts';
import { useTranslations } from '../../words/language.tsx';

export interface SignOffProps { readonly study: CaseRow; readonly regions: readonly RegionRow[]; readonly onSignOff: () => void; readonly onReopen: () => void; readonly onNext: () => void; readonly onAcceptRemaining: () => void }

export function SignOff({ study, regions, onSignOff, onReopen, onNext, onAcceptRemaining }: SignOffProps): ReactNode {
  const t = useTranslations('review'), flow = useTranslations('flow');
  const undecided = useMemo(() => regions.filter(isUndecided).length, [regions]);
  if (study.status === 'signed-off') {
    return <><Learnt study={study} regions={regions} /><div className="row"><span className="badge good">✓ {t('signedOff')}</span><span className="grow" /><button type="button" className="btn" onClick={onReopen}>{t('reopen')}</button><button type="button" className="btn primary" onClick={onNext}>{t('nextCase')}</button></div></>;
  }
  return (
    <>
      {undecided === 0 && study.status !== 'new' && <Learnt study={study} regions={regions} />}
      <div className="row sign-off">
        {undecided > 1 && <button type="button" className="btn" onClick={onAcceptRemaining}>{flow('acceptRemaining', { n: undecided })} <Keys of="case.acceptRemaining" /></button>}
        <button type="button" className={undecided === 0 && study.status !== 'new' ? 'btn primary' : 'btn'} onClick={onSignOff}>{t('signOff')} <Keys of="case.signOff" /></button>
      </div>
    </>
  );
}

function Learnt({ study, regions }: { study: CaseRow; regions: readonly RegionRow[] }): ReactNode {
  const t = useTranslations('flow'), figures = useFigures();
  const kinds = correctionsOf({ ...study, status: 'signed-off' }, regions).map((c) => c.kind), count = (...of: readonly string[]): number => kinds.filter((k) => of.includes(k)).length;
  // A region that was moved and described anew is told once, under what was moved.
  const counts = { accepted: count('accepted'), moved: count('moved', 'moved-and-recaptioned'), recaptioned: count('recaptioned'), rejected: count('rejected'), added: count('added') } as const;
  const parts = (['accepted', 'moved', 'recaptioned', 'rejected', 'added'] as const).filter((k) => counts[k] > 0).map((k) => t(k, { n: counts[k] }));
  const ignored = regions.filter((r) => r.verdict === 'ignored').length;
  return (
    <p className="learnt muted" role="status">
      {parts.length === 0 ? t('learntNothing') : study.split === 'holdout' ? t('judged', { what: figures.list(parts) }) : t('learnt', { what: figures.list(parts) })}{ignored > 0 && ` ${t('ignored', { n: ignored })}`}
    </p>
  );
}

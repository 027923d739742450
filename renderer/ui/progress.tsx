// A long job on the page: how far, how long still, and the way to hold or stop it.
import type { ReactNode } from 'react';
import { useTranslations } from '../words/language.tsx';
import { useFigures } from './words.ts';

export function ProgressLine({ what, done, of, secondsLeft, paused = false, onPause, onCancel }: { what: string; done: number; of: number | null; secondsLeft: number | null; paused?: boolean; onPause?: ((paused: boolean) => void) | undefined; onCancel?: () => void }): ReactNode {
  const t = useTranslations('figures'), everywhere = useTranslations('shell'), figures = useFigures();
  const share = of === null || of === 0 ? null : done / of;
  return (
    <div className="stack" role="status" style={{ gap: 5 }}>
      <div className="row"><span className="grow clip">{what}</span><span className="faint">{of === null ? figures.number(done) : t('of', { done, total: of })} {paused ? `· ${everywhere('paused')}` : figures.timeLeft(secondsLeft) !== '' && `· ${figures.timeLeft(secondsLeft)}`}</span>{onPause !== undefined && <button type="button" className="btn small" onClick={() => onPause(!paused)}>{everywhere(paused ? 'goOn' : 'pause')}</button>}{onCancel !== undefined && <button type="button" className="btn small" onClick={onCancel}>{everywhere('stop')}</button>}</div>
      <div className={share === null && !paused ? 'bar unknown' : 'bar'} role="progressbar" aria-label={what} aria-valuenow={share === null ? undefined : Math.round(100 * share)} aria-valuemin={0} aria-valuemax={100}><i style={{ width: `${100 * (share ?? 0.3)}%` }} /></div>
    </div>
  );
}

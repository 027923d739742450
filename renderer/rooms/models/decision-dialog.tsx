// The decision in words, with a note for those who come after. It takes effect when it is stored, not before.
import { useEffect, useRef, useState, type FormEvent, type ReactNode } from 'react';
import type { GateReport } from '../../../shared/domain/gate.ts';
import { useProgram } from '../../data/program.tsx';
import { Failure } from '../../ui/failure.tsx';
import { useTranslations } from '../../words/language.tsx';

export interface Decision { readonly kind: 'promote' | 'refuse' | 'roll-back'; readonly version: string }

export function DecisionDialog({ decision, report, onClose, onDone }: { decision: Decision | null; report: GateReport | null; onClose: () => void; onDone: () => void }): ReactNode {
  const { host } = useProgram();
  const t = useTranslations('models'), everywhere = useTranslations('shell');
  const dialog = useRef<HTMLDialogElement>(null);
  const [note, setNote] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => { if (decision === null) dialog.current?.close(); else { setNote(''); setError(null); dialog.current?.showModal(); } }, [decision]);
  const submit = (e: FormEvent): void => {
    e.preventDefault();
    if (decision === null) return;
    setBusy(true);
    const { kind, version } = decision;
    const work: Promise<unknown> = kind === 'promote' ? host.promote({ version, note }) : kind === 'refuse' ? host.refuse({ version, note }) : host.rollBack({ note });
    work.then(() => { onDone(); onClose(); }, setError).finally(() => setBusy(false));
  };
  return (
    <dialog ref={dialog} className="decision" aria-label={t('decision')} onClose={onClose}>
      {decision !== null && (
        <form onSubmit={submit}>
          <div className="dialog-body stack">
            <h2 className="title">{t(`ask.${decision.kind}`, { version: decision.version })}</h2><p className="muted">{t(`askTold.${decision.kind}`)}</p>
            {decision.kind === 'promote' && report !== null && report.verdict !== 'better' && <div className={`notice ${report.verdict === 'worse' ? 'bad' : ''}`}><div>{t(report.verdict === 'worse' ? 'warnWorse' : 'warnUnsure', { broken: report.broken, fixed: report.fixed })}</div></div>}
            <label className="stack" style={{ gap: 4 }}><span>{t('why')}</span><textarea className="field" rows={3} value={note} onChange={(e) => setNote(e.target.value)} maxLength={2000} /></label>
            {error !== null && <Failure error={error} />}
          </div>
          <div className="dialog-foot"><button type="button" className="btn quiet" onClick={onClose}>{everywhere('cancel')}</button><button type="submit" className={decision.kind === 'promote' ? 'btn primary' : 'btn danger'} disabled={busy}>{busy ? t('storing') : t(`decide.${decision.kind}`)}</button></div>
        </form>
      )}
    </dialog>
  );
}

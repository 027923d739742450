// The decision in words, with a note for those who come after. It takes effect when it is stored, not before.
import { useEffect, useRef, useState, type FormEvent, type ReactNode } from 'react';
import type { GateReport } from '../../../shared/domain/gate.ts';
import { useProgram } from '../../data/program.tsx';
import { Failure } from '../../ui/failure.tsx';

export interface Decision { readonly kind: 'promote' | 'refuse' | 'roll-back'; readonly version: string }
const words: Readonly<Record<Decision['kind'], { title: (v: string) => string; text: string; button: string }>> = {
  promote: { title: (v) => `Put version ${v} in use?`, text: 'From now on it proposes on images that nobody has begun to review. What people decided stays as it is. You can roll back at any time.', button: 'Promote' },
  refuse: { title: (v) => `Refuse version ${v}?`, text: 'It is kept and can still be looked at, but it is not put in use.', button: 'Refuse' },
  'roll-back': { title: (v) => `Take version ${v} out of use?`, text: 'The version before it proposes again. What people decided stays as it is.', button: 'Roll back' },
};

export function DecisionDialog({ decision, report, onClose, onDone }: { decision: Decision | null; report: GateReport | null; onClose: () => void; onDone: () => void }): ReactNode {
  const { host } = useProgram();
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
  const w = decision === null ? null : words[decision.kind];
  return (
    <dialog ref={dialog} className="decision" aria-label="Decision" onClose={onClose}>
      {w !== null && decision !== null && (
        <form onSubmit={submit}>
          <div className="dialog-body stack">
            <h2 className="title">{w.title(decision.version)}</h2><p className="muted">{w.text}</p>
            {decision.kind === 'promote' && report !== null && report.verdict !== 'better' && <div className={`notice ${report.verdict === 'worse' ? 'bad' : ''}`}><div>{report.verdict === 'worse' ? 'The comparison found it worse.' : 'The comparison could not tell.'} {report.broken} changes for the worse, {report.fixed} for the better. Look at the broken ones first.</div></div>}
            <label className="stack" style={{ gap: 4 }}><span>Why (kept with the decision)</span><textarea className="field" rows={3} value={note} onChange={(e) => setNote(e.target.value)} maxLength={2000} /></label>
            {error !== null && <Failure error={error} />}
          </div>
          <div className="dialog-foot"><button type="button" className="btn quiet" onClick={onClose}>Cancel</button><button type="submit" className={decision.kind === 'promote' ? 'btn primary' : 'btn danger'} disabled={busy}>{busy ? 'Storing…' : w.button}</button></div>
        </form>
      )}
    </dialog>
  );
}

// Asked before a run is thrown away: hours of learning must not end with a slip of the hand.
import { useEffect, useRef, type ReactNode } from 'react';
import type { Run } from '../../../shared/domain/run.ts';
import { useTranslations } from '../../words/language.tsx';

export function StopDialog({ run, onClose, onStop }: { run: Run | null; onClose: () => void; onStop: (id: string) => void }): ReactNode {
  const t = useTranslations('training');
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => { if (run === null) dialog.current?.close(); else dialog.current?.showModal(); }, [run]);
  return (
    <dialog ref={dialog} className="decision" aria-label={t('stopTitle')} onClose={onClose}>
      {run !== null && (
        <>
          <div className="dialog-body stack"><h2 className="title">{t('stopQuestion')}</h2><p className="muted">{t('stopTold', { step: run.step, steps: run.settings.steps })}</p></div>
          <div className="dialog-foot"><button type="button" className="btn quiet" onClick={onClose}>{t('keep')}</button><button type="button" className="btn danger" onClick={() => { onStop(run.id); onClose(); }}>{t('stopTitle')}</button></div>
        </>
      )}
    </dialog>
  );
}

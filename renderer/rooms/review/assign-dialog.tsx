// Who reads a case without seeing each other: names, as they are chosen at the top when reading.
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslations } from '../../words/language.tsx';

export function AssignDialog({ open, me, onClose, onAssign }: { open: boolean; me: string; onClose: () => void; onAssign: (readers: readonly string[]) => void }): ReactNode {
  const t = useTranslations('blinded');
  const dialog = useRef<HTMLDialogElement>(null);
  const [names, setNames] = useState<readonly [string, string]>(['', '']);
  useEffect(() => { if (!open) dialog.current?.close(); else { setNames([me, '']); dialog.current?.showModal(); } }, [open, me]);
  const [first, second] = names, ready = first.trim() !== '' && second.trim() !== '' && first.trim() !== second.trim();
  return (
    <dialog ref={dialog} className="assign" aria-label={t('assign')} onClose={onClose}>
      {open && (
        <form onSubmit={(e) => { e.preventDefault(); if (ready) { onAssign(names); onClose(); } }}>
          <div className="dialog-body stack"><h2 className="title">{t('assign')}</h2><p className="muted">{t('assignTold')}</p>
            <label>{t('reader', { number: 1 })}<input className="field" value={first} onChange={(e) => setNames([e.target.value, second])} /></label>
            <label>{t('reader', { number: 2 })}<input className="field" value={second} onChange={(e) => setNames([first, e.target.value])} /></label></div>
          <div className="dialog-foot"><button type="button" className="btn quiet" onClick={onClose}>{t('cancel')}</button><button type="submit" className="btn primary" disabled={!ready}>{t('assignNow')}</button></div>
        </form>
      )}
    </dialog>
  );
}

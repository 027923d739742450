// Why a proposal is rejected or ignored, in one more key: the reasons of the site by number, or in own words.
import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { ChordChip, isComposing } from '../../ui/actions.tsx';
import { useTranslations } from '../../words/language.tsx';

export type ReasonFor = 'reject' | 'ignore';

export function ReasonDialog({ asked, reasons, onClose, onReason }: { asked: ReasonFor | null; reasons: readonly string[]; onClose: () => void; onReason: (what: ReasonFor, reason: string) => void }): ReactNode {
  const t = useTranslations('reasons');
  const dialog = useRef<HTMLDialogElement>(null), field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  useEffect(() => { if (asked === null) dialog.current?.close(); else { setText(''); dialog.current?.showModal(); dialog.current?.focus(); } }, [asked]);
  const give = (reason: string): void => { if (asked !== null && reason.trim() !== '') onReason(asked, reason.trim()); onClose(); };
  const key = (e: KeyboardEvent): void => {
    if (isComposing(e.nativeEvent)) return;
    const typing = e.target === field.current, reason = reasons[Number(e.key) - 1];
    if (!typing && /^[1-9]$/.test(e.key) && reason !== undefined) { e.preventDefault(); give(reason); }
    if (typing && e.key === 'Enter') { e.preventDefault(); give(text); }
  };
  return (
    <dialog ref={dialog} className="reasons" tabIndex={-1} aria-label={t('title')} onClose={onClose} onKeyDown={key} onClick={(e) => { if (e.target === dialog.current) onClose(); }}>
      {asked !== null && (
        <>
          <div className="dialog-body stack"><h2 className="title">{t(asked)}</h2>
            <ol>{reasons.slice(0, 9).map((r, i) => <li key={r}><button type="button" className="btn quiet" onClick={() => give(r)}><ChordChip of={String(i + 1)} /><span>{r}</span></button></li>)}</ol>
            <input ref={field} className="field" aria-label={t('own')} placeholder={t('own')} value={text} onChange={(e) => setText(e.target.value)} />
          </div>
          <div className="dialog-foot"><button type="button" className="btn quiet" onClick={onClose}>{t('cancel')}</button></div>
        </>
      )}
    </dialog>
  );
}

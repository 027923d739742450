// Who works here. On a shared workstation several readers use one login: each says who they are, and every decision,
// comment and visit from then on bears that name.
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useProgram } from '../data/program.tsx';
import { readAs } from '../data/sync.ts';
import { useTranslations } from '../words/language.tsx';
import { useActions } from './actions.tsx';

export function ReaderChip(): ReactNode {
  const { sync, info } = useProgram();
  const t = useTranslations('shell');
  const [open, setOpen] = useState(false);
  const [name, setName] = useState('');
  const dialog = useRef<HTMLDialogElement>(null);
  // The name stands there before the dialog does: who types at once types over it.
  const begin = (): void => { setName(sync.actor); setOpen(true); };
  useEffect(() => { if (open) dialog.current?.showModal(); else dialog.current?.close(); }, [open]);
  useActions([{ id: 'program.reader', run: begin }]);
  return (
    <>
      <button type="button" className="chip optional" title={t('changeReader')} onClick={begin}>{t('readBy', { name: sync.actor })}</button>
      <dialog ref={dialog} aria-label={t('changeReader')} onClose={() => setOpen(false)}>
        {open && (
          <form onSubmit={(e) => { e.preventDefault(); readAs(sync.db, name === info.actor ? '' : name); }}>
            <div className="dialog-body stack"><h2 className="title">{t('whoReads')}</h2><p className="muted">{t('whoReadsTold')}</p><input className="field" aria-label={t('readerName')} value={name} onChange={(e) => setName(e.target.value)} /></div>
            <div className="dialog-foot"><button type="button" className="btn quiet" onClick={() => setOpen(false)}>{t('cancel')}</button><button type="submit" className="btn primary" disabled={name.trim() === ''}>{t('readAs')}</button></div>
          </form>
        )}
      </dialog>
    </>
  );
}

// All keys in force on one sheet, by group, to look at or to print and pin up. F1 opens it; it lists every room, not only
// the one in front.
import { useEffect, useRef, type ReactNode } from 'react';
import { useProgram } from '../data/program.tsx';
import { actionIds, actions, groups, groupTitles, type ActionId } from '../keys/actions.ts';
import { useKeys } from '../keys/keys.tsx';
import { useTranslations } from '../words/language.tsx';
import { ChordChip } from './actions.tsx';
import './key-sheet.css';

export function KeySheet({ open, onClose }: { open: boolean; onClose: () => void }): ReactNode {
  const t = useTranslations('keys'), dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => { if (open) dialog.current?.showModal(); else dialog.current?.close(); }, [open]);
  return (
    <dialog ref={dialog} className="key-sheet" aria-label={t('sheet')} onClose={onClose} onClick={(e) => { if (e.target === dialog.current) onClose(); }}>
      {open && <Sheet onClose={onClose} />}
    </dialog>
  );
}

function Sheet({ onClose }: { onClose: () => void }): ReactNode {
  const { sync } = useProgram(), t = useTranslations('keys'), everywhere = useTranslations('shell'), words = useTranslations(), keys = useKeys();
  const bound = (id: ActionId): boolean => keys.of(id).length > 0;
  const pointer = [['wheel', 'wheel'], ['middle', 'middle'], ['right', 'right'], ['region', 'region'], ['left', keys.leftDrag]] as const;
  return (
    <>
      <div className="dialog-body">
        <h2 className="title">{t('sheet')}</h2><p className="muted">{t('sheetTold', { profile: t(`profileName.${keys.choice.profile}`), name: sync.actor })}</p>
        <div className="key-columns" tabIndex={0} role="group" aria-label={t('sheet')}>
          {groups.map((g) => ({ g, ids: actionIds.filter((id) => actions[id].group === g && bound(id)) })).filter(({ ids }) => ids.length > 0).map(({ g, ids }) => (
            <section key={g}><h3>{groupTitles[g](words)}</h3>
              <ul>{ids.map((id) => <li key={id}><span className="grow">{actions[id].name(words)}</span><span>{keys.of(id).map((k) => <ChordChip key={k} of={k} />)}</span></li>)}</ul></section>
          ))}
          <section><h3>{t('pointer')}</h3><ul>{pointer.map(([part, gesture]) => <li key={part}><span className="grow">{t(`gesture.${gesture}`)}</span><span className="muted">{t(`pointerPart.${part}`)}</span></li>)}</ul></section>
        </div>
      </div>
      <div className="dialog-foot"><button type="button" className="btn" onClick={() => window.print()}>{t('print')}</button><button type="button" className="btn primary" onClick={onClose}>{everywhere('close')}</button></div>
    </>
  );
}

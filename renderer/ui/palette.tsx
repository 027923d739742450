// The list of everything that can be done here, with its keys. Ctrl K opens it, typing narrows it, Enter does it.
import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { actions as kinds, groupTitles } from '../keys/actions.ts';
import { useTranslations } from '../words/language.tsx';
import { isComposing, Keys, usePresentActions, type Action } from './actions.tsx';

export function Palette({ open, onClose }: { open: boolean; onClose: () => void }): ReactNode {
  const t = useTranslations('shell'), words = useTranslations();
  const dialog = useRef<HTMLDialogElement>(null);
  const present = usePresentActions();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const list = useId();
  // Emptied when it is put away, not when it opens: a quick hand writes before the page is drawn again.
  useEffect(() => { if (open) dialog.current?.showModal(); else { dialog.current?.close(); setText(''); setAt(0); } }, [open]);
  const sought = text.toLowerCase().split(/\s+/).filter((w) => w !== '');
  // What is nearest comes first: the open case, then the room, then the rest.
  const found = !open ? [] : present().toReversed().flat().map((action) => ({ action, group: groupTitles[kinds[action.id].group](words), name: action.name ?? kinds[action.id].name(words) })).filter(({ group, name }) => sought.every((w) => `${group} ${name}`.toLowerCase().includes(w)))
    // What cannot be done now stands last.
    .sort((a, b) => Number(a.action.enabled === false) - Number(b.action.enabled === false));
  const run = (action: Action): void => { if (action.enabled === false) return; dialog.current?.close(); onClose(); action.run(); };
  const key = (e: KeyboardEvent): void => {
    if (isComposing(e.nativeEvent)) return;
    const step = e.key === 'ArrowDown' ? 1 : e.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0 && found.length > 0) { e.preventDefault(); const next = (at + step + found.length) % found.length; setAt(next); document.getElementById(`${list}-${next}`)?.scrollIntoView({ block: 'nearest' }); }
    if (e.key === 'Enter') { e.preventDefault(); const chosen = found[at]; if (chosen !== undefined) run(chosen.action); }
  };
  return (
    <dialog ref={dialog} className="palette" aria-label={t('commands')} onClose={onClose} onClick={(e) => { if (e.target === dialog.current) onClose(); }}>
      <input role="combobox" aria-expanded="true" aria-controls={list} aria-activedescendant={`${list}-${at}`} aria-label={t('findCommand')} placeholder={t('findCommandHint')} value={text} onChange={(e) => { setText(e.target.value); setAt(0); }} onKeyDown={key} />
      <ul id={list} role="listbox" aria-label={t('commands')} className="scroll">
        {found.map(({ group, action, name }, i) => (
          <li key={`${action.id} ${i}`} id={`${list}-${i}`} role="option" aria-selected={i === at} aria-disabled={action.enabled === false} onMouseMove={() => setAt(i)} onClick={() => run(action)}>
            <span className="grow">{name}</span><span className="faint">{group}</span><Keys of={action.id} />
          </li>
        ))}
        {found.length === 0 && <li aria-disabled="true" role="option" aria-selected="false">{t('noCommand')}</li>}
      </ul>
    </dialog>
  );
}

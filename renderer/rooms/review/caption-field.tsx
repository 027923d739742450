// Where a caption is written: of a region, and of the whole image.
import { useState, type KeyboardEvent, type ReactNode } from 'react';
import { isComposing } from '../../ui/actions.tsx';

/** A text being written: Enter or leaving the field stores it, Escape takes it back. */
export function Draft({ id, label, placeholder = label, value, disabled, rows, onCommit }: { id: string; label: string; placeholder?: string; value: string; disabled: boolean; rows: number; onCommit: (text: string) => void }): ReactNode {
  const [text, setText] = useState<string | null>(null);
  const commit = (): void => { if (text !== null && text.trim() !== value) onCommit(text.trim()); setText(null); };
  const key = (e: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (isComposing(e.nativeEvent)) return;
    if (e.key === 'Enter' && !e.shiftKey) { if (!e.ctrlKey && !e.metaKey) e.preventDefault(); commit(); if (!e.ctrlKey && !e.metaKey) e.currentTarget.blur(); }
    if (e.key === 'Escape') { setText(null); e.stopPropagation(); const field = e.currentTarget; queueMicrotask(() => field.blur()); }
  };
  return <textarea id={id} className="field" aria-label={label} placeholder={placeholder} rows={rows} value={text ?? value} disabled={disabled} spellCheck onChange={(e) => setText(e.target.value)} onBlur={commit} onKeyDown={key} />;
}

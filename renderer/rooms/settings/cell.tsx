// A field of a table: Enter or leaving it stores, Escape takes back.
import { useState, type ReactNode } from 'react';
import { isComposing } from '../../ui/actions.tsx';

export function Cell({ label, value, placeholder, list, onCommit }: { label: string; value: string; placeholder?: string; /** A datalist to choose from. */ list?: string; onCommit: (text: string) => void }): ReactNode {
  const [text, setText] = useState<string | null>(null);
  const commit = (): void => { const next = text?.normalize('NFC').trim(); setText(null); if (next !== undefined && next !== value) onCommit(next); };
  return <input className="field" aria-label={label} placeholder={placeholder} list={list} value={text ?? value} onChange={(e) => setText(e.target.value)} onBlur={commit}
    onKeyDown={(e) => { if (isComposing(e.nativeEvent)) return; if (e.key === 'Enter') { e.preventDefault(); commit(); } if (e.key === 'Escape' && text !== null) { e.stopPropagation(); setText(null); } }} />;
}

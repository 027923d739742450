// What a region is called: typed, found among the site's findings by label, phrase or synonym, the network's own
// suggestions first. Enter takes the one that is marked; a name that the site does not know stands at the list's end.
import { useId, useState, type KeyboardEvent, type ReactNode } from 'react';
import { findingNamed, folded, matching, type OntologyFinding } from '../../../shared/domain/ontology.ts';
import { isComposing } from '../../ui/actions.tsx';
import { useFigures } from '../../ui/words.ts';
import { useTranslations } from '../../words/language.tsx';
import type { Suggestion } from './caption-suggestions.ts';

const most = 8;
interface Option { readonly label: string; readonly shown: string; readonly note: string }

export function FindingField({ value, findings, modality, suggestions, disabled, onCommit, onEnter }: { value: string; findings: readonly OntologyFinding[]; modality: string; suggestions: readonly Suggestion[]; disabled: boolean; onCommit: (label: string) => void; onEnter: () => void }): ReactNode {
  const t = useTranslations('review'), words = useTranslations('captions'), figures = useFigures();
  const [text, setText] = useState<string | null>(null);
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(0);
  const list = useId();

  const options = (): Option[] => {
    const typed = text?.trim() ?? '', found = matching(findings, typed, modality, suggestions.map((s) => s.label)).slice(0, most).map(({ finding, by }): Option => {
      const seen = suggestions.find((s) => s.label === finding.label);
      return { label: finding.label, shown: finding.label.replaceAll('_', ' '), note: [...(by === null ? [] : [by]), ...(finding.parent === undefined ? [] : [words('kindOf', { parent: finding.parent.replaceAll('_', ' ') })]), ...(seen === undefined ? [] : [words('from.model', { share: figures.percent(seen.probability) })])].join(' · ') };
    });
    return typed === '' || findingNamed(findings, typed) !== undefined ? found : [...found, { label: typed, shown: typed, note: words('newFinding') }];
  };
  const shown = open && !disabled ? options() : [], chosen = shown[Math.min(at, shown.length - 1)];
  const settle = (): void => { setText(null); setOpen(false); setAt(0); };
  const give = (label: string): void => { if (label !== value) onCommit(label); settle(); };
  // The field is left only after what was settled is drawn: leaving commits what it sees.
  /** Left without a choice: the name as it was typed, under its label where the site knows it. */
  const leave = (): void => { const typed = text?.trim() ?? ''; if (text === null || folded(typed) === folded(value)) settle(); else give(findingNamed(findings, typed)?.label ?? typed); };
  const key = (e: KeyboardEvent<HTMLInputElement>): void => {
    if (isComposing(e.nativeEvent)) return;
    const step = e.key === 'ArrowDown' ? 1 : e.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0 && !e.altKey && !e.ctrlKey && !e.metaKey) { e.preventDefault(); if (!open) setOpen(true); else if (shown.length > 0) setAt((Math.min(at, shown.length - 1) + step + shown.length) % shown.length); }
    if (e.key === 'Enter' && !e.ctrlKey && !e.metaKey) { e.preventDefault(); if (open && chosen !== undefined && (text === null || text.trim() !== '')) give(chosen.label); else leave(); const field = e.currentTarget; queueMicrotask(() => field.blur()); }
    if (e.key === 'Escape') { e.stopPropagation(); const field = e.currentTarget; settle(); queueMicrotask(() => field.blur()); }
  };
  return (
    <div className="finding-field grow">
      <input id="region-label" className="field region-title" role="combobox" autoComplete="off" aria-expanded={shown.length > 0} aria-controls={list} aria-autocomplete="list" aria-activedescendant={chosen === undefined ? undefined : `${list}-${shown.indexOf(chosen)}`} aria-label={t('finding')} placeholder={t('nameFinding')} value={text ?? value} disabled={disabled}
        onFocus={(e) => { e.target.select(); onEnter(); }} onChange={(e) => { setText(e.target.value); setOpen(true); setAt(0); }} onBlur={leave} onKeyDown={key} />
      <ul id={list} className="caption-offers" role="listbox" aria-label={words('findings')} hidden={shown.length === 0}>
        {shown.map((o, i) => <li key={o.label} id={`${list}-${i}`} role="option" aria-selected={o === chosen} onMouseDown={(e) => e.preventDefault()} onClick={() => { give(o.label); }}><span className="grow">{o.shown}</span><span className="faint">{o.note}</span></li>)}
      </ul>
    </div>
  );
}

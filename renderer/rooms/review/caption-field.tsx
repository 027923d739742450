// Where a caption is written: of a region, and of the whole image. Enter or leaving the field stores it, Escape takes it
// back. What the guard means is underlined as it is typed; what is offered is taken with Tab or →, refused with Escape,
// and never by Enter. While an input method composes, every key is its own.
import { useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { flushSync } from 'react-dom';
import type { Warning } from '../../../shared/domain/caption-guard.ts';
import { chord } from '../../keys/chord.ts';
import { useKeys } from '../../keys/keys.tsx';
import { ChordChip, isComposing, useActions } from '../../ui/actions.tsx';
import { useFigures } from '../../ui/words.ts';
import { useLanguage, useTranslations, type Language } from '../../words/language.tsx';
import { CaptionDiff } from './caption-diff.tsx';
import { Warnings } from './caption-guard.tsx';
import { expanded, useOffers, type Offer, type Offering } from './caption-suggestions.ts';

export interface CaptionFieldProps {
  readonly id: string;
  readonly label: string;
  readonly placeholder?: string;
  readonly value: string;
  readonly disabled: boolean;
  /** What the words were before a person changed them; null where there were none. */
  readonly before: string | null;
  readonly offering: Offering;
  /** What the region is called; empty for the whole image. */
  readonly name: string;
  /** The guard's opinion of these words. */
  readonly guard: (text: string) => readonly Warning[];
  readonly onCommit: (text: string) => void;
  /** Takes the guard's correction of these words. */
  readonly onFix: (text: string, warning: Warning) => void;
  /** The field is entered: what takes a moment can be asked for. */
  readonly onEnter?: () => void;
}

/** The language that spelling, line breaks and a screen reader's voice follow: that of the letters, the page's where there are none. */
const languageOf = (text: string, spoken: Language): Language => (/[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u.test(text) ? 'ja' : /\p{Script=Latin}/u.test(text) ? 'en' : spoken);

export function CaptionField(p: CaptionFieldProps): ReactNode {
  const t = useTranslations('captions'), figures = useFigures(), { language } = useLanguage(), keys = useKeys();
  const [text, setText] = useState<string | null>(null);
  /** The words that something is offered for: what was typed at the field's end, until it is taken or refused. */
  const [asking, setAsking] = useState<string | null>(null);
  const [refused, setRefused] = useState(false);
  const [at, setAt] = useState(0);
  const field = useRef<HTMLTextAreaElement>(null), list = useId(), told = useId();
  const shown = text ?? p.value, warnings = p.disabled ? [] : p.guard(shown), fixable = warnings.find((w) => w.fix !== null);
  const offers = useOffers(refused || p.disabled ? null : asking, p.offering), chosen = offers[Math.min(at, offers.length - 1)];

  const settle = (): void => { setText(null); setAsking(null); setAt(0); };
  const commit = (): void => { if (text !== null && text.trim() !== p.value) p.onCommit(text.trim()); settle(); };
  const fix = (w: Warning): void => { p.onFix(shown, w); settle(); };
  const take = (o: Offer): void => {
    // Drawn before the next key: the caret must not move under a quick hand.
    flushSync(() => { setText(o.text); setAsking(null); setAt(0); });
    field.current?.setSelectionRange(o.text.length, o.text.length);
  };
  const type = (typed: string, caret: number, composing: boolean): void => {
    const snippet = composing ? null : expanded(typed, caret, p.offering.snippets);
    if (snippet !== null) { flushSync(() => { setText(snippet.text); setAsking(null); }); field.current?.setSelectionRange(snippet.caret, snippet.caret); return; }
    setText(typed); setAt(0);
    setAsking(composing || caret < typed.length ? null : typed);
  };
  const key = (e: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (isComposing(e.nativeEvent)) return;
    const { selectionStart, selectionEnd, value } = e.currentTarget, atEnd = selectionStart === value.length && selectionEnd === value.length, plain = !e.ctrlKey && !e.metaKey && !e.altKey && !e.shiftKey;
    if (chosen !== undefined && plain && (e.key === 'Tab' || (e.key === 'ArrowRight' && atEnd))) { e.preventDefault(); take(chosen); return; }
    if (chosen !== undefined && plain && atEnd && (e.key === 'ArrowDown' || e.key === 'ArrowUp')) { e.preventDefault(); setAt((at + (e.key === 'ArrowDown' ? 1 : offers.length - 1)) % offers.length); return; }
    if (fixable !== undefined && keys.of('caption.fix').includes(chord(e.nativeEvent))) { e.preventDefault(); fix(fixable); return; }
    if (e.key === 'Escape' && offers.length > 0) { e.stopPropagation(); setRefused(true); return; }
    if (e.key === 'Enter' && !e.shiftKey) { if (!e.ctrlKey && !e.metaKey) e.preventDefault(); commit(); if (!e.ctrlKey && !e.metaKey) e.currentTarget.blur(); }
    if (e.key === 'Escape') { settle(); e.stopPropagation(); const own = e.currentTarget; queueMicrotask(() => own.blur()); }
  };
  useActions([{ id: 'caption.fix', run: () => { if (fixable !== undefined) fix(fixable); }, enabled: fixable !== undefined && !p.disabled }]);

  const from = (o: Offer): string => (o.from === 'model' ? t('from.model', { share: figures.percent(o.figure ?? 0) }) : o.from === 'site' ? t('from.site', { n: o.figure ?? 0 }) : t(`from.${o.from}`));
  return (
    <div className="caption">
      <div className="caption-place" lang={languageOf(shown, language)}>
        <textarea ref={field} id={p.id} className="field" aria-label={p.label} placeholder={p.placeholder ?? p.label} rows={2} value={shown} disabled={p.disabled} spellCheck lang={languageOf(shown, language)}
          aria-autocomplete="list" aria-haspopup="listbox" aria-controls={offers.length > 0 ? list : undefined} aria-activedescendant={offers.length > 0 ? `${list}-${Math.min(at, offers.length - 1)}` : undefined} aria-describedby={warnings.length > 0 ? told : undefined}
          onFocus={() => { setRefused(false); p.onEnter?.(); }} onBlur={commit} onKeyDown={key}
          onChange={(e) => type(e.target.value, e.target.selectionStart, 'isComposing' in e.nativeEvent && e.nativeEvent.isComposing === true)}
          onCompositionEnd={(e) => type(e.currentTarget.value, e.currentTarget.selectionStart, false)} />
        {warnings.some((w) => w.words !== null) && <Underlined text={shown} warnings={warnings} />}
      </div>
      {offers.length > 0 && <>
        <ul id={list} className="caption-offers" role="listbox" aria-label={t('offers')}>
          {offers.map((o, i) => <li key={o.text} id={`${list}-${i}`} role="option" aria-selected={o === chosen} onMouseDown={(e) => e.preventDefault()} onClick={() => take(o)}><span className="grow">{o.text}</span><span className="faint">{from(o)}</span>{o === chosen && <ChordChip of="Tab" />}</li>)}
        </ul>
        <span className="visually-hidden" role="status">{t('offered', { n: offers.length })}</span>
      </>}
      {warnings.length > 0 && <Warnings id={told} warnings={warnings} text={shown} name={p.name} onFix={p.disabled ? null : fix} />}
      {p.before !== null && <CaptionDiff before={p.before} after={shown} language={languageOf(shown, language)} />}
    </div>
  );
}

/** The same text in the same place, of which only the lines under the words are seen. */
function Underlined({ text, warnings }: { text: string; warnings: readonly Warning[] }): ReactNode {
  const ranges = warnings.flatMap((w) => (w.words === null ? [] : [w.words])).sort((a, b) => a.from - b.from);
  const parts: ReactNode[] = [];
  let end = 0;
  for (const { from, to } of ranges) {
    if (from < end) continue;
    parts.push(text.slice(end, from), <mark key={from}>{text.slice(from, to)}</mark>);
    end = to;
  }
  return <div className="caption-marks" aria-hidden="true">{parts}{text.slice(end)}</div>;
}

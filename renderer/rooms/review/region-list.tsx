// The regions in order, with the chosen one opened: what it is called, its caption, and the verdict keys.
import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import type { Finding } from '../../../shared/domain/caption.ts';
import { sameBox } from '../../../shared/domain/geometry.ts';
import type { RegionRow } from '../../../shared/domain/region.ts';
import { regionStyles } from '../../canvas/region-style.ts';
import { isComposing, Keys } from '../../ui/actions.tsx';
import { useFigures } from '../../ui/words.ts';
import { useTranslations } from '../../words/language.tsx';

export interface Suggestion { readonly label: string; readonly caption: string; readonly probability: number }
export interface RegionListProps {
  readonly regions: readonly RegionRow[];
  readonly selected: string | null;
  readonly locked: boolean;
  readonly findings: readonly Finding[];
  readonly suggestions: readonly Suggestion[];
  readonly onSelect: (id: string) => void;
  readonly onAccept: (id: string) => void;
  readonly onReject: (id: string) => void;
  readonly onRemove: (id: string) => void;
  readonly onLabel: (id: string, label: string) => void;
  readonly onCaption: (id: string, caption: string) => void;
}

/** How a region is called, and what a person made of it in a few words. */
function useRegionWords(): { nameOf: (r: RegionRow) => string; stateOf: (r: RegionRow) => string } {
  const t = useTranslations('region'), figures = useFigures();
  const stateOf = (r: RegionRow): string => {
    if (r.verdict !== 'edited' || r.proposal === null) return t(`verdict.${r.verdict}`);
    const p = r.proposal;
    return t('edited', { what: figures.list([...(sameBox(p.box, r.box) ? [] : [t('box')]), ...(p.label === r.label ? [] : [t('name')]), ...(p.caption === r.caption ? [] : [t('caption')])]) });
  };
  return { nameOf: (r) => (r.label === '' ? t('unnamed') : r.label.replaceAll('_', ' ')), stateOf };
}

export function RegionList(p: RegionListProps): ReactNode {
  const t = useTranslations('review'), { nameOf, stateOf } = useRegionWords();
  return (
    <ol className="region-list scroll grow" aria-label={t('list')}>
      {p.regions.map((r, i) => (
        <li key={r.id}>
          {r.id === p.selected ? <Opened {...p} region={r} number={i + 1} /> : (
            <button type="button" className="region-line" data-verdict={r.verdict} onClick={() => p.onSelect(r.id)} aria-label={t('line', { number: i + 1, name: nameOf(r), state: stateOf(r) })}>
              <NumberBadge region={r} number={i + 1} />
              <span className="grow"><span className="region-name clip">{nameOf(r)}</span><span className="faint clip">{stateOf(r)}</span></span>
              <span className="region-score muted">{r.proposal?.score == null ? '' : r.proposal.score.toFixed(2)}</span>
            </button>
          )}
        </li>
      ))}
    </ol>
  );
}

const NumberBadge = ({ region, number }: { region: RegionRow; number: number }): ReactNode =>
  <span className="region-number" style={{ background: regionStyles[region.verdict].colour }}>{number}</span>;

function Opened(p: RegionListProps & { region: RegionRow; number: number }): ReactNode {
  const { region: r, locked } = p;
  const t = useTranslations('review'), figures = useFigures(), { nameOf, stateOf } = useRegionWords();
  const card = useRef<HTMLDivElement>(null);
  const score = r.proposal?.score;
  useEffect(() => { card.current?.scrollIntoView({ block: 'nearest' }); }, [r.id]);
  return (
    <div ref={card} className="region-card" role="group" aria-label={t('chosen', { number: p.number })} data-verdict={r.verdict}>
      <h3 className="visually-hidden">{nameOf(r)}</h3>
      <div className="row"><NumberBadge region={r} number={p.number} /><LabelField key={`label ${r.id}`} value={r.label} findings={p.findings} disabled={locked} onCommit={(label) => p.onLabel(r.id, label)} /></div>
      <p className="faint">{[stateOf(r), ...(score == null ? [] : [t('score', { score: figures.fixed(score, 2) })]), ...(r.proposal?.model == null ? [] : [t('model', { version: r.proposal.model })])].join(' · ')}</p>
      {p.suggestions.length > 0 && !locked && <div className="row" style={{ flexWrap: 'wrap', gap: 6 }} aria-label={t('modelSeesHere')}><span className="faint">{t('modelSees')}</span>{p.suggestions.slice(0, 3).map((s) => <button key={s.label} type="button" className="chip" onClick={() => p.onLabel(r.id, s.label)}>{s.label.replaceAll('_', ' ')} {figures.percent(s.probability)}</button>)}</div>}
      <Draft key={`caption ${r.id}`} id="region-caption" label={t('caption')} value={r.caption} disabled={locked} rows={2} onCommit={(caption) => p.onCaption(r.id, caption)} />
      {!locked && (
        <div className="verdicts">
          {r.proposal === null
            ? <button type="button" className="btn danger" onClick={() => p.onRemove(r.id)}>{t('remove')} <Keys of="X" /></button>
            : <>
              <button type="button" className={r.verdict === 'proposed' ? 'btn primary' : 'btn'} aria-pressed={r.verdict === 'accepted'} onClick={() => p.onAccept(r.id)}>{t('accept')} <Keys of="A" /></button>
              <button type="button" className="btn" onClick={() => document.getElementById('region-caption')?.focus()}>{t('edit')} <Keys of="E" /></button>
              <button type="button" className="btn danger" aria-pressed={r.verdict === 'rejected'} onClick={() => p.onReject(r.id)}>{t('reject')} <Keys of="X" /></button>
            </>}
        </div>
      )}
    </div>
  );
}

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

function LabelField({ value, findings, disabled, onCommit }: { value: string; findings: readonly Finding[]; disabled: boolean; onCommit: (label: string) => void }): ReactNode {
  const t = useTranslations('review');
  const [text, setText] = useState<string | null>(null);
  const list = useId();
  const commit = (): void => { if (text !== null && text.trim() !== value) onCommit(text.trim()); setText(null); };
  const key = (e: KeyboardEvent<HTMLInputElement>): void => {
    if (isComposing(e.nativeEvent)) return;
    if (e.key === 'Enter') { e.preventDefault(); commit(); e.currentTarget.blur(); }
    if (e.key === 'Escape') { setText(null); e.stopPropagation(); const field = e.currentTarget; queueMicrotask(() => field.blur()); }
  };
  return (
    <>
      <input id="region-label" className="field region-title" list={list} aria-label={t('finding')} placeholder={t('nameFinding')} value={text ?? value} disabled={disabled} onChange={(e) => setText(e.target.value)} onBlur={commit} onKeyDown={key} />
      <datalist id={list}>{findings.map((f) => <option key={f.label} value={f.label} />)}</datalist>
    </>
  );
}

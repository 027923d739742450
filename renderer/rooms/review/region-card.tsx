// The chosen region opened: what it is called, its caption, and the verdict keys.
import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import type { Finding } from '../../../shared/domain/caption.ts';
import type { RegionRow } from '../../../shared/domain/region.ts';
import { isComposing, Keys } from '../../ui/actions.tsx';
import { useFigures } from '../../ui/words.ts';
import { useTranslations } from '../../words/language.tsx';
import { Draft } from './caption-field.tsx';
import { NumberBadge, useRegionWords } from './region-words.tsx';

export interface Suggestion { readonly label: string; readonly caption: string; readonly probability: number }
export interface RegionCardProps {
  readonly region: RegionRow;
  readonly number: number;
  readonly locked: boolean;
  /** How large it is, and how it lies among the others. */
  readonly extent: ReactNode;
  readonly findings: readonly Finding[];
  readonly suggestions: readonly Suggestion[];
  readonly onAccept: (id: string) => void;
  readonly onReject: (id: string) => void;
  readonly onIgnore: (id: string) => void;
  readonly onRemove: (id: string) => void;
  readonly onLabel: (id: string, label: string) => void;
  readonly onCaption: (id: string, caption: string) => void;
}

export function RegionCard(p: RegionCardProps): ReactNode {
  const { region: r, locked } = p;
  const t = useTranslations('review'), flow = useTranslations('flow'), figures = useFigures(), { nameOf, stateOf } = useRegionWords();
  const card = useRef<HTMLDivElement>(null);
  const score = r.proposal?.score;
  useEffect(() => { card.current?.scrollIntoView({ block: 'nearest' }); }, [r.id]);
  return (
    <div ref={card} className="region-card" role="group" aria-label={t('chosen', { number: p.number })} data-verdict={r.verdict}>
      <h3 className="visually-hidden">{nameOf(r)}</h3>
      <div className="row"><NumberBadge region={r} number={p.number} /><LabelField key={`label ${r.id}`} value={r.label} findings={p.findings} disabled={locked} onCommit={(label) => p.onLabel(r.id, label)} /></div>
      <p className="faint">{[stateOf(r), ...(r.reason === undefined ? [] : [flow('reason', { reason: r.reason })]), ...(score == null ? [] : [t('score', { score: figures.fixed(score, 2) })]), ...(r.proposal?.model == null ? [] : [t('model', { version: r.proposal.model })])].join(' · ')}</p>
      {p.suggestions.length > 0 && !locked && <div className="row" style={{ flexWrap: 'wrap', gap: 6 }} aria-label={t('modelSeesHere')}><span className="faint">{t('modelSees')}</span>{p.suggestions.slice(0, 3).map((s) => <button key={s.label} type="button" className="chip" onClick={() => p.onLabel(r.id, s.label)}>{s.label.replaceAll('_', ' ')} {figures.percent(s.probability)}</button>)}</div>}
      <Draft key={`caption ${r.id}`} id="region-caption" label={t('caption')} value={r.caption} disabled={locked} rows={2} onCommit={(caption) => p.onCaption(r.id, caption)} />
      {p.extent}
      {!locked && (
        <div className="verdicts">
          {r.proposal === null
            ? <button type="button" className="btn danger" onClick={() => p.onRemove(r.id)}>{t('remove')} <Keys of="X" /></button>
            : <>
              <button type="button" className={r.verdict === 'proposed' ? 'btn primary' : 'btn'} aria-pressed={r.verdict === 'accepted'} onClick={() => p.onAccept(r.id)}>{t('accept')} <Keys of="A" /></button>
              <button type="button" className="btn" onClick={() => document.getElementById('region-caption')?.focus()}>{t('edit')} <Keys of="E" /></button>
              <button type="button" className="btn danger" aria-pressed={r.verdict === 'rejected'} onClick={() => p.onReject(r.id)}>{t('reject')} <Keys of="X" /></button>
              <button type="button" className="btn" aria-pressed={r.verdict === 'ignored'} onClick={() => p.onIgnore(r.id)}>{flow('ignore')} <Keys of="U" /></button>
            </>}
        </div>
      )}
    </div>
  );
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

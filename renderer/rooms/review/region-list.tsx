// The regions in order, with the chosen one opened: what it is called, its caption, and the verdict keys.
import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import type { Finding } from '../../../shared/domain/caption.ts';
import type { RegionRow } from '../../../shared/domain/region.ts';
import { regionStyles } from '../../canvas/region-style.ts';
import { Keys } from '../../ui/actions.tsx';
import { percent } from '../../ui/words.ts';

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

export const nameOf = (r: RegionRow): string => (r.label === '' ? 'not named yet' : r.label.replaceAll('_', ' '));

/** What a person changed, in a few words. */
export function changeWords(r: RegionRow): string {
  if (r.verdict !== 'edited' || r.proposal === null) return regionStyles[r.verdict].word;
  const p = r.proposal;
  const moved = p.box.x !== r.box.x || p.box.y !== r.box.y || p.box.width !== r.box.width || p.box.height !== r.box.height;
  const parts = [...(moved ? ['box'] : []), ...(p.label !== r.label ? ['name'] : []), ...(p.caption !== r.caption ? ['caption'] : [])];
  return `edited: ${parts.join(', ')}`;
}

export function RegionList(p: RegionListProps): ReactNode {
  return (
    <ol className="region-list scroll grow" aria-label="Regions">
      {p.regions.map((r, i) => (
        <li key={r.id}>
          {r.id === p.selected ? <Opened {...p} region={r} number={i + 1} /> : (
            <button type="button" className="region-line" data-verdict={r.verdict} onClick={() => p.onSelect(r.id)} aria-label={`Region ${i + 1}, ${nameOf(r)}, ${changeWords(r)}`}>
              <NumberBadge region={r} number={i + 1} />
              <span className="grow"><span className="region-name clip">{nameOf(r)}</span><span className="faint clip">{changeWords(r)}</span></span>
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
  const card = useRef<HTMLDivElement>(null);
  const score = r.proposal?.score;
  useEffect(() => { card.current?.scrollIntoView({ block: 'nearest' }); }, [r.id]);
  return (
    <div ref={card} className="region-card" role="group" aria-label={`Region ${p.number}, chosen`} data-verdict={r.verdict}>
      <h3 className="visually-hidden">{nameOf(r)}</h3>
      <div className="row"><NumberBadge region={r} number={p.number} /><LabelField key={`label ${r.id}`} value={r.label} findings={p.findings} disabled={locked} onCommit={(label) => p.onLabel(r.id, label)} /></div>
      <p className="faint">{changeWords(r)}{score == null ? '' : ` · score ${score.toFixed(2)}`}{r.proposal?.model == null ? '' : ` · model ${r.proposal.model}`}</p>
      {p.suggestions.length > 0 && !locked && <div className="row" style={{ flexWrap: 'wrap', gap: 6 }} aria-label="What the model sees here"><span className="faint">model sees</span>{p.suggestions.slice(0, 3).map((s) => <button key={s.label} type="button" className="chip" onClick={() => p.onLabel(r.id, s.label)}>{s.label.replaceAll('_', ' ')} {percent(s.probability)}</button>)}</div>}
      <Draft key={`caption ${r.id}`} id="region-caption" name="Caption" value={r.caption} disabled={locked} rows={2} onCommit={(caption) => p.onCaption(r.id, caption)} />
      {!locked && (
        <div className="verdicts">
          {r.proposal === null
            ? <button type="button" className="btn danger" onClick={() => p.onRemove(r.id)}>Remove <Keys of="X" /></button>
            : <>
              <button type="button" className={r.verdict === 'proposed' ? 'btn primary' : 'btn'} aria-pressed={r.verdict === 'accepted'} onClick={() => p.onAccept(r.id)}>Accept <Keys of="A" /></button>
              <button type="button" className="btn" onClick={() => document.getElementById('region-caption')?.focus()}>Edit <Keys of="E" /></button>
              <button type="button" className="btn danger" aria-pressed={r.verdict === 'rejected'} onClick={() => p.onReject(r.id)}>Reject <Keys of="X" /></button>
            </>}
        </div>
      )}
    </div>
  );
}

/** A text being written: Enter or leaving the field stores it, Escape takes it back. */
export function Draft({ id, name, placeholder = name, value, disabled, rows, onCommit }: { id: string; name: string; placeholder?: string; value: string; disabled: boolean; rows: number; onCommit: (text: string) => void }): ReactNode {
  const [text, setText] = useState<string | null>(null);
  const commit = (): void => { if (text !== null && text.trim() !== value) onCommit(text.trim()); setText(null); };
  const key = (e: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (e.key === 'Enter' && !e.shiftKey && !e.nativeEvent.isComposing) { if (!e.ctrlKey && !e.metaKey) e.preventDefault(); commit(); if (!e.ctrlKey && !e.metaKey) e.currentTarget.blur(); }
    if (e.key === 'Escape') { setText(null); e.stopPropagation(); const field = e.currentTarget; queueMicrotask(() => field.blur()); }
  };
  return <textarea id={id} className="field" aria-label={name} placeholder={placeholder} rows={rows} value={text ?? value} disabled={disabled} spellCheck onChange={(e) => setText(e.target.value)} onBlur={commit} onKeyDown={key} />;
}

function LabelField({ value, findings, disabled, onCommit }: { value: string; findings: readonly Finding[]; disabled: boolean; onCommit: (label: string) => void }): ReactNode {
  const [text, setText] = useState<string | null>(null);
  const list = useId();
  const commit = (): void => { if (text !== null && text.trim() !== value) onCommit(text.trim()); setText(null); };
  const key = (e: KeyboardEvent<HTMLInputElement>): void => {
    if (e.key === 'Enter') { e.preventDefault(); commit(); e.currentTarget.blur(); }
    if (e.key === 'Escape') { setText(null); e.stopPropagation(); const field = e.currentTarget; queueMicrotask(() => field.blur()); }
  };
  return (
    <>
      <input id="region-label" className="field region-title" list={list} aria-label="Finding" placeholder="Name the finding" value={text ?? value} disabled={disabled} onChange={(e) => setText(e.target.value)} onBlur={commit} onKeyDown={key} />
      <datalist id={list}>{findings.map((f) => <option key={f.label} value={f.label} />)}</datalist>
    </>
  );
}

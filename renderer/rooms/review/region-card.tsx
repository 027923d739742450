// The chosen region opened: what it is called, its caption, and the verdict keys.
import { useEffect, useRef, type ReactNode } from 'react';
import { guardRegion, type Surroundings, type Warning } from '../../../shared/domain/caption-guard.ts';
import type { RegionChange } from '../../../shared/domain/commands/region.ts';
import { findingNamed } from '../../../shared/domain/ontology.ts';
import type { RegionRow } from '../../../shared/domain/region.ts';
import type { Snippet } from '../../../shared/domain/settings.ts';
import { stated, worded } from '../../../shared/domain/wording.ts';
import { Keys } from '../../ui/actions.tsx';
import { useFigures } from '../../ui/words.ts';
import { useTranslations } from '../../words/language.tsx';
import { CaptionAttributes } from './caption-attributes.tsx';
import { CaptionField } from './caption-field.tsx';
import type { Offering, Suggestion } from './caption-suggestions.ts';
import { FindingField } from './finding-field.tsx';
import { NumberBadge, useRegionWords } from './region-words.tsx';

/** What captions are written with, and held against. */
export interface Captioning { readonly surroundings: Surroundings; readonly snippets: readonly Snippet[]; readonly earlier: Offering['earlier'] }
export interface RegionCardProps {
  readonly region: RegionRow;
  readonly number: number;
  readonly locked: boolean;
  /** How large it is, and how it lies among the others. */
  readonly extent: ReactNode;
  /** Why it is proposed. */
  readonly why: ReactNode;
  readonly captioning: Captioning;
  readonly suggestions: readonly Suggestion[];
  readonly onAccept: (id: string) => void;
  readonly onReject: (id: string) => void;
  readonly onIgnore: (id: string) => void;
  readonly onRemove: (id: string) => void;
  readonly onLabel: (id: string, label: string) => void;
  /** Asks what the model sees here; `suggestions` follow. */
  readonly onAsk: (id: string) => void;
  /** Words, side or certainty change: from the region as it is when its turn comes. */
  readonly onWords: (id: string, change: (region: RegionRow) => RegionChange) => void;
}

export function RegionCard(p: RegionCardProps): ReactNode {
  const { region: r, locked } = p;
  const t = useTranslations('review'), flow = useTranslations('flow'), figures = useFigures(), { nameOf, stateOf } = useRegionWords();
  const { surroundings, snippets, earlier } = p.captioning, { findings, modality, image } = surroundings;
  const counts = r.verdict !== 'rejected' && r.verdict !== 'ignored';
  const guard = (text: string): readonly Warning[] => (counts ? guardRegion(text === r.caption ? r : { ...r, ...worded(r, text, findings) }, surroundings) : []);
  const card = useRef<HTMLDivElement>(null);
  const score = r.proposal?.score;
  useEffect(() => { card.current?.scrollIntoView({ block: 'nearest' }); }, [r.id]);
  return (
    <div ref={card} className="region-card" role="group" aria-label={t('chosen', { number: p.number })} data-verdict={r.verdict}>
      <h3 className="visually-hidden">{nameOf(r)}</h3>
      <div className="row"><NumberBadge region={r} number={p.number} /><FindingField key={`label ${r.id}`} value={r.label} findings={findings} modality={modality} suggestions={p.suggestions} disabled={locked} onEnter={() => p.onAsk(r.id)} onCommit={(label) => p.onLabel(r.id, label)} /></div>
      <p className="faint">{[stateOf(r), ...(r.reason === undefined ? [] : [flow('reason', { reason: r.reason })]), ...(score == null ? [] : [t('score', { score: figures.fixed(score, 2) })]), ...(r.proposal?.model == null ? [] : [t('model', { version: r.proposal.model })])].join(' · ')}</p>
      {r.proposal === null && p.suggestions.length > 0 && !locked && <div className="row" style={{ flexWrap: 'wrap', gap: 6 }} aria-label={t('modelSeesHere')}><span className="faint">{t('modelSees')}</span>{p.suggestions.slice(0, 3).map((s) => <button key={s.label} type="button" className="chip" onClick={() => p.onLabel(r.id, s.label)}>{s.label.replaceAll('_', ' ')} {figures.percent(s.probability)}</button>)}</div>}
      {locked && r.planted === true && <p className="muted">{flow('plantedHere')}</p>}
      <CaptionAttributes region={r} image={image} finding={findingNamed(findings, r.label)} disabled={locked} onState={(change) => p.onWords(r.id, (now) => stated(now, change, image))} />
      <CaptionField key={`caption ${r.id}`} id="region-caption" label={t('caption')} value={r.caption} before={r.proposal?.caption ?? null} name={nameOf(r)} disabled={locked} guard={guard} onEnter={() => p.onAsk(r.id)}
        offering={{ findings, snippets, modality, earlier, region: { label: r.label, box: r.box, image, model: p.suggestions } }}
        onCommit={(text) => p.onWords(r.id, (now) => worded(now, text, findings))} onFix={(text, { fix }) => p.onWords(r.id, (now) => ({ ...(text === now.caption ? {} : worded(now, text, findings)), ...fix }))} />
      {p.extent}
      {!locked && (
        <div className="verdicts">
          {r.proposal === null
            ? <>
              {r.interpolated === true && <button type="button" className="btn primary" onClick={() => p.onAccept(r.id)}>{t('accept')} <Keys of="region.accept" /></button>}
              <button type="button" className="btn danger" onClick={() => p.onRemove(r.id)}>{t('remove')} <Keys of="region.reject" /></button>
            </>
            : <>
              <button type="button" className={r.verdict === 'proposed' ? 'btn primary' : 'btn'} aria-pressed={r.verdict === 'accepted'} onClick={() => p.onAccept(r.id)}>{t('accept')} <Keys of="region.accept" /></button>
              <button type="button" className="btn" onClick={() => document.getElementById('region-caption')?.focus()}>{t('edit')} <Keys of="region.caption" /></button>
              <button type="button" className="btn danger" aria-pressed={r.verdict === 'rejected'} onClick={() => p.onReject(r.id)}>{t('reject')} <Keys of="region.reject" /></button>
              <button type="button" className="btn" aria-pressed={r.verdict === 'ignored'} onClick={() => p.onIgnore(r.id)}>{flow('ignore')} <Keys of="region.ignore" /></button>
            </>}
        </div>
      )}
      {p.why}
    </div>
  );
}

// Precedents: the corrected regions that look most like this one, small, each with what was decided; one of them larger.
import { useState, type ReactNode } from 'react';
import type { Precedent } from '../../../shared/contracts/host.ts';
import { Crop } from '../../canvas/crop.tsx';
import { regionStyles } from '../../canvas/region-style.ts';
import { useNavigation } from '../../ui/navigation.tsx';
import { useFigures } from '../../ui/words.ts';
import { useTranslations } from '../../words/language.tsx';
import type { Asked, Precedents } from './use-why.ts';
import { nameOf } from './why-parts.tsx';

/** What was decided, in words. */
function useDecision(): (p: Precedent) => string {
  const t = useTranslations('why');
  return ({ verdict, label, proposedLabel, reason }) => {
    const name = nameOf(label);
    switch (verdict) {
      case 'accepted': return t('decided.accepted', { name });
      case 'edited': return proposedLabel !== null && proposedLabel !== label ? t('decided.renamed', { from: nameOf(proposedLabel), to: name }) : t('decided.edited', { name });
      case 'rejected': return reason === null ? t('decided.rejected', { name }) : t('decided.rejectedBecause', { name, reason });
      case 'added': return t('decided.added', { name });
    }
  };
}

export function Nearest({ answer }: { answer: Asked<Precedents> }): ReactNode {
  const t = useTranslations('why'), region = useTranslations('region'), figures = useFigures(), decisionOf = useDecision(), { go } = useNavigation();
  const [larger, setLarger] = useState<string | null>(null);
  if (typeof answer === 'string') return answer === 'away' ? null : <div className="why-part"><h4>{t('precedents')}</h4><p className="faint" role="status">{t('comparing')}</p></div>;
  const { found, compared, of } = answer, large = found.find((p) => p.regionId === larger);
  const counts = [...Map.groupBy(found, (p) => p.verdict)].map(([verdict, own]) => t('count', { n: own.length, verdict: region(`verdict.${verdict}`) }));
  return (
    <div className="why-part">
      <div className="row"><h4 className="grow">{t('precedents')}</h4><span className="faint">{figures.list(counts)}</span></div>
      {compared < of && <p className="faint" role="status">{t('compared', { compared, of })}</p>}
      {of === 0 && <p className="faint">{t('noPrecedents')}</p>}
      {found.length > 0 && (
        <ol className="precedents" aria-label={t('precedents')}>
          {found.map((p, i) => (
            <li key={p.regionId}>
              <button type="button" aria-expanded={p.regionId === larger} aria-label={t('precedent', { number: i + 1, decision: decisionOf(p), similarity: figures.fixed(p.similarity, 2) })} title={decisionOf(p)} onClick={() => setLarger(p.regionId === larger ? null : p.regionId)}>
                <Crop format={p.pixels} box={p.box} reach={1.8} side={50} colour={regionStyles[p.verdict].colour} />
                <span className="precedent-glyph" aria-hidden="true" style={{ background: regionStyles[p.verdict].colour }}>{regionStyles[p.verdict].glyph}</span>
              </button>
            </li>
          ))}
        </ol>
      )}
      {large !== undefined && (
        <div className="precedent-large" role="group" aria-label={decisionOf(large)}>
          <Crop format={large.pixels} box={large.box} reach={3.2} side={170} colour={regionStyles[large.verdict].colour} label={t('cropOf', { name: nameOf(large.label), title: large.title })} />
          <div className="stack">
            <strong>{decisionOf(large)}</strong>
            <span className="muted">{large.caption}</span>
            <span className="faint">{large.title} · {t('similarity', { similarity: figures.fixed(large.similarity, 2) })}</span>
            <a href={`#/review/${encodeURIComponent(large.caseId)}`} onClick={(e) => { e.preventDefault(); go('review', large.caseId); }}>{t('openCase')}</a>
          </div>
        </div>
      )}
    </div>
  );
}

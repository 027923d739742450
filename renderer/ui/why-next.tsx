// Why a case stands where it stands in the worklist: one short sentence, and what each part adds as bars, in a popover
// that covers nothing until it is asked for.
import { useId, type ReactNode } from 'react';
import { parts, usualWeights, type Reason, type Weights } from '../../shared/domain/priority.ts';
import { useTranslations } from '../words/language.tsx';
import './why-next.css';

export function useReasonWords(): (reason: Reason) => string {
  const t = useTranslations('queue');
  return (r) => {
    switch (r.kind) {
      case 'uncertainty': return t('reason.uncertainty', { n: r.n, of: r.of });
      case 'disagreement': return t('reason.disagreement', { n: r.n, of: r.of });
      case 'age': return t('reason.age', { days: r.days });
      case 'site': return t('reason.site', { name: r.name });
      default: return t(`reason.${r.kind}`);
    }
  };
}

/** The sentence as a button; pressed, it shows the parts. */
export function WhyNext({ title, why }: { title: string; why: { readonly parts: Weights; readonly reason: Reason } }): ReactNode {
  const t = useTranslations('queue'), words = useReasonWords(), id = useId();
  return (
    <>
      <button type="button" className="why-next" popoverTarget={id} aria-label={t('whyThisCase', { reason: words(why.reason) })}><span className="clip">{words(why.reason)}</span></button>
      <div id={id} popover="auto" className="why-parts" aria-label={t('partsOf', { title })}>
        <h2>{title}</h2><p>{words(why.reason)}</p>
        <dl>{parts.map((p) => { const share = Math.abs(why.parts[p]) / usualWeights[p]; return <div key={p} className="row"><dt>{t(`part.${p}`)}</dt><dd className="bar" data-away={why.parts[p] < 0 ? 'true' : undefined} title={t('adds', { n: Math.round(100 * why.parts[p]) })}><i style={{ width: `${Math.round(100 * share)}%` }} /></dd><dd className="num faint">{t('adds', { n: Math.round(100 * why.parts[p]) })}</dd></div>; })}</dl>
        <p className="faint">{t('partsTold')}</p>
      </div>
    </>
  );
}

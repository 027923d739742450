// The context slider: what the region would be called, and whether it would be a finding, with less and less of its
// surroundings, down to the region alone. Every step is a look of the model, none is made up between.
import type { ReactNode } from 'react';
import { useFigures } from '../../ui/words.ts';
import { useTranslations } from '../../words/language.tsx';
import type { Explained } from './use-why.ts';
import { nameOf, Share } from './why-parts.tsx';

const namesShown = 3;
/** How far the gate is open, in a word: its mean over the embedding, in [0, 1]. */
const opening = (gate: number): 'little' | 'some' | 'much' | 'most' => (gate < 0.2 ? 'little' : gate < 0.45 ? 'some' : gate < 0.7 ? 'much' : 'most');

export function Surroundings({ explained: { context, gate, surroundings }, step, onStep }: { explained: Explained; step: number; onStep: (step: number) => void }): ReactNode {
  const t = useTranslations('why'), figures = useFigures();
  const now = context[step], [alone, full] = [context[0]?.names[0], context.at(-1)?.names[0]], last = context.length - 1;
  if (now === undefined || alone === undefined || full === undefined) return null;
  if (surroundings === null) return <div className="why-part"><h4>{t('context')}</h4><p>{t('contextUnused')}</p></div>;
  const told = step === 0 ? t('alone') : step === last ? t('withAll') : t('withPart', { share: figures.percent(now.strength) });
  return (
    <div className="why-part">
      <h4>{t('context')}</h4>
      <input type="range" min={0} max={last} step={1} value={step} aria-label={t('context')} aria-valuetext={told} onChange={(e) => onStep(Number(e.target.value))} />
      <div className="row faint" aria-hidden="true"><span>{t('alone')}</span><span className="grow why-step">{step === 0 || step === last ? '' : told}</span><span>{t('withAll')}</span></div>
      <div role="group" aria-label={told} data-testid="context">
        <Share name={t('isFinding')} share={now.finding} text={figures.percent(now.finding)} />
        {now.names.slice(0, namesShown).map((n) => <Share key={n.label} name={nameOf(n.label)} share={n.probability} text={figures.percent(n.probability)} />)}
      </div>
      <p>{alone.label === full.label ? t('steady', { name: nameOf(full.label), alone: figures.percent(alone.probability), all: figures.percent(full.probability) }) : t('turned', { alone: nameOf(alone.label), all: nameOf(full.label) })} {t(`gate.${opening(gate)}`)}</p>
    </div>
  );
}

// The measurements of the open case in the side panel: what each says, to be taken into the hand, removed, or taken along
// as text; and what is measured next, while the tool is in hand.
import type { ReactNode } from 'react';
import { measurementKinds } from '../../../shared/domain/measurement.ts';
import { useKeys } from '../../keys/keys.tsx';
import { Keys } from '../../ui/actions.tsx';
import { useTranslations } from '../../words/language.tsx';
import type { Measuring } from './use-measuring.ts';

export function Measurements({ measuring: m, inHand }: { measuring: Measuring; inHand: boolean }): ReactNode {
  const t = useTranslations('measure'), keys = useKeys();
  if (!inHand && m.list.length === 0) return null;
  const told = [...m.words.told, ...(m.list.some(({ row }) => row.kind === 'ellipse' || row.kind === 'rectangle') ? [t('rule')] : [])].join(' ');
  return (
    <section className="measurements" aria-label={t('title')} data-in-hand={inHand}>
      {inHand && <>
        <div className="row measure-kinds" role="group" aria-label={t('kindTold')}>{measurementKinds.map((k) => <button key={k} type="button" className="chip" aria-pressed={m.kind === k} title={keys.titled(t(`action.${k}`), `hand.${k}`)} onClick={() => m.onKind(k)}>{t(`kind.${k}`)} <Keys of={`hand.${k}`} /></button>)}</div>
        <p className="faint" role="status">{t.rich(`hint.${m.kind}`, { key: () => <Keys of="hand.inMiddle" /> })}</p>
      </>}
      {m.list.length > 0 && <>
        <div className="row"><h2 className="grow" title={told}>{t('count', { n: m.list.length })}</h2><button type="button" className="btn small" onClick={m.copy}>{t('copy')}</button></div>
        <ol className="scroll" aria-label={t('title')}>
          {m.list.map(({ row, number, lines }) => (
            <li key={row.id} className="row">
              <button type="button" className="measure-line grow" title={t('edit', { number })} onClick={(e) => { m.hold(row.id); e.currentTarget.blur(); }}><span className="muted">{number} {t(`kind.${row.kind}`)}</span> {lines.join(' · ')}</button>
              <button type="button" className="tool" aria-label={t('remove', { number })} title={t('remove', { number })} onClick={() => m.remove(row.id)}><span aria-hidden="true">✕</span></button>
            </li>
          ))}
        </ol>
      </>}
      <p className={inHand ? 'faint' : 'visually-hidden'}>{told}</p>
    </section>
  );
}

/** What lies in the chosen region. */
export function RegionValues({ measuring }: { measuring: Measuring }): ReactNode {
  const t = useTranslations('measure');
  return measuring.region.length === 0 ? null : <p className="region-values muted" title={t('rule')}><span className="visually-hidden">{t('values')}: </span>{measuring.region.join(' · ')}</p>;
}

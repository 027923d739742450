// How much the machine may lead: whether readers mark first, and how many cases get a wrong proposal on purpose.
import type { ReactNode } from 'react';
import type { Site } from '../../data/site.ts';
import { useTranslations } from '../../words/language.tsx';

const shares = [0, 0.02, 0.05, 0.1] as const;

export function Helping({ site }: { site: Site }): ReactNode {
  const t = useTranslations('settings'), { settings, change } = site;
  return (
    <div className="stack">
      <label className="row"><input type="checkbox" checked={settings.hiddenFirst === true} onChange={(e) => { void change({ hiddenFirst: e.target.checked }); }} />{t('hiddenFirst')}</label>
      <p className="faint">{t('hiddenFirstTold')}</p>
      <div className="row" role="group" aria-label={t('planted')} style={{ flexWrap: 'wrap' }}><span>{t('planted')}</span>{shares.map((s) => <button key={s} type="button" className="chip" aria-pressed={(settings.planted ?? 0) === s} onClick={() => { void change({ planted: s }); }}>{t('plantedShare', { n: Math.round(100 * s) })}</button>)}</div>
      <p className="faint">{t('plantedTold')}</p>
    </div>
  );
}

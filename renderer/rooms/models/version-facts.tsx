// A version that was not compared with another: where it comes from and what was measured of it.
import type { ReactNode } from 'react';
import type { ModelSummary } from '../../../shared/contracts/host.ts';
import { metricName } from '../../../shared/domain/gate.ts';
import { PhantomBadge } from '../../ui/case-parts.tsx';
import { useNavigation } from '../../ui/navigation.tsx';
import { useFigures } from '../../ui/words.ts';
import { useTranslations } from '../../words/language.tsx';

export function VersionFacts({ model: { manifest, metrics }, only = false }: { model: ModelSummary; only?: boolean }): ReactNode {
  const { go } = useNavigation();
  const t = useTranslations('models'), figures = useFigures();
  const { steps, device, examples, phantomOnly } = manifest.madeBy;
  return (
    <section className="scroll version-facts" aria-label={t('versionNamed', { version: manifest.version })}>
      <div className="stack" style={{ gap: 14 }}>
        {only && <div className="card row"><div className="grow"><h2 className="title">{t('only')}</h2><p className="muted">{t('onlyTold')}</p></div><button type="button" className="btn primary" onClick={() => go('training')}>{t('goToTraining')}</button></div>}
        <div className="card stack"><h2 className="title">{t('versionNamed', { version: manifest.version })} {phantomOnly && <PhantomBadge />}</h2>
          <dl><dt>{t('fact.made')}</dt><dd>{t('madeAt', { when: figures.when(manifest.createdAt), steps, device: device.toUpperCase() })}</dd><dt>{t('fact.from')}</dt><dd>{manifest.parent ?? t('randomWeights')}</dd><dt>{t('fact.learntFrom')}</dt><dd>{examples === 0 ? t('learntNothing') : t(phantomOnly ? 'learntPhantoms' : manifest.parent === null ? 'learntMixed' : 'learntImages', { n: examples })}</dd><dt>{t('fact.threshold')}</dt><dd>{t('score', { score: figures.fixed(manifest.threshold, 2) })}</dd><dt>{t('fact.findings')}</dt><dd>{figures.list(manifest.findings.map((f) => f.label.replaceAll('_', ' ')))}</dd><dt>{t('fact.licence')}</dt><dd>{manifest.licence}</dd></dl></div>
        {metrics !== null && examples > 0 && <div className="card"><h2>{manifest.parent === null ? t('measuredOnPhantoms') : t('measuredOnHoldout')}</h2><table><tbody>{metricName.options.map((name) => { const m = metrics[name]; return <tr key={name} title={t(`metricTold.${name}`)}><td>{t(`metric.${name}`)}</td><td className="num">{m === null ? '–' : name === 'calibrationError' ? t('offBy', { percent: figures.percent(m.value) }) : figures.percent(m.value)}</td><td className="num muted">{m === null ? '' : t('range', { low: figures.percent(m.low), high: figures.percent(m.high) })}</td></tr>; })}</tbody></table>{manifest.parent === null && <p className="faint">{t('phantomFigures')}</p>}</div>}
      </div>
    </section>
  );
}

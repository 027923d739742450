// What the figures say of a candidate, and the buttons of the decision.
import { scaleLinear } from 'd3-scale';
import type { ReactNode } from 'react';
import type { ModelSummary } from '../../../shared/contracts/host.ts';
import type { GateReport, Ground } from '../../../shared/domain/gate.ts';
import { useFigures } from '../../ui/words.ts';
import { useTranslations } from '../../words/language.tsx';
import { verdictTone } from './change-words.ts';

export function VerdictPanel({ model, canGoBack, onDecide }: { model: ModelSummary; canGoBack: boolean; onDecide: (kind: 'promote' | 'refuse' | 'roll-back') => void }): ReactNode {
  const t = useTranslations('models'), of = useTranslations('case'), share = useTranslations('figures'), figures = useFigures();
  const { report, state, manifest } = model;
  return (
    <aside className="models-verdict" aria-label={t('verdictTitle')}>
      <div className="scroll grow">
        {report === null ? (
          <div className="section stack"><h2>{t('verdictTitle')}</h2><p className="muted">{manifest.parent === null ? t('firstVersion') : t('notCompared')}</p></div>
        ) : (
          <>
            <div className="section stack"><h2>{t('verdictTitle')}</h2>
              <div className={`notice ${verdictTone[report.verdict]}`} data-testid="verdict"><div className="stack" style={{ gap: 4 }}><strong>{t(`verdict.${report.verdict}`)}</strong><Grounds report={report} /></div></div>
            </div>
            <div className="section stack"><h2>{t('holdout', { patients: of('patients', { n: report.holdout.patients }), regions: of('regions', { n: report.holdout.regions }) })}</h2><Intervals report={report} /></div>
            <div className="section stack"><h2>{t('corrections')}</h2>
              {report.corrections.regions === 0 ? <p className="muted">{t('noCorrections')}</p> : <table><tbody>
                <tr><td>{t('foundBy', { version: report.champion })}</td><td className="num">{share('of', { done: report.corrections.championRight, total: report.corrections.regions })}</td></tr>
                <tr><td>{t('foundBy', { version: report.candidate })}</td><td className="num">{share('of', { done: report.corrections.candidateRight, total: report.corrections.regions })}</td></tr>
                <tr><td>{t('newlyMissed')}</td><td className="num">{figures.number(report.corrections.newlyWrong)}</td></tr>
              </tbody></table>}
              <p className="faint">{t('correctionsTold')}</p></div>
          </>
        )}
        {report !== null && <div className="section stack"><h2>{t('versionNamed', { version: manifest.version })}</h2><p className="muted">{t('origin', { parent: manifest.parent ?? t('fromNothing'), when: figures.when(manifest.createdAt), seed: String(manifest.madeBy.seed), threshold: figures.fixed(manifest.threshold, 2) })}{manifest.madeBy.phantomOnly ? ` ${t('phantomOnly')}` : ''}</p></div>}
      </div>
      <div className="decide">
        {state === 'champion' ? <><span className="grow"><span className="badge good">✓ {t('state.champion')}</span></span><button type="button" className="btn danger" disabled={!canGoBack} onClick={() => onDecide('roll-back')}>{t('rollBack')}</button></>
          : <>{state === 'candidate' ? <button type="button" className="btn danger" onClick={() => onDecide('refuse')}>{t('refuse')}</button> : <span className="faint">{t(`state.${state}`)}</span>}<span className="grow" /><button type="button" className={state === 'candidate' && report?.verdict !== 'worse' ? 'btn primary' : 'btn'} onClick={() => onDecide('promote')}>{t(state === 'candidate' ? 'promote' : 'useAgain', { version: manifest.version })}</button></>}
      </div>
    </aside>
  );
}

/** Why; an older report has only its English sentences. */
function Grounds({ report }: { report: GateReport }): ReactNode {
  const t = useTranslations('models'), figures = useFigures();
  const sentence = (g: Ground): string => {
    switch (g.kind) {
      case 'metric': return t('ground.metric', { name: t(`metric.${g.name}`), value: figures.points(g.difference.value), low: figures.points(g.difference.low), high: figures.points(g.difference.high) });
      case 'forgets': return t('ground.forgets', { missed: g.missed, found: g.found });
      case 'few-patients': return t('ground.few-patients', { patients: g.patients });
      case 'no-change': return t('ground.no-change');
    }
  };
  return report.grounds === undefined ? report.reasons.map((r) => <p key={r} lang="en">{r}</p>) : report.grounds.map((g) => <p key={g.kind === 'metric' ? g.name : g.kind}>{sentence(g)}</p>);
}

/** Candidate minus champion, in points, with 95 % intervals. Clear of zero is coloured, and says so in its shape. */
function Intervals({ report }: { report: GateReport }): ReactNode {
  const t = useTranslations('models'), figures = useFigures();
  const rows = report.differences;
  const known = rows.flatMap((r) => (r.difference === null ? [] : [r.difference]));
  if (known.length === 0) return <p className="muted">{t('noHoldout')}</p>;
  const most = Math.max(0.02, ...known.flatMap((m) => [Math.abs(m.low), Math.abs(m.high)]));
  const x = scaleLinear([-most, most], [2, 108]);
  return (
    <>
      <table className="intervals"><tbody>{rows.map(({ name, difference: m }) => {
        const before = report.holdout.championMetrics[name], after = report.holdout.candidateMetrics[name];
        const tone = m === null || (m.low <= 0 && m.high >= 0) ? 'var(--text-3)' : m.low > 0 ? 'var(--accepted)' : 'var(--rejected)';
        return (
          <tr key={name} title={t(`metricTold.${name}`)}>
            <td>{t(`metric.${name}`)}<span className="faint block">{before == null || after == null ? t('notMeasured') : `${figures.percent(before.value)} → ${figures.percent(after.value)}`}</span></td>
            <td className="plot">{m !== null && <svg width="110" height="20" role="img" aria-label={t('interval', { low: figures.points(m.low), high: figures.points(m.high) })}><line x1={x(0)} x2={x(0)} y1="0" y2="20" stroke="var(--line)" /><line x1={x(m.low)} x2={x(m.high)} y1="10" y2="10" stroke={tone} strokeWidth="2" /><circle cx={x(m.value)} cy="10" r="4" fill={tone} /></svg>}</td>
            <td className="num" style={{ color: tone }}>{m === null ? '–' : figures.points(m.value)}</td>
          </tr>
        );
      })}</tbody></table>
      <p className="faint" style={{ textAlign: 'right' }}>{t('intervalAxis')}</p>
    </>
  );
}

// What the figures say of a candidate, and the buttons of the decision.
import { scaleLinear } from 'd3-scale';
import type { ReactNode } from 'react';
import type { ModelSummary } from '../../../shared/contracts/host.ts';
import type { GateReport } from '../../../shared/domain/gate.ts';
import { count, percent, points, when } from '../../ui/words.ts';
import { metricWords, verdictWords } from './change-words.ts';

export function VerdictPanel({ model, canGoBack, onDecide }: { model: ModelSummary; canGoBack: boolean; onDecide: (kind: 'promote' | 'refuse' | 'roll-back') => void }): ReactNode {
  const { report, state, manifest } = model;
  return (
    <aside className="models-verdict" aria-label="Verdict">
      <div className="scroll grow">
        {report === null ? (
          <div className="section stack"><h2>Verdict</h2><p className="muted">{manifest.parent === null ? 'The version the program came with. It is what others are compared with.' : 'This version was not compared.'}</p></div>
        ) : (
          <>
            <div className="section stack"><h2>Verdict</h2>
              <div className={`notice ${verdictWords[report.verdict].tone}`} data-testid="verdict"><div className="stack" style={{ gap: 4 }}><strong>{verdictWords[report.verdict].title}</strong>{report.reasons.map((r) => <p key={r}>{r}</p>)}</div></div>
            </div>
            <div className="section stack"><h2>Frozen holdout · {count(report.holdout.patients, 'patient')}, {count(report.holdout.regions, 'region')}</h2><Intervals report={report} /></div>
            <div className="section stack"><h2>Earlier corrections</h2>
              {report.corrections.regions === 0 ? <p className="muted">There were none to compare on.</p> : <table><tbody>
                <tr><td>found by {report.champion}</td><td className="num">{report.corrections.championRight} of {report.corrections.regions}</td></tr>
                <tr><td>found by {report.candidate}</td><td className="num">{report.corrections.candidateRight} of {report.corrections.regions}</td></tr>
                <tr><td>found before, missed now</td><td className="num">{report.corrections.newlyWrong}</td></tr>
              </tbody></table>}
              <p className="faint">The candidate learnt from these, so they show what it forgets, not how good it is.</p></div>
          </>
        )}
        {report !== null && <div className="section stack"><h2>Version {manifest.version}</h2><p className="muted">From {manifest.parent ?? 'nothing'}, {when(manifest.createdAt)}, seed {manifest.madeBy.seed}. Proposes above score {manifest.threshold.toFixed(2)}.{manifest.madeBy.phantomOnly ? ' Learnt from phantom studies only.' : ''}</p></div>}
      </div>
      <div className="decide">
        {state === 'champion' ? <><span className="grow"><span className="badge good">✓ in use</span></span><button type="button" className="btn danger" disabled={!canGoBack} onClick={() => onDecide('roll-back')}>Roll back …</button></>
          : <>{state === 'candidate' ? <button type="button" className="btn danger" onClick={() => onDecide('refuse')}>Refuse …</button> : <span className="faint">{state === 'refused' ? 'refused' : 'was in use'}</span>}<span className="grow" /><button type="button" className={state === 'candidate' && report?.verdict !== 'worse' ? 'btn primary' : 'btn'} onClick={() => onDecide('promote')}>{state === 'candidate' ? `Promote ${manifest.version} …` : `Use ${manifest.version} again …`}</button></>}
      </div>
    </aside>
  );
}

/** Candidate minus champion, in points, with 95 % intervals. Clear of zero is coloured, and says so in its shape. */
function Intervals({ report }: { report: GateReport }): ReactNode {
  const rows = report.differences;
  const known = rows.flatMap((r) => (r.difference === null ? [] : [r.difference]));
  if (known.length === 0) return <p className="muted">No holdout patient is signed off yet, so nothing could be compared. Review the cases marked holdout, too.</p>;
  const most = Math.max(0.02, ...known.flatMap((m) => [Math.abs(m.low), Math.abs(m.high)]));
  const x = scaleLinear([-most, most], [2, 108]);
  return (
    <>
      <table className="intervals"><tbody>{rows.map(({ name, difference: m }) => {
        const before = report.holdout.championMetrics[name], after = report.holdout.candidateMetrics[name];
        const tone = m === null || (m.low <= 0 && m.high >= 0) ? 'var(--text-3)' : m.low > 0 ? 'var(--accepted)' : 'var(--rejected)';
        return (
          <tr key={name} title={metricWords[name].meaning}>
            <td>{metricWords[name].name}<span className="faint block">{before == null || after == null ? 'cannot be measured here' : `${percent(before.value)} → ${percent(after.value)}`}</span></td>
            <td className="plot">{m !== null && <svg width="110" height="20" role="img" aria-label={`${points(m.low)} to ${points(m.high)} points`}><line x1={x(0)} x2={x(0)} y1="0" y2="20" stroke="var(--line)" /><line x1={x(m.low)} x2={x(m.high)} y1="10" y2="10" stroke={tone} strokeWidth="2" /><circle cx={x(m.value)} cy="10" r="4" fill={tone} /></svg>}</td>
            <td className="num" style={{ color: tone }}>{m === null ? '–' : points(m.value)}</td>
          </tr>
        );
      })}</tbody></table>
      <p className="faint" style={{ textAlign: 'right' }}>worse · points, 95 % interval · better</p>
    </>
  );
}

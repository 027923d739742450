// A version that was not compared with another: where it comes from and what was measured of it.
import type { ReactNode } from 'react';
import type { ModelSummary } from '../../../shared/contracts/host.ts';
import { metricName } from '../../../shared/domain/gate.ts';
import { PhantomBadge } from '../../ui/case-parts.tsx';
import { useNavigation } from '../../ui/navigation.tsx';
import { percent, when } from '../../ui/words.ts';
import { metricWords } from './change-words.ts';

export function VersionFacts({ model: { manifest, metrics }, only = false }: { model: ModelSummary; only?: boolean }): ReactNode {
  const { go } = useNavigation();
  return (
    <section className="scroll version-facts" aria-label={`Version ${manifest.version}`}>
      <div className="stack" style={{ gap: 14 }}>
        {only && <div className="card row"><div className="grow"><h2 className="title">No other version to compare with yet</h2><p className="muted">Sign cases off and train: the new version then stands here beside this one, with every difference drawn on the images.</p></div><button type="button" className="btn primary" onClick={() => go('training')}>Go to training</button></div>}
        <div className="card stack"><h2 className="title">Version {manifest.version} {manifest.madeBy.phantomOnly && <PhantomBadge />}</h2>
          <dl><dt>Made</dt><dd>{when(manifest.createdAt)}, {manifest.madeBy.steps.toLocaleString('en')} steps on {manifest.madeBy.device.toUpperCase()}</dd><dt>From</dt><dd>{manifest.parent ?? 'random weights'}</dd><dt>Learnt from</dt><dd>{manifest.madeBy.examples === 0 ? 'nothing here yet: its encoders were made elsewhere, its heads are untrained' : `${manifest.madeBy.examples.toLocaleString('en')} `}{manifest.madeBy.examples === 0 ? '' : manifest.madeBy.phantomOnly ? 'phantom studies; it has never seen a patient' : manifest.parent === null ? 'images, most of them phantom studies (MODEL_CARD.md in its folder names all)' : 'images'}</dd><dt>Proposes above</dt><dd>score {manifest.threshold.toFixed(2)}</dd><dt>Findings</dt><dd>{manifest.findings.map((f) => f.label.replaceAll('_', ' ')).join(', ')}</dd><dt>Licence</dt><dd>{manifest.licence}</dd></dl></div>
        {metrics !== null && manifest.madeBy.examples > 0 && <div className="card"><h2>Measured{manifest.parent === null ? ' on phantom studies it had not seen' : ' on the holdout'}, 95 % interval</h2><table><tbody>{metricName.options.map((name) => { const m = metrics[name]; return <tr key={name} title={metricWords[name].meaning}><td>{metricWords[name].name}</td><td className="num">{m === null ? '–' : name === 'calibrationError' ? `off by ${percent(m.value)}` : percent(m.value)}</td><td className="num muted">{m === null ? '' : `${percent(m.low)} to ${percent(m.high)}`}</td></tr>; })}</tbody></table>{manifest.parent === null && <p className="faint">Figures on phantom studies say little about patients. Expect proposals on real images to need many corrections at first.</p>}</div>}
      </div>
    </section>
  );
}

// The training room: what was corrected, one run at a time, and how it goes.
import { useCallback, useEffect, useState, type ReactNode } from 'react';
import type { QueueSummary } from '../../../shared/contracts/host.ts';
import type { Run, RunSettings } from '../../../shared/domain/run.ts';
import { describeError, errorCode } from '../../../shared/errors.ts';
import { useAnswer, useHostEvents, useProgram } from '../../data/program.tsx';
import { useActions } from '../../ui/actions.tsx';
import { Failure } from '../../ui/failure.tsx';
import { useNavigation } from '../../ui/navigation.tsx';
import { InTopLine } from '../../ui/status-line.tsx';
import { count, timeLeft, when } from '../../ui/words.ts';
import { LossChart } from './loss-chart.tsx';
import { StartCard } from './start-card.tsx';
import { StopDialog } from './stop-dialog.tsx';
import './training.css';

const active = (run: Run): boolean => run.status === 'preparing' || run.status === 'training' || run.status === 'evaluating' || run.status === 'paused';
const statusWords: Readonly<Record<Run['status'], string>> = { preparing: 'getting ready', training: 'learning', paused: 'paused', evaluating: 'comparing with the model in use', done: 'finished', stopped: 'stopped', failed: 'failed' };

export function TrainingRoom(): ReactNode {
  const { host } = useProgram();
  const { go } = useNavigation();
  const queue = useAnswer(() => host.queue({}), [host]);
  const [runs, setRuns] = useState<readonly Run[]>([]);
  const [error, setError] = useState<unknown>(null);
  const [stopping, setStopping] = useState<Run | null>(null);
  const known = useAnswer(async () => (await host.runs({})).runs, [host]);
  useEffect(() => { if (known.value !== undefined) setRuns(known.value); }, [known.value]);
  const models = useAnswer(async () => (await host.models({})).models, [host]);
  const { again } = queue, readRuns = known.again, readModels = models.again;
  useHostEvents(useCallback((event) => {
    if (event.kind === 'run') { setRuns((all) => (all.some((r) => r.id === event.run.id) ? all.map((r) => (r.id === event.run.id ? event.run : r)) : [...all, event.run])); if (active(event.run)) return; }
    if (event.kind === 'run' || event.kind === 'journal') { again(); readModels(); }
  }, [again, readModels]));
  // Coming back to the room asks anew: it slept while the journal moved.
  useEffect(() => { again(); readRuns(); readModels(); }, [again, readRuns, readModels]);
  const present = runs.filter(active).at(-1) ?? null;
  const past = runs.filter((r) => !active(r)).toSorted((a, b) => b.startedAt.localeCompare(a.startedAt));
  const unjudged = models.value?.findLast((m) => m.state === 'candidate')?.manifest.version;
  const attempt = (work: Promise<unknown>): void => { setError(null); work.catch(setError); };
  const start = (settings: RunSettings): void => attempt(host.startRun(settings));
  const q = queue.value;
  const ready = q !== undefined && present === null && Object.values(q.corrections).some((n) => n > 0);
  useActions('Training', [
    { name: 'Start training', keys: [], run: () => { if (q !== undefined) start(q.suggested); }, enabled: ready },
    { name: 'Pause training', keys: [], run: () => { if (present !== null) attempt(host.pauseRun({ id: present.id })); }, enabled: present?.status === 'training' },
    { name: 'Go on with training', keys: [], run: () => { if (present !== null) attempt(host.resumeRun({ id: present.id })); }, enabled: present?.status === 'paused' },
  ]);
  return (
    <div className="training scroll">
      <InTopLine><h1>Training</h1><span className="muted clip">{present === null ? q === undefined ? '' : `${count(q.waiting, 'correction')} waiting` : `${statusWords[present.status]}${present.status === 'training' ? ` · step ${present.step} of ${present.settings.steps}` : ''}`}</span></InTopLine>
      <div className="training-columns">
        <div className="stack" style={{ gap: 14 }}>
          {error !== null && <Failure error={error} />}
          {queue.error !== null && <Failure error={queue.error} />}
          {present !== null && <Present run={present} onPause={() => attempt(host.pauseRun({ id: present.id }))} onResume={() => attempt(host.resumeRun({ id: present.id }))} onStop={() => setStopping(present)} />}
          {unjudged !== undefined && present === null && (
            <section className="card row"><div className="grow"><h2 className="title">Version {unjudged} is ready to be judged</h2><p className="muted">It was compared with the model in use. Nothing changes until a person decides.</p></div><button type="button" className="btn primary" onClick={() => go('models')}>Look at the differences</button></section>
          )}
          {present === null && q !== undefined && (ready ? <StartCard queue={q} urgent={q.waiting > 0 && unjudged === undefined} onStart={start} /> : (
            <section className="card stack"><h2 className="title">Nothing to learn from yet</h2><p className="muted">Review some cases and sign them off. What you accept, move, rename, reject or add is what the model learns.</p><div><button type="button" className="btn primary" onClick={() => go('worklist')}>Go to the worklist</button></div></section>
          ))}
          {past.length > 0 && <PastRuns runs={past} />}
        </div>
        {q !== undefined && <Waiting queue={q} />}
      </div>
      <StopDialog run={stopping} onClose={() => setStopping(null)} onStop={(id) => attempt(host.stopRun({ id }))} />
    </div>
  );
}

function Present({ run, onPause, onResume, onStop }: { run: Run; onPause: () => void; onResume: () => void; onStop: () => void }): ReactNode {
  const share = run.settings.steps === 0 ? 0 : run.step / run.settings.steps;
  const waits = run.status === 'preparing' || run.status === 'evaluating';
  return (
    <section className="card stack" aria-label="Training run">
      <div className="row"><h2 className="title grow">From {run.base}: {statusWords[run.status]}</h2>
        {run.status === 'training' && <button type="button" className="btn" onClick={onPause}>Pause</button>}
        {run.status === 'paused' && <button type="button" className="btn primary" onClick={onResume}>Go on</button>}
        {run.status !== 'evaluating' && <button type="button" className="btn danger" onClick={onStop}>Stop</button>}</div>
      <div className={waits ? 'bar unknown' : 'bar'} role="progressbar" aria-label="Training" aria-valuenow={Math.round(100 * share)} aria-valuemin={0} aria-valuemax={100}><i style={{ width: `${100 * share}%` }} /></div>
      <div className="row muted"><span>step {run.step} of {run.settings.steps}</span><span>·</span><span>{count(run.corrections, 'correction')} of {count(run.cases, 'case')}</span><span className="grow" /><span role="status">{timeLeft(run.secondsLeft)}</span></div>
      {run.losses.length > 1 && <LossChart points={run.losses} steps={run.settings.steps} />}
      {run.notes.map((note) => <p key={note} className="muted">{note}</p>)}
      {run.notes.map((note) => <div key={note} className="notice"><div>{note}</div></div>)}
      <p className="faint">You can go on reviewing. A run that is interrupted goes on where it was, with the same result.</p>
    </section>
  );
}

function Waiting({ queue: q }: { queue: QueueSummary }): ReactNode {
  const c = q.corrections;
  const kinds = [['accepted', '✓', 'accepted', c.accepted], ['edited', '✎', 'moved or resized', c.moved], ['edited', '✎', 'renamed or described anew', c.recaptioned], ['edited', '✎', 'moved and renamed', c['moved-and-recaptioned']], ['rejected', '✕', 'rejected', c.rejected], ['added', '+', 'added by hand', c.added]] as const;
  return (
    <aside className="stack" style={{ gap: 14 }}>
      <section className="card"><h2>Corrections of signed-off cases</h2>
        <table><tbody>{kinds.map(([state, glyph, word, n]) => <tr key={word}><td><span className="region-state" style={{ color: `var(--${state})` }} aria-hidden="true">{glyph}</span> {word}</td><td className="num">{n}</td></tr>)}</tbody></table></section>
      <section className="card"><h2>Cases</h2><table><tbody>
        <tr><td>signed off</td><td className="num">{q.signedOff}</td></tr><tr><td>review begun</td><td className="num">{q.inReview}</td></tr><tr><td>to review</td><td className="num">{q.proposed}</td></tr><tr><td>no proposals yet</td><td className="num">{q.cases - q.proposed - q.inReview - q.signedOff}</td></tr>
      </tbody></table></section>
      <section className="card stack" style={{ gap: 6 }}><h2>Holdout</h2><p>{count(q.holdoutPatients, 'patient')} kept apart, {q.holdoutSignedOff} signed off.</p><p className="faint">The model never learns from these patients; a new version is judged on them, as a student is on questions not seen before. Review them like all others: as long as few are signed off, every verdict needs a person.</p></section>
    </aside>
  );
}

function PastRuns({ runs }: { runs: readonly Run[] }): ReactNode {
  return (
    <section className="card"><h2>Earlier runs</h2>
      <table><thead><tr><th>Started</th><th>From</th><th>Made</th><th className="num">Corrections</th><th className="num">Steps</th><th>Ended</th></tr></thead>
        <tbody>{runs.map((r) => { const code = errorCode.safeParse(r.error?.code); return <tr key={r.id}><td>{when(r.startedAt)}</td><td>{r.base}</td><td>{r.status === 'done' ? r.candidate ?? '' : '–'}</td><td className="num">{r.corrections}</td><td className="num">{r.step} of {r.settings.steps}</td><td>{statusWords[r.status]}{r.error === null ? '' : <span className="muted">: {r.error.message} {code.success ? describeError(code.data).remedy : ''}</span>}</td></tr>; })}</tbody></table>
    </section>
  );
}

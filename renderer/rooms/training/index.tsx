// The training room: what was corrected, one run at a time, and how it goes.
import { useCallback, useEffect, useState, type ReactNode } from 'react';
import type { QueueSummary } from '../../../shared/contracts/host.ts';
import type { Run, RunSettings } from '../../../shared/domain/run.ts';
import { errorCode } from '../../../shared/errors.ts';
import { useAnswer, useHostEvents, useProgram } from '../../data/program.tsx';
import { useActions } from '../../ui/actions.tsx';
import { Failure, FailureInLine } from '../../ui/failure.tsx';
import { useNavigation } from '../../ui/navigation.tsx';
import { InTopLine } from '../../ui/status-line.tsx';
import { useFigures } from '../../ui/words.ts';
import { useTranslations } from '../../words/language.tsx';
import { LossChart } from './loss-chart.tsx';
import { StartCard } from './start-card.tsx';
import { StopDialog } from './stop-dialog.tsx';
import './training.css';

const active = (run: Run): boolean => run.status === 'preparing' || run.status === 'training' || run.status === 'evaluating' || run.status === 'paused';

export function TrainingRoom(): ReactNode {
  const { host } = useProgram();
  const t = useTranslations('training'), everywhere = useTranslations('shell');
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
  useActions([
    { id: 'training.start', run: () => { if (q !== undefined) start(q.suggested); }, enabled: ready },
    { id: 'training.pause', run: () => { if (present !== null) attempt(host.pauseRun({ id: present.id })); }, enabled: present?.status === 'training' },
    { id: 'training.resume', run: () => { if (present !== null) attempt(host.resumeRun({ id: present.id })); }, enabled: present?.status === 'paused' },
  ]);
  return (
    <div className="training scroll">
      <InTopLine><h1>{everywhere('room.training')}</h1><span className="muted clip">{present === null ? q === undefined ? '' : t('waiting', { n: q.waiting }) : [t(`status.${present.status}`), ...(present.status === 'training' ? [t('step', { step: present.step, steps: present.settings.steps })] : [])].join(' · ')}</span></InTopLine>
      <div className="training-columns">
        <div className="stack" style={{ gap: 14 }}>
          {error !== null && <Failure error={error} />}
          {queue.error !== null && <Failure error={queue.error} />}
          {present !== null && <Present run={present} onPause={() => attempt(host.pauseRun({ id: present.id }))} onResume={() => attempt(host.resumeRun({ id: present.id }))} onStop={() => setStopping(present)} />}
          {unjudged !== undefined && present === null && (
            <section className="card row"><div className="grow"><h2 className="title">{t('ready', { version: unjudged })}</h2><p className="muted">{t('readyTold')}</p></div><button type="button" className="btn primary" onClick={() => go('models')}>{t('lookAtDifferences')}</button></section>
          )}
          {present === null && q !== undefined && (ready ? <StartCard queue={q} urgent={q.waiting > 0 && unjudged === undefined} onStart={start} /> : (
            <section className="card stack"><h2 className="title">{t('nothing')}</h2><p className="muted">{t('nothingTold')}</p><div><button type="button" className="btn primary" onClick={() => go('worklist')}>{everywhere('worklistButton')}</button></div></section>
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
  const t = useTranslations('training'), of = useTranslations('case'), everywhere = useTranslations('shell'), figures = useFigures();
  const share = run.settings.steps === 0 ? 0 : run.step / run.settings.steps;
  const waits = run.status === 'preparing' || run.status === 'evaluating';
  return (
    <section className="card stack" aria-label={t('run')}>
      <div className="row"><h2 className="title grow">{t('runTitle', { base: run.base, status: t(`status.${run.status}`) })}</h2>
        {run.status === 'training' && <button type="button" className="btn" onClick={onPause}>{t('pause')}</button>}
        {run.status === 'paused' && <button type="button" className="btn primary" onClick={onResume}>{t('resume')}</button>}
        {run.status !== 'evaluating' && <button type="button" className="btn danger" onClick={onStop}>{everywhere('stop')}</button>}</div>
      <div className={waits ? 'bar unknown' : 'bar'} role="progressbar" aria-label={everywhere('room.training')} aria-valuenow={Math.round(100 * share)} aria-valuemin={0} aria-valuemax={100}><i style={{ width: `${100 * share}%` }} /></div>
      <div className="row muted"><span>{t('step', { step: run.step, steps: run.settings.steps })}</span><span>·</span><span>{t('correctionsOf', { corrections: of('corrections', { n: run.corrections }), cases: of('cases', { n: run.cases }) })}</span><span className="grow" /><span role="status">{figures.timeLeft(run.secondsLeft)}</span></div>
      {run.losses.length > 1 && <LossChart points={run.losses} steps={run.settings.steps} />}
      {run.notes.map((note) => <div key={note} className="notice"><div lang="en">{note}</div></div>)}
      <p className="faint">{t('whileItRuns')}</p>
    </section>
  );
}

function Waiting({ queue: q }: { queue: QueueSummary }): ReactNode {
  const t = useTranslations('training'), of = useTranslations('case'), figures = useFigures();
  const c = q.corrections;
  const kinds = [['accepted', '✓', 'accepted', c.accepted], ['edited', '✎', 'moved', c.moved], ['edited', '✎', 'recaptioned', c.recaptioned], ['edited', '✎', 'both', c['moved-and-recaptioned']], ['rejected', '✕', 'rejected', c.rejected], ['added', '+', 'added', c.added]] as const;
  return (
    <aside className="stack" style={{ gap: 14 }}>
      <section className="card"><h2>{t('correctionsTitle')}</h2>
        <table><tbody>{kinds.map(([state, glyph, kind, n]) => <tr key={kind}><td><span className="region-state" style={{ color: `var(--${state})` }} aria-hidden="true">{glyph}</span> {t(`kind.${kind}`)}</td><td className="num">{figures.number(n)}</td></tr>)}</tbody></table></section>
      <section className="card"><h2>{t('casesTitle')}</h2><table><tbody>
        {([['signed-off', q.signedOff], ['in-review', q.inReview], ['proposed', q.proposed], ['new', q.cases - q.proposed - q.inReview - q.signedOff]] as const).map(([status, n]) => <tr key={status}><td>{of(`status.${status}`)}</td><td className="num">{figures.number(n)}</td></tr>)}
      </tbody></table></section>
      <section className="card stack" style={{ gap: 6 }}><h2>{t('holdoutTitle')}</h2><p>{t('holdout', { n: q.holdoutPatients, signedOff: q.holdoutSignedOff })}</p><p className="faint">{t('holdoutTold')}</p></section>
    </aside>
  );
}

function PastRuns({ runs }: { runs: readonly Run[] }): ReactNode {
  const t = useTranslations('training'), share = useTranslations('figures'), figures = useFigures();
  return (
    <section className="card"><h2>{t('earlier')}</h2>
      <table><thead><tr><th>{t('column.started')}</th><th>{t('column.from')}</th><th>{t('column.made')}</th><th className="num">{t('column.corrections')}</th><th className="num">{t('column.steps')}</th><th>{t('column.ended')}</th></tr></thead>
        <tbody>{runs.map((r) => { const code = errorCode.safeParse(r.error?.code).data; return <tr key={r.id}><td>{figures.when(r.startedAt)}</td><td>{r.base}</td><td>{r.status === 'done' ? r.candidate ?? '' : '–'}</td><td className="num">{figures.number(r.corrections)}</td><td className="num">{share('of', { done: r.step, total: r.settings.steps })}</td><td>{t(`status.${r.status}`)}{r.error !== null && <FailureInLine code={code ?? null} message={r.error.message} />}</td></tr>; })}</tbody></table>
    </section>
  );
}

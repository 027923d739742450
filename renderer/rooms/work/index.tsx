// How the work goes: a reader's own figures first, and private; then the department's, without names. What the machine
// saved or cost, how its proposals fared, and whether they were looked at; as a report to keep.
import { useMemo, useState, type ReactNode } from 'react';
import type { Workflow } from '../../../shared/domain/workflow.ts';
import { useAnswer, useProgram } from '../../data/program.tsx';
import { useActions } from '../../ui/actions.tsx';
import { Failure } from '../../ui/failure.tsx';
import { InTopLine } from '../../ui/status-line.tsx';
import { useFigures } from '../../ui/words.ts';
import { useTranslations } from '../../words/language.tsx';
import { reportCsv } from './report.ts';
import { OutcomeBars, ShareLine } from './share-chart.tsx';
import './work.css';

const spans = [1, 7, 30, 365] as const;
const day = 86_400_000;

export function WorkRoom(): ReactNode {
  const { host, sync } = useProgram();
  const t = useTranslations('work'), everywhere = useTranslations('shell');
  const [whose, setWhose] = useState<'mine' | 'department'>('mine');
  const [days, setDays] = useState<(typeof spans)[number]>(30);
  const [asked, setAsked] = useState(0);
  const { value, error } = useAnswer(() => {
    const now = Date.now();
    return host.workflow({ reader: whose === 'mine' ? sync.actor : null, from: new Date(now - days * day).toISOString(), to: new Date(now + day).toISOString() });
  }, [host, sync, whose, days, asked]);
  useActions([
    { id: 'work.mine', run: () => setWhose('mine') }, { id: 'work.department', run: () => setWhose('department') },
    { id: 'work.again', run: () => setAsked((n) => n + 1) },
  ]);
  return (
    <div className="work scroll">
      <InTopLine><h1>{everywhere('room.work')}</h1></InTopLine>
      <div className="row work-choice">
        <div className="row" role="group" aria-label={t('whose')}>{(['mine', 'department'] as const).map((w) => <button key={w} type="button" className="chip" aria-pressed={whose === w} onClick={() => setWhose(w)}>{t(w)}</button>)}</div>
        <div className="row" role="group" aria-label={t('span')}>{spans.map((d) => <button key={d} type="button" className="chip" aria-pressed={days === d} onClick={() => setDays(d)}>{t('lastDays', { n: d })}</button>)}</div>
        <span className="grow" />
        {value !== undefined && value.decisions > 0 && <Save work={value} name={`${whose}-${days}`} />}
      </div>
      <p className="faint">{whose === 'mine' ? t('mineTold', { name: sync.actor }) : t('departmentTold')}</p>
      {error !== null && <Failure error={error} />}
      {value !== undefined && (value.decisions === 0 ? <div className="empty" style={{ height: 'auto' }}><h2>{t('nothing')}</h2><p>{t('nothingTold')}</p></div> : <Figures work={value} mine={whose === 'mine'} />)}
    </div>
  );
}

function Figures({ work: w, mine }: { work: Workflow; mine: boolean }): ReactNode {
  const t = useTranslations('work'), size = useTranslations('size'), figures = useFigures();
  const seconds = (s: number | null): string => (s === null ? '–' : figures.duration(s));
  return (
    <div className="work-cards">
      <section className="card"><h2 className="title">{t('time')}</h2>
        <dl className="facts">
          <dt>{t('cases')}</dt><dd>{figures.number(w.cases)}</dd>
          <dt>{t('casesAnHour')}</dt><dd>{w.time.casesAnHour === null ? '–' : figures.fixed(w.time.casesAnHour, 1)}</dd>
          <dt>{t('aCase')}</dt><dd>{seconds(w.time.aCase)}</dd>
          <dt>{t('aRegion')}</dt><dd>{seconds(w.time.aRegion)}</dd>
          <dt>{t('keysACase')}</dt><dd>{w.time.keysACase === null ? '–' : figures.number(w.time.keysACase)}</dd>
          <dt>{t('atWork')}</dt><dd>{seconds(w.time.total)}</dd>
        </dl>
        <p className="muted">{w.time.assisted !== null && w.time.alone !== null ? t('saved', { assisted: figures.duration(w.time.assisted), alone: figures.duration(w.time.alone) }) : t('savedUnknown')}</p>
        <p className="faint">{t('timeTold')}</p></section>
      <section className="card"><h2 className="title">{t('proposals')}</h2>
        <ShareLine label={t('accepted')} share={w.accepted} colour="var(--accepted)" /><ShareLine label={t('rejected')} share={w.rejected} colour="var(--rejected)" /><ShareLine label={t('missed')} share={w.missed} colour="var(--added)" />
        {w.unaided !== null && <ShareLine label={t('unaided')} share={w.unaided} colour="var(--edited)" />}
        <h3>{t('byScore')}</h3>
        {w.byScore.map((b) => <ShareLine key={b.from} label={t('scores', { from: figures.fixed(b.from, 1), to: figures.fixed(b.to, 1) })} share={b.accepted} colour="var(--accepted)" />)}
        <p className="faint">{t('sharesTold')}</p></section>
      <section className="card"><h2 className="title">{t('looking')}</h2>
        <ShareLine label={t('hasty')} share={w.hasty} colour="var(--warn)" />
        {w.fellFor === null ? <p className="muted">{t('nonePlanted')}</p> : <ShareLine label={t('fellFor')} share={w.fellFor} colour="var(--rejected)" />}
        <p className="faint">{mine ? t('lookingMine') : t('lookingDepartment')}</p></section>
      {w.agreement.map((a) => (
        <section key={a.readers} className="card"><h2 className="title">{t('agreement', { n: a.readers })}</h2>
          <dl className="facts"><dt>{t('readTogether')}</dt><dd>{figures.number(a.cases)}</dd><dt>{a.readers === 2 ? t('cohen') : t('fleiss')}</dt><dd>{a.kappa === null ? '–' : figures.fixed(a.kappa, 2)}</dd><dt>{t('markOverlap')}</dt><dd>{a.overlap === null ? '–' : figures.fixed(a.overlap, 2)}</dd></dl>
          <ShareLine label={t('markedByAll')} share={a.shared} colour="var(--accepted)" />
          <p className="faint">{t('agreementTold')}</p></section>
      ))}
      <section className="card wide"><h2 className="title">{t('byFinding')}</h2>
        <OutcomeBars rows={w.byFinding.slice(0, 20).map((f) => ({ label: f.label.replaceAll('_', ' '), accepted: f.accepted?.count ?? 0, edited: f.edited, rejected: f.rejected, added: f.added }))} /></section>
      <section className="card wide"><h2 className="title">{t('bySize')}</h2>
        <OutcomeBars rows={w.bySize.map((s) => ({ label: size(s.size), accepted: s.accepted?.count ?? 0, edited: s.edited, rejected: s.rejected, added: s.added, note: s.overlap === null ? '' : t('overlap', { overlap: figures.fixed(s.overlap, 2) }) }))} />
        <p className="faint">{t('sizeTold')}</p></section>
    </div>
  );
}

function Save({ work, name }: { work: Workflow; name: string }): ReactNode {
  const t = useTranslations('work');
  const csv = useMemo(() => URL.createObjectURL(new Blob([reportCsv(work)], { type: 'text/csv' })), [work]), json = useMemo(() => URL.createObjectURL(new Blob([JSON.stringify(work, null, 1)], { type: 'application/json' })), [work]);
  return <><a className="btn small" href={csv} download={`regionmed-${name}.csv`}>{t('saveCsv')}</a><a className="btn small" href={json} download={`regionmed-${name}.json`}>{t('saveJson')}</a></>;
}

// The models room: what a candidate would change on the images, what the figures say, and the decision, which is a
// person's. Every version that ever was can be looked at and gone back to.
import { useCallback, useEffect, useMemo, useState, type ReactNode } from 'react';
import type { Difference } from '../../../shared/domain/gate.ts';
import { useAnswer, useHostEvents, useProgram } from '../../data/program.tsx';
import { useActions } from '../../ui/actions.tsx';
import { Failure } from '../../ui/failure.tsx';
import { InTopLine } from '../../ui/status-line.tsx';
import { useFigures } from '../../ui/words.ts';
import { useTranslations } from '../../words/language.tsx';
import { ChangeList, useFilter } from './change-list.tsx';
import { Comparison } from './comparison.tsx';
import { DecisionDialog, type Decision } from './decision-dialog.tsx';
import { VerdictPanel } from './verdict-panel.tsx';
import { VersionFacts } from './version-facts.tsx';
import './models.css';

const none: readonly Difference[] = [];

export function ModelsRoom(): ReactNode {
  const { host } = useProgram();
  const t = useTranslations('models'), of = useTranslations('case'), everywhere = useTranslations('shell'), figures = useFigures();
  const models = useAnswer(async () => (await host.models({})).models, [host]);
  const { again } = models;
  useHostEvents(useCallback((event) => { if (event.kind === 'journal' || (event.kind === 'run' && event.run.status === 'done')) again(); }, [again]));
  useEffect(() => again(), [again]);
  const all = models.value ?? [];
  const champion = all.find((m) => m.state === 'champion');
  const newest = all.at(-1)?.manifest.version;
  // What was chosen is shown until there is a newer version: that is what one wants to see next.
  const [wanted, setWanted] = useState<{ version: string; newest: string | undefined } | null>(null);
  const want = (v: string | null): void => setWanted(v === null ? null : { version: v, newest });
  const shown = (wanted?.newest === newest ? all.find((m) => m.manifest.version === wanted?.version) : undefined) ?? all.findLast((m) => m.state === 'candidate') ?? champion;
  const version = shown?.manifest.version;
  const report = shown?.report ?? null;
  const compared = useAnswer(async () => (version === undefined || report === null ? null : { version, found: (await host.differences({ candidate: version })).differences }), [host, version, report === null]);
  const differences = compared.value != null && compared.value.version === version ? compared.value.found : none;
  const filter = useFilter(differences);
  const [chosen, setChosen] = useState<string | null>(null);
  const at = Math.max(0, filter.shown.findIndex((d) => d.id === chosen));
  const difference = filter.shown[at];
  const [decision, setDecision] = useState<Decision | null>(null);
  const step = (by: number): void => { const next = filter.shown[at + by]; if (next !== undefined) setChosen(next.id); };
  const canGoBack = all.some((m) => m.state === 'former');
  const siblings = useMemo(() => (difference === undefined ? none : differences.filter((d) => d.caseId === difference.caseId && d.set === difference.set)), [differences, difference]);

  useActions([
    { id: 'models.next', run: () => step(1), enabled: at + 1 < filter.shown.length },
    { id: 'models.previous', run: () => step(-1), enabled: at > 0 },
    { id: 'models.promote', name: t('action.promote', { version: version ?? '' }), run: () => { if (version !== undefined) setDecision({ kind: 'promote', version }); }, enabled: shown !== undefined && shown.state !== 'champion' },
    { id: 'models.refuse', name: t('action.refuse', { version: version ?? '' }), run: () => { if (version !== undefined) setDecision({ kind: 'refuse', version }); }, enabled: shown?.state === 'candidate' },
    { id: 'models.rollBack', run: () => setDecision({ kind: 'roll-back', version: champion?.manifest.version ?? '' }), enabled: canGoBack },
  ]);

  if (models.error !== null) return <div className="empty"><Failure error={models.error}><button type="button" className="btn" onClick={again}>{everywhere('tryAgain')}</button></Failure></div>;
  if (shown === undefined) return <div className="empty" role="status">{t('reading')}</div>;
  const made = shown.manifest.madeBy;
  return (
    <div className="models">
      <InTopLine>
        {report === null ? <h1>{shown.manifest.version} <span className="muted plain">{t(`state.${shown.state}`)}</span></h1> : <h1 className="nowrap">{report.champion} <span className="muted plain">{report.champion === champion?.manifest.version ? t('state.champion') : t('before')}</span> → {report.candidate} <span className="muted plain">{t(`state.${shown.state}`)}</span></h1>}
        <span className="muted clip">{t('made', { steps: made.steps, images: of('images', { n: made.examples }), time: figures.duration(made.seconds), device: made.device.toUpperCase() })}</span>
      </InTopLine>
      <aside className="models-changes" aria-label={t('versions')}>
        <div className="section stack">
          <h2>{t('version')}</h2>
          <select className="field" aria-label={t('version')} value={version} onChange={(e) => { want(e.target.value); setChosen(null); }}>
            {all.toReversed().map((m) => <option key={m.manifest.version} value={m.manifest.version}>{m.manifest.version} · {t(`state.${m.state}`)} · {figures.day(m.manifest.createdAt)}</option>)}
          </select>
        </div>
        {report !== null && <ChangeList filter={filter} at={at} onChoose={setChosen} fixed={report.fixed} broken={report.broken} />}
      </aside>
      {report === null
        ? <VersionFacts model={shown} {...(all.length === 1 ? { only: true } : {})} />
        : compared.error !== null ? <div className="empty"><Failure error={compared.error} /></div>
        : difference === undefined ? <div className="empty" role="status"><h2>{compared.value == null ? t('readingChanges') : differences.length === 0 ? t('alike') : t('noChange')}</h2>{compared.value != null && differences.length === 0 && <p>{t('alikeTold')}</p>}</div>
        : <Comparison key={`${difference.set} ${difference.caseId}`} difference={difference} siblings={siblings} before={report.champion} after={report.candidate} onChoose={setChosen} />}
      <VerdictPanel model={shown} canGoBack={canGoBack} onDecide={(kind) => setDecision({ kind, version: version ?? '' })} />
      <DecisionDialog decision={decision} report={report} onClose={() => setDecision(null)} onDone={() => { want(decision === null || decision.kind === 'roll-back' ? null : decision.version); again(); }} />
    </div>
  );
}

// Settings: this workspace and its checks, exports, the site's findings and words, how the page looks and in what language it speaks, and all keys.
import { useState, type ReactNode } from 'react';
import type { Progress } from '../../../shared/contracts/host.ts';
import { useAnswer, useProgram } from '../../data/program.tsx';
import { useSite } from '../../data/site.ts';
import { Failure } from '../../ui/failure.tsx';
import { ProgressLine } from '../../ui/progress.tsx';
import { InTopLine } from '../../ui/status-line.tsx';
import { chooseTheme, presentTheme, theme, type Theme } from '../../ui/theme.ts';
import { useFigures } from '../../ui/words.ts';
import { language, languageNames, useLanguage, useTranslations } from '../../words/language.tsx';
import { Findings } from './findings.tsx';
import { Reasons, SidesOfImages, Snippets } from './site-words.tsx';
import { Helping } from './helping.tsx';
import { KeySettings } from './key-settings.tsx';
import { Priorities } from './priorities.tsx';
import { Privacy } from './privacy.tsx';
import './settings.css';

export function SettingsRoom(): ReactNode {
  const { host } = useProgram();
  const site = useSite(), own = useTranslations('site'), queue = useTranslations('queue'), privacy = useTranslations('privacy'), t = useTranslations('settings'), everywhere = useTranslations('shell'), figures = useFigures(), { language: spoken, choose: speak } = useLanguage();
  const info = useAnswer(() => host.info({}), [host]).value;
  const [look, setLook] = useState<Theme>(presentTheme);
  const choose = (next: Theme): void => { chooseTheme(next); setLook(next); };
  return (
    <div className="settings scroll">
      <InTopLine><h1>{everywhere('room.settings')}</h1></InTopLine>
      <div className="settings-columns">
        <section className="card stack"><h2 className="title">{t('workspace')}</h2>
          {info !== undefined && <dl><dt>{t('fact.folder')}</dt><dd>{info.workspace}</dd><dt>{t('fact.reader')}</dt><dd>{info.actor}</dd><dt>{t('fact.decisions')}</dt><dd>{figures.number(info.seq)}</dd><dt>{t('fact.model')}</dt><dd>{info.champion}</dd><dt>{t('fact.device')}</dt><dd>{info.device === null ? t('deviceUnknown') : <>{info.device.verified ? t('deviceChecked', { device: info.device.name.toUpperCase() }) : info.device.name.toUpperCase()}<span className="faint reason" lang="en">{info.device.reason}</span></>}</dd><dt>{t('fact.program')}</dt><dd>{t(info.host === 'web' ? 'inBrowser' : 'onDesktop', { version: info.version })}</dd></dl>}
          <Verify /></section>
        <section className="card stack"><h2 className="title">{t('exportTitle')}</h2><p className="muted">{t('exportTold')}</p><Export /></section>
        <section className="card stack"><h2 className="title">{t('look')}</h2><div className="row" role="group" aria-label={t('theme')}>{theme.options.map((to) => <button key={to} type="button" className="chip" aria-pressed={look === to} onClick={() => choose(to)}>{t(to)}</button>)}</div><p className="faint">{t('lookTold')}</p>
          <h2 className="title">{everywhere('language')}</h2><div className="row" role="group" aria-label={everywhere('language')}>{language.options.map((l) => <button key={l} type="button" className="chip" lang={l} aria-pressed={spoken === l} onClick={() => speak(l)}>{languageNames[l]}</button>)}</div></section>
        <section className="card stack"><h2 className="title">{t('about')}</h2><p>{t.rich('aboutProgram', { strong: (part) => <strong>{part}</strong> })}</p><p className="muted">{t('aboutPrivacy')}</p></section>
        <section className="card stack"><h2 className="title">{t('helping')}</h2><Helping site={site} /></section>
        <section className="card stack"><h2 className="title">{privacy('title')}</h2><Privacy site={site} /></section>
        <section className="card stack"><h2 className="title">{own('reasons')}</h2><Reasons site={site} /></section>
        <section className="card stack"><h2 className="title">{own('snippets')}</h2><Snippets site={site} /></section>
        <section className="card stack"><h2 className="title">{own('sides')}</h2><SidesOfImages site={site} /></section>
        <section className="card stack wide"><h2 className="title">{own('findings')}</h2><Findings site={site} /></section>
        <section className="card stack wide"><h2 className="title">{queue('rules')}</h2><Priorities site={site} /></section>
        <section className="card stack wide"><h2 className="title">{t('keys')}</h2><KeySettings /></section>
      </div>
    </div>
  );
}

function Verify(): ReactNode {
  const { host } = useProgram();
  const t = useTranslations('settings');
  const [progress, setProgress] = useState<Progress | null>(null);
  const [answer, setAnswer] = useState<{ records: number; blobs: number; damaged: readonly string[] } | null>(null);
  const [error, setError] = useState<unknown>(null);
  const run = (): void => {
    setError(null); setAnswer(null); setProgress({ done: 0, of: null, name: '', secondsLeft: null });
    host.verify({}, { onEvent: setProgress }).then(setAnswer, setError).finally(() => setProgress(null));
  };
  return (
    <div className="stack">
      <div><button type="button" className="btn" disabled={progress !== null} onClick={run}>{t('check')}</button></div>
      {progress !== null && <ProgressLine what={t('checking')} done={progress.done} of={progress.of} secondsLeft={progress.secondsLeft} />}
      {answer !== null && (answer.damaged.length === 0 ? <div className="notice good" role="status">{t('whole', { records: answer.records, blobs: answer.blobs })}</div> : <div className="notice bad" role="alert"><div><strong>{t('damaged', { n: answer.damaged.length })}</strong><ul lang="en">{answer.damaged.map((d) => <li key={d}>{d}</li>)}</ul><p className="muted">{t('damagedTold')}</p></div></div>)}
      {error !== null && <Failure error={error} />}
    </div>
  );
}

function Export(): ReactNode {
  const { host } = useProgram();
  const t = useTranslations('settings'), of = useTranslations('case');
  const [made, setMade] = useState<{ url: string; cases: number; regions: number } | null>(null);
  const [error, setError] = useState<unknown>(null);
  const run = (format: 'jsonl' | 'coco'): void => { setError(null); setMade(null); host.exportReviewed({ format }).then(setMade, setError); };
  return (
    <div className="stack">
      <div className="row"><button type="button" className="btn" onClick={() => run('coco')}>{t('exportCoco')}</button><button type="button" className="btn" onClick={() => run('jsonl')}>{t('exportLines')}</button></div>
      {made !== null && <div className="notice good" role="status"><span className="grow">{t('exported', { cases: of('cases', { n: made.cases }), regions: of('regions', { n: made.regions }) })}</span><a className="btn small" href={made.url} download>{t('saveFile')}</a></div>}
      {error !== null && <Failure error={error} />}
    </div>
  );
}

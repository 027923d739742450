// The site's smaller lists: reasons for rejecting, snippets, and which side of an image is the patient's right.
import { useState, type ReactNode } from 'react';
import { laterality, lateralityOf, snippet } from '../../../shared/domain/settings.ts';
import { useLive, useProgram } from '../../data/program.tsx';
import type { Site } from '../../data/site.ts';
import { useTranslations } from '../../words/language.tsx';
import { Cell } from './cell.tsx';

export function Reasons({ site }: { site: Site }): ReactNode {
  const t = useTranslations('site'), reasons = site.settings.rejectionReasons;
  const store = (rejectionReasons: string[]): void => { void site.change({ rejectionReasons: rejectionReasons.filter((r, i) => r !== '' && rejectionReasons.indexOf(r) === i) }); };
  return (
    <div className="stack">
      <p className="muted">{t('reasonsTold')}</p>
      {reasons.map((r, i) => <div key={r} className="row"><Cell label={t('reason', { number: i + 1 })} value={r} onCommit={(text) => store(reasons.map((x) => (x === r ? text : x)))} /><button type="button" className="btn small danger" onClick={() => store(reasons.filter((x) => x !== r))}>{t('remove')}</button></div>)}
      <Cell key={reasons.length} label={t('newReason')} placeholder={t('newReason')} value="" onCommit={(text) => store([...reasons, text])} />
    </div>
  );
}

export function Snippets({ site }: { site: Site }): ReactNode {
  const t = useTranslations('site'), { snippets } = site.settings;
  const [key, setKey] = useState(''), [text, setText] = useState('');
  const made = snippet.safeParse({ key: key.replace(/^;/, '').trim(), text: text.normalize('NFC') }), taken = made.success && snippets.some((s) => s.key === made.data.key);
  return (
    <div className="stack">
      <p className="muted">{t('snippetsTold')}</p>
      {snippets.map((s) => <div key={s.key} className="row snippet"><kbd className="kbd">;{s.key}</kbd><Cell label={t('snippet', { key: s.key })} value={s.text} onCommit={(next) => { void site.change({ snippets: next === '' ? snippets.filter((x) => x !== s) : snippets.map((x) => (x === s ? { ...x, text: next } : x)) }); }} /><button type="button" className="btn small danger" aria-label={t('removeSnippet', { key: s.key })} onClick={() => { void site.change({ snippets: snippets.filter((x) => x !== s) }); }}>{t('remove')}</button></div>)}
      <form className="row snippet" onSubmit={(e) => { e.preventDefault(); if (!made.success || taken) return; void site.change({ snippets: [...snippets, made.data] }); setKey(''); setText(''); }}>
        <input className="field snippet-key" aria-label={t('snippetKey')} placeholder={t('snippetKey')} value={key} onChange={(e) => setKey(e.target.value)} /><input className="field" aria-label={t('snippetText')} placeholder={t('snippetText')} value={text} onChange={(e) => setText(e.target.value)} /><button type="submit" className="btn" disabled={!made.success || taken}>{t('add')}</button>
      </form>
    </div>
  );
}

export function SidesOfImages({ site }: { site: Site }): ReactNode {
  const { db } = useProgram(), t = useTranslations('site'), { settings } = site;
  const used = useLive(async () => { const found = new Set<string>(); await db.cases.each((c) => { found.add(c.modality); }); return [...found]; }, [db]) ?? [];
  const modalities = [...new Set([...used, ...Object.keys(settings.laterality)])].sort();
  return (
    <div className="stack">
      <p className="muted">{t('sidesTold')}</p>
      {modalities.map((m) => <label key={m} className="row"><span className="grow">{m}</span><select className="field sides-of-image" value={lateralityOf(settings, m)} onChange={(e) => { const chosen = laterality.safeParse(e.target.value); if (chosen.success) void site.change({ laterality: { ...settings.laterality, [m]: chosen.data } }); }}>{laterality.options.map((l) => <option key={l} value={l}>{t(`lies.${l}`)}</option>)}</select></label>)}
      {modalities.length === 0 && <p className="faint">{t('noImages')}</p>}
    </div>
  );
}

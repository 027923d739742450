// What an import brought, file by file where one was refused; and the question what annotations are.
import { useEffect, useRef, type ReactNode } from 'react';
import { errorInShort } from '../../words/errors.ts';
import { useLanguage, useTranslations } from '../../words/language.tsx';
import type { NamedFile } from './dropped-files.ts';
import type { Outcome } from './use-import.ts';

export function ImportOutcome({ outcome, onClose }: { outcome: Outcome; onClose: () => void }): ReactNode {
  const t = useTranslations('worklist'), everywhere = useTranslations('shell'), { language } = useLanguage();
  const { report, sentence } = outcome;
  const close = <button type="button" className="btn small" onClick={onClose}>{everywhere('close')}</button>;
  if (report === null) return <div className="notice good" role="status"><span className="grow">{sentence}</span>{close}</div>;
  const parts = [t('casesImported', { n: report.imported.length }), ...(report.duplicates > 0 ? [t('alreadyThere', { n: report.duplicates })] : []), ...(report.annotated > 0 ? [t('withAnnotations', { n: report.annotated })] : []), ...(report.refused.length > 0 ? [t('filesNotRead', { n: report.refused.length })] : [])];
  return (
    <div className={report.refused.length > 0 ? 'notice' : 'notice good'} role="status">
      <div className="grow">
        <strong>{parts.join(' · ')}</strong>
        {report.refused.length > 0 && <ul className="refused scroll">{report.refused.map((r, i) => <li key={`${r.file}-${i}`}>{!r.error.message.includes(r.file) && <span>{r.file}</span>}{language !== 'en' && <span>{errorInShort(language, r.error)}</span>}<span className="muted" lang="en">{r.error.message}</span></li>)}</ul>}
      </div>
      {report.receipt !== undefined && <a className="btn small" href={report.receipt.url} download>{t('receipt')}</a>}
      {close}
    </div>
  );
}

/** Asked only when a file of annotations is among those chosen. */
export function AnnotationsQuestion({ files, onAnswer }: { files: readonly NamedFile[] | null; onAnswer: (as: 'truth' | 'proposals' | null) => void }): ReactNode {
  const t = useTranslations('worklist');
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => { if (files !== null) dialog.current?.showModal(); else dialog.current?.close(); }, [files]);
  return (
    <dialog ref={dialog} aria-labelledby="annotations-title" onClose={() => onAnswer(null)}>
      <div className="dialog-body stack">
        <h1 id="annotations-title">{t('annotations', { n: files?.length ?? 1 })}</h1>
        <button type="button" className="btn choice" onClick={() => onAnswer('proposals')}><span><strong>{t('proposals')}</strong><span className="muted">{t('proposalsTold')}</span></span></button>
        <button type="button" className="btn choice" onClick={() => onAnswer('truth')}><span><strong>{t('truth')}</strong><span className="muted">{t('truthTold')}</span></span></button>
      </div>
      <div className="dialog-foot"><button type="button" className="btn quiet" onClick={() => onAnswer(null)}>{t('doNotImport')}</button></div>
    </dialog>
  );
}

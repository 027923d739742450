// What an import brought, file by file where one was refused; and the question what annotations are.
import { useEffect, useRef, type ReactNode } from 'react';
import { count } from '../../ui/words.ts';
import type { NamedFile } from './dropped-files.ts';
import type { Outcome } from './use-import.ts';

export function ImportOutcome({ outcome, onClose }: { outcome: Outcome; onClose: () => void }): ReactNode {
  const { report, sentence } = outcome;
  const close = <button type="button" className="btn small" onClick={onClose}>Close</button>;
  if (report === null) return <div className="notice good" role="status"><span className="grow">{sentence}</span>{close}</div>;
  const parts = [`${count(report.imported.length, 'case')} imported`, ...(report.duplicates > 0 ? [`${report.duplicates} there already`] : []), ...(report.annotated > 0 ? [`${report.annotated} with annotations`] : []), ...(report.refused.length > 0 ? [`${count(report.refused.length, 'file')} not read`] : [])];
  return (
    <div className={report.refused.length > 0 ? 'notice' : 'notice good'} role="status">
      <div className="grow">
        <strong>{parts.join(' · ')}</strong>
        {report.refused.length > 0 && <ul className="refused scroll">{report.refused.map((r, i) => <li key={`${r.file}-${i}`}>{!r.error.message.includes(r.file) && <span>{r.file}</span>}<span className="muted">{r.error.message}</span></li>)}</ul>}
      </div>
      {close}
    </div>
  );
}

/** Asked only when a file of annotations is among those chosen. */
export function AnnotationsQuestion({ files, onAnswer }: { files: readonly NamedFile[] | null; onAnswer: (as: 'truth' | 'proposals' | null) => void }): ReactNode {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => { if (files !== null) dialog.current?.showModal(); else dialog.current?.close(); }, [files]);
  return (
    <dialog ref={dialog} aria-labelledby="annotations-title" onClose={() => onAnswer(null)}>
      <div className="dialog-body stack">
        <h1 id="annotations-title">There are annotations among {files === null || files.length === 1 ? 'what you chose' : `these ${files.length} files`}. What are they?</h1>
        <button type="button" className="btn choice" onClick={() => onAnswer('proposals')}><span><strong>Proposals</strong><span className="muted">Shown in the review, to be accepted, edited or rejected like the model’s own.</span></span></button>
        <button type="button" className="btn choice" onClick={() => onAnswer('truth')}><span><strong>Ground truth</strong><span className="muted">Never shown to readers; used to measure models and to rehearse the loop.</span></span></button>
      </div>
      <div className="dialog-foot"><button type="button" className="btn quiet" onClick={() => onAnswer(null)}>Do not import</button></div>
    </dialog>
  );
}

// Asked before a run is thrown away: hours of learning must not end with a slip of the hand.
import { useEffect, useRef, type ReactNode } from 'react';
import type { Run } from '../../../shared/domain/run.ts';

export function StopDialog({ run, onClose, onStop }: { run: Run | null; onClose: () => void; onStop: (id: string) => void }): ReactNode {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => { if (run === null) dialog.current?.close(); else dialog.current?.showModal(); }, [run]);
  return (
    <dialog ref={dialog} className="decision" aria-label="Stop the run" onClose={onClose}>
      {run !== null && (
        <>
          <div className="dialog-body stack"><h2 className="title">Stop this run and throw its work away?</h2><p className="muted">{run.step} of {run.settings.steps} steps are lost. The corrections stay, and so does the model in use. To free the computer for a while, pause it instead: it goes on where it was.</p></div>
          <div className="dialog-foot"><button type="button" className="btn quiet" onClick={onClose}>Keep it</button><button type="button" className="btn danger" onClick={() => { onStop(run.id); onClose(); }}>Stop the run</button></div>
        </>
      )}
    </dialog>
  );
}

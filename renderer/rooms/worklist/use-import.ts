// Bringing files in: they are put into a place of their own first, then imported together; one that cannot be read
// costs only itself. Also phantoms, and proposing for everything that is new.
import { useCallback, useRef, useState } from 'react';
import type { ImportReport, Progress } from '../../../shared/contracts/host.ts';
import { AppError } from '../../../shared/errors.ts';
import { useProgram } from '../../data/program.tsx';
import { errorInShort } from '../../words/errors.ts';
import { useLanguage, useTranslations } from '../../words/language.tsx';
import type { NamedFile } from './dropped-files.ts';

export interface Job { readonly what: string; readonly progress: Progress; readonly paused: boolean; /** Undefined where the work cannot be held. */ readonly pause: ((paused: boolean) => void) | undefined; readonly cancel: () => void }
/** What the work knows of the person who watches it. */
interface Watched { readonly onEvent: (p: Progress) => void; readonly signal: AbortSignal; /** Offers to hold the work: called with every change. */ readonly onPause: (held: (paused: boolean) => void) => void }
/** Files on their way at a time: one is read from the disk while another is sent. */
const abreast = 4;
export interface Outcome { readonly report: ImportReport | null; readonly sentence: string | null; readonly error: unknown }

export interface Imports {
  readonly job: Job | null;
  readonly outcome: Outcome | null;
  readonly dismiss: () => void;
  readonly importFiles: (files: readonly NamedFile[], annotations: 'truth' | 'proposals') => void;
  readonly importPhantoms: (count: number) => void;
  /** For these cases, or (null) for all that are new. */
  readonly propose: (caseIds: readonly string[] | null) => void;
}

export function useImport(): Imports {
  const { host } = useProgram();
  const t = useTranslations('worklist'), { language } = useLanguage();
  const [job, setJob] = useState<Job | null>(null);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const busy = useRef(false);

  const perform = useCallback(async (what: string, work: (watched: Watched) => Promise<Omit<Outcome, 'error'>>): Promise<void> => {
    if (busy.current) return;
    busy.current = true;
    const stop = new AbortController();
    let hold: ((paused: boolean) => void) | undefined, paused = false, progress: Progress = { done: 0, of: null, name: '', secondsLeft: null };
    const pause = (now: boolean): void => { paused = now; hold?.(now); show(); };
    const show = (): void => setJob({ what, progress, paused, pause: hold === undefined ? undefined : pause, cancel: () => stop.abort() });
    setOutcome(null);
    show();
    try { setOutcome({ ...await work({ onEvent: (p) => { progress = p; show(); }, signal: stop.signal, onPause: (held) => { hold = held; show(); } }), error: null }); }
    catch (error) { setOutcome({ report: null, sentence: null, error }); }
    finally { busy.current = false; setJob(null); }
  }, []);

  const importFiles = useCallback((files: readonly NamedFile[], annotations: 'truth' | 'proposals'): void => {
    if (files.length === 0) return;
    void perform(t('importing'), async ({ onEvent, signal, onPause }) => {
      const { upload } = await host.beginUpload({});
      const refused: { file: string; error: { code: 'unreadable-file'; message: string } }[] = [];
      let began = performance.now(), next = 0, sent = 0, goOn: (() => void) | null = null, held: Promise<void> | null = null;
      onPause((paused) => {
        void host.pauseImport({ upload, paused });
        if (paused) held ??= new Promise((resolve) => { const from = performance.now(); goOn = () => { began += performance.now() - from; resolve(); }; });
        else { goOn?.(); held = null; }
      });
      signal.addEventListener('abort', () => goOn?.());
      const send = async (): Promise<void> => {
        for (let at = next++; at < files.length; at = next++) {
          await held;
          const one = files[at];
          if (signal.aborted) throw new AppError('cancelled', 'The import was stopped before anything was stored.');
          if (one === undefined) return;
          const { path, file } = one, url = `/uploads/${upload}/${path.split('/').map(encodeURIComponent).join('/')}`;
          onEvent({ done: sent, of: files.length, name: t('readingFile', { file: file.name }), secondsLeft: sent < 5 ? null : ((performance.now() - began) / 1000 / sent) * (files.length - sent) });
          const response = await fetch(url, { method: 'PUT', body: file }).catch(() => null);
          if (response === null) refused.push({ file: path, error: { code: 'unreadable-file', message: 'The file could not be read from its place.' } });
          else if (response.status === 507) throw new AppError('disk-full', 'The disk is full: the files could not be taken in.');
          else if (!response.ok) refused.push({ file: path, error: { code: 'unreadable-file', message: await response.text() } });
          sent++;
        }
      };
      await Promise.all(Array.from({ length: abreast }, send));
      const report = await host.importUpload({ upload, annotations }, { onEvent, signal });
      return { report: { ...report, refused: [...refused, ...report.refused] }, sentence: null };
    });
  }, [host, perform, t]);

  const importPhantoms = useCallback((count: number): void => {
    void perform(t('makingPhantoms'), async ({ onEvent, signal }) => ({ report: await host.importPhantoms({ count, seed: Math.floor(Math.random() * 1e6) }, { onEvent, signal }), sentence: null }));
  }, [host, perform, t]);

  const propose = useCallback((caseIds: readonly string[] | null): void => {
    void perform(t('proposing'), async ({ onEvent, signal }) => {
      const { proposed, failed } = await host.propose({ caseIds: caseIds === null ? null : [...caseIds] }, { onEvent, signal });
      const [first] = failed;
      return { report: null, sentence: first === undefined ? t('proposed', { n: proposed }) : t('proposedSome', { n: proposed, failed: failed.length, reason: errorInShort(language, first.error) }) };
    });
  }, [host, language, perform, t]);

  return { job, outcome, dismiss: useCallback(() => setOutcome(null), []), importFiles, importPhantoms, propose };
}

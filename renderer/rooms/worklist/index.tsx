// The worklist: what there is to read, how far it is, and the way in for new files.
import { useDeferredValue, useEffect, useRef, useState, type DragEvent, type ReactNode } from 'react';
import { useVirtualizer } from '@tanstack/react-virtual';
import type { CaseStatus } from '../../../shared/domain/case.ts';
import { useLive, useProgram } from '../../data/program.tsx';
import { statusCounts, worklistIds } from '../../data/worklist.ts';
import { Keys, useActions } from '../../ui/actions.tsx';
import { HoldoutBadge, PhantomBadge, StatusBadge, Thumbnail } from '../../ui/case-parts.tsx';
import { Failure } from '../../ui/failure.tsx';
import { useNavigation } from '../../ui/navigation.tsx';
import { ProgressLine } from '../../ui/progress.tsx';
import { InTopLine } from '../../ui/status-line.tsx';
import { useFigures } from '../../ui/words.ts';
import { useTranslations } from '../../words/language.tsx';
import { AnnotationsQuestion, ImportOutcome } from './import-outcome.tsx';
import { chosenFiles, droppedFiles, looksAnnotated, type NamedFile } from './dropped-files.ts';
import { useImport } from './use-import.ts';
import './worklist.css';

const filters: readonly (CaseStatus | null)[] = [null, 'in-review', 'proposed', 'new', 'signed-off'];

export function WorklistRoom(): ReactNode {
  const { db } = useProgram();
  const t = useTranslations('worklist'), of = useTranslations('case'), everywhere = useTranslations('shell'), figures = useFigures();
  const { go } = useNavigation();
  const imports = useImport();
  const [only, setOnly] = useState<CaseStatus | null>(null);
  const [search, setSearch] = useState('');
  const sought = useDeferredValue(search);
  const [dragging, setDragging] = useState(false);
  const [asking, setAsking] = useState<readonly NamedFile[] | null>(null);
  const ids = useLive(() => worklistIds(db, only, sought), [db, only, sought]);
  const counts = useLive(() => statusCounts(db), [db]);
  const files = useRef<HTMLInputElement>(null), folder = useRef<HTMLInputElement>(null), find = useRef<HTMLInputElement>(null);
  const [at, setAt] = useState(0);
  const total = counts === undefined ? 0 : Object.values(counts).reduce((a, b) => a + b, 0);

  const take = (chosen: readonly NamedFile[]): void => {
    if (chosen.length === 0) return;
    if (looksAnnotated(chosen)) setAsking(chosen); else imports.importFiles(chosen, 'truth');
  };
  const drop = (e: DragEvent): void => { e.preventDefault(); setDragging(false); void droppedFiles(e.dataTransfer).then(take); };
  const open = (id: string | undefined): void => { if (id !== undefined) go('review', id); };
  const step = (by: number): void => setAt((i) => Math.min(Math.max(0, (ids?.length ?? 1) - 1), Math.max(0, i + by)));
  const idle = imports.job === null;
  useActions(everywhere('room.worklist'), [
    { name: t('importFiles'), keys: ['Ctrl O'], run: () => files.current?.click(), enabled: idle },
    { name: t('action.importFolder'), keys: ['Ctrl Shift O'], run: () => folder.current?.click(), enabled: idle },
    { name: t('tryPhantoms'), keys: [], run: () => imports.importPhantoms(12), enabled: idle },
    { name: t('action.proposeAll'), keys: ['P'], run: imports.propose, enabled: idle && (counts?.new ?? 0) > 0 },
    { name: t('find'), keys: ['/'], run: () => find.current?.focus() },
    { name: t('action.next'), keys: ['Down', 'J'], run: () => step(1) },
    { name: t('action.previous'), keys: ['Up', 'K'], run: () => step(-1) },
    { name: t('action.open'), keys: ['Enter'], run: () => open(ids?.[at]) },
  ]);

  return (
    <div className="worklist" onDragOver={(e) => { e.preventDefault(); setDragging(true); }} onDragLeave={(e) => { if (e.currentTarget === e.target) setDragging(false); }} onDrop={drop}>
      <InTopLine><h1>{everywhere('room.worklist')}</h1><span className="muted clip">{total > 0 && t('toReview', { cases: of('cases', { n: total }), n: (counts?.proposed ?? 0) + (counts?.['in-review'] ?? 0) })}</span></InTopLine>
      <input ref={files} type="file" multiple hidden aria-label={t('filesToImport')} onChange={(e) => { if (e.target.files !== null) take(chosenFiles(e.target.files)); e.target.value = ''; }} />
      <input ref={(element) => { folder.current = element; element?.setAttribute('webkitdirectory', ''); }} type="file" hidden aria-label={t('folderToImport')} onChange={(e) => { if (e.target.files !== null) take(chosenFiles(e.target.files)); e.target.value = ''; }} />
      {total > 0 && (
        <div className="panel-head worklist-head">
          <div className="row"><input ref={find} className="field worklist-find" type="search" placeholder={t('findHint')} aria-label={t('find')} value={search} onChange={(e) => { setSearch(e.target.value); setAt(0); }} />
          {filters.map((f) => <button key={f ?? 'all'} type="button" className="chip" aria-pressed={only === f} onClick={() => { setOnly(f); setAt(0); }}>{f === null ? t('filterAll') : of(`status.${f}`)} {figures.number(f === null ? total : counts?.[f] ?? 0)}</button>)}</div>
          <div className="row">{(counts?.new ?? 0) > 0 && <button type="button" className="btn primary" disabled={!idle} onClick={imports.propose}>{t('proposeFor', { n: counts?.new ?? 0 })} <Keys of="P" /></button>}
          <button type="button" className="btn" disabled={!idle} onClick={() => files.current?.click()}>{t('importFiles')} <Keys of="Ctrl O" /></button>
          <button type="button" className="btn" disabled={!idle} onClick={() => folder.current?.click()}>{t('importFolder')}</button></div>
        </div>
      )}
      {(imports.job !== null || imports.outcome !== null) && (
        <div className="worklist-job">
          {imports.job !== null && <ProgressLine what={`${imports.job.what}${imports.job.progress.name === '' ? '' : ` · ${imports.job.progress.name}`}`} done={imports.job.progress.done} of={imports.job.progress.of} secondsLeft={imports.job.progress.secondsLeft} onCancel={imports.job.cancel} />}
          {imports.outcome !== null && (imports.outcome.error !== null
            ? <Failure error={imports.outcome.error}><button type="button" className="btn small" onClick={imports.dismiss}>{everywhere('close')}</button></Failure>
            : <ImportOutcome outcome={imports.outcome} onClose={imports.dismiss} />)}
        </div>
      )}
      {counts !== undefined && total === 0 && (
        <div className="empty">
          <div className="drop-place"><h2>{t('drop')}</h2><p>{t('dropTold')}</p>
            <div className="row" style={{ justifyContent: 'center', flexWrap: 'wrap' }}>
              <button type="button" className="btn primary" disabled={!idle} onClick={() => files.current?.click()}>{t('importFiles')} <Keys of="Ctrl O" /></button>
              <button type="button" className="btn" disabled={!idle} onClick={() => folder.current?.click()}>{t('importFolder')}</button>
            </div></div>
          <p>{t('noImages')} <button type="button" className="btn small" disabled={!idle} onClick={() => imports.importPhantoms(12)}>{t('tryPhantoms')}</button></p>
          <p className="faint">{everywhere('disclaimer')}</p>
        </div>
      )}
      {total > 0 && ids !== undefined && (ids.length === 0 ? <div className="empty"><h2>{sought === '' ? t('noSuchCase') : t('noMatch', { text: sought })}</h2><button type="button" className="btn" onClick={() => { setOnly(null); setSearch(''); }}>{t('showAll')}</button></div> : <CaseTable ids={ids} at={at} onPoint={setAt} onOpen={open} />)}
      {dragging && <div className="drop-cover" aria-hidden="true"><span>{t('dropToImport')}</span></div>}
      <AnnotationsQuestion files={asking} onAnswer={(as) => { if (asking !== null && as !== null) imports.importFiles(asking, as); setAsking(null); }} />
    </div>
  );
}

function CaseTable({ ids, at, onPoint, onOpen }: { ids: readonly string[]; at: number; onPoint: (i: number) => void; onOpen: (id: string) => void }): ReactNode {
  const t = useTranslations('case');
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({ count: ids.length, getScrollElement: () => scroller.current, estimateSize: () => 54, overscan: 12 });
  useEffect(() => { rows.scrollToIndex(at); }, [rows, at]);
  return (
    <div ref={scroller} className="scroll case-table" role="list" aria-label={t('list')} tabIndex={-1}>
      <div style={{ height: rows.getTotalSize(), position: 'relative' }}>
        {rows.getVirtualItems().map((v) => { const id = ids[v.index]; return id === undefined ? null : <CaseLine key={id} id={id} top={v.start} chosen={v.index === at} onPoint={() => onPoint(v.index)} onOpen={() => onOpen(id)} />; })}
      </div>
    </div>
  );
}

/** Whether a file's name says what the title says, so that it need not be shown, too. */
function sameWords(file: string, title: string): boolean {
  const letters = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  return letters(file).startsWith(letters(title));
}

function CaseLine({ id, top, chosen, onPoint, onOpen }: { id: string; top: number; chosen: boolean; onPoint: () => void; onOpen: () => void }): ReactNode {
  const { db } = useProgram();
  const t = useTranslations('case'), words = useTranslations('worklist'), figures = useFigures();
  const study = useLive(() => db.cases.get(id), [db, id]);
  const regions = useLive(() => db.regions.where('caseId').equals(id).count(), [db, id]);
  return (
    <div className="case-line" role="listitem" data-chosen={chosen} style={{ transform: `translateY(${top}px)` }} onPointerDown={onPoint} onDoubleClick={onOpen}>
      {study !== undefined && <>
        <Thumbnail study={study} />
        <button type="button" className="case-open" aria-current={chosen ? 'true' : undefined} onClick={onOpen}><span className="clip">{study.title}</span><span className="faint clip">{study.modality}{study.frames > 1 ? ` · ${t('firstFrame', { frames: study.frames })}` : ''} · {study.pixels.width} × {study.pixels.height}{sameWords(study.file, study.title) ? '' : ` · ${study.file}`}</span></button>
        <span className="row case-badges">{study.phantom && <PhantomBadge />}{study.split === 'holdout' && <HoldoutBadge />}</span>
        <span className="faint case-count">{regions === undefined || study.status === 'new' ? '' : t('regions', { n: regions })}</span>
        <span className="case-state"><StatusBadge status={study.status} /></span>
        <span className="faint case-when" title={study.signedOffAt === null ? words('imported') : t('status.signed-off')}>{figures.when(study.signedOffAt ?? study.importedAt)}</span>
      </>}
    </div>
  );
}

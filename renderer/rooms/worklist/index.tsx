// The worklist: what there is to read, how far it is, and the way in for new files.
import { useCallback, useRef, useState, type DragEvent, type ReactNode } from 'react';
import { strategy } from '../../../shared/domain/priority.ts';
import { useWorklist, useWorklistView } from '../../data/worklist.ts';
import { noFilters, type Column } from '../../data/worklist-view.ts';
import { Keys, useActions } from '../../ui/actions.tsx';
import { Failure } from '../../ui/failure.tsx';
import { useNavigation } from '../../ui/navigation.tsx';
import { ProgressLine } from '../../ui/progress.tsx';
import { InTopLine } from '../../ui/status-line.tsx';
import { useTranslations } from '../../words/language.tsx';
import { CaseTable } from './case-table.tsx';
import { ChosenBar } from './chosen-bar.tsx';
import { AnnotationsQuestion, ImportOutcome } from './import-outcome.tsx';
import { chosenFiles, droppedFiles, looksAnnotated, type NamedFile } from './dropped-files.ts';
import { useImport } from './use-import.ts';
import { ViewBar } from './view-bar.tsx';
import './worklist.css';

/** The same one always, so that nothing is drawn again for it. */
const none: readonly string[] = [];

export function WorklistRoom(): ReactNode {
  const t = useTranslations('worklist'), of = useTranslations('case'), everywhere = useTranslations('shell');
  const { go } = useNavigation();
  const imports = useImport();
  const [view, choose] = useWorklistView();
  const answer = useWorklist(view), ids = answer?.ids ?? none;
  const [filtersOpen, setFiltersOpen] = useState(false);
  const [dragging, setDragging] = useState(false);
  const [asking, setAsking] = useState<readonly NamedFile[] | null>(null);
  const files = useRef<HTMLInputElement>(null), folder = useRef<HTMLInputElement>(null), find = useRef<HTMLInputElement>(null);
  // The case, not its number: the order changes while one looks.
  const [present, setPresent] = useState<string | null>(null);
  const found = present === null ? -1 : ids.indexOf(present), at = found < 0 ? Math.min(0, ids.length - 1) : found;
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const total = answer?.total ?? 0, fresh = answer?.unfiltered.new ?? 0;

  const take = (chosen: readonly NamedFile[]): void => {
    if (chosen.length === 0) return;
    if (looksAnnotated(chosen)) setAsking(chosen); else imports.importFiles(chosen, 'truth');
  };
  const drop = (e: DragEvent): void => { e.preventDefault(); setDragging(false); void droppedFiles(e.dataTransfer).then(take); };
  const open = (id: string | undefined): void => { if (id !== undefined) go('review', id); };
  const step = (by: number): string | undefined => { const next = ids[Math.min(ids.length - 1, Math.max(0, at + by))]; if (next !== undefined) setPresent(next); return next; };
  const toggle = useCallback((id: string, through: boolean): void => {
    setPresent(id);
    setChosen((known) => {
      const next = new Set(known), [from, to] = [ids.indexOf(present ?? ''), ids.indexOf(id)];
      if (through && from >= 0 && to >= 0) for (const i of ids.slice(Math.min(from, to), Math.max(from, to) + 1)) next.add(i);
      else if (!next.delete(id)) next.add(id);
      return next;
    });
  }, [ids, present]);
  const extend = (by: number): void => { const here = ids[at], next = step(by); setChosen((known) => new Set([...known, ...[here, next].flatMap((i) => i ?? [])])); };
  const sort = (by: Column): void => choose(view.order === by ? { reversed: !view.reversed } : { order: by, reversed: false });
  const idle = imports.job === null;
  useActions([
    { id: 'worklist.import', run: () => files.current?.click(), enabled: idle },
    { id: 'worklist.importFolder', run: () => folder.current?.click(), enabled: idle },
    { id: 'worklist.phantoms', run: () => imports.importPhantoms(12), enabled: idle },
    { id: 'worklist.proposeAll', run: () => imports.propose(null), enabled: idle && fresh > 0 },
    { id: 'worklist.find', run: () => find.current?.focus() },
    { id: 'worklist.next', run: () => { step(1); } },
    { id: 'worklist.previous', run: () => { step(-1); } },
    { id: 'worklist.open', run: () => open(ids[at]) },
    { id: 'worklist.why', run: () => document.querySelector<HTMLButtonElement>('.case-line[data-present="true"] .why-next')?.click() },
    { id: 'worklist.filters', run: () => setFiltersOpen(!filtersOpen) },
    { id: 'worklist.choose', run: () => { const id = ids[at]; if (id !== undefined) toggle(id, false); } },
    { id: 'worklist.chooseDown', run: () => extend(1) },
    { id: 'worklist.chooseUp', run: () => extend(-1) },
    { id: 'worklist.chooseAll', run: () => setChosen(new Set(ids)) },
    { id: 'worklist.chooseNone', run: () => setChosen(new Set()), enabled: chosen.size > 0 },
    ...strategy.options.map((s) => ({ id: `worklist.order.${s}` as const, run: () => choose({ order: s, reversed: false }), enabled: view.order !== s })),
  ]);

  return (
    <div className="worklist" onDragOver={(e) => { e.preventDefault(); setDragging(true); }} onDragLeave={(e) => { if (e.currentTarget === e.target) setDragging(false); }} onDrop={drop}>
      <InTopLine><h1>{everywhere('room.worklist')}</h1><span className="muted clip">{total > 0 && t('toReview', { cases: of('cases', { n: total }), n: answer?.waiting ?? 0 })}</span></InTopLine>
      <input ref={files} type="file" multiple hidden aria-label={t('filesToImport')} onChange={(e) => { if (e.target.files !== null) take(chosenFiles(e.target.files)); e.target.value = ''; }} />
      <input ref={(element) => { folder.current = element; element?.setAttribute('webkitdirectory', ''); }} type="file" hidden aria-label={t('folderToImport')} onChange={(e) => { if (e.target.files !== null) take(chosenFiles(e.target.files)); e.target.value = ''; }} />
      {total > 0 && answer !== undefined && (
        <div className="panel-head worklist-head">
          <ViewBar view={view} answer={answer} find={find} filtersOpen={filtersOpen} onFilters={() => setFiltersOpen(!filtersOpen)} onView={choose} />
          <div className="row">{fresh > 0 && <button type="button" className="btn primary" disabled={!idle} onClick={() => imports.propose(null)}>{t('proposeFor', { n: fresh })} <Keys of="worklist.proposeAll" /></button>}
          <button type="button" className="btn" disabled={!idle} onClick={() => files.current?.click()}>{t('importFiles')} <Keys of="worklist.import" /></button>
          <button type="button" className="btn" disabled={!idle} onClick={() => folder.current?.click()}>{t('importFolder')}</button></div>
        </div>
      )}
      {chosen.size > 0 && <ChosenBar chosen={chosen} idle={idle} onPropose={imports.propose} onClear={() => setChosen(new Set())} />}
      {(imports.job !== null || imports.outcome !== null) && (
        <div className="worklist-job">
          {imports.job !== null && <ProgressLine what={`${imports.job.what}${imports.job.progress.name === '' ? '' : ` · ${imports.job.progress.name}`}`} done={imports.job.progress.done} of={imports.job.progress.of} secondsLeft={imports.job.progress.secondsLeft} paused={imports.job.paused} onPause={imports.job.pause} onCancel={imports.job.cancel} />}
          {imports.outcome !== null && (imports.outcome.error !== null
            ? <Failure error={imports.outcome.error}><button type="button" className="btn small" onClick={imports.dismiss}>{everywhere('close')}</button></Failure>
            : <ImportOutcome outcome={imports.outcome} onClose={imports.dismiss} />)}
        </div>
      )}
      {answer !== undefined && total === 0 && (
        <div className="empty">
          <div className="drop-place"><h2>{t('drop')}</h2><p>{t('dropTold')}</p>
            <div className="row" style={{ justifyContent: 'center', flexWrap: 'wrap' }}>
              <button type="button" className="btn primary" disabled={!idle} onClick={() => files.current?.click()}>{t('importFiles')} <Keys of="worklist.import" /></button>
              <button type="button" className="btn" disabled={!idle} onClick={() => folder.current?.click()}>{t('importFolder')}</button>
            </div></div>
          <p>{t('noImages')} <button type="button" className="btn small" disabled={!idle} onClick={() => imports.importPhantoms(12)}>{t('tryPhantoms')}</button></p>
          <p className="faint">{everywhere('disclaimer')}</p>
        </div>
      )}
      {total > 0 && (ids.length === 0 ? <div className="empty"><h2>{view.search === '' ? t('noSuchCase') : t('noMatch', { text: view.search })}</h2><button type="button" className="btn" onClick={() => choose({ search: '', filters: noFilters })}>{t('showAll')}</button></div> : <CaseTable ids={ids} view={view} at={at} choice={{ chosen, toggle }} onPoint={setPresent} onOpen={open} onSort={sort} />)}
      {dragging && <div className="drop-cover" aria-hidden="true"><span>{t('dropToImport')}</span></div>}
      <AnnotationsQuestion files={asking} onAnswer={(as) => { if (asking !== null && as !== null) imports.importFiles(asking, as); setAsking(null); }} />
    </div>
  );
}

// The frame around the rooms: the rail, the top line, the palette, and what is said when something could not be done.
// Rooms that were visited stay mounted but asleep, so one comes back to the same place.
import { Activity, lazy, Suspense, useCallback, useEffect, useRef, useState, type ComponentType, type ReactNode } from 'react';
import { ProgramProvider, useAnswer, useHostEvents, useProgram, useSync } from './data/program.tsx';
import { KeysProvider, useKeys } from './keys/keys.tsx';
import { ActionsProvider, Keys, useActions } from './ui/actions.tsx';
import { ErrorBoundary } from './ui/error-boundary.tsx';
import { Notice } from './ui/failure.tsx';
import { Icon } from './ui/icons.tsx';
import { KeySheet } from './ui/key-sheet.tsx';
import { rooms, useNavigation, type Room } from './ui/navigation.tsx';
import { Palette } from './ui/palette.tsx';
import { ReaderChip } from './ui/reader-chip.tsx';
import { SavedChip, TopLine } from './ui/status-line.tsx';
import { language, useLanguage, useTranslations } from './words/language.tsx';

const lazyRoom = (load: () => Promise<ComponentType>): { load: () => Promise<ComponentType>; view: ComponentType } =>
  ({ load, view: lazy(async () => ({ default: await load() })) });
const views: Readonly<Record<Room, ReturnType<typeof lazyRoom>>> = {
  worklist: lazyRoom(async () => (await import('./rooms/worklist/index.tsx')).WorklistRoom),
  review: lazyRoom(async () => (await import('./rooms/review/index.tsx')).ReviewRoom),
  training: lazyRoom(async () => (await import('./rooms/training/index.tsx')).TrainingRoom),
  models: lazyRoom(async () => (await import('./rooms/models/index.tsx')).ModelsRoom),
  work: lazyRoom(async () => (await import('./rooms/work/index.tsx')).WorkRoom),
  settings: lazyRoom(async () => (await import('./rooms/settings/index.tsx')).SettingsRoom),
};

export function App(): ReactNode {
  const t = useTranslations('shell');
  return (
    <ProgramProvider waiting={(lost) => (
      <div className="empty" role="status">
        <Mark />
        <h2>{lost ? t('notAnswering') : t('opening')}</h2>
        {lost && <p>{t('tryingAgain')}</p>}
      </div>
    )}>
      <KeysProvider><ActionsProvider><Frame /></ActionsProvider></KeysProvider>
    </ProgramProvider>
  );
}

function Frame(): ReactNode {
  const { room, go } = useNavigation();
  const { sync } = useProgram(), t = useTranslations('shell'), keys = useKeys(), told = useTranslations('keys'), { language: spoken, choose } = useLanguage();
  const [visited, setVisited] = useState<ReadonlySet<Room>>(new Set([room]));
  const [palette, setPalette] = useState(false), [sheet, setSheet] = useState(false);
  const [line, setLine] = useState<HTMLElement | null>(null);
  if (!visited.has(room)) setVisited(new Set([...visited, room]));
  const closePalette = useCallback(() => setPalette(false), []), closeSheet = useCallback(() => setSheet(false), []);
  // A room must open while the host is away, too.
  useEffect(() => { for (const r of rooms) void views[r].load().catch(() => undefined); }, []);
  useEffect(() => { document.title = `${t(`room.${room}`)} · RegionMed Studio`; }, [t, room]);
  // Who is used to saving is told that it is done; what is being typed is taken first.
  const tellSaved = (): void => { if (document.activeElement instanceof HTMLElement) document.activeElement.blur(); sync.say(told('nothingToSave')); };
  useActions([
    { id: 'program.palette', run: () => setPalette(true) }, { id: 'program.keys', run: () => setSheet(true) }, { id: 'program.saved', run: tellSaved },
    ...rooms.map((r) => ({ id: `room.${r}` as const, run: () => go(r) })),
    ...language.options.map((l) => ({ id: `language.${l}` as const, run: () => choose(l), enabled: l !== spoken })),
  ]);
  return (
    <div className="app">
      <nav className="rail" aria-label={t('rooms')}>
        <Mark />
        {rooms.map((r) => (
          <button key={r} type="button" title={keys.titled(t(`room.${r}`), `room.${r}`)} aria-label={t(`room.${r}`)} aria-current={r === room ? 'page' : undefined} onClick={() => go(r)} style={r === 'settings' ? { marginTop: 'auto' } : undefined}><Icon name={r} /></button>
        ))}
      </nav>
      <header className="top">
        <div ref={setLine} className="row grow" style={{ gap: 12 }} />
        <SavedChip />
        <ReaderChip />
        <ModelChip />
        <button type="button" className="chip" onClick={() => setPalette(true)}>{t('commands')} <Keys of="program.palette" /></button>
      </header>
      <main className="room">
        {rooms.filter((r) => visited.has(r)).map((r) => { const View = views[r].view; return (
          <Activity key={r} mode={r === room ? 'visible' : 'hidden'}>
            <TopLine value={r === room ? line : null}>
              <ErrorBoundary><Suspense fallback={<div className="empty" role="status">{t('openingRoom')}</div>}><View /></Suspense></ErrorBoundary>
            </TopLine>
          </Activity>
        ); })}
      </main>
      <Palette open={palette} onClose={closePalette} />
      <KeySheet open={sheet} onClose={closeSheet} />
      <Toast />
    </div>
  );
}

/** Which model proposes, and on what device. Asked again when a decision may have changed it. */
function ModelChip(): ReactNode {
  const { host, info } = useProgram();
  const t = useTranslations('shell');
  const { value, again } = useAnswer(() => host.info({}), [host]);
  const pending = useRef(0);
  useHostEvents(useCallback((event) => {
    if (event.kind === 'run') return;
    clearTimeout(pending.current);
    pending.current = setTimeout(again, 400);
  }, [again]));
  const now = value ?? info;
  return <span className="chip optional" data-testid="model" title={now.device?.reason}>{now.device === null ? t('modelStarting', { version: now.champion }) : t('model', { version: now.champion, device: now.device.name.toUpperCase() })}</span>;
}

/** What could not be done, said once, out of the image's way. */
function Toast(): ReactNode {
  const { sync } = useProgram();
  const { notice } = useSync();
  const t = useTranslations('shell');
  useEffect(() => { if (notice === null) return undefined; const t = setTimeout(() => sync.say(null), 9000); return () => clearTimeout(t); }, [notice, sync]);
  return notice === null ? null : <div className="toast notice" role="alert"><div className="grow"><Notice notice={notice} /></div><button type="button" className="btn small quiet" onClick={() => sync.say(null)}>{t('close')}</button></div>;
}

const Mark = (): ReactNode => (
  <svg className="mark" viewBox="0 0 36 36" width="36" height="36" aria-hidden="true"><rect width="36" height="36" rx="9" fill="#3fb4f5" /><path d="M9 14V9h5M22 9h5v5M27 22v5h-5M14 27H9v-5" fill="none" stroke="#05202f" strokeWidth="2.4" strokeLinecap="round" strokeLinejoin="round" /><circle cx="18" cy="18" r="4" fill="#05202f" /></svg>
);

// The visit to the open case, on the page: what the hand does is told to it, and it is stored when the case is left. A
// page that is closed leaves it in the browser's storage, which the next one puts into the journal.
import { useEffect, useMemo, useRef, useState } from 'react';
import type { CommandName } from '../../../shared/domain/command.ts';
import { emptyDiff } from '../../../shared/domain/diff.ts';
import { readingRow } from '../../../shared/domain/reading.ts';
import { useProgram } from '../../data/program.tsx';
import type { Sync } from '../../data/sync.ts';
import { Visit } from '../../data/visit.ts';

/** Milliseconds after which a visit that was left behind belongs to no page that is still open. */
const abandonedAfter = 5 * 60_000;
const keyOf = (sync: Sync, id: string): string => `regionmed-visit ${sync.db.name} ${id}`;

function store(sync: Sync, visit: Visit): void {
  localStorage.removeItem(keyOf(sync, visit.id));
  const row = visit.row(Date.now());
  if (row !== null) void sync.dispatch('storeReading', visit.caseId, { ...emptyDiff, added: [row] }).catch(() => undefined);
}
function leaveBehind(sync: Sync, visit: Visit): void {
  const row = visit.row(Date.now());
  if (row !== null) localStorage.setItem(keyOf(sync, visit.id), JSON.stringify(row));
}
/** Visits of pages that ended without a word. */
function storeAbandoned(sync: Sync): void {
  for (const key of Object.keys(localStorage).filter((k) => k.startsWith(keyOf(sync, '')))) {
    let row;
    try { row = readingRow.parse(JSON.parse(localStorage.getItem(key) ?? '')); } catch { localStorage.removeItem(key); continue; }
    if (Date.now() - Date.parse(row.to) < abandonedAfter) continue;
    localStorage.removeItem(key);
    void sync.dispatch('storeReading', row.caseId, { ...emptyDiff, added: [row] }).catch(() => undefined);
  }
}

/** What the case's view tells the visit. */
export interface VisitTold { readonly attend: (region: string | null) => void; readonly commanded: (name: CommandName) => void; readonly assisted: () => void }

/** @returns whole seconds at work on the case, and what to tell. */
export function useVisit(caseId: string | null): { seconds: number; told: VisitTold } {
  const { sync } = useProgram();
  const visit = useRef<Visit | null>(null);
  const [seconds, setSeconds] = useState(0);
  useEffect(() => { storeAbandoned(sync); }, [sync]);
  useEffect(() => {
    if (caseId === null) return undefined;
    const present = new Visit(crypto.randomUUID(), caseId, sync.actor, Date.now());
    visit.current = present;
    setSeconds(0);
    const seen = (): void => present.present(Date.now());
    const key = (e: KeyboardEvent): void => { if (!e.repeat && !['Shift', 'Control', 'Alt', 'Meta'].includes(e.key)) present.pressed('key', Date.now()); };
    const click = (): void => present.pressed('click', Date.now());
    const sight = (): void => { if (document.hidden) { present.away(Date.now()); leaveBehind(sync, present); } else seen(); };
    const ended = (): void => leaveBehind(sync, present);
    let ticks = 0;
    const tick = setInterval(() => { setSeconds(Math.floor(present.active(Date.now()) / 1000)); if (++ticks % 10 === 0) leaveBehind(sync, present); }, 1000);
    const gone = new AbortController(), options = { capture: true, passive: true, signal: gone.signal };
    window.addEventListener('keydown', key, options);
    window.addEventListener('pointerdown', click, options);
    window.addEventListener('pointermove', seen, options);
    window.addEventListener('wheel', seen, options);
    window.addEventListener('pagehide', ended, options);
    document.addEventListener('visibilitychange', sight, options);
    return () => { clearInterval(tick); gone.abort(); visit.current = null; store(sync, present); };
  }, [sync, caseId]);
  const told = useMemo<VisitTold>(() => ({
    attend: (region) => visit.current?.attend(region, Date.now()), commanded: (name) => visit.current?.commanded(name, Date.now()), assisted: () => visit.current?.assisted(),
  }), []);
  return { seconds, told };
}

// Where one is: a room, and the case open in the review room. Kept in the address, so a reload comes back to the same place.
import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';

export const rooms = ['worklist', 'review', 'training', 'models', 'work', 'settings'] as const;
export type Room = (typeof rooms)[number];
interface Place { readonly room: Room; readonly caseId: string | null }
interface Navigation extends Place { readonly go: (room: Room, caseId?: string) => void }
const Context = createContext<Navigation | null>(null);

const isRoom = (text: string | undefined): text is Room => rooms.some((r) => r === text);
function placeOf(hash: string): Place {
  const [room, caseId] = hash.replace(/^#\/?/, '').split('/');
  return { room: isRoom(room) ? room : 'worklist', caseId: caseId === undefined || caseId === '' ? null : decodeURIComponent(caseId) };
}

const at = (p: Place, room: Room, caseId: string | null): Place => (p.room === room && (caseId ?? p.caseId) === p.caseId ? p : { room, caseId: caseId ?? p.caseId });

export function NavigationProvider({ children }: { children: ReactNode }): ReactNode {
  const [place, setPlace] = useState(() => placeOf(location.hash));
  useEffect(() => {
    // The open case stays known while another room is shown.
    const changed = (): void => { const next = placeOf(location.hash); setPlace((p) => at(p, next.room, next.caseId)); };
    window.addEventListener('hashchange', changed);
    return () => window.removeEventListener('hashchange', changed);
  }, []);
  const { caseId: open } = place;
  const go = useCallback((room: Room, caseId?: string): void => {
    const kept = room === 'review' ? caseId ?? open : null;
    // At once: the address tells of it only some milliseconds later.
    setPlace((p) => at(p, room, kept));
    location.hash = kept === null ? `/${room}` : `/${room}/${encodeURIComponent(kept)}`;
  }, [open]);
  const value = useMemo(() => ({ ...place, go }), [place, go]);
  return <Context value={value}>{children}</Context>;
}

export function useNavigation(): Navigation {
  const n = useContext(Context);
  if (n === null) throw new Error('useNavigation outside NavigationProvider');
  return n;
}

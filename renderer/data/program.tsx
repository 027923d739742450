// What every room needs: the host's client, the working copy, and whether the two are in step. Connects, and connects
// again when the host goes away.
import { createContext, useCallback, useContext, useEffect, useState, useSyncExternalStore, type ReactNode } from 'react';
import { liveQuery } from 'dexie';
import { hostContract, type HostContract, type HostEvent } from '../../shared/contracts/host.ts';
import { inferenceContract, type InferenceContract } from '../../shared/contracts/inference.ts';
import type { Client } from '../../shared/rpc/contract.ts';
import { connectTo } from '../engine/connect.ts';
import type { CaseRow } from '../../shared/domain/case.ts';
import type { RegionRow } from '../../shared/domain/region.ts';
import { WorkingCopy } from './db.ts';
import { HeldCases } from './held-cases.ts';
import { Sync, type SyncState } from './sync.ts';

type Info = Awaited<ReturnType<Client<HostContract>['info']>>;
export interface Program {
  readonly host: Client<HostContract>;
  readonly info: Info;
  readonly sync: Sync;
  readonly db: WorkingCopy;
  readonly held: HeldCases;
  /** Null until asked for; the engine may be away. */
  readonly inference: () => Promise<Client<InferenceContract>>;
  readonly onEvent: (listener: (event: HostEvent) => void) => () => void;
}

const Context = createContext<Program | null>(null);
export function useProgram(): Program {
  const program = useContext(Context);
  if (program === null) throw new Error('useProgram outside ProgramProvider');
  return program;
}
export const useSync = (): SyncState => { const { sync } = useProgram(); return useSyncExternalStore(sync.subscribe, sync.state); };
/** Whether the working copy is up to the journal for the first time; what waits to be sent changes with every key. */
export const useIsReady = (): boolean => { const { sync } = useProgram(); return useSyncExternalStore(sync.subscribe, () => sync.state().ready); };

/** Calls `listener` for every event of the host while the component is mounted. */
export function useHostEvents(listener: (event: HostEvent) => void): void {
  const { onEvent } = useProgram();
  useEffect(() => onEvent(listener), [onEvent, listener]);
}

/** The answer of a Dexie query, again whenever its rows change; undefined until the first. */
export function useLive<T>(query: () => Promise<T>, keys: readonly unknown[]): T | undefined {
  const [value, setValue] = useState<T>();
  // The query is made anew when its keys change, not at every render.
  // oxlint-disable-next-line react-hooks/exhaustive-deps
  const made = useCallback(query, keys);
  useEffect(() => { const s = liveQuery(made).subscribe({ next: setValue }); return () => s.unsubscribe(); }, [made]);
  return value;
}

/** A case, again whenever it changes; null where there is none, undefined while it is read. */
export function useCase(caseId: string | null): CaseRow | null | undefined {
  const { held } = useProgram();
  return useSyncExternalStore(useCallback((listener) => (caseId === null ? () => undefined : held.follow(caseId, listener)), [held, caseId]), () => (caseId === null ? null : held.study(caseId)));
}
/** The regions of a case in their order, again whenever one changes; undefined while they are read. */
export function useCaseRegions(caseId: string): readonly RegionRow[] | undefined {
  const { held } = useProgram();
  return useSyncExternalStore(useCallback((listener) => held.follow(caseId, listener), [held, caseId]), () => held.regions(caseId));
}

/** An answer of the host, asked for again when `keys` change or `again` is called. */
export function useAnswer<T>(ask: () => Promise<T>, keys: readonly unknown[]): { value: T | undefined; error: unknown; again: () => void } {
  const [state, setState] = useState<{ value: T | undefined; error: unknown }>({ value: undefined, error: null });
  const [turn, setTurn] = useState(0);
  // oxlint-disable-next-line react-hooks/exhaustive-deps
  const made = useCallback(ask, keys);
  useEffect(() => {
    let current = true;
    made().then((value) => { if (current) setState({ value, error: null }); }, (error: unknown) => { if (current) setState((s) => ({ ...s, error })); });
    return () => { current = false; };
  }, [made, turn]);
  return { ...state, again: useCallback(() => setTurn((t) => t + 1), []) };
}

const retryDelays = [250, 500, 1000, 2000, 5000];

export function ProgramProvider({ children, waiting }: { children: ReactNode; waiting: (lost: boolean) => ReactNode }): ReactNode {
  const [program, setProgram] = useState<Program | null>(null);
  const [lost, setLost] = useState(false);
  useEffect(() => {
    let ended = false, attempt = 0;
    let sync: Sync | null = null, held: HeldCases | null = null;
    const listeners = new Set<(event: HostEvent) => void>();
    const open = async (): Promise<void> => {
      try {
        const host = await connectTo('host', hostContract, () => { sync?.detach(); if (!ended) later(); });
        if (ended) { host.close(); return; }
        attempt = 0;
        const info = await host.info({});
        if (sync === null || held === null || sync.db.name !== `regionmed-${info.workspaceId}`) { sync = new Sync(new WorkingCopy(info.workspaceId), info.actor); held = new HeldCases(sync.db); }
        const present = sync;
        void host.watch({}, { onEvent: (event) => { if (event.kind === 'journal') void present.journalMoved(); for (const l of listeners) l(event); } }).catch(() => undefined);
        await present.attach(host);
        setLost(false);
        let inference: Promise<Client<InferenceContract>> | null = null;
        setProgram({
          host, info, sync: present, db: present.db, held,
          inference: () => { inference ??= connectTo('inference', inferenceContract, () => { inference = null; }).catch((e: unknown) => { inference = null; throw e; }); return inference; },
          onEvent: (l) => { listeners.add(l); return () => listeners.delete(l); },
        });
      } catch { later(); }
    };
    const later = (): void => { setLost(true); setTimeout(() => { if (!ended) void open(); }, retryDelays[Math.min(attempt++, retryDelays.length - 1)]); };
    void open();
    return () => { ended = true; };
  }, []);
  return program === null ? waiting(lost) : <Context value={program}>{children}</Context>;
}

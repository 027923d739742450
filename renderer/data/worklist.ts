// The page's end of the worklist's worker: the order and counts of a view, and the rows that are in sight. What the host
// and the site add to the order (distances, rules) is passed on to it here.
import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { liveQuery } from 'dexie';
import type { HostContract, HostEvent } from '../../shared/contracts/host.ts';
import type { Client } from '../../shared/rpc/contract.ts';
import { useProgram, type Program } from './program.tsx';
import type { ListedCase, WorklistAnswer } from './worklist-index.ts';
import { usualView, worklistView, type WorklistView } from './worklist-view.ts';
import type { WorklistReply, WorklistRequest } from './worklist-worker.ts';

class Worklist {
  readonly #worker = new Worker(new URL('./worklist-worker.ts', import.meta.url), { type: 'module' });
  readonly #views = new Map<number, (answer: WorklistAnswer) => void>();
  readonly #rows = new Map<number, (rows: readonly (ListedCase | null)[]) => void>();
  readonly #changed = new Set<() => void>();
  #counter = 0;
  #host: Client<HostContract> | null = null;

  constructor({ db, info, sync }: Program) {
    this.#worker.addEventListener('message', ({ data }: MessageEvent<WorklistReply>) => {
      if (data.kind === 'answer') this.#views.get(data.id)?.(data.answer);
      else if (data.kind === 'rows') { this.#rows.get(data.id)?.(data.rows); this.#rows.delete(data.id); }
      else for (const listener of this.#changed) listener();
    });
    this.#send({ kind: 'open', workspaceId: info.workspaceId, reader: sync.actor });
    liveQuery(() => db.settings.get('site')).subscribe({ next: (site) => this.#send({ kind: 'site', rules: site?.priorities ?? [], hiddenFirst: site?.hiddenFirst ?? false }) });
  }

  #send(request: WorklistRequest): void { this.#worker.postMessage(request); }

  /** Follows what the host knows of distances; after a lost connection the host is another. */
  follow({ host, onEvent }: Program): void {
    if (this.#host === host) return;
    const first = this.#host === null;
    this.#host = host;
    const ask = (): void => { this.#host?.distances({}).then(({ ids, distances }) => this.#send({ kind: 'distances', ids, distances }), () => undefined); };
    if (first) onEvent((event: HostEvent) => { if (event.kind === 'distances') ask(); });
    ask();
  }

  view(view: WorklistView, listener: (answer: WorklistAnswer) => void): () => void {
    const id = ++this.#counter;
    this.#views.set(id, listener);
    this.#send({ kind: 'view', id, view });
    return () => { this.#views.delete(id); this.#send({ kind: 'end', id }); };
  }

  rows(view: WorklistView, ids: readonly string[], listener: (rows: readonly (ListedCase | null)[]) => void): () => void {
    let id = 0;
    const ask = (): void => { this.#rows.delete(id); id = ++this.#counter; this.#rows.set(id, listener); this.#send({ kind: 'rows', id, view, ids: [...ids] }); };
    ask();
    this.#changed.add(ask);
    return () => { this.#changed.delete(ask); this.#rows.delete(id); };
  }
}

const lists = new Map<string, Worklist>();
function listOf(program: Program): Worklist {
  const list = lists.get(program.db.name) ?? new Worklist(program);
  lists.set(program.db.name, list);
  return list;
}
function useList(): Worklist {
  const program = useProgram(), list = useMemo(() => listOf(program), [program]);
  useEffect(() => list.follow(program), [list, program]);
  return list;
}

/** The order and the counts of a view; those of the view before while the next are on their way, undefined before the first. */
export function useWorklist(view: WorklistView): (WorklistAnswer & { readonly view: WorklistView }) | undefined {
  const list = useList(), [answer, setAnswer] = useState<WorklistAnswer & { readonly view: WorklistView }>();
  useEffect(() => list.view(view, (a) => setAnswer({ ...a, view })), [list, view]);
  return answer;
}

/** The cases in sight, as far as they are there; `ids` must be the same array as long as it has the same cases. */
export function useCaseRows(view: WorklistView, ids: readonly string[]): ReadonlyMap<string, ListedCase> {
  const list = useList(), [rows, setRows] = useState<ReadonlyMap<string, ListedCase>>(new Map());
  useEffect(() => list.rows(view, ids, (found) => setRows((known) => {
    // Those that just left the sight often come back.
    const next = new Map([...known].slice(-200));
    for (const row of found) if (row !== null) { next.delete(row.study.id); next.set(row.study.id, row); }
    return next;
  })), [list, view, ids]);
  return rows;
}

const key = 'regionmed-view';
function storedView(): WorklistView { try { return worklistView.parse(JSON.parse(sessionStorage.getItem(key) ?? '')); } catch { return usualView; } }
let present: WorklistView | null = null;
const listeners = new Set<() => void>();
const presentView = (): WorklistView => (present ??= storedView());

/** The view that the rooms share. */
export function useWorklistView(): readonly [WorklistView, (change: Partial<WorklistView>) => void] {
  const view = useSyncExternalStore(useCallback((listener: () => void) => { listeners.add(listener); return () => listeners.delete(listener); }, []), presentView);
  const choose = useCallback((change: Partial<WorklistView>): void => {
    present = { ...presentView(), ...change };
    sessionStorage.setItem(key, JSON.stringify(present));
    for (const listener of listeners) listener();
  }, []);
  return [view, choose];
}

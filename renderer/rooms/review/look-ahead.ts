// Case to case without waiting: while one is read, the next ones get their proposals and their pixels, so that both are
// there before the key is pressed. What fails here is asked for again when the case is opened.
import { useEffect, useRef } from 'react';
import { useProgram } from '../../data/program.tsx';
import { makeReady, prefetch } from '../../canvas/pixels.ts';

/** Cases that are made ready. */
export const ahead = 3;

export function useLookAhead(next: readonly string[]): void {
  const { db, host, held } = useProgram();
  const asked = useRef(new Set<string>()), ids = next.join(' '), [first] = next;
  useEffect(() => {
    let current = true;
    const prepare = async (): Promise<void> => {
      for (const id of ids === '' ? [] : ids.split(' ')) {
        const study = await db.cases.get(id);
        if (!current || study === undefined) return;
        if (id === first) makeReady(study.pixels); else prefetch(study.pixels);
        held.prefetch(id);
        if (study.status !== 'new' || asked.current.has(id)) continue;
        asked.current.add(id);
        await host.propose({ caseIds: [id] }).catch(() => asked.current.delete(id));
      }
    };
    void prepare();
    return () => { current = false; };
  }, [db, host, held, ids, first]);
}

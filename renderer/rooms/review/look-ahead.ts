// Case to case without waiting: while one is read, the next ones get their proposals, their pixels and their regions, and
// of the very next the picture, so that all is there before the key is pressed. What fails here is asked for again when
// the case is opened.
import { useEffect, useRef } from 'react';
import { hidesProposals } from '../../../shared/domain/commands/reveal.ts';
import { makeMarksReady } from '../../canvas/marks.tsx';
import { makeReady, prefetch } from '../../canvas/pixels.ts';
import { useProgram } from '../../data/program.tsx';
import { useSite } from '../../data/site.ts';
import { useCornerWords, wordsAreShown } from './corner-words.ts';
import { takenByWords } from './corners.tsx';
import { marksOf } from './region-marks.ts';

/** Cases that are made ready. */
export const ahead = 3;
const asTheyAre = { isShown: () => true, isLocked: () => false };

export function useLookAhead(next: readonly string[]): void {
  const { db, host, held } = useProgram(), hiddenFirst = useSite().settings.hiddenFirst === true;
  const words = useCornerWords();
  const asked = useRef(new Set<string>()), ids = next.join(' '), first = next[0];
  useEffect(() => {
    let current = true;
    const prepare = async (): Promise<void> => {
      for (const id of ids === '' ? [] : ids.split(' ')) {
        const study = await db.cases.get(id);
        if (!current || study === undefined) return;
        prefetch(study.pixels);
        held.prefetch(id);
        if (study.status !== 'new' || asked.current.has(id)) continue;
        asked.current.add(id);
        await host.propose({ caseIds: [id] }).catch(() => asked.current.delete(id));
      }
    };
    void prepare();
    return () => { current = false; };
  }, [db, host, held, ids]);
  useEffect(() => {
    if (first === undefined) return undefined;
    const paint = (): void => {
      const study = held.study(first), regions = held.regions(first);
      if (study == null || regions === undefined) return;
      makeReady(study.pixels);
      if (!hidesProposals(study, hiddenFirst)) makeMarksReady(study.pixels, marksOf(regions, asTheyAre), takenByWords(study, words(study, null), wordsAreShown()));
    };
    paint();
    return held.follow(first, paint);
  }, [held, first, hiddenFirst, words]);
}

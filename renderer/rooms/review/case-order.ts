// The order in which cases are read: the worklist's view, as it was when the review began, because a case that is signed
// off must not jump away under the eye. What comes in meanwhile comes last; another view begins anew.
import { useMemo, useState } from 'react';
import type { CaseRow } from '../../../shared/domain/case.ts';
import { useCase, useIsReady, useProgram } from '../../data/program.tsx';
import { useWorklist, useWorklistView } from '../../data/worklist.ts';
import type { WorklistAnswer } from '../../data/worklist-index.ts';
import type { WorklistView } from '../../data/worklist-view.ts';

export interface CaseOrder { readonly order: readonly string[]; readonly view: WorklistView; /** The case in front, null when there is none. */ readonly present: string | null; /** There is nothing at all to review. */ readonly empty: boolean }

/** @param asked the case that somebody opened; it comes first where the view leaves it out */
export function useCaseOrder(asked: string | null): CaseOrder {
  const { sync } = useProgram(), ready = useIsReady();
  const [{ filters, order: by, reversed }] = useWorklistView();
  // A search finds one case; it is no way to work through the list. Each image of a stack is signed off for itself.
  const view = useMemo<WorklistView>(() => ({ search: '', filters, order: by, reversed, stacked: false }), [filters, by, reversed]);
  const answer = useWorklist(view);
  const [list, setList] = useState<{ view: WorklistView | null; answer: WorklistAnswer | null; ids: readonly string[] }>({ view: null, answer: null, ids: [] });
  if (answer !== undefined && answer.view === view && list.answer !== answer) setList({ view, answer, ids: list.view === view ? merged(list.ids, answer.ids) : answer.ids });
  // Another's blinded reading is not there for this reader, even where it stood open when the reader changed.
  const study = useCase(asked), exists = study === undefined || (study !== null && asSeenBy(sync.actor, study) !== null);
  const present = asked !== null && exists ? asked : list.ids[0] ?? null;
  const order = useMemo(() => (present === null || list.ids.includes(present) ? list.ids : [present, ...list.ids]), [list.ids, present]);
  return { order, view, present, empty: ready && answer?.total === 0 };
}

/** A case as this reader may see it: a colleague's blinded reading is not there. */
export const asSeenBy = (reader: string, study: CaseRow): CaseRow | null => (study.readOf !== undefined && study.readOf.reader !== reader ? null : study);

/** Known cases keep their places, new ones come last. */
function merged(order: readonly string[], ids: readonly string[]): readonly string[] {
  const known = new Set(order), fresh = ids.filter((id) => !known.has(id));
  return fresh.length === 0 ? order : [...order, ...fresh];
}

const part = 50;
/** The next case after this one, and from the beginning again, that is not signed off. */
export async function nextUnsigned(statusOf: (ids: readonly string[]) => Promise<readonly (string | undefined)[]>, order: readonly string[], at: number): Promise<string | undefined> {
  const rest = [...order.slice(at + 1), ...order.slice(0, Math.max(0, at))];
  for (let from = 0; from < rest.length; from += part) {
    const ids = rest.slice(from, from + part), status = await statusOf(ids), found = status.findIndex((s) => s !== undefined && s !== 'signed-off');
    if (found >= 0) return ids[found];
  }
  return undefined;
}

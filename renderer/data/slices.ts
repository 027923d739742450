// The slices of a case's series in the working copy: they are cases, found by the series' id. A blinded reader has their
// own copies of them and sees no others.
import type { CaseRow } from '../../shared/domain/case.ts';
import type { ReadSlice } from '../../shared/domain/commands/slice.ts';
import { stackOf, type Stack } from '../../shared/domain/series.ts';
import type { WorkingCopy } from './db.ts';

/** Null where the image stands alone. */
export async function stackAround(db: WorkingCopy, study: CaseRow): Promise<Stack<CaseRow> | null> {
  if (study.series === undefined) return null;
  const all = await db.cases.where('series.id').equals(study.series.id).toArray(), own = all.filter((c) => c.readOf?.reader === study.readOf?.reader);
  return own.length < 2 ? null : stackOf(own);
}

export const readSlice = async (db: WorkingCopy, study: CaseRow): Promise<ReadSlice> => ({ study, regions: await db.regions.where('caseId').equals(study.id).toArray() });

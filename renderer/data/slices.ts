// The slices of a case's series in the working copy: they are cases, found by the series' id. A blinded reader has their
// own copies of them and sees no others.
import type { CaseRow } from '../../shared/domain/case.ts';
import type { ReadSlice } from '../../shared/domain/commands/slice.ts';
import type { RegionRow } from '../../shared/domain/region.ts';
import { stackOf, type Stack } from '../../shared/domain/series.ts';
import type { WorkingCopy } from './db.ts';

export const readSlice = async (db: WorkingCopy, study: CaseRow): Promise<ReadSlice> => ({ study, regions: await db.regions.where('caseId').equals(study.id).toArray() });

/** All slices of a case's series with their regions, in order; null where the image stands alone. */
export async function readStack(db: WorkingCopy, study: CaseRow): Promise<Stack<ReadSlice> | null> {
  if (study.series === undefined) return null;
  const own = (await db.cases.where('series.id').equals(study.series.id).toArray()).filter((c) => c.readOf?.reader === study.readOf?.reader);
  if (own.length < 2) return null;
  const regions = new Map(own.map((c) => [c.id, [] as RegionRow[]]));
  for (const r of await db.regions.where('caseId').anyOf([...regions.keys()]).toArray()) regions.get(r.caseId)?.push(r);
  const { slices, positions } = stackOf(own);
  return { slices: slices.map((c) => ({ study: c, regions: regions.get(c.id) ?? [] })), positions };
}

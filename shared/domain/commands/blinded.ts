// Several readers on one case, none seeing the others. Each blinded reading is a case of its own, a copy that is reviewed
// as any other; it teaches nothing. When all are signed off, one person decides place by place, and only that decision
// goes into the case itself.
import { AppError } from '../../errors.ts';
import { placesOf, type Place } from '../agreement.ts';
import type { CaseRow } from '../case.ts';
import { emptyDiff, type Diff } from '../diff.ts';
import { isFinding, type RegionRow } from '../region.ts';
import { reviewing } from './region.ts';

const copyId = (id: string, reader: string): string => `${id}~${reader}`;

/** Gives a case to readers, each with a copy of its proposals. AppError('conflict') when its review has begun or it has readers already. */
export function assignReaders(study: CaseRow, regions: readonly RegionRow[], readers: readonly string[]): Diff {
  const names = [...new Set(readers.map((r) => r.trim()).filter((r) => r !== ''))];
  if (names.length < 2) throw new AppError('conflict', 'Two readers at least are needed, with different names.');
  if (study.readOf !== undefined || study.readers !== undefined || (study.status !== 'new' && study.status !== 'proposed')) throw new AppError('conflict', 'This case is being read already.');
  const own = regions.filter((r) => r.caseId === study.id && r.source !== 'truth');
  return {
    ...emptyDiff, updated: [[study, { ...study, readers: names }]],
    added: names.flatMap((reader) => [{ ...study, id: copyId(study.id, reader), readOf: { caseId: study.id, reader } }, ...own.map((r) => ({ ...r, id: copyId(r.id, reader), caseId: copyId(study.id, reader) }))]),
  };
}

/** The ids of a case's blinded readings, in the order of its readers. */
export const readingIds = (study: CaseRow): string[] => (study.readers ?? []).map((reader) => copyId(study.id, reader));

/** A case's blinded readings in the order of its readers, each with its regions. */
export interface Reading { readonly study: CaseRow; readonly regions: readonly RegionRow[] }

/** Whether all readers have signed off: the case waits for the one who decides. */
export const readyToDecide = (study: CaseRow, readings: readonly CaseRow[]): boolean =>
  study.readers !== undefined && study.status !== 'signed-off' && study.readers.every((reader) => readings.some((r) => r.readOf?.caseId === study.id && r.readOf.reader === reader && r.status === 'signed-off'));

/** The places that any of the readers marked, by overlap. */
export const placesRead = (readings: readonly Reading[]): Place[] => placesOf(readings.map(({ regions }) => regions.filter(isFinding)));

/** Of one place the mark that counts, by the region's id in its reading; null where nothing is there after all. */
export type Choice = string | null;

/**
 * Puts what was decided into the case: `choices` in the order of `placesRead`. A proposal becomes what the chosen mark
 * made of it; where no chosen mark is its copy it is rejected, or left open where every reader left it open. A chosen mark
 * that a reader drew is added. Ends nothing: the case is signed off as any other.
 */
export function decidePlaces(study: CaseRow, regions: readonly RegionRow[], readings: readonly Reading[], choices: readonly Choice[]): Diff {
  const places = placesRead(readings);
  if (choices.length !== places.length) throw new AppError('conflict', 'Every place must be decided.');
  const copies = new Map(readings.flatMap(({ regions: of }) => of.map((r) => [r.id, r] as const)));
  const readers = readings.flatMap(({ study: s }) => (s.readOf === undefined ? [] : [s.readOf.reader]));
  const own = regions.filter((r) => r.caseId === study.id && r.source !== 'truth'), original = new Map(own.flatMap((r) => readers.map((reader) => [copyId(r.id, reader), r] as const)));
  const taken = new Map<string, RegionRow>(), added: RegionRow[] = [];
  for (const [i, place] of places.entries()) {
    const id = choices[i] ?? null, chosen = id === null ? undefined : copies.get(id);
    if (id !== null && (chosen === undefined || !place.marks.some((m) => m?.id === id))) throw new AppError('conflict', 'What was chosen is not of this place.');
    if (chosen === undefined) continue;
    // A place is one finding: of the proposals whose copies meet in it the chosen mark's own comes first.
    const here = [chosen.id, ...place.marks.flatMap((m) => (m === null ? [] : [m.id]))].flatMap((m) => original.get(m) ?? []).filter((r) => !taken.has(r.id));
    const { shape, attributes, box, label, caption } = chosen, [first] = here;
    const words = { box, label, caption, ...(shape === undefined ? {} : { shape }), ...(attributes === undefined ? {} : { attributes }) };
    if (first === undefined || first.proposal === null) added.push({ table: 'regions', id: `${study.id}-${chosen.id}`, caseId: study.id, verdict: 'added', source: 'person', proposal: null, order: 1000 + i, ...words });
    else taken.set(first.id, { ...bare(first), ...words, verdict: chosen.proposal === null ? 'edited' : chosen.verdict === 'accepted' ? 'accepted' : 'edited' });
  }
  const updated = own.filter((r) => r.proposal !== null).map((r): [RegionRow, RegionRow] => {
    const decided = taken.get(r.id);
    if (decided !== undefined) return [r, decided];
    const open = readers.every((reader) => copies.get(copyId(r.id, reader))?.verdict === 'ignored');
    return [r, { ...bare(r), verdict: open ? 'ignored' : 'rejected' }];
  });
  return { added, updated: [...reviewing(study), ...updated], removed: [] };
}

/** A proposal as it was made, without what a decision adds. */
function bare(r: RegionRow): RegionRow {
  const { shape: _, reason: __, attributes: ___, ...rest } = r;
  return r.proposal === null ? r : { ...rest, box: r.proposal.box, label: r.proposal.label, caption: r.proposal.caption, ...(r.proposal.shape === undefined ? {} : { shape: r.proposal.shape }) };
}

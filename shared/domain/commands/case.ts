// What happens to whole cases: proposals arrive, the caption is written, the case is signed off or reopened.
import { AppError } from '../../errors.ts';
import { imageCaption } from '../caption.ts';
import type { CaseRow } from '../case.ts';
import { emptyDiff, type Diff } from '../diff.ts';
import { isFinding, isUndecided, type RegionRow } from '../region.ts';
import type { CaseSignals } from '../signals.ts';
import { reviewing } from './region.ts';

/**
 * Stores a model's (or a data set's) proposals, replacing earlier ones that nobody touched. Only for cases whose
 * review has not begun: AppError('conflict') otherwise. `signals` are the model's doubts about them, where a model made them.
 */
export function storeProposals(study: CaseRow, regions: readonly RegionRow[], proposals: readonly RegionRow[], caption: CaseRow['caption'] | null, signals?: CaseSignals): Diff {
  if (study.status !== 'new' && study.status !== 'proposed') throw new AppError('conflict', 'The review of this case has begun; its proposals stay as they are.');
  if (study.readers !== undefined) throw new AppError('conflict', 'Several readers read this case; its proposals stay as they are.');
  const removed = regions.filter((r) => r.caseId === study.id && r.verdict === 'proposed' && r.source !== 'truth');
  const { signals: _, ...rest } = study, after: CaseRow = { ...rest, status: 'proposed', caption: caption ?? study.caption, ...(signals === undefined ? {} : { signals }) };
  return { added: [...proposals], updated: [[study, after]], removed };
}

/** Writes the whole image's caption; what stood there before any person wrote is kept beside it. */
export function captionCase(study: CaseRow, text: string): Diff {
  if (text === study.caption.text) return emptyDiff;
  const [turned] = reviewing(study), { text: before, origin, proposal } = study.caption, found = origin === 'person' ? proposal : origin === 'none' ? undefined : before;
  return { ...emptyDiff, updated: [[study, { ...(turned?.[1] ?? study), caption: { text, origin: 'person', ...(found === undefined ? {} : { proposal: found }) } }]] };
}

/**
 * Ends the review: every proposal and every interpolated region must be decided (AppError('not-signed-off') tells how many are not). A caption that
 * no person wrote is put together from the findings, so that it agrees with them.
 */
export function signOffCase(study: CaseRow, regions: readonly RegionRow[], at: string, by?: string): Diff {
  if (study.status === 'signed-off') return emptyDiff;
  const own = regions.filter((r) => r.caseId === study.id && r.source !== 'truth');
  const open = own.filter(isUndecided).length;
  if (open > 0) throw new AppError('not-signed-off', open === 1 ? 'One region is not decided yet.' : `${open} regions are not decided yet.`);
  const written = study.caption.origin === 'person' || study.caption.origin === 'dataset';
  const caption: CaseRow['caption'] = written ? study.caption
    : { text: imageCaption(study.modality, own.filter(isFinding).map((r) => r.label)), origin: 'model' };
  return { ...emptyDiff, updated: [[study, { ...study, status: 'signed-off', signedOffAt: at, ...(by === undefined ? {} : { signedOffBy: by }), caption }]] };
}

export function reopenCase(study: CaseRow): Diff {
  if (study.status !== 'signed-off') return emptyDiff;
  const { signedOffBy: _, ...rest } = study;
  return { ...emptyDiff, updated: [[study, { ...rest, status: 'in-review', signedOffAt: null }]] };
}

/** Puts a case before or behind all others that wait, or (null) back where its value puts it. */
export function setPriority(study: CaseRow, priority: 'first' | 'last' | null): Diff {
  if ((study.priority ?? null) === priority) return emptyDiff;
  const { priority: _, ...rest } = study;
  return { ...emptyDiff, updated: [[study, priority === null ? rest : { ...rest, priority }]] };
}

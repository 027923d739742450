// What a person does to regions, as pure functions from rows to a diff. They refuse what makes no sense with an
// AppError; they never look at clocks, random numbers or storage.
import { AppError } from '../../errors.ts';
import type { Attributes } from '../attributes.ts';
import { plainCaption, recaption } from '../caption.ts';
import type { CaseRow } from '../case.ts';
import { canonical, emptyDiff, type Diff } from '../diff.ts';
import { clampBox, onPixels, sameBox, type Box } from '../geometry.ts';
import { isUndecided, type RegionRow } from '../region.ts';
import { fitted, type Shape } from '../shape.ts';

/** The case turns to in-review with the first decision. A signed-off case must be reopened first. */
export function reviewing(study: CaseRow): [CaseRow, CaseRow][] {
  if (study.status === 'signed-off') throw new AppError('conflict', 'This case is signed off; reopen it to change it.');
  return study.status === 'in-review' ? [] : [[study, { ...study, status: 'in-review' }]];
}

function decide(study: CaseRow, before: RegionRow, after: RegionRow): Diff {
  return { ...emptyDiff, updated: [...reviewing(study), [before, after]] };
}

/** The region as it was proposed, with another verdict; null where a person drew it. What was said of it beside goes too. */
function asProposed(region: RegionRow, verdict: RegionRow['verdict'], reason?: string): RegionRow | null {
  if (region.proposal === null) return null;
  const { shape: _, reason: __, attributes: ___, ...rest } = region, { box, shape, label, caption } = region.proposal;
  return { ...rest, box, label, caption, verdict, ...(shape === undefined ? {} : { shape }), ...(reason === undefined || reason === '' ? {} : { reason }) };
}

/**
 * The proposal, or what was interpolated, as a finding. Side and certainty that a person set stay; the network's own doubt does not: who accepts
 * "Possible small nodule" and says no more has seen a small nodule.
 */
function asAccepted(study: CaseRow, region: RegionRow): RegionRow | null {
  if (region.interpolated === true) { const { interpolated: _, ...seen } = region; return seen; }
  const accepted = asProposed(region, 'accepted'), attributes = region.attributes;
  return accepted === null ? null : { ...accepted, caption: recaption(accepted.caption, null, accepted.box, study.pixels, { certainty: 'certain', ...attributes }), ...(attributes === undefined ? {} : { attributes }) };
}

export function acceptRegion(study: CaseRow, region: RegionRow): Diff {
  const accepted = region.verdict === 'accepted' ? null : asAccepted(study, region);
  return accepted === null ? emptyDiff : decide(study, region, accepted);
}

/** Accepts every proposal and every interpolated region that is not decided yet. */
export function acceptRemaining(study: CaseRow, regions: readonly RegionRow[]): Diff {
  const updated = regions.flatMap((r): [RegionRow, RegionRow][] => {
    const accepted = r.caseId === study.id && r.source !== 'truth' && isUndecided(r) ? asAccepted(study, r) : null;
    return accepted === null ? [] : [[r, accepted]];
  });
  return updated.length === 0 ? emptyDiff : { ...emptyDiff, updated: [...reviewing(study), ...updated] };
}

/** A region that a person drew disappears; a proposal stays as what the network must not propose. */
export function rejectRegion(study: CaseRow, region: RegionRow, reason?: string): Diff {
  const rejected = asProposed(region, 'rejected', reason ?? (region.verdict === 'rejected' ? region.reason : undefined));
  if (rejected === null) return removeRegion(study, region);
  return canonical(rejected) === canonical(region) ? emptyDiff : decide(study, region, rejected);
}

/** Leaves a proposal open for good: no finding, no mistake. A region that a person drew cannot be ignored. */
export function ignoreRegion(study: CaseRow, region: RegionRow, reason?: string): Diff {
  const ignored = asProposed(region, 'ignored', reason ?? (region.verdict === 'ignored' ? region.reason : undefined));
  if (ignored === null) throw new AppError('conflict', 'Only proposals can be ignored; remove what was drawn by hand.');
  return canonical(ignored) === canonical(region) ? emptyDiff : decide(study, region, ignored);
}

export interface RegionChange {
  readonly box?: Box;
  /** The outline; null takes it away. An outline that is not named goes along with its box. */
  readonly shape?: Shape | null;
  readonly label?: string;
  readonly caption?: string;
  /** All that is known now; empty takes everything back. */
  readonly attributes?: Attributes;
  readonly depth?: number;
}

/**
 * Moves, resizes, redraws or recaptions. The box is clamped to the image. A proposal put back as it was counts as
 * accepted, and so does one of which more is said (side, certainty): nothing of it was wrong.
 */
export function editRegion(study: CaseRow, region: RegionRow, change: RegionChange): Diff {
  // A mask lies on whole pixels, wherever it is moved to.
  const wanted = change.box !== undefined && change.shape === undefined && region.shape?.kind === 'mask' ? onPixels(change.box) : change.box;
  const box = wanted === undefined ? region.box : clampBox(wanted, study.pixels);
  const shape = change.shape === undefined ? region.shape && fitted(region.shape, region.box, box) : change.shape ?? undefined;
  const { shape: _, reason: __, attributes: ___, interpolated: ____, ...rest } = region, proposal = region.proposal, attributes = change.attributes ?? region.attributes ?? {};
  const next = { ...rest, box, ...(shape === undefined ? {} : { shape }), label: change.label ?? region.label, caption: change.caption ?? region.caption, ...(Object.keys(attributes).length === 0 ? {} : { attributes }), ...(change.depth === undefined ? {} : { depth: change.depth }) };
  const same = (a: Pick<RegionRow, 'box' | 'shape' | 'label' | 'caption'>): boolean => sameBox(box, a.box) && canonical(shape ?? null) === canonical(a.shape ?? null) && next.label === a.label && plainCaption(next.caption) === plainCaption(a.caption);
  if (same(region) && next.caption === region.caption && canonical(attributes) === canonical(region.attributes ?? {})) return (change.depth ?? region.depth) === region.depth ? emptyDiff : decide(study, region, { ...region, ...(change.depth === undefined ? {} : { depth: change.depth }) });
  return decide(study, region, { ...next, verdict: proposal === null ? 'added' : same(proposal) ? 'accepted' : 'edited' });
}

/** A region as it is added; `track` where it follows one on another slice. */
export type NewRegion = Pick<RegionRow, 'id' | 'box' | 'shape' | 'label' | 'caption' | 'attributes' | 'order' | 'track' | 'interpolated'>;

export function addRegion(study: CaseRow, region: NewRegion): Diff {
  const added: RegionRow = { table: 'regions', caseId: study.id, verdict: 'added', source: 'person', proposal: null, ...region, box: clampBox(region.box, study.pixels) };
  return { added: [added], updated: reviewing(study), removed: [] };
}

/** Only regions that a person drew disappear; proposals are rejected, so that the network learns from them. */
export function removeRegion(study: CaseRow, region: RegionRow): Diff {
  if (region.proposal !== null) return rejectRegion(study, region);
  return { added: [], updated: reviewing(study), removed: [region] };
}

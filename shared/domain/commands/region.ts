// What a person does to regions, as pure functions from rows to a diff. They refuse what makes no sense with an
// AppError; they never look at clocks, random numbers or storage.
import { AppError } from '../../errors.ts';
import type { CaseRow } from '../case.ts';
import { emptyDiff, type Diff } from '../diff.ts';
import { clampBox, sameBox, type Box } from '../geometry.ts';
import type { RegionRow } from '../region.ts';

/** The case turns to in-review with the first decision. A signed-off case must be reopened first. */
export function reviewing(study: CaseRow): [CaseRow, CaseRow][] {
  if (study.status === 'signed-off') throw new AppError('conflict', 'This case is signed off; reopen it to change it.');
  return study.status === 'in-review' ? [] : [[study, { ...study, status: 'in-review' }]];
}

function decide(study: CaseRow, before: RegionRow, after: RegionRow): Diff {
  return { ...emptyDiff, updated: [...reviewing(study), [before, after]] };
}

export function acceptRegion(study: CaseRow, region: RegionRow): Diff {
  if (region.proposal === null || region.verdict === 'accepted') return emptyDiff;
  const { box, label, caption } = region.proposal;
  return decide(study, region, { ...region, box, label, caption, verdict: 'accepted' });
}

export function rejectRegion(study: CaseRow, region: RegionRow): Diff {
  if (region.proposal === null) return removeRegion(study, region);
  if (region.verdict === 'rejected') return emptyDiff;
  const { box, label, caption } = region.proposal;
  return decide(study, region, { ...region, box, label, caption, verdict: 'rejected' });
}

/** Moves, resizes or recaptions. The box is clamped to the image; a proposal put back as it was counts as accepted. */
export function editRegion(study: CaseRow, region: RegionRow, change: { box?: Box; label?: string; caption?: string }): Diff {
  const box = change.box === undefined ? region.box : clampBox(change.box, study.pixels);
  const label = change.label ?? region.label;
  const caption = change.caption ?? region.caption;
  if (sameBox(box, region.box) && label === region.label && caption === region.caption) return emptyDiff;
  const proposal = region.proposal;
  const verdict = proposal === null ? 'added' as const
    : sameBox(box, proposal.box) && label === proposal.label && caption === proposal.caption ? 'accepted' as const : 'edited' as const;
  return decide(study, region, { ...region, box, label, caption, verdict });
}

export function addRegion(study: CaseRow, region: { id: string; box: Box; label: string; caption: string; order: number }): Diff {
  const added: RegionRow = { table: 'regions', caseId: study.id, verdict: 'added', source: 'person', proposal: null, ...region, box: clampBox(region.box, study.pixels) };
  return { added: [added], updated: reviewing(study), removed: [] };
}

/** Only regions that a person drew disappear; proposals are rejected, so that the network learns from them. */
export function removeRegion(study: CaseRow, region: RegionRow): Diff {
  if (region.proposal !== null) return rejectRegion(study, region);
  return { added: [], updated: reviewing(study), removed: [region] };
}

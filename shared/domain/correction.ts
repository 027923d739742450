// What a signed-off case teaches: the proposal beside the person's answer, one correction a region. Derived from rows,
// never stored: the journal is the only owner of what was decided.
import { plainCaption, recaption } from './caption.ts';
import type { CaseRow } from './case.ts';
import { canonical } from './diff.ts';
import { sameBox, type Box } from './geometry.ts';
import type { RegionRow } from './region.ts';

export type CorrectionKind = 'accepted' | 'moved' | 'recaptioned' | 'moved-and-recaptioned' | 'rejected' | 'added';
export interface Correction {
  readonly kind: CorrectionKind;
  readonly caseId: string;
  readonly regionId: string;
  readonly before: { readonly box: Box; readonly caption: string; readonly label: string } | null;
  readonly after: { readonly box: Box; readonly caption: string; readonly label: string } | null;
}

/** Corrections of one signed-off case; none when it is not signed off. Proposals that were not decided or were ignored teach nothing. */
export function correctionsOf(study: CaseRow, regions: readonly RegionRow[]): Correction[] {
  if (study.status !== 'signed-off') return [];
  const found: Correction[] = [];
  for (const region of regions) {
    if (region.caseId !== study.id || region.source === 'truth' || region.verdict === 'proposed' || region.verdict === 'ignored' || region.planted === true) continue;
    const after = { box: region.box, caption: region.caption, label: region.label };
    const base = { caseId: study.id, regionId: region.id };
    if (region.proposal === null) { found.push({ ...base, kind: 'added', before: null, after }); continue; }
    const before = { box: region.proposal.box, caption: region.proposal.caption, label: region.proposal.label };
    if (region.verdict === 'rejected') { found.push({ ...base, kind: 'rejected', before, after: null }); continue; }
    const moved = !sameBox(before.box, after.box) || canonical(region.shape ?? null) !== canonical(region.proposal.shape ?? null);
    // Words that followed the box by themselves (place, millimetres) are no correction of the words, nor is what was said beside them.
    const recaptioned = before.label !== after.label || (before.caption !== after.caption && plainCaption(after.caption) !== plainCaption(recaption(before.caption, null, after.box, study.pixels)));
    const kind = moved ? (recaptioned ? 'moved-and-recaptioned' : 'moved') : recaptioned ? 'recaptioned' : 'accepted';
    found.push({ ...base, kind, before, after });
  }
  return found;
}

// Marking first, then seeing what the machine marked: the reader's own eye is not led. What both marked is settled by that
// alone; only where they differ does a proposal still ask for a decision.
import type { CaseRow } from '../case.ts';
import { emptyDiff, type Diff } from '../diff.ts';
import { placesOf } from '../agreement.ts';
import { trackOf, type RegionRow } from '../region.ts';

/** Whether the machine's proposals of a case are kept from its reader: as the site wants it, until they are asked for or the review has gone on without. */
export const hidesProposals = (study: CaseRow, hiddenFirst: boolean): boolean => hiddenFirst && study.revealedAt === undefined && study.status !== 'signed-off';

/**
 * Shows the proposals. A mark of the reader's and a proposal of one place become one region: as the reader drew it, and
 * named as they named it, or as proposed where they gave no name; it is known to have been found without help.
 */
export function revealProposals(study: CaseRow, regions: readonly RegionRow[], at: string): Diff {
  if (study.revealedAt !== undefined) return emptyDiff;
  const own = regions.filter((r) => r.caseId === study.id && r.source !== 'truth'), drawn = own.filter((r) => r.proposal === null && r.interpolated !== true), proposed = own.filter((r) => r.verdict === 'proposed');
  const pairs = placesOf([drawn, proposed]).flatMap(({ marks: [mine, its] }) => {
    const a = drawn.find((r) => r.id === mine?.id), b = proposed.find((r) => r.id === its?.id);
    return a === undefined || b === undefined || b.planted === true ? [] : [[a, b] as const];
  });
  const updated = pairs.map(([a, b]): [RegionRow, RegionRow] => {
    const named = a.label !== '', { label, caption } = named ? a : b;
    const { shape: _, ...rest } = b;
    return [b, { ...rest, box: a.box, ...(a.shape === undefined ? {} : { shape: a.shape }), ...(a.attributes === undefined ? {} : { attributes: a.attributes }), track: trackOf(a), label, caption, verdict: 'edited', unaided: true }];
  });
  return { added: [], updated: [[study, { ...study, status: pairs.length > 0 ? 'in-review' : study.status, revealedAt: at }], ...updated], removed: pairs.map(([a]) => a) };
}

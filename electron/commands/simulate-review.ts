// A physician played from ground truth, through the same commands and the same journal as a real one, so that the whole
// loop can be rehearsed on an annotated set. Only cases with ground truth and proposals are reviewed.
import { randomUUID } from 'node:crypto';
import { plainCaption } from '../../shared/domain/caption.ts';
import type { CaseRow } from '../../shared/domain/case.ts';
import type { CommandName } from '../../shared/domain/command.ts';
import { signOffCase } from '../../shared/domain/commands/case.ts';
import { acceptRegion, addRegion, editRegion, rejectRegion } from '../../shared/domain/commands/region.ts';
import { isEmptyDiff, type Diff } from '../../shared/domain/diff.ts';
import { iou } from '../../shared/domain/geometry.ts';
import type { RegionRow } from '../../shared/domain/region.ts';
import type { Host } from '../host/open.ts';

export interface Simulated { cases: number; accepted: number; edited: number; rejected: number; added: number }
/** Below this a proposal has nothing to do with a finding. */
const touches = 0.1;

/**
 * Accepts a proposal whose overlap with a finding is at least `overlap` (its words put right where they differ), edits
 * it to the finding when it is between 0.1 and that, rejects it otherwise, adds what was missed, signs off. Each
 * finding answers one proposal, best score first. Training patients only; of `cases` where given; in the order of their import.
 */
export function simulateReview(host: Host, o: { overlap: number; limit: number; cases?: ReadonlySet<string> }): Simulated {
  const done: Simulated = { cases: 0, accepted: 0, edited: 0, rejected: 0, added: 0 };
  const { journal } = host;
  for (const { id } of journal.cases().filter((c) => c.status === 'proposed' && c.split === 'training' && o.cases?.has(c.id) !== false)) {
    if (done.cases >= o.limit) break;
    const truth = journal.regionsOf(id).filter((r) => r.source === 'truth');
    if (truth.length === 0) continue;
    const study = (): CaseRow => journal.case(id);
    const act = (name: CommandName, diff: Diff): void => { if (!isEmptyDiff(diff)) journal.appendOne({ id: randomUUID(), name, caseId: id, actor: 'simulated reader', at: new Date().toISOString(), of: null, diff }); };
    const taken = new Set<string>();
    for (const proposal of journal.regionsOf(id).filter((r) => r.source !== 'truth' && r.verdict === 'proposed')) {
      let best: RegionRow | null = null, most = touches;
      for (const t of truth) { const overlap = iou(t.box, proposal.box); if (!taken.has(t.id) && overlap >= most) { best = t; most = overlap; } }
      if (best === null) { act('rejectRegion', rejectRegion(study(), proposal)); done.rejected++; continue; }
      taken.add(best.id);
      const same = proposal.label === best.label && plainCaption(proposal.caption) === plainCaption(best.caption);
      if (most >= o.overlap && same) { act('acceptRegion', acceptRegion(study(), proposal)); done.accepted++; continue; }
      act('editRegion', editRegion(study(), proposal, { label: best.label, caption: best.caption, ...(most >= o.overlap ? {} : { box: best.box }) }));
      if (most >= o.overlap) done.accepted++; else done.edited++;
    }
    for (const [i, t] of truth.filter((x) => !taken.has(x.id)).entries()) {
      act('addRegion', addRegion(study(), { id: randomUUID(), box: t.box, label: t.label, caption: t.caption, order: 1000 + i }));
      done.added++;
    }
    act('signOffCase', signOffCase(study(), journal.regionsOf(id), new Date().toISOString()));
    done.cases++;
  }
  return done;
}

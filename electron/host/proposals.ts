// The network's regions as rows of the journal.
import { randomUUID } from 'node:crypto';
import type { ProposedRegion } from '../../shared/contracts/inference.ts';
import type { CaseRow } from '../../shared/domain/case.ts';
import type { Command } from '../../shared/domain/command.ts';
import { storeProposals } from '../../shared/domain/commands/case.ts';
import type { RegionRow } from '../../shared/domain/region.ts';
import type { CaseSignals } from '../../shared/domain/signals.ts';

export function proposalRows(study: CaseRow, regions: readonly ProposedRegion[], model: string): RegionRow[] {
  return regions.map((r, order): RegionRow => ({
    table: 'regions', id: randomUUID(), caseId: study.id, box: r.box, label: r.label, caption: r.caption, verdict: 'proposed', source: 'model', order,
    proposal: { box: r.box, label: r.label, caption: r.caption, score: r.score, model },
  }));
}

export function proposalsCommand(study: CaseRow, existing: readonly RegionRow[], rows: readonly RegionRow[], caption: string, model: string, at: string, signals?: CaseSignals): Command {
  // A caption a person or a data set wrote is theirs.
  const written = study.caption.origin === 'person' || study.caption.origin === 'dataset';
  return { id: randomUUID(), name: 'storeProposals', caseId: study.id, actor: `model ${model}`, at, of: null, diff: storeProposals(study, existing, rows, written ? null : { text: caption, origin: 'model' }, signals) };
}

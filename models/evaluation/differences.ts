// What two versions do differently on the same images, region by region: what was fixed and what was broken.
import { effectOf, type Difference, type DifferenceKind, type ShownRegion } from '../../shared/domain/gate.ts';
import { iou } from '../../shared/domain/geometry.ts';
import type { Proposal } from '../inference/predictor.ts';
import type { Evaluated, Pair } from './measure.ts';

/** A box counts as better or worse when its overlap with the truth changes by more than this. */
const boxChange = 0.15;

const shown = (p: Proposal | undefined): ShownRegion | null => (p === undefined ? null : { box: p.box, score: p.score, label: p.label, caption: p.caption });

interface Answer { readonly byTruth: ReadonlyMap<number, Proposal>; readonly false_: readonly Proposal[] }

function answer(e: Evaluated): Answer {
  const byTruth = new Map<number, Proposal>(), false_: Proposal[] = [];
  for (const [i, m] of e.detection.matches.entries()) {
    const proposal = e.proposals[i];
    if (proposal === undefined || m.score < e.threshold) continue;
    if (m.truth >= 0) byTruth.set(m.truth, proposal); else false_.push(proposal);
  }
  return { byTruth, false_ };
}

export function differences(pair: Pair, set: Difference['set']): Difference[] {
  const out: Difference[] = [];
  for (const [i, before] of pair.champion.entries()) {
    const after = pair.candidate[i];
    if (after === undefined) continue;
    const { caseId, findings } = before.example;
    const [a, b] = [answer(before), answer(after)];
    const add = (kind: DifferenceKind, reference: ShownRegion | null, was: Proposal | undefined, is: Proposal | undefined): void => {
      out.push({ id: `${set}-${caseId}-${out.length}`, caseId, kind, effect: effectOf(kind), reference, before: shown(was), after: shown(is), set });
    };
    for (const [k, finding] of findings.entries()) {
      const reference: ShownRegion = { box: finding.box, score: null, label: finding.label, caption: finding.caption };
      const was = a.byTruth.get(k), is = b.byTruth.get(k);
      if (was === undefined && is !== undefined) add('region-found', reference, was, is);
      else if (was !== undefined && is === undefined) add('region-lost', reference, was, is);
      else if (was !== undefined && is !== undefined) {
        const labelWas = was.label === finding.label, labelIs = is.label === finding.label;
        if (labelWas !== labelIs) add(labelIs ? 'label-fixed' : 'label-broken', reference, was, is);
        const change = iou(is.box, finding.box) - iou(was.box, finding.box);
        if (Math.abs(change) > boxChange) add(change > 0 ? 'box-better' : 'box-worse', reference, was, is);
      }
    }
    for (const was of a.false_) if (!b.false_.some((is) => iou(was.box, is.box) > 0.5)) add('false-region-gone', null, was, undefined);
    for (const is of b.false_) if (!a.false_.some((was) => iou(was.box, is.box) > 0.5)) add('false-region-gained', null, undefined, is);
  }
  return out;
}

// How the comparison of two versions is said: kinds of change and measures, in a model owner's words.
import type { Difference, DifferenceKind, GateReport } from '../../../shared/domain/gate.ts';
import type { MetricName } from '../../../shared/domain/model.ts';

export const kindWords: Readonly<Record<DifferenceKind, string>> = {
  'region-lost': 'region lost', 'false-region-gained': 'false region gained', 'label-broken': 'name now wrong', 'box-worse': 'box looser',
  'region-found': 'region found', 'false-region-gone': 'false region gone', 'label-fixed': 'name now right', 'box-better': 'box tighter',
};
export const metricWords: Readonly<Record<MetricName, { name: string; meaning: string }>> = {
  recallAt50: { name: 'Findings found', meaning: 'Share of findings that a proposed region overlaps by half or more' },
  recallAt2Fp: { name: 'Found, 2 false an image', meaning: 'The same, at a threshold that allows two false regions an image on average' },
  recallSmall: { name: 'Small findings found', meaning: 'The same, for findings under 1 % of the image' },
  ap50: { name: 'Average precision', meaning: 'Over all thresholds, overlap of half or more' },
  regionTextRecall1: { name: 'Region to caption', meaning: 'How often a region’s own caption comes first among all captions' },
  imageTextRecall1: { name: 'Image to text', meaning: 'How often an image’s own text comes first' },
  labelAccuracy: { name: 'Right name', meaning: 'Of the findings found, how many are named rightly' },
  calibrationError: { name: 'Calibration', meaning: 'How far scores are from the share that is right; to the right is better' },
};
export const verdictWords: Readonly<Record<GateReport['verdict'], { title: string; tone: string }>> = {
  better: { title: 'Better', tone: 'good' }, worse: { title: 'Worse', tone: 'bad' }, 'needs-a-person': { title: 'Needs a person', tone: '' },
};

const named = (label: string): string => (label === '' ? 'not named' : label.replaceAll('_', ' '));
export const labelOf = (d: Difference): string => named((d.reference ?? d.after ?? d.before)?.label ?? '');

/** What changed, with the figures that show it. */
export function detailOf(d: Difference): string {
  const score = (s: number | null | undefined): string => (s == null ? 'none' : s.toFixed(2));
  switch (d.kind) {
    case 'region-found': return `score ${score(d.after?.score)}`;
    case 'region-lost': return `was ${score(d.before?.score)}`;
    case 'false-region-gained': case 'false-region-gone': return `score ${score((d.after ?? d.before)?.score)}`;
    case 'label-fixed': case 'label-broken': return `“${named(d.before?.label ?? '')}” → “${named(d.after?.label ?? '')}”`;
    case 'box-better': case 'box-worse': return `score ${score(d.before?.score)} → ${score(d.after?.score)}`;
  }
}

// The model card that lies in a base bundle (Mitchell et al. 2019, arXiv 1810.03993): what it learnt from and under which
// licences, how it fares, what it is for, and what it must not be used for. Figures are those of the report beside it.
import type { Measure, Metrics } from '../../shared/domain/model.ts';
import type { Trainable } from '../../shared/domain/run.ts';
import type { SetExample } from './set-example.ts';

/** How the bundle fares on one set it never learnt from. */
export interface SetReport { readonly set: string; readonly images: number; readonly patients: number; readonly findings: number; readonly metrics: Metrics }
export const cardFile = 'MODEL_CARD.md';
export interface CardFacts { readonly phantoms: number; readonly steps: number; readonly learnt: readonly SetExample[]; readonly sets: readonly SetReport[] }

const percent = (m: Measure | null): string => (m === null ? '–' : `${(100 * m.value).toFixed(1)} (${(100 * m.low).toFixed(1)}–${(100 * m.high).toFixed(1)})`);

export function modelCard({ phantoms, steps, learnt, sets }: CardFacts): string {
  const lots = [...new Set(learnt.map((e) => `${e.set}\n${e.source}\n${e.licence}`))].sort().map((key) => {
    const [set = '', source = '', licence = ''] = key.split('\n'), own = learnt.filter((e) => e.set === set && e.source === source && e.licence === licence);
    return `- \`${set}\`: ${own.length} images, ${own.reduce((n, e) => n + e.example.findings.length, 0)} regions. Source: ${source}. Licence: ${licence}. Region captions are derived from label and box.`;
  });
  return `# Model card: RegionMed Studio base bundle

## What it is
A small dual-branch network: an encoder for the whole image with a proposal head, an encoder for region crops with an ROI processor, and a text encoder, trained together from scratch for ${steps} steps by RegionMed Studio's own trainer. It proposes regions and words for a physician to correct; what is corrected at a site is what makes it useful there.

## What it is for
A start for annotation: proposals that a qualified person accepts, edits or rejects, and a network that fine-tunes on those decisions.

## What it must not be used for
Diagnosis, triage, screening or any decision about a patient; images nobody reviews; as evidence about a method's accuracy in clinical use. It is decision support for annotation, not a diagnosis.

## What it learnt from
- Phantom studies (drawn by a program, no patients): ${phantoms}, of five kinds: radiograph, ultrasound, colour fundus, microscopy, computed tomography.
${lots.length === 0 ? '- No real images.' : lots.join('\n')}

The network's weights are under the MIT licence; the images keep their own.

## How it fares on images it never saw
Percent, 95 % bootstrap intervals over patients, or over groups of near-identical images where a set names no patients.

| set | images | regions | recall at IoU 0.5 | recall at 2 false an image | AP50 | right label | region-text R@1 | calibration error |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
${sets.map(({ set, images, findings, metrics: m }) => `| ${set} | ${images} | ${findings} | ${[m.recallAt50, m.recallAt2Fp, m.ap50, m.labelAccuracy, m.regionTextRecall1, m.calibrationError].map(percent).join(' | ')} |`).join('\n')}

## Limits
- Figures on phantoms say nothing about patients. The real sets are small, each from one kind of source, and their annotations have gaps.
- It knows the findings of its list only, and two-dimensional images only; other devices, sites, ages and findings were not tested.
- A missed region is common on images of a kind it has not seen: nothing it leaves unmarked is thereby normal.
- Sides named in captions are the image's, not the patient's.
`;
}

export interface FineTunedFacts { readonly version: string; readonly parent: string; readonly at: string; readonly cases: number; readonly steps: number; readonly trainable: Trainable }

/** The parent's card, whose sources and limits hold on, with what a site's run added; of the site's cases only how many. */
export function fineTunedCard(parent: string | null, f: FineTunedFacts): string {
  const sets = { all: 'all weights', heads: 'the heads', last: 'the last blocks and the heads', lora: 'adapters and the heads' } as const;
  return `${(parent ?? '# Model card\n\nNothing is known of the version it was made from.').trimEnd()}

## Version ${f.version}: fine-tuned at a site
From version ${f.parent}, ${f.at.slice(0, 10)}: ${f.steps === 1 ? 'one step' : `${f.steps} steps`} on ${f.cases} ${f.cases === 1 ? 'case' : 'cases'} that people of the site had corrected and signed off; ${sets[f.trainable.kind]} learnt. Figures above are those of earlier versions; this one's stand in its gate report. It was judged on this site's patients alone.
`;
}

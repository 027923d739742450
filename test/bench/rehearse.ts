// `npm run rehearse -- --set DIR`: the whole loop on a real annotated set, written down as it went (rehearsal.ts).
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { parseArgs } from 'node:util';
import type { Measure } from '../../shared/domain/model.ts';
import { rehearse } from './rehearsal.ts';
import { machine, root, table, writeResults } from './results.ts';

const { values } = parseArgs({ options: {
  set: { type: 'string' }, rounds: { type: 'string', default: '1,2,4' }, cases: { type: 'string', default: '20' }, images: { type: 'string' }, seed: { type: 'string', default: '1' },
  steps: { type: 'string' }, lr: { type: 'string' }, replay: { type: 'string' }, 'no-write': { type: 'boolean', default: false },
} });
if (values.set === undefined) { process.stderr.write('--set DIR is needed: a folder with an annotations.jsonl.\n'); process.exit(2); }
const set = path.resolve(values.set), name = path.basename(set), seed = Number(values.seed), perRound = Number(values.cases);
const shown = new Set(values.rounds.split(',').map(Number)), began = performance.now();
const { rounds: rows, measuredOn } = await rehearse({
  set, rounds: Math.max(...shown), perRound, seed, ...(values.images === undefined ? {} : { images: Number(values.images) }),
  settings: { ...(values.steps === undefined ? {} : { steps: Number(values.steps) }), ...(values.lr === undefined ? {} : { learningRate: Number(values.lr) }), ...(values.replay === undefined ? {} : { replay: Number(values.replay) }) },
  baseBundle: process.env['REGIONMED_BASE_BUNDLE'] ?? path.join(root, 'models', 'bundles', 'base'), folder: path.join(root, '.cache', 'rehearsal', `${name}-${seed}`),
  say: (text) => { process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`); },
});

/** Sets that the base bundle learnt from stand in its report. */
const reportOfBase = z.object({ sets: z.array(z.object({ set: z.string() })).default([]) }).safeParse(JSON.parse(await readFile(path.join(root, 'models', 'bundles', 'base', 'evaluation.json'), 'utf8')));
const isKnown = reportOfBase.success && reportOfBase.data.sets.some((s) => s.set === name);
const percent = (m: Measure | null): string => (m === null ? '–' : `${(100 * m.value).toFixed(1)} (${(100 * m.low).toFixed(1)}–${(100 * m.high).toFixed(1)})`);
const listed = rows.filter((r) => r.round === 0 || shown.has(r.round));
const text = `## Rehearsal on a real annotated set: \`${name}\`

\`npm run rehearse -- --set ../shared/data/${name} --rounds ${values.rounds} --cases ${perRound} --seed ${seed}${values.steps === undefined ? '' : ` --steps ${values.steps}`}${values.lr === undefined ? '' : ` --lr ${values.lr}`}${values.replay === undefined ? '' : ` --replay ${values.replay}`}${values.images === undefined ? '' : ` --images ${values.images}`}\`, ${((performance.now() - began) / 60_000).toFixed(0)} minutes in all.
${machine()}

${isKnown ? 'The base bundle learnt from images of this set, and some that are held out here may be among them: the figures flatter it.' : 'The base bundle has never seen an image of this set.'} Held out from correction: ${measuredOn.images} images of ${measuredOn.patients} patients with ${measuredOn.regions} regions${rows.length === 0 ? '' : ' (where the set names no patient, each image, or group of near-identical images, stands for one)'}. A round: the model in use proposes on ${perRound} new cases, a simulated reader corrects them from ground truth and signs them off, the model is fine-tuned on everything corrected so far and put in use. Percent, with 95 % intervals from 1000 bootstrap resamples of patients.

${table(['after', 'cases', 'corrections', 'steps', 'recall at IoU 0.5', 'false regions an image', 'recall at 2 false', 'AP50', 'region-text R@1', 'right label', 'gate'], listed.map((r) => [
    r.round === 0 ? 'base bundle' : `round ${r.round}`, String(r.cases), String(r.corrections), String(r.steps), percent(r.metrics.recallAt50), r.falsePerImage.toFixed(1), percent(r.metrics.recallAt2Fp), percent(r.metrics.ap50), percent(r.metrics.regionTextRecall1), percent(r.metrics.labelAccuracy), r.verdict === '' ? '–' : r.verdict,
  ]))}

- **Recall at IoU 0.5**: share of annotated regions that a region proposed above the model's own threshold overlaps by a half or more, each proposal counted once; what that costs stands beside it as false regions an image. *Recall at 2 false* cuts the scores where false regions average two an image, *AP50* is over all thresholds: both compare models at equal cost.
- **Region-text Recall@1**: every annotated region of the held-out images is embedded from its true box, every distinct region caption of the held-out images is a candidate, and a hit is the region's own caption coming first; ties count against the model. Captions of this set are derived from label and box (size, finding, place), none was written by a reader.
- *Right label*: of the regions found, those whose label is right. The base bundle knows the names of its own findings only; a set with other names starts with few right labels.
- The gate compares each candidate with the model of the round before it, on the same held-out patients. The rehearsal puts every candidate in use.
- Predictions of each round, one JSON line an image: \`.cache/rehearsal/${name}-${seed}/round-N.jsonl\`.
`;
if (values['no-write']) process.stdout.write(text); else { await writeResults(`rehearsal:${name}`, text); process.stdout.write(text); }

// `npm run ablate`: what each part of the network gives. Every arm is trained from scratch on the same phantom studies
// and real images, with the same steps and seeds, and measured on patients kept apart. Arms and seeds are processes of
// their own and leave a file each, so that the work can be stopped and gone on with at any time.
import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { writeAtomically } from '../../models/bundle/files.ts';
import { writeBundle } from '../../models/bundle/bundle.ts';
import { averagePrecision, recallAtFalsePositives, smallShare } from '../../models/evaluation/detection.ts';
import { evaluate, loadFrom, type Evaluated } from '../../models/evaluation/measure.ts';
import { recallAt } from '../../models/evaluation/retrieval.ts';
import { Predictor } from '../../models/inference/predictor.ts';
import { baseConfiguration, wholeRoiProcessor, type RoiProcessor } from '../../models/nets/configuration.ts';
import { jointLoss } from '../../models/nets/dual-branch.ts';
import { makePhantom, phantomFindings } from '../../models/phantom/make-phantom.ts';
import { randomFrom } from '../../models/random.ts';
import { baseTokenizerJson, readTokenizer } from '../../models/text/tokenizer.ts';
import { jointly, oneAfterTheOther, progressively, type Phase } from '../../models/training/phases.ts';
import { makeSampler } from '../../models/training/sampler.ts';
import { train } from '../../models/training/train.ts';
import { findingsOf } from '../../shared/domain/caption.ts';
import type { Example } from '../../shared/domain/example.ts';
import { area } from '../../shared/domain/geometry.ts';
import { blobsOf, realExamples, type RealSetOptions } from './real-sets.ts';
import { machine, root, table, writeResults } from './results.ts';

const { values } = parseArgs({ options: {
  data: { type: 'string', default: path.join(root, '..', 'shared', 'data') }, steps: { type: 'string', default: '500' }, seeds: { type: 'string', default: '1,2,3' }, arms: { type: 'string' },
  arm: { type: 'string' }, seed: { type: 'string' }, 'no-write': { type: 'boolean', default: false }, parallel: { type: 'string', default: '2' },
} });
const steps = Number(values.steps), sets = ['bccd', 'codras', 'covid_cxr'] as const;
const out = path.join(root, '.cache', 'ablation'), blobPath = blobsOf(out);
const real: RealSetOptions = { data: values.data, sets, folder: out, salt: 'ablation' };
const say = (text: string): void => { process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`); };

interface Arm { readonly words: string; readonly roi: RoiProcessor; readonly phases: readonly Phase[] }
const crop: RoiProcessor = { look: 'crop', context: 'none', gate: false, geometry: false };
const without = (parts: Partial<typeof jointLoss>): readonly Phase[] => [{ until: 1, losses: { ...jointLoss, ...parts } }];
const arms: Readonly<Record<string, Arm>> = {
  'global-only': { words: 'global only: regions are looked at in the whole image\'s grid', roi: { ...crop, look: 'grid' }, phases: jointly },
  'region-only': { words: 'region only: crops without context, no loss on the whole image but the proposal head\'s', roi: crop, phases: without({ imageText: 0 }) },
  sequential: { words: 'one after the other: half the steps the global branch, half the region branch on it, frozen', roi: wholeRoiProcessor, phases: oneAfterTheOther },
  joint: { words: 'joint, the whole ROI processor: + box geometry', roi: wholeRoiProcessor, phases: jointly },
  progressive: { words: 'global, then region, then joint', roi: wholeRoiProcessor, phases: progressively },
  crop: { words: 'joint; crop only', roi: crop, phases: jointly },
  'crop-mean': { words: 'joint; crop + pooled context', roi: { ...crop, context: 'mean' }, phases: jointly },
  'crop-attention': { words: 'joint; crop + cross-attention', roi: { ...crop, context: 'attention' }, phases: jointly },
  'crop-attention-gate': { words: 'joint; + gate', roi: { ...crop, context: 'attention', gate: true }, phases: jointly },
  grid: { words: 'joint; RoIAlign in the grid instead of crops, all else whole', roi: { ...wholeRoiProcessor, look: 'grid' }, phases: jointly },
};

const figures = ['regionR1', 'regionR1Small', 'imageR1', 'ap50', 'recall2', 'recall2Small', 'label'] as const;
type Figures = Record<(typeof figures)[number], number | null>;
const figure = z.number().nullable();
const result = z.object({ arm: z.string(), seed: z.number(), steps: z.number(), seconds: z.number(), sets: z.record(z.string(), z.object({ regionR1: figure, regionR1Small: figure, imageR1: figure, ap50: figure, recall2: figure, recall2Small: figure, label: figure })) });
type Result = z.infer<typeof result>;
const fileOf = (arm: string, seed: number): string => path.join(out, `${arm}-${seed}-${steps}.json`);

/** The same figures for all and for findings under 1 % of the image's area. */
function figuresOf(images: readonly Evaluated[]): Figures {
  const small = images.map((i) => i.example.findings.map((f) => area(f.box) < smallShare * area(i.example.pixels)));
  const detections = images.map((i) => i.detection);
  const onlySmall = images.map((i, n) => ({ ...i.detection, matches: i.detection.matches.filter((m) => m.truth < 0 || small[n]?.[m.truth] === true), truths: small[n]?.filter(Boolean).length ?? 0 }));
  const labels = images.flatMap((i) => i.labels);
  return {
    regionR1: recallAt(1, images.flatMap((i) => i.regionRanks)), regionR1Small: recallAt(1, images.flatMap((i, n) => i.regionRanks.filter((_, k) => small[n]?.[k] === true))),
    imageR1: recallAt(1, images.flatMap((i) => (i.imageRank === null ? [] : [i.imageRank]))), ap50: averagePrecision(detections),
    recall2: recallAtFalsePositives(detections, 2), recall2Small: recallAtFalsePositives(onlySmall, 2), label: labels.length === 0 ? null : labels.filter(Boolean).length / labels.length,
  };
}

async function runArm(name: string, seed: number): Promise<void> {
  const arm = arms[name];
  if (arm === undefined) throw new Error(`there is no arm ${name}`);
  const all = await realExamples(real), began = performance.now();
  const learnt = all.filter((e) => e.split === 'training').map((e) => e.example);
  const tokenizerJson = baseTokenizerJson(), tokenizer = readTokenizer(tokenizerJson), configuration = { ...baseConfiguration(tokenizer.vocabulary), roi: arm.roi };
  const { weights } = await train({
    configuration, tokenizer, start: null, steps, learningRate: 1e-3, seed, device: 'cpu', threads: 1, phases: arm.phases,
    draw: makeSampler({ examples: learnt, blobPath, replay: 0.5, phantoms: 1500, seed }), checkpoint: path.join(out, `${name}-${seed}.safetensors`), key: JSON.stringify({ name, steps, seed, configuration }), every: 50,
    onStep: (l, left) => { if (l.step % 100 === 0) say(`${name} ${seed}: step ${l.step}, loss ${l.total.toFixed(2)}, region-text ${l.regionText.toFixed(2)}, ${Math.round(left)} s left`); },
  });
  const findings = [...new Map([...phantomFindings, ...findingsOf(learnt.flatMap((e) => e.findings))].map((f) => [f.label, f])).values()], bundle = path.join(out, `${name}-${seed}`);
  await writeBundle(bundle, { configuration, weights, tokenizerJson, manifest: { version: '0.0.1', parent: null, createdAt: '2026-01-01T00:00:00.000Z', findings, threshold: 0.05, licence: 'not for use', madeBy: { code: 'ablate', seed, device: 'cpu', steps, data: '0'.repeat(64), examples: learnt.length, phantomOnly: false, seconds: 0 } } });
  const predictor = await Predictor.open(bundle, 1), measured: Record<string, Figures> = {};
  try {
    const phantoms = new Map(Array.from({ length: 60 }, (_, i) => makePhantom(3_000_000 + i)).map((p) => [p.example.caseId, p]));
    const lots: [string, readonly Example[]][] = [['phantom', [...phantoms.values()].map((p) => p.example)], ...sets.map((set): [string, Example[]] => [set, randomFrom(5).shuffled(all.filter((e) => e.set === set && e.split === 'holdout').map((e) => e.example)).slice(0, 40)])];
    const stored = loadFrom(blobPath);
    for (const [set, lot] of lots) measured[set] = figuresOf(await evaluate({ predictor, examples: lot, findings, load: (e) => { const p = phantoms.get(e.caseId); return p === undefined ? stored(e) : Promise.resolve(p.image); } }));
  } finally {
    await predictor.release();
  }
  const made: Result = { arm: name, seed, steps, seconds: (performance.now() - began) / 1000, sets: measured };
  await writeAtomically(fileOf(name, seed), `${JSON.stringify(made, null, 1)}\n`);
  await Promise.all([rm(bundle, { recursive: true, force: true }), rm(path.join(out, `${name}-${seed}.safetensors`), { force: true })]);
  say(`${name} ${seed}: ${made.seconds.toFixed(0)} s`);
}

const percent = (v: number | null): string => (v === null ? '–' : (100 * v).toFixed(1));
/** Mean over seeds and half the range between the highest and the lowest: three seeds say no more. */
function over(results: readonly Result[], set: string, name: keyof Figures): string {
  const found = results.flatMap((r) => r.sets[set]?.[name] ?? []);
  if (found.length === 0) return '–';
  return `${percent(found.reduce((a, b) => a + b, 0) / found.length)} ± ${percent((Math.max(...found) - Math.min(...found)) / 2)}`;
}

if (values.arm !== undefined) await runArm(values.arm, Number(values.seed));
else {
  await mkdir(out, { recursive: true });
  await realExamples(real);
  const seeds = values.seeds.split(',').map(Number), wanted = values.arms?.split(',') ?? Object.keys(arms);
  const jobs = seeds.flatMap((seed) => wanted.filter((arm) => !existsSync(fileOf(arm, seed))).map((arm) => ({ arm, seed })));
  const work = async (): Promise<void> => {
    for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
      const child = fork(import.meta.filename, ['--arm', job.arm, '--seed', String(job.seed), '--steps', String(steps)], { execArgv: ['--disable-warning=ExperimentalWarning'], stdio: 'inherit' });
      const code = await new Promise<number | null>((resolve) => { child.once('exit', resolve); });
      if (code !== 0) throw new Error(`${job.arm} ${job.seed} ended with ${code}`);
    }
  };
  await Promise.all(Array.from({ length: Number(values.parallel) }, work));
  const results: Result[] = [];
  for (const arm of wanted) for (const seed of seeds) if (existsSync(fileOf(arm, seed))) results.push(result.parse(JSON.parse(await readFile(fileOf(arm, seed), 'utf8'))));
  const of = (arm: string): Result[] => results.filter((r) => r.arm === arm);
  const text = `## What each part gives

\`npm run ablate -- --steps ${steps} --seeds ${seeds.join(',')}\`, ${(results.reduce((s, r) => s + r.seconds, 0) / 3600).toFixed(1)} processor hours in all, one thread a run.
${machine()}

Every arm is trained from scratch for ${steps} steps of 8 images, half phantom studies and half images of \`bccd\`, \`codras\` and \`covid_cxr\`, and measured on 60 phantom studies and at most 40 images of each set, of patients (or groups) that no arm learnt from. Mean of ${seeds.length} seeds ± half their range, percent. Captions of the real sets are derived from label and box. So few steps tell which arm learns faster, not where each would end.

${['phantom', ...sets].map((set) => `### \`${set}\`\n\n${table(['', 'region-text R@1', 'of small', 'image-text R@1', 'AP50', 'recall at 2 false', 'of small', 'right label'], wanted.map((arm) => [arms[arm]?.words ?? arm, ...figures.map((f) => over(of(arm), set, f))]))}`).join('\n\n')}
`;
  if (values['no-write']) process.stdout.write(text); else await writeResults('ablation', text);
}

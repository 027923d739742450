// Incremental joint fine-tuning: from a bundle and the corrections of a site to a candidate bundle. Global and region
// branch, ROI processor, text encoder and proposal head learn together in one step.
import { createHash } from 'node:crypto';
import path from 'node:path';
import type { Device } from '../../shared/contracts/inference.ts';
import { canonical } from '../../shared/domain/diff.ts';
import type { Finding } from '../../shared/domain/caption.ts';
import type { Example } from '../../shared/domain/example.ts';
import type { LossPoint, RunSettings } from '../../shared/domain/run.ts';
import { AppError } from '../../shared/errors.ts';
import { readFile, rm } from 'node:fs/promises';
import { readBundle, weightsOf, writeBundle, type BundleContents } from '../bundle/bundle.ts';
import { extendBundle } from '../bundle/extend.ts';
import { scoreSettings, type ScoreSettings } from '../evaluation/calibration.ts';
import { evaluate, loadFrom } from '../evaluation/measure.ts';
import { answerFiles } from '../inference/answerer.ts';
import { Predictor } from '../inference/predictor.ts';
import { randomFrom } from '../random.ts';
import { chooseDevice } from '../runtime/device.ts';
import { shapeOf } from './batch.ts';
import { cardFile, fineTunedCard } from './model-card.ts';
import { makeSampler } from './sampler.ts';
import { train } from './train.ts';
import { trainAnswers, usualAnswerSettings } from './train-answers.ts';

export interface FineTuneOptions {
  /** The bundle to start from and the run's own folder, for checkpoints. */
  readonly bundle: string;
  readonly folder: string;
  readonly examples: readonly Example[];
  /** Where the candidate bundle is written, as the last act. */
  readonly candidate: string;
  readonly version: string;
  readonly findings: readonly Finding[];
  readonly settings: RunSettings;
  /** Cases with questions: they teach the answer head anew where the bundle has one, for it reads embeddings that the run changes. */
  readonly questions?: readonly Example[];
  readonly createdAt: string;
  readonly blobPath: (sha256: string) => string;
  readonly signal: AbortSignal;
  readonly onStep: (loss: LossPoint, secondsLeft: number, notes: readonly string[]) => void;
}

/** The most images that a threshold is set on. */
const thresholdImages = 60;
/** One patient in so many sets the threshold and is not learnt from. */
const apartOneIn = 8;
/** With fewer findings than this a threshold is mostly chance. */
const fewestFindings = 50;
/** A missed region costs a reader a drawing and a name, a false one a key: recall counts twice when the threshold is set. */
const missedAgainstFalse = 2;
/** Phantoms a fine-tune replays from. */
const replayedPhantoms = 120;

/**
 * The examples to learn from and those that set the threshold. Scores on what was learnt lie higher than on new images,
 * so a threshold set there climbs from run to run and findings are missed: from eight patients on, one in eight, always
 * the same by a hash of the patient, is kept apart for it. While those have too few findings to set it, all help.
 */
export function divide(examples: readonly Example[]): { learnt: readonly Example[]; calibrating: readonly Example[] } {
  if (new Set(examples.map((e) => e.patient)).size < apartOneIn) return { learnt: examples, calibrating: examples };
  const isApart = (e: Example): boolean => (createHash('sha256').update(`threshold ${e.patient}`).digest()[0] ?? 0) % apartOneIn === 0;
  const apart = examples.filter(isApart), learnt = examples.filter((e) => !isApart(e));
  const findings = apart.reduce((n, e) => n + e.findings.length, 0);
  return { learnt: learnt.length > 0 ? learnt : examples, calibrating: findings >= fewestFindings ? apart : examples };
}

export async function fineTune(o: FineTuneOptions): Promise<{ steps: number; device: Device; seconds: number; notes: string[] }> {
  if (o.examples.length === 0) throw new AppError('nothing-to-train', 'There are no corrected cases to learn from yet.');
  const began = performance.now();
  const bundle = await readBundle(o.bundle);
  const chosen = await chooseDevice();
  const { learnt: examples, calibrating } = divide([...o.examples].sort((a, b) => (a.caseId < b.caseId ? -1 : 1)));
  const data = createHash('sha256').update(canonical(examples)).digest('hex');
  const { steps, learningRate, replay, seed, batch, accumulation } = o.settings;
  const { weights, notes, device: worked } = await train({
    configuration: bundle.configuration, towers: bundle.towers, tokenizer: bundle.tokenizer, trainable: o.settings.trainable, start: weightsOf(bundle), steps, learningRate, seed, device: chosen.name,
    draw: makeSampler({ examples, blobPath: o.blobPath, replay, phantoms: replayedPhantoms, seed }),
    checkpoint: path.join(o.folder, 'checkpoint.safetensors'), key: createHash('sha256').update(canonical({ data, base: bundle.manifest, settings: o.settings })).digest('hex'),
    shape: shapeOf(batch), accumulation, recompute: o.settings.recompute, madeBy: { data, bundle: createHash('sha256').update(canonical(bundle.manifest)).digest('hex'), settings: canonical(o.settings) },
    every: 25, onStep: o.onStep, signal: o.signal,
  });
  // The device may have been given up in the first step; the notes say why.
  const device: Device = worked === chosen.name ? chosen : { name: worked, verified: true, reason: notes[0] ?? chosen.reason };

  const card = fineTunedCard(await readFile(path.join(o.bundle, cardFile), 'utf8').catch(() => null), { version: o.version, parent: bundle.manifest.version, at: o.createdAt, cases: examples.length, steps, trainable: o.settings.trainable });
  const contents = (scores: ScoreSettings): BundleContents => ({
    configuration: bundle.configuration, towers: bundle.towers, weights, tokenizerJson: bundle.tokenizerJson, extra: { [cardFile]: card },
    manifest: {
      version: o.version, parent: bundle.manifest.version, createdAt: o.createdAt, findings: [...o.findings], ...scores, licence: bundle.manifest.licence,
      madeBy: { code: 'fine-tune', seed, device: device.name, steps, data, examples: examples.length, phantomOnly: bundle.manifest.madeBy.phantomOnly && examples.every((e) => e.phantom), seconds: (performance.now() - began) / 1000 },
    },
  });
  // The candidate's scores lie elsewhere than its parent's, so its threshold is set anew, and where there are images it
  // never learnt from, what its scores mean as well.
  const draft = path.join(o.folder, 'draft');
  await writeBundle(draft, contents({ threshold: bundle.manifest.threshold }));
  const predictor = await Predictor.open(draft);
  let scores: ScoreSettings;
  const told = [...notes];
  try {
    const chosen = randomFrom(seed, 31).shuffled(calibrating).slice(0, thresholdImages);
    const seen = (await evaluate({ predictor, examples: chosen, findings: o.findings, load: loadFrom(o.blobPath), signal: o.signal })).map((e) => e.detection);
    scores = scoreSettings(seen, missedAgainstFalse, calibrating.some((e) => examples.includes(e)) ? bundle.manifest.calibration : 'fit');
    const head = answerFiles.every((name) => bundle.manifest.files[name] !== undefined) ? await taughtAnew(o, predictor, draft, told) : null;
    await writeBundle(head === null ? o.candidate : draft, contents(scores));
    if (head !== null) await extendBundle(draft, o.candidate, head);
  } catch (error) {
    if (o.signal.aborted) throw new AppError('cancelled', 'The run was stopped.', { cause: error });
    throw error;
  } finally {
    await predictor.release();
    await rm(draft, { recursive: true, force: true });
  }
  return { steps, device, seconds: (performance.now() - began) / 1000, notes: told };
}

/** The answer head for the new weights; null, with a note, where there is nothing to teach it with. */
async function taughtAnew(o: FineTuneOptions, predictor: Predictor, folder: string, notes: string[]): Promise<Record<string, Uint8Array> | null> {
  const examples = (o.questions ?? []).filter((e) => e.questions !== undefined);
  const none = (): null => { notes.push('The new version answers no questions: there are none left to teach it with.'); return null; };
  if (examples.length === 0) return none();
  // Hours of training must not end with a head that could not be taught.
  return trainAnswers({ predictor, examples, load: loadFrom(o.blobPath), folder, settings: usualAnswerSettings, signal: o.signal })
    .catch((error: unknown) => { if (error instanceof AppError && error.code === 'nothing-to-train') return none(); throw error; });
}

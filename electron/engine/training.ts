// The training engine: fine-tunes, evaluates and compares bundles in a process of its own. It reads examples and
// blobs, writes into the folders it is given, and knows nothing of the journal.
import { createReadStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { trainingContract, type TrainingContract } from '../../shared/contracts/training.ts';
import { canonical } from '../../shared/domain/diff.ts';
import { example, type Example } from '../../shared/domain/example.ts';
import { AppError } from '../../shared/errors.ts';
import type { Service } from '../../shared/rpc/contract.ts';
import { serve } from '../../shared/rpc/serve.ts';
import { adoptBundle } from '../../models/bundle/adopt.ts';
import { readBundle } from '../../models/bundle/bundle.ts';
import { extendBundle } from '../../models/bundle/extend.ts';
import { sha256Of, writeAtomically } from '../../models/bundle/files.ts';
import { evaluate, loadFrom, metricsOf, type Evaluated } from '../../models/evaluation/measure.ts';
import { judge } from '../../models/evaluation/gate.ts';
import { Predictor } from '../../models/inference/predictor.ts';
import { writePhantoms } from '../../models/phantom/write-phantoms.ts';
import { linesOf, reportOf } from '../../models/evaluation/tasks/task.ts';
import { fineTune } from '../../models/training/fine-tune.ts';
import { trainAnswers, usualAnswerSettings } from '../../models/training/train-answers.ts';
import { engineArguments, hostPipe, reportBug } from './parent.ts';

const { blobPath } = engineArguments();

async function readExamples(file: string): Promise<Example[]> {
  const found: Example[] = [];
  for await (const line of createInterface({ input: createReadStream(file, 'utf8') })) if (line !== '') found.push(example.parse(JSON.parse(line)));
  return found;
}

/** Throws the typed error when the caller went away or cancelled. */
function cancellable<T>(work: Promise<T>, signal: { readonly aborted: boolean }): Promise<T> {
  return work.catch((error: unknown) => { if (signal.aborted) throw new AppError('cancelled', 'The work was stopped.', { cause: error }); throw error; });
}

const toNodeSignal = (signal: { readonly aborted: boolean; addEventListener(type: 'abort', listener: () => void): void }): AbortSignal => {
  const controller = new AbortController();
  if (signal.aborted) controller.abort(); else signal.addEventListener('abort', () => controller.abort());
  return controller.signal;
};

/** Evaluates a bundle folder, with progress from `offset` of `of`. */
async function evaluated(bundle: string, examples: readonly Example[], findings: Parameters<typeof evaluate>[0]['findings'], signal: AbortSignal, onProgress: (done: number) => void): Promise<Evaluated[]> {
  if (examples.length === 0) return [];
  const predictor = await Predictor.open(bundle);
  try {
    return await evaluate({ predictor, examples, findings, load: loadFrom(blobPath), onProgress, signal });
  } finally {
    await predictor.release();
  }
}

function pace(of: number, emit: (event: { done: number; of: number; secondsLeft: number | null }) => void): (done: number) => void {
  const began = performance.now();
  return (done) => emit({ done, of, secondsLeft: done === 0 ? null : ((performance.now() - began) / 1000 / done) * (of - done) });
}

const service: Service<TrainingContract> = {
  async makePhantoms({ folder, count, seed }, { emit, signal }) {
    await mkdir(folder, { recursive: true });
    return { studies: await cancellable(writePhantoms(folder, count, seed, pace(count, emit), toNodeSignal(signal)), signal) };
  },

  async run(input, { emit, signal }) {
    return fineTune({ ...input, examples: await readExamples(input.examples), questions: input.questions === undefined ? [] : await readExamples(input.questions), blobPath, signal: toNodeSignal(signal), onStep: (loss, secondsLeft, notes) => emit({ loss, secondsLeft, notes: [...notes] }) });
  },

  async createBundle(input) {
    const { version, weights, notes } = await adoptBundle(input);
    return { version, weights, notes: [...notes] };
  },

  async evaluate({ bundle, examples: file, findings, predictions }, { emit, signal }) {
    const examples = await readExamples(file);
    const images = await cancellable(evaluated(bundle, examples, findings, toNodeSignal(signal), pace(examples.length, emit)), signal);
    if (predictions !== null) {
      const { manifest: { version, threshold } } = await readBundle(bundle);
      const lines = images.map(({ example: e, proposals }) => JSON.stringify({
        file: e.file, width: e.pixels.width, height: e.pixels.height, model: version, threshold,
        regions: proposals.map((p) => ({ bbox: [p.box.x, p.box.y, p.box.width, p.box.height], score: p.score, label: p.label, caption: p.caption })),
        truth: e.findings.map((f) => ({ bbox: [f.box.x, f.box.y, f.box.width, f.box.height], label: f.label, caption: f.caption })),
      }));
      await writeAtomically(predictions, lines.length === 0 ? '' : `${lines.join('\n')}\n`);
    }
    return { metrics: metricsOf(images), images: images.length, patients: new Set(examples.map((e) => e.patient)).size, regions: examples.reduce((n, e) => n + e.findings.length, 0) };
  },

  async evaluateTask({ bundle, examples: file, findings, task, predictions }, { emit, signal }) {
    const examples = await readExamples(file), predictor = await Predictor.open(bundle);
    try {
      const lines = await cancellable(linesOf(task, { predictor, examples, findings, load: loadFrom(blobPath), onProgress: pace(examples.length, emit), signal: toNodeSignal(signal) }), signal);
      if (predictions !== null) await writeAtomically(predictions, lines.map((l) => `${JSON.stringify(l)}\n`).join(''));
      return reportOf(task, lines);
    } finally {
      await predictor.release();
    }
  },

  async trainAnswers({ folder, bundle, examples: file, candidate, version, createdAt, settings: given }, { emit, signal }) {
    const began = performance.now(), examples = await readExamples(file), predictor = await Predictor.open(bundle), { steps, learningRate, seed } = usualAnswerSettings;
    const settings = { steps: given.steps ?? steps, learningRate: given.learningRate ?? learningRate, seed: given.seed ?? seed };
    try {
      const files = await cancellable(trainAnswers({ predictor, examples, load: loadFrom(blobPath), folder, settings, onProgress: pace(examples.length + settings.steps, emit), signal: toNodeSignal(signal) }), signal);
      const { manifest } = predictor.bundle;
      await extendBundle(bundle, candidate, files, { version, parent: manifest.version, createdAt, madeBy: { ...manifest.madeBy, code: 'train-answers', seed: settings.seed, steps: settings.steps, data: sha256Of(new TextEncoder().encode(canonical(examples))), examples: examples.length, phantomOnly: manifest.madeBy.phantomOnly && examples.every((e) => e.phantom), seconds: (performance.now() - began) / 1000 } });
      return { questions: examples.reduce((n, e) => n + (e.questions?.length ?? 0), 0) };
    } finally {
      await predictor.release();
    }
  },

  async compare({ champion, candidate, holdout: holdoutFile, corrections: correctionsFile, findings, at }, { emit, signal }) {
    const [holdout, corrections] = [await readExamples(holdoutFile), await readExamples(correctionsFile)];
    const [before, after] = [await readBundle(champion), await readBundle(candidate)];
    const progress = pace(2 * (holdout.length + corrections.length), emit);
    let base = 0;
    const part = async (bundle: string, examples: readonly Example[]): Promise<Evaluated[]> => {
      const from = base;
      base += examples.length;
      return cancellable(evaluated(bundle, examples, findings, toNodeSignal(signal), (done) => progress(from + done)), signal);
    };
    const holdoutPair = { champion: await part(champion, holdout), candidate: await part(candidate, holdout) };
    const correctionsPair = { champion: await part(champion, corrections), candidate: await part(candidate, corrections) };
    return judge(holdoutPair, correctionsPair, { champion: before.manifest.version, candidate: after.manifest.version, at });
  },
};

process.title = `regionmed training ${path.basename(process.cwd())}`;
serve(trainingContract, service, hostPipe(), { onBug: reportBug });

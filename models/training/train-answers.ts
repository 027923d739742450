// Trains a bundle's answer head on questions with known answers. Everything below it is frozen and embedded once, so a
// step is a few small matrix products, and the whole is done in the time of a short run.
import path from 'node:path';
import { createHash } from 'node:crypto';
import { canonical } from '../../shared/domain/diff.ts';
import type { Example } from '../../shared/domain/example.ts';
import { answerKey, choicesOf } from '../../shared/domain/question.ts';
import { AppError } from '../../shared/errors.ts';
import type { PixelImage } from '../images/pixels.ts';
import type { answerFiles, KnownAnswers } from '../inference/answerer.ts';
import type { Predictor } from '../inference/predictor.ts';
import { answerLosses, answerModel, answerTrainingGraph, textFeatures } from '../nets/answer-head.ts';
import { firstValues, weightConstants } from '../nets/weights.ts';
import { writeOnnx } from '../onnx/write.ts';
import { randomFrom } from '../random.ts';
import { float32, type Tensor } from '../tensor.ts';
import { optimise } from './optimise.ts';
import { makeParameters } from './parameters.ts';
import { createTrainingStep } from './step.ts';

export interface AnswerSettings { readonly steps: number; readonly learningRate: number; readonly seed: number }
export const usualAnswerSettings: AnswerSettings = { steps: 300, learningRate: 1e-3, seed: 1 };
export interface TrainAnswersOptions {
  readonly predictor: Predictor;
  readonly examples: readonly Example[];
  readonly load: (example: Example) => Promise<PixelImage>;
  /** For the checkpoint. */
  readonly folder: string;
  readonly settings: AnswerSettings;
  /** Images embedded and steps made, together. */
  readonly onProgress?: (done: number, of: number) => void;
  readonly signal?: AbortSignal;
}

const batchQuestions = 64;
/** Open questions choose from the answers of training, at most so many, commonest first. */
const mostOpen = 1000;
/** Added to the logit of a candidate that this question does not have. */
const absentLogit = -1e4;

/** What is known from training: the answers to open questions, commonest first, each in its commonest spelling. */
export function answersOf(examples: readonly Example[]): KnownAnswers {
  const spellings = new Map<string, Map<string, number>>();
  let yes = 0, no = 0;
  for (const { question, answer } of examples.flatMap((e) => e.questions ?? [])) {
    const key = answerKey(answer);
    if (key === 'yes') yes++; else if (key === 'no') no++;
    if (choicesOf(question) !== null) continue;
    const own = spellings.get(key) ?? new Map<string, number>();
    spellings.set(key, own);
    own.set(answer, (own.get(answer) ?? 0) + 1);
  }
  const counted = [...spellings].map(([key, own]) => ({ key, count: [...own.values()].reduce((a, b) => a + b), text: [...own].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0]?.[0] ?? key }));
  return { open: counted.sort((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1)).slice(0, mostOpen).map((c) => c.text), commonestYesNo: yes >= no ? 'yes' : 'no' };
}

interface Asked { readonly question: Float32Array; readonly visual: Float32Array; /** Places in the list of texts. */ readonly candidates: readonly number[]; readonly right: number }

/** Answers the two files of the head. AppError('nothing-to-train') without questions whose answer can be chosen; errors of `optimise`. */
export async function trainAnswers(o: TrainAnswersOptions): Promise<Record<(typeof answerFiles)[number], Uint8Array>> {
  const { predictor, settings: { steps, learningRate, seed } } = o, known = answersOf(o.examples), E = predictor.bundle.configuration.embedding;
  const texts = [...new Set([...known.open, ...o.examples.flatMap((e) => (e.questions ?? []).flatMap((q) => choicesOf(q.question) ?? []))])];
  const places = new Map(texts.map((t, i) => [t, i])), openPlaces = known.open.map((t) => places.get(t) ?? 0);
  const asked: Asked[] = [];
  for (const [at, e] of o.examples.entries()) {
    const questions = e.questions ?? [];
    o.onProgress?.(at, o.examples.length + steps);
    if (questions.length === 0) continue;
    o.signal?.throwIfAborted();
    const boxes = questions.flatMap((q) => (q.box === null ? [] : [q.box])), { image, regions } = await predictor.embedBoth(await o.load(e), boxes), vectors = await predictor.embedTexts(questions.map((q) => q.question));
    for (const [i, q] of questions.entries()) {
      const candidates = choicesOf(q.question)?.map((t) => places.get(t) ?? 0) ?? openPlaces, right = candidates.find((c) => answerKey(texts[c] ?? '') === answerKey(q.answer)), question = vectors[i], visual = q.box === null ? image : regions[boxes.indexOf(q.box)];
      if (right !== undefined && question !== undefined && visual !== undefined) asked.push({ question: textFeatures(q.question, question), visual, candidates, right });
    }
    await new Promise((resolve) => { setImmediate(resolve); });
  }
  if (asked.length === 0) throw new AppError('nothing-to-train', 'There are no questions with answers to learn from.');

  const B = Math.min(batchQuestions, asked.length), A = texts.length, { graph, weights } = answerTrainingGraph(E, B, A), parameters = makeParameters(weights);
  const T = asked[0]?.question.length ?? 0, answers = new Float32Array(A * T);
  for (const [i, v] of (await predictor.embedTexts(texts)).entries()) answers.set(textFeatures(texts[i] ?? '', v), i * T);
  const feeds = (n: number): Record<string, Tensor> => {
    const random = randomFrom(seed, n, 37), question = new Float32Array(B * T), visual = new Float32Array(B * E), absent = new Float32Array(B * A).fill(absentLogit), target = new Float32Array(B * A);
    for (let b = 0; b < B; b++) {
      const one = asked[random.integer(asked.length)];
      if (one === undefined) continue;
      question.set(one.question, b * T);
      visual.set(one.visual, b * E);
      for (const c of one.candidates) absent[b * A + c] = 0;
      target[b * A + one.right] = 1 / B;
    }
    return { question: float32([B, T], question), visual: float32([B, E], visual), answers: float32([A, T], answers), absent: float32([B, A], absent), target: float32([B, A], target) };
  };
  const key = createHash('sha256').update(canonical({ base: predictor.bundle.manifest, settings: o.settings, questions: o.examples.map((e) => e.questions ?? []) })).digest('hex');
  await optimise({
    openStep: () => createTrainingStep(graph, answerLosses, parameters, { device: 'cpu' }), parameters, steps, learningRate, every: 100,
    checkpoint: { file: path.join(o.folder, 'answers.safetensors'), key, madeBy: { seed: String(seed) } }, ...(o.signal === undefined ? {} : { signal: o.signal }),
    start: ({ list }) => { for (const [i, p] of list.entries()) { const w = weights[i]; if (w !== undefined) firstValues(w, seed, i, p.data); } },
    feeds: (n) => Promise.resolve(feeds(n)), onStep: (n) => o.onProgress?.(o.examples.length + n, o.examples.length + steps),
  });
  const trained = new Map(parameters.list.map((p) => [p.name, { dims: p.dims, data: p.data }]));
  const model = answerModel(E, weightConstants((name) => { const w = trained.get(name); if (w === undefined) throw new Error(`the weight ${name} is missing`); return w; }));
  return { 'answer.onnx': writeOnnx(model, 'answer'), 'answers.json': new TextEncoder().encode(`${JSON.stringify(known, null, 1)}\n`) };
}

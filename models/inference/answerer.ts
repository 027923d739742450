// The answer head of a bundle at work. It is optional: two files more, answer.onnx and answers.json, under the manifest's
// hashes like all others.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { ModelManifest } from '../../shared/domain/model.ts';
import { choicesOf } from '../../shared/domain/question.ts';
import { AppError } from '../../shared/errors.ts';
import { sha256Of } from '../bundle/files.ts';
import { answersPerRun, textFeatures } from '../nets/answer-head.ts';
import { openSession, type Session, type SessionOptions } from '../runtime/session.ts';
import { float32 } from '../tensor.ts';

export const answerFiles = ['answer.onnx', 'answers.json'] as const;
/** What open questions choose from, commonest first, and what is commonest of all where yes and no are asked for. */
export const knownAnswers = z.object({ open: z.array(z.string().min(1)), commonestYesNo: z.enum(['yes', 'no']) });
export type KnownAnswers = z.infer<typeof knownAnswers>;

export interface Answered {
  /** Candidates by falling probability. */
  readonly answers: readonly { readonly answer: string; readonly probability: number }[];
  /** The best answer without the image, and the commonest one: what the first must beat. */
  readonly questionOnly: string;
  readonly commonest: string;
}

type EmbedTexts = (texts: readonly string[]) => Promise<Float32Array[]>;

export class Answerer {
  readonly #session: Session;
  readonly #known: KnownAnswers;
  private constructor(session: Session, known: KnownAnswers) { this.#session = session; this.#known = known; }

  /** Null when the bundle has no answer head. AppError('bundle-damaged') when it has a damaged one. */
  static async open(folder: string, manifest: ModelManifest, options: SessionOptions): Promise<Answerer | null> {
    if (answerFiles.some((name) => manifest.files[name] === undefined)) return null;
    const [model, list] = await Promise.all(answerFiles.map(async (name) => {
      const bytes = await readFile(path.join(folder, name)).catch(() => null);
      if (bytes === null || sha256Of(bytes) !== manifest.files[name]?.sha256) throw new AppError('bundle-damaged', `The file ${name} of model ${manifest.version} is not what its manifest says.`);
      return bytes;
    }));
    const known = knownAnswers.safeParse(parsed(new TextDecoder().decode(list)));
    if (!known.success || model === undefined) throw new AppError('bundle-damaged', `The list of answers of model ${manifest.version} cannot be read.`);
    return new Answerer(await openSession(model, options), known.data);
  }

  async answer(question: string, visual: Float32Array, embedTexts: EmbedTexts): Promise<Answered> {
    const choices = choicesOf(question), candidates = choices ?? this.#known.open, E = visual.length;
    const [asked] = await embedTexts([question]), vectors = await embedTexts(candidates);
    if (asked === undefined || candidates.length === 0) throw new AppError('not-found', 'This model knows no answer to such a question.');
    const words = textFeatures(question, asked), T = words.length;
    const withImage: number[] = [], questionOnly: number[] = [];
    for (let from = 0; from < candidates.length; from += answersPerRun) {
      const answers = new Float32Array(answersPerRun * T), part = vectors.slice(from, from + answersPerRun);
      for (const [i, v] of part.entries()) answers.set(textFeatures(candidates[from + i] ?? '', v), i * T);
      const out = await this.#session.run({ question: float32([1, T], words), visual: float32([1, E], visual), answers: float32([answersPerRun, T], answers) }, ['withImage', 'questionOnly']);
      withImage.push(...Array.from(out['withImage']?.data ?? [], Number).slice(0, part.length));
      questionOnly.push(...Array.from(out['questionOnly']?.data ?? [], Number).slice(0, part.length));
    }
    const top = Math.max(...withImage), total = withImage.reduce((s, l) => s + Math.exp(l - top), 0);
    const answers = candidates.map((answer, i) => ({ answer, probability: Math.exp((withImage[i] ?? top) - top) / total })).sort((a, b) => b.probability - a.probability);
    const blind = candidates[questionOnly.indexOf(Math.max(...questionOnly))] ?? '';
    return { answers, questionOnly: blind, commonest: choices === null ? this.#known.open[0] ?? '' : choices.includes(this.#known.commonestYesNo) ? this.#known.commonestYesNo : choices[0] ?? '' };
  }

  release(): Promise<void> { return this.#session.release(); }
}

function parsed(json: string): unknown {
  try { return JSON.parse(json); } catch { return null; }
}

// Answers to questions, out of the embeddings that a bundle already makes: the question's words ask, the image or region
// replies where a gate lets it, and the candidate answer that lies nearest is chosen. Gated low-rank bilinear fusion (Kim
// et al. 2017, arXiv 1610.04325). A second head of its own weights, which never sees the image, stands beside it: what it
// gets right as well was not seen. E embedding, T = E + hashed words, B questions, A candidate answers.
import { GraphBuilder } from '../graph/builder.ts';
import type { Graph, Value } from '../graph/graph.ts';
import { hashedWords, hashedWordsLength } from '../text/hashed-words.ts';
import { Layers } from './layers.ts';
import { weightInputs, type WeightSource, type WeightSpecification } from './weights.ts';

const hidden = 128;
/** Candidates of one run of the shipped head; callers pad. */
export const answersPerRun = 64;

/** What stands for a question or an answer: its embedding, then its hashed words [T]. */
export function textFeatures(text: string, embedding: Float32Array): Float32Array {
  const out = new Float32Array(embedding.length + hashedWordsLength);
  out.set(embedding);
  out.set(hashedWords(text), embedding.length);
  return out;
}
const textWidth = (embedding: number): number => embedding + hashedWordsLength;

/** Logits [B, A] of candidate answers. */
function logits(l: Layers, name: string, question: Value, visual: Value | null, answers: Value): Value {
  const g = l.g;
  const asked = g.gelu(l.linear(`${name}.question`, question, hidden));
  let fused = asked;
  if (visual !== null) {
    const seen = g.gelu(l.linear(`${name}.visual`, visual, hidden)), gate = g.sigmoid(l.linear(`${name}.gate`, g.concat([asked, seen], 1), hidden));
    fused = g.add(asked, g.mul(gate, g.add(seen, g.mul(asked, seen))));
  }
  const wanted = l.linear(`${name}.wanted`, l.norm(`${name}.norm`, fused), hidden);
  return g.matmul(wanted, g.transpose(g.unit(l.linear(`${name}.answer`, answers, hidden, { bias: false })), [1, 0]));
}

const heads = (l: Layers, question: Value, visual: Value, answers: Value): { withImage: Value; questionOnly: Value } =>
  ({ withImage: logits(l, 'answer', question, visual, answers), questionOnly: logits(l, 'blind', question, null, answers) });

export const answerLosses = ['total', 'withImage', 'questionOnly'] as const;

/** Inputs question [B, T], visual [B, E], answers [A, T], absent [B, A] (added where a candidate is none of this question's) and target [B, A], rows of which sum to 1 / B. */
export function answerTrainingGraph(embedding: number, questions: number, answers: number): { graph: Graph; weights: WeightSpecification[] } {
  const weights: WeightSpecification[] = [], g = new GraphBuilder(), l = new Layers(g, weightInputs(weights));
  const made = heads(l, g.input('question', [questions, textWidth(embedding)]), g.input('visual', [questions, embedding]), g.input('answers', [answers, textWidth(embedding)]));
  const absent = g.input('absent', [questions, answers]), target = g.input('target', [questions, answers]);
  const crossEntropy = (x: Value): Value => g.neg(g.sum(g.mul(target, g.logSoftmax(g.add(x, absent))), [0, 1], false));
  const withImage = crossEntropy(made.withImage), questionOnly = crossEntropy(made.questionOnly);
  return { graph: g.finish({ total: g.add(withImage, questionOnly), withImage, questionOnly }), weights };
}

/** answer.onnx: one question and `answersPerRun` candidates to logits [1, A] with and without the image. */
export function answerModel(embedding: number, source: WeightSource): Graph {
  const g = new GraphBuilder();
  return g.finish({ ...heads(new Layers(g, source), g.input('question', [1, textWidth(embedding)]), g.input('visual', [1, embedding]), g.input('answers', [answersPerRun, textWidth(embedding)])) });
}

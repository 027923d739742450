// Visual question answering, beside the two answers that need no eyes: the commonest one, and what the same head says
// when it gets the question alone. Only what is right more often than the latter was seen in the image (Agrawal et al.
// 2018, arXiv 1712.00377).
import { AppError } from '../../../shared/errors.ts';
import { answerKey } from '../../../shared/domain/question.ts';
import type { TaskReport } from '../../../shared/domain/task.ts';
import { bandOf, meanOf, measured, patientsOf, strata, within, type Figure } from '../figures.ts';
import type { EvaluateOptions } from '../measure.ts';
import { bboxOf, shareOf, subjectsOf, type VqaLine } from './lines.ts';

/** Answers that a line lists. */
const listed = 5;

export async function vqaLines(o: EvaluateOptions): Promise<VqaLine[]> {
  const { predictor, examples } = o, { version } = predictor.bundle.manifest, subjectOf = subjectsOf(examples, version);
  if (!predictor.answers) throw new AppError('not-found', `Model ${version} answers no questions; "regionmed answers" teaches it.`);
  const lines: VqaLine[] = [];
  for (const [i, e] of examples.entries()) {
    o.signal?.throwIfAborted();
    const image = await o.load(e);
    for (const q of e.questions ?? []) {
      const { answers, questionOnly, commonest } = await predictor.answer(image, q.question, q.box), [best] = answers, key = answerKey(q.answer);
      lines.push({
        task: 'vqa', ...subjectOf(e), id: q.id, bbox: q.box === null ? null : bboxOf(q.box), share: q.box === null ? null : shareOf(q.box, e.pixels), kind: q.kind, question: q.question, truth: q.answer,
        candidates: answers.length, reachable: answers.some((a) => answerKey(a.answer) === key), answer: best?.answer ?? '', top: answers.slice(0, listed), questionOnly, commonest,
      });
    }
    o.onProgress?.(i + 1, examples.length);
    await new Promise((resolve) => { setImmediate(resolve); });
  }
  return lines;
}

const same = (a: string, b: string): boolean => answerKey(a) === answerKey(b);
const figures: readonly Figure<VqaLine>[] = (['all', 'closed', 'open'] as const).flatMap((kind) => {
  const of = (name: string, value: (l: VqaLine) => number | boolean): Figure<VqaLine> => within((l) => kind === 'all' || l.kind === kind, meanOf(`${kind}.${name}`, value));
  return [
    of('accuracy', (l) => same(l.answer, l.truth)), of('in5', (l) => l.top.some((t) => same(t.answer, l.truth))), of('questionOnly', (l) => same(l.questionOnly, l.truth)), of('commonest', (l) => same(l.commonest, l.truth)),
    // Paired, question by question: what the image adds.
    of('gainOverQuestionOnly', (l) => Number(same(l.answer, l.truth)) - Number(same(l.questionOnly, l.truth))), of('reachable', (l) => l.reachable),
  ];
});

export const vqaReport = (lines: readonly VqaLine[]): TaskReport => ({
  task: 'vqa', items: lines.length, images: new Set(lines.map((l) => l.caseId)).size, patients: patientsOf(lines),
  figures: measured(lines, figures), strata: strata(lines, figures, (l) => (l.share === null ? null : bandOf(l.share))), reliability: [],
});

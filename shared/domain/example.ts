// A training or evaluation example: one case as the networks see it. The host writes examples as JSON lines from the
// journal's rows; the engines read nothing else of what people decided.
import { z } from 'zod';
import { acquisition, pixelFormat } from './case.ts';
import type { CaseRow } from './case.ts';
import { imageCaption, plainCaption } from './caption.ts';
import { box } from './geometry.ts';
import { question, type Question, type QuestionRow } from './question.ts';
import { isFinding, type RegionRow } from './region.ts';

export const example = z.object({
  caseId: z.string(),
  file: z.string(),
  patient: z.string(),
  modality: z.string(),
  phantom: z.boolean(),
  pixels: pixelFormat,
  /** The whole image in words, never empty. */
  text: z.string(),
  findings: z.array(z.object({
    id: z.string(), box, label: z.string(), caption: z.string(),
    /** The words a person replaced: a hard negative for this region. */
    replacedCaption: z.string().nullable(),
    /** True where a person drew it because the network had missed it. */
    missed: z.boolean(),
  })),
  /** Boxes a person rejected: hard negatives for the proposal head. */
  rejected: z.array(box),
  /** Boxes a person left open: neither right nor wrong. */
  ignored: z.array(box).optional(),
  acquisition: acquisition.optional(),
  /** Questions about the image with their true answers. */
  questions: z.array(question).optional(),
});
export type Example = z.infer<typeof example>;

/** A signed-off case as an example: accepted, edited and added regions are findings. */
export function exampleFromReview(study: CaseRow, regions: readonly RegionRow[]): Example {
  const own = regions.filter((r) => r.caseId === study.id && r.source !== 'truth');
  const findings = own.filter(isFinding).map((r) => {
    // Millimetres and certainty teach nothing: only other words were a mistake.
    const caption = plainCaption(r.caption), proposed = r.proposal === null ? '' : plainCaption(r.proposal.caption);
    return { id: r.id, box: r.box, label: r.label, caption, missed: r.proposal === null, replacedCaption: proposed !== caption && proposed !== '' ? proposed : null };
  });
  const ignored = own.filter((r) => r.verdict === 'ignored' && r.planted !== true).map((r) => r.box);
  return {
    ...head(study, findings.map((f) => f.label)), findings, ...(ignored.length === 0 ? {} : { ignored }),
    rejected: own.filter((r) => r.verdict === 'rejected' && r.proposal !== null && r.planted !== true).map((r) => r.proposal?.box ?? r.box),
  };
}

/** A case with imported ground truth as an example, whatever its review says; null when it has no ground truth. */
export function exampleFromTruth(study: CaseRow, regions: readonly RegionRow[]): Example | null {
  const truth = regions.filter((r) => r.caseId === study.id && r.source === 'truth');
  if (truth.length === 0) return null;
  const findings = truth.map((r) => ({ id: r.id, box: r.box, label: r.label, caption: plainCaption(r.caption), missed: false, replacedCaption: null }));
  return { ...head(study, findings.map((f) => f.label)), findings, rejected: [] };
}

/** A case of which nothing counts but its questions, where it has some. */
export function exampleFromQuestions(study: CaseRow, own: readonly QuestionRow[]): Example {
  const questions = own.map(({ id, question: text, answer, kind, box: about }): Question => ({ id, question: text, answer, kind, box: about }));
  return { ...head(study, []), findings: [], rejected: [], ...(questions.length === 0 ? {} : { questions }) };
}

const head = (study: CaseRow, labels: readonly string[]): Omit<Example, 'findings' | 'rejected'> => ({
  caseId: study.id, file: study.file, patient: study.patient, modality: study.modality, phantom: study.phantom, pixels: study.pixels, ...(study.acquisition === undefined ? {} : { acquisition: study.acquisition }),
  text: study.caption.text !== '' ? study.caption.text : imageCaption(study.modality, labels),
});

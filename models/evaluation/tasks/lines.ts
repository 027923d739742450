// The lines of a predictions file, one JSON object an item, and nothing else is needed to compute a task's report: ids,
// boxes ([x, y, width, height] in image pixels), scores, ranks and truth. docs/tasks.md says it for other programs.
import { z } from 'zod';
import type { Example } from '../../../shared/domain/example.ts';
import { questionKind } from '../../../shared/domain/question.ts';
import type { Box, Size } from '../../../shared/domain/geometry.ts';

const bbox = z.tuple([z.number(), z.number(), z.number(), z.number()]);
/** Patients are numbered in the order of the file: they are told apart, not named. */
const subject = { model: z.string(), file: z.string(), caseId: z.string(), patient: z.string(), modality: z.string(), device: z.string().nullable(), site: z.string().nullable() };
/** A region's share of the image's area; null where the item is the whole image. */
const place = { bbox: bbox.nullable(), share: z.number().nullable() };

export const directions = ['imageToText', 'textToImage', 'regionToText', 'textToRegion'] as const;
export const retrievalLine = z.strictObject({
  task: z.literal('retrieval'), ...subject, ...place, direction: z.enum(directions),
  /** Case id, region id or text. */
  query: z.string(), right: z.array(z.string()).min(1), candidates: z.number().int(),
  /** Rank, from 1, of the best right candidate; wrong ones of equal score stand before it. */
  rank: z.number().int().positive(),
  top: z.array(z.strictObject({ candidate: z.string(), score: z.number() })),
});
export type RetrievalLine = z.infer<typeof retrievalLine>;

export const classificationLine = z.strictObject({
  task: z.literal('classification'), ...subject, ...place, of: z.enum(['region', 'image']), id: z.string(),
  /** The findings that are there: one for a region, any number for an image. */
  truth: z.array(z.string()),
  /** Score of every finding in question, with averaged prompts and with one. */
  scores: z.record(z.string(), z.number()), onePrompt: z.record(z.string(), z.number()),
});
export type ClassificationLine = z.infer<typeof classificationLine>;

export const proposalsLine = z.strictObject({
  task: z.literal('proposals'), ...subject, width: z.number(), height: z.number(), threshold: z.number(),
  regions: z.array(z.strictObject({ bbox, score: z.number(), label: z.string(), caption: z.string() })),
  truth: z.array(z.strictObject({ bbox, label: z.string(), caption: z.string() })),
});
export type ProposalsLine = z.infer<typeof proposalsLine>;

export const vqaLine = z.strictObject({
  task: z.literal('vqa'), ...subject, ...place, id: z.string(), kind: questionKind, question: z.string(), truth: z.string(),
  /** How many answers it could choose from, and whether the true one is among them. */
  candidates: z.number().int(), reachable: z.boolean(),
  answer: z.string(), top: z.array(z.strictObject({ answer: z.string(), probability: z.number() })),
  /** What the same head answers without the image, and the answer that is commonest in training. */
  questionOnly: z.string(), commonest: z.string(),
});
export type VqaLine = z.infer<typeof vqaLine>;

export type Line = RetrievalLine | ClassificationLine | ProposalsLine | VqaLine;
export type LineSubject = Pick<RetrievalLine, 'model' | 'file' | 'caseId' | 'patient' | 'modality' | 'device' | 'site'>;

export function subjectsOf(examples: readonly Example[], model: string): (e: Example) => LineSubject {
  const numbers = new Map<string, number>();
  for (const e of examples) if (!numbers.has(e.patient)) numbers.set(e.patient, numbers.size + 1);
  return ({ file, caseId, patient, modality, acquisition: a }) => {
    const device = [a?.manufacturer, a?.model].filter((t) => t != null).join(' ');
    return { model, file, caseId, patient: `p${numbers.get(patient) ?? 0}`, modality, device: device === '' ? null : device, site: a?.site ?? null };
  };
}

export const bboxOf = (b: Box): [number, number, number, number] => [b.x, b.y, b.width, b.height];
export const boxOf = ([x, y, width, height]: readonly [number, number, number, number]): Box => ({ x, y, width, height });
export const shareOf = (b: Size, image: Size): number => (b.width * b.height) / (image.width * image.height);

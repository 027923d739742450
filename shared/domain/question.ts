// A question about an image, or about a region of it, with its true answer. Questions come with annotated sets and are
// kept as ground truth is: they teach the answer head and measure it, and the page does not get them.
import { z } from 'zod';
import { box } from './geometry.ts';

/** Closed questions are answered by yes, no or a choice that they name; open ones in a few words. */
export const questionKind = z.enum(['closed', 'open']);
export type QuestionKind = z.infer<typeof questionKind>;

export const question = z.object({
  id: z.string(), question: z.string().min(1), answer: z.string().min(1), kind: questionKind,
  /** The region it is about; null for the whole image. */
  box: box.nullable(),
});
export type Question = z.infer<typeof question>;

export const questionRow = question.extend({ table: z.literal('questions'), caseId: z.string(), source: z.literal('truth') });
export type QuestionRow = z.infer<typeof questionRow>;

const filler = new Set(['a', 'an', 'the', 'is', 'are', 'it', 'side', 'sided', 'film', 'image', 'scan']);
/** Answers are the same when their words are, whatever their case, punctuation and filler: "The right side." and "right". */
export function answerKey(text: string): string {
  const words = text.toLowerCase().normalize('NFKC').replaceAll(/[^\p{L}\p{N}%.+-]+/gu, ' ').replaceAll(/\.(?!\d)/g, ' ').split(' ').filter((w) => w !== '');
  const kept = words.filter((w) => !filler.has(w));
  return (kept.length > 0 ? kept : words).join(' ');
}

const asksYesNo = /^(?:is|are|was|were|do|does|did|can|could|has|have|had|will|would|should|may|might)\b/i;
const article = /^(?:a|an|the|in|on|with)$/i;

/**
 * What a question lets one choose from: the two words beside "or", yes and no where it asks for them; null when it is
 * open. "Is there a mass or lesion?" and "Is it bright or dark?" look alike, so both are offered all four.
 */
export function choicesOf(text: string): readonly string[] | null {
  const words = text.replaceAll(/[?,;:()"]/g, ' ').split(/\s+/).filter((w) => w !== '');
  const at = words.findIndex((w) => w.toLowerCase() === 'or');
  const left = words[at - 1], right = words.slice(at + 1).find((w) => !article.test(w));
  if (at > 0 && left !== undefined && right !== undefined && answerKey(left) !== answerKey(right) && right.toLowerCase() !== 'not') return asksYesNo.test(text.trim()) ? [left, right, 'yes', 'no'] : [left, right];
  return asksYesNo.test(text.trim()) ? ['yes', 'no'] : null;
}

/** Closed when the true answer is among what the question lets one choose. */
export const kindOf = (text: string, answer: string): QuestionKind => (/^(?:yes|no)$/.test(answerKey(answer)) || choicesOf(text)?.some((c) => answerKey(c) === answerKey(answer)) === true ? 'closed' : 'open');

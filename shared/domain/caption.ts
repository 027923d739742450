// Captions put together from a finding and a box, so that size and place never contradict the box. The finding is
// the only word that a network chooses; everything else is geometry.
import { z } from 'zod';
import { placeOf, placePhrase, sizeOf, type Box, type Size } from './geometry.ts';

/** A finding of the site's list: the label people and data sets use, and the phrase that stands in a sentence. */
export const finding = z.object({ label: z.string().min(1), phrase: z.string().min(1) });
export type Finding = z.infer<typeof finding>;

const template = /^(?:small|medium-sized|large) (.+) in the (?:centre|(?:upper|lower|middle)(?: (?:left|right))? part) of the image\.?$/i;

/** The finding's phrase in a caption of `regionCaption`'s form, or null: "Small blot haemorrhage in the …" -> "blot haemorrhage". */
export const phraseOf = (caption: string): string | null => template.exec(caption.trim())?.[1] ?? null;

/** The site's findings, in order of label: each label with the phrase its captions use most, else the label in words. */
export function findingsOf(regions: readonly { readonly label: string; readonly caption: string }[]): Finding[] {
  const votes = new Map<string, Map<string, number>>();
  for (const { label, caption } of regions) {
    if (label === '') continue;
    const own = votes.get(label) ?? new Map<string, number>();
    votes.set(label, own);
    const phrase = phraseOf(caption);
    if (phrase !== null) own.set(phrase, (own.get(phrase) ?? 0) + 1);
  }
  return [...votes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([label, own]) => {
    const best = [...own].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0];
    return { label, phrase: best?.[0] ?? label.replaceAll('_', ' ') };
  });
}

/** "haemorrhage" + box -> "Small haemorrhage in the upper left part of the image." */
export function regionCaption(finding: string, box: Box, image: Size): string {
  const size = sizeOf(box, image);
  return `${size[0]?.toUpperCase()}${size.slice(1)} ${finding.trim()} ${placePhrase(placeOf(box, image))}.`;
}

/**
 * The caption after the box or the finding changed: written anew where it was put together by `regionCaption` (or is
 * empty), left alone where a person wrote it. `phrase` null keeps the phrase that is there.
 */
export function recaption(caption: string, phrase: string | null, box: Box, image: Size): string {
  const present = phraseOf(caption);
  const next = phrase ?? present;
  return next === null || next.trim() === '' || (present === null && caption.trim() !== '') ? caption : regionCaption(next, box, image);
}

const numbers = ['No', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine', 'Ten'];
const plural = (noun: string): string => (/(s|x|ch|sh)$/.test(noun) ? `${noun}es` : /[^aeiou]y$/.test(noun) ? `${noun.slice(0, -1)}ies` : `${noun}s`);

/** ["cyst", "cyst", "nodule"] -> "Ultrasound image. Two cysts, one nodule." Findings in order of frequency, then of name. */
export function imageCaption(modality: string, findings: readonly string[]): string {
  const head = `${modality[0]?.toUpperCase() ?? ''}${modality.slice(1)} image.`;
  if (findings.length === 0) return `${head} No finding marked.`;
  const counts = new Map<string, number>();
  for (const finding of findings) counts.set(finding, (counts.get(finding) ?? 0) + 1);
  const parts = [...counts].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0], 'en')).map(([finding, n]) => {
    const number = n < numbers.length ? numbers[n] : n < 20 ? 'More than ten' : 'Many';
    return `${number} ${n === 1 ? finding : plural(finding)}`.toLowerCase();
  });
  const list = parts.join(', ');
  return `${head} ${list[0]?.toUpperCase()}${list.slice(1)}.`;
}

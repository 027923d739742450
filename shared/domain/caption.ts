// Captions put together from a finding and a box, so that size and place never contradict the box. The finding is
// the only word that a network chooses; everything else is geometry, follows from the score, or was said by a person.
// Side, millimetres and certainty are attributes of what is shown: networks learn and compare the plain sentence
// (`plainCaption`).
import { z } from 'zod';
import type { Attributes, Certainty, Side } from './attributes.ts';
import { extentPhrase, placeOf, placePhrase, sizeOf, type Box, type Size, type Spaced } from './geometry.ts';

export type { Certainty } from './attributes.ts';

/** A finding of the site's list: the label people and data sets use, and the phrase that stands in a sentence. */
export const finding = z.object({ label: z.string().min(1), phrase: z.string().min(1) });
export type Finding = z.infer<typeof finding>;

const template = /^(?:(possible|probable) )?(small|medium-sized|large) (.+?)(?:, (left side|right side|both sides)(?:, [\d.]+ × [\d.]+ [mµ]m)?,|, [\d.]+ × [\d.]+ [mµ]m,)? (in the (?:centre|(?:upper|lower|middle)(?: (?:left|right))? part) of the image)\.?$/i;

/** What a caption of `regionCaption`'s or `attributedCaption`'s form is made of; null where a person wrote freely. */
export function partsOf(caption: string): { readonly certainty: Certainty; readonly size: string; readonly phrase: string; readonly side: Side | null; readonly place: string } | null {
  const [, certainty, size, phrase, sides, place] = template.exec(caption.trim()) ?? [];
  if (size === undefined || phrase === undefined || place === undefined) return null;
  const doubt = certainty?.toLowerCase(), side = sides?.toLowerCase().split(' ')[0];
  return { certainty: doubt === 'possible' || doubt === 'probable' ? doubt : 'certain', size: size.toLowerCase(), phrase, side: side === 'left' || side === 'right' || side === 'both' ? side : null, place: place.toLowerCase() };
}

/** The finding's phrase in a caption of the template's form, or null: "Small blot haemorrhage in the …" -> "blot haemorrhage". */
export const phraseOf = (caption: string): string | null => partsOf(caption)?.phrase ?? null;

/** The caption without side, millimetres and certainty, as networks learn and compare it; free words stay as they are. */
export function plainCaption(caption: string): string {
  const parts = partsOf(caption);
  return parts === null ? caption : `${capital(parts.size)} ${parts.phrase} ${parts.place}.`;
}

/** From a calibrated score: fewer than half of such regions are findings, most are, nearly all are. */
export const certaintyOf = (score: number): Certainty => (score < 0.5 ? 'possible' : score < 0.8 ? 'probable' : 'certain');

/** Data sets write "optic_disc". */
const inWords = (label: string): string => label.replaceAll('_', ' ');

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
    return { label, phrase: best?.[0] ?? inWords(label) };
  });
}

const capital = (text: string): string => `${text[0]?.toUpperCase() ?? ''}${text.slice(1)}`;

/** "haemorrhage" + box -> "Small haemorrhage in the upper left part of the image." The sentence that networks learn. */
export const regionCaption = (finding: string, box: Box, image: Size): string => `${capital(sizeOf(box, image))} ${finding.trim()} ${placePhrase(placeOf(box, image))}.`;

/** The same with what is known beside: "Possible small nodule, right side, 8 × 6 mm, in the upper left part of the image." */
export function attributedCaption(finding: string, box: Box, image: Size & Spaced, certainty: Certainty = 'certain', side: Side | null = null): string {
  const extent = extentPhrase(box, image.spacing), size = sizeOf(box, image), known = [...(side === null ? [] : [sidePhrase(side)]), ...(extent === null ? [] : [extent])];
  return `${capital(certainty === 'certain' ? size : `${certainty} ${size}`)} ${finding.trim()}${known.map((k) => `, ${k}`).join('')}${known.length === 0 ? '' : ','} ${placePhrase(placeOf(box, image))}.`;
}
export const sidePhrase = (side: Side): string => (side === 'both' ? 'both sides' : `${side} side`);

/**
 * The caption after the box or the finding changed: written anew where it was put together (or is empty), left alone
 * where a person wrote it. `phrase` null keeps the phrase and the certainty that are there; a person who names the
 * finding is certain of it. What `known` says of side and certainty is said in any case.
 */
export function recaption(caption: string, phrase: string | null, box: Box, image: Size & Spaced, known: Attributes = {}): string {
  const present = partsOf(caption);
  const next = phrase ?? present?.phrase ?? '';
  return next.trim() === '' || (present === null && caption.trim() !== '') ? caption : attributedCaption(next, box, image, known.certainty ?? (phrase === null ? present?.certainty : 'certain'), known.side ?? present?.side);
}

const numbers = ['No', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine', 'Ten'];
/** Plurals already, as many data sets' labels are: platelets, exudates. */
const isPlural = (noun: string): boolean => noun === 'drusen' || /[^sui]s$/i.test(noun);
const plural = (noun: string): string => (isPlural(noun) ? noun : noun.endsWith('is') ? `${noun.slice(0, -2)}es` : /(s|x|ch|sh)$/.test(noun) ? `${noun}es` : /[^aeiou]y$/.test(noun) ? `${noun.slice(0, -1)}ies` : `${noun}s`);

/** ["cyst", "cyst", "nodule"] -> "Ultrasound image. Two cysts, one nodule." Findings in order of frequency, then of name. */
export function imageCaption(modality: string, findings: readonly string[]): string {
  const head = `${modality[0]?.toUpperCase() ?? ''}${modality.slice(1)} image.`;
  if (findings.length === 0) return `${head} No finding marked.`;
  const counts = new Map<string, number>();
  for (const finding of findings) counts.set(finding, (counts.get(finding) ?? 0) + 1);
  const parts = [...counts].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0], 'en')).map(([finding, n]) => {
    const number = n < numbers.length ? numbers[n] : n < 20 ? 'More than ten' : 'Many';
    const noun = inWords(finding);
    return `${number} ${n === 1 ? noun : plural(noun)}`.toLowerCase();
  });
  const list = parts.join(', ');
  return `${head} ${list[0]?.toUpperCase()}${list.slice(1)}.`;
}

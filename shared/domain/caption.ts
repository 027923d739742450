// Captions put together from a finding and a box, so that size and place never contradict the box. The finding is
// the only word that a network chooses; everything else is geometry.
import { placeOf, placePhrase, sizeOf, type Box, type Size } from './geometry.ts';

/** "haemorrhage" + box -> "Small haemorrhage in the upper left part of the image." */
export function regionCaption(finding: string, box: Box, image: Size): string {
  const size = sizeOf(box, image);
  return `${size[0]?.toUpperCase()}${size.slice(1)} ${finding.trim()} ${placePhrase(placeOf(box, image))}.`;
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

// Captions that are nearly right: the same finding on the other side or at the other end, of another size, or another
// finding in the same place. Contrasted with them, a region cannot be told by its finding alone (Yuksekgonul et al.
// 2023, arXiv 2210.01936, for whole images).
import { phraseOf, regionCaption } from '../../shared/domain/caption.ts';
import { sizeWords, type Box, type Size } from '../../shared/domain/geometry.ts';

const opposites: Readonly<Record<string, string>> = { left: 'right', right: 'left', upper: 'lower', lower: 'upper', superior: 'inferior', inferior: 'superior', anterior: 'posterior', posterior: 'anterior', medial: 'lateral', lateral: 'medial' };
const sided = new RegExp(`\\b(${Object.keys(opposites).join('|')})\\b`, 'gi');

/** The same words with every direction turned round; null where they name none. */
export function turnedRound(text: string): string | null {
  const turned = text.replace(sided, (word) => {
    const other = opposites[word.toLowerCase()] ?? word;
    return word[0] === word[0]?.toUpperCase() ? `${other[0]?.toUpperCase() ?? ''}${other.slice(1)}` : other;
  });
  return turned === text ? null : turned;
}

/** Wrong captions for the region at `box` (in the coordinates of `image`) that are right but for one thing. `phrases` are findings seen elsewhere. */
export function nearMisses(caption: string, box: Box, image: Size, phrases: readonly string[]): string[] {
  const phrase = phraseOf(caption);
  const turned = turnedRound(caption);
  if (phrase === null) return turned === null ? [] : [turned];
  const across = { ...box, x: image.width - box.x - box.width }, upended = { ...box, y: image.height - box.y - box.height };
  const size = sizeWords.find((w) => caption.toLowerCase().startsWith(w)) ?? '';
  const sizes = sizeWords.filter((w) => w !== size).map((w) => `${w[0]?.toUpperCase() ?? ''}${w.slice(1)}${caption.slice(size.length)}`);
  const otherSide = turnedRound(phrase);
  const found = [
    regionCaption(phrase, across, image), regionCaption(phrase, upended, image), ...sizes,
    ...phrases.filter((p) => p !== phrase).map((p) => regionCaption(p, box, image)), ...(otherSide === null ? [] : [regionCaption(otherSide, box, image)]),
  ];
  return [...new Set(found)].filter((text) => text !== caption);
}

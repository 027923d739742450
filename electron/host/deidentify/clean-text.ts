// Clean Descriptors: free text keeps only what cannot name anybody. A word stays where it belongs to the technical
// language (isTechnical) and is none of the file's identifiers, nor holds one; everything else is replaced by [-]. So
// names that no attribute gave away (a relative's, a physician's on the phone), dates, numbers, telephones, addresses
// and links go as well, at the price of rare technical words.
import type { Identifiers } from './identifiers.ts';
import { isTechnical } from './vocabulary.ts';

export const removed = '[-]';

/** What is removed as one: links and addresses of mail; dates; seven digits and more with what separates telephones. */
const wholes = /\S*(?:@|:\/\/)\S*|\+?\(?\d(?:[\s()/.-]*\d){6,}|\b\d{1,4}[./-]\d{1,2}[./-]\d{1,4}\b|\d{1,4}年(?:\d{1,2}月(?:\d{1,2}日)?)?/gu;

/** @param most characters the value may have by its representation */
export function cleanText(text: string, identifiers: Identifiers, most = Infinity): string {
  const clean = text.replaceAll(wholes, '\u0000').split(/([\s,;:!?()[\]{}<>"'`|=+*&#%@^~\\/_]+)/u).map((part, i) => {
    if (i % 2 === 1 || part === '') return part;
    if (part.includes('\u0000')) return removed;
    const word = part.replace(/^[.-]+|[.-]+$/g, '');
    if (word === '') return part;
    const pieces = word.split('-');
    const stays = !identifiers.names(word) && (isTechnical(word) || pieces.length > 1 && pieces.every((p) => p !== '' && isTechnical(p) && !identifiers.names(p)));
    return stays ? part : removed;
  }).join('');
  const once = identifiers.without(clean, removed).replaceAll(/\[-\](?:[\s,;:!?()"'`|=+*&#%@^~/_]*\[-\])+/g, removed);
  return Array.from(once).slice(0, most).join('').trimEnd();
}

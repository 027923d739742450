// Private attributes that a site knows to be safe. One a line, as PS3.15 table E.3.10-1 prints them: the element with xx
// for the block, a space or comma, and the private creator. Lines that begin with # are comments.
import { AppError } from '../../../shared/errors.ts';

export interface PrivateList {
  readonly has: (group: string, element: string, creator: string) => boolean;
  readonly hasCreator: (creator: string) => boolean;
  readonly size: number;
}

const made = (known: ReadonlySet<string>, creators: ReadonlySet<string>): PrivateList => ({
  has: (group, element, creator) => known.has(`${group}${element}\0${creator.trim()}`), hasCreator: (creator) => creators.has(creator.trim()), size: known.size,
});
export const nothingPrivate: PrivateList = made(new Set(), new Set());

/** AppError 'bad-settings-file' names the line. */
export function readPrivateList(words: string): PrivateList {
  const known = new Set<string>(), creators = new Set<string>();
  for (const [i, line] of words.split(/\r?\n/).entries()) {
    if (line.trim() === '' || line.trimStart().startsWith('#')) continue;
    const found = /^\s*\(?([0-9A-F]{3}[13579BDF])\s*,\s*xx([0-9A-F]{2})\)?[\s,;]+"?([^"]+?)"?\s*$/i.exec(line);
    if (found === null) throw new AppError('bad-settings-file', `Line ${i + 1} of the private list is not like "0019,xx0C SIEMENS MR HEADER".`);
    const [, group = '', element = '', creator = ''] = found;
    known.add(`${group.toUpperCase()}${element.toUpperCase()}\0${creator.trim()}`);
    creators.add(creator.trim());
  }
  return made(known, creators);
}

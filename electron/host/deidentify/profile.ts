// What is done with an attribute: table E.1-1 resolved to one action, by the Basic Profile and the options in force.
// Where the table leaves a choice that depends on the IOD (X/Z/D and the like), the choice that is valid in every IOD
// is taken: D before Z before X; a value is never kept for want of knowledge. Where several options in force name an
// attribute, the more protective wins (C before K).
import type { ProfileOption } from '../../../shared/domain/privacy.ts';
import { columns, lines } from './profile-table.ts';

/** X remove, Z empty, D dummy, U another UID, K keep, C clean, R keep the sequence and go into its items (U* of the table). */
export type Action = 'X' | 'Z' | 'D' | 'U' | 'K' | 'C' | 'R';

export interface ProfileRow {
  /** Eight hexadecimal digits in capitals, or a pattern: 50xxxxxx, 60xx3000, 60xx4000, odd. */
  readonly tag: string;
  /** As printed: X, X/Z/D, X/Z/U* ... */
  readonly basic: string;
  readonly options: ReadonlyMap<ProfileOption, 'K' | 'C'>;
}

const isColumn = (letter: string): letter is keyof typeof columns => Object.hasOwn(columns, letter);

export const profileRows: readonly ProfileRow[] = lines.trim().split('\n').map((line) => {
  const [tag = '', basic = '', letters = ''] = line.split(' ');
  return { tag, basic, options: new Map(letters.split('').flatMap((l): (readonly [ProfileOption, 'K' | 'C'])[] => (isColumn(l) ? [...columns[l]] : []))) };
});

const rows: ReadonlyMap<string, ProfileRow> = new Map(profileRows.map((r) => [r.tag, r]));

export const isPrivate = (tag: string): boolean => '13579BDFbdf'.includes(tag.charAt(3));

/** The row that names a tag; null where the table does not. */
export function rowOf(tag: string): ProfileRow | null {
  const row = rows.get(tag);
  if (row !== undefined) return row;
  const pattern = isPrivate(tag) ? 'odd' : /^50[0-9A-F]{2}/.test(tag) ? '50xxxxxx' : /^60[0-9A-F]{2}[34]000$/.test(tag) ? `60xx${tag.slice(4)}` : null;
  return pattern === null ? null : rows.get(pattern) ?? null;
}

export function basicAction({ basic }: ProfileRow): 'X' | 'Z' | 'D' | 'U' | 'R' {
  const choices = basic.split('/');
  return choices.includes('U*') ? 'R' : choices.includes('U') ? 'U' : choices.includes('D') ? 'D' : choices.includes('Z') ? 'Z' : 'X';
}

export function actionOf(row: ProfileRow, options: ReadonlySet<ProfileOption>): Action {
  const asked = [...row.options].filter(([option]) => options.has(option)).map(([, action]) => action);
  return asked.includes('C') ? 'C' : asked.includes('K') ? 'K' : basicAction(row);
}

/** CID 7050 of PS3.16: what (0012,0064) says of an option. */
export const methodCodes: Readonly<Record<ProfileOption | 'basic' | 'cleanPixels', readonly [code: string, meaning: string]>> = {
  basic: ['113100', 'Basic Application Confidentiality Profile'], cleanPixels: ['113101', 'Clean Pixel Data Option'],
  cleanGraphics: ['113103', 'Clean Graphics Option'], cleanStructured: ['113104', 'Clean Structured Content Option'], cleanDescriptors: ['113105', 'Clean Descriptors Option'],
  retainFullDates: ['113106', 'Retain Longitudinal Temporal Information Full Dates Option'], retainModifiedDates: ['113107', 'Retain Longitudinal Temporal Information Modified Dates Option'],
  retainPatient: ['113108', 'Retain Patient Characteristics Option'], retainDevice: ['113109', 'Retain Device Identity Option'], retainUids: ['113110', 'Retain UIDs Option'],
  retainSafePrivate: ['113111', 'Retain Safe Private Option'], retainInstitution: ['113112', 'Retain Institution Identity Option'],
};

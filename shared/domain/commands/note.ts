// What readers say about a case. A note never changes the review: it can be written on a signed-off case, too.
import { AppError } from '../../errors.ts';
import type { CaseRow } from '../case.ts';
import { emptyDiff, type Diff } from '../diff.ts';
import type { NoteRow } from '../note.ts';

export function writeNote(study: CaseRow, note: Omit<NoteRow, 'table' | 'caseId' | 'resolved'>): Diff {
  const text = note.text.trim();
  if (note.kind === 'comment' && text === '') return emptyDiff;
  return { ...emptyDiff, added: [{ table: 'notes', caseId: study.id, resolved: null, ...note, text }] };
}

export const resolveNote = (note: NoteRow, by: string, at: string): Diff =>
  note.resolved !== null ? emptyDiff : { ...emptyDiff, updated: [[note, { ...note, resolved: { by, at } }]] };

export const reopenNote = (note: NoteRow): Diff =>
  note.resolved === null ? emptyDiff : { ...emptyDiff, updated: [[note, { ...note, resolved: null }]] };

/** Takes a note away again: its author's own only, AppError('conflict') otherwise. */
export function removeNote(note: NoteRow, by: string): Diff {
  if (note.author !== by) throw new AppError('conflict', 'Only who wrote a note can remove it; it can be marked as settled.');
  return { ...emptyDiff, removed: [note] };
}

// A command is one thing that happened: its name for people, its diff for the program. Page, command line and host
// make them with the pure functions in commands/; the journal keeps them for ever.
import { z } from 'zod';
import { diff } from './diff.ts';
import { sha256 } from './case.ts';

export const commandName = z.enum([
  'importCase', 'importTruth', 'storeProposals', 'acceptRegion', 'acceptRemaining', 'editRegion', 'rejectRegion', 'ignoreRegion', 'addRegion', 'copyRegion', 'interpolateRegion', 'followRegion', 'removeRegion',
  'writeNote', 'resolveNote', 'reopenNote', 'removeNote', 'addMeasurement', 'changeMeasurement', 'removeMeasurement', 'storeReading', 'setPriority', 'captionCase', 'signOffCase', 'reopenCase', 'assignReaders', 'decidePlaces', 'revealProposals', 'undo', 'redo', 'promoteModel', 'refuseModel', 'rollBackModel', 'changeSettings',
]);
export type CommandName = z.infer<typeof commandName>;

export const command = z.object({
  /** Chosen by who makes it (UUID); the journal takes each id once, so sending twice is harmless. */
  id: z.string(),
  name: commandName,
  /** The case it concerns, null for decisions about models and for the site's settings. */
  caseId: z.string().nullable(),
  actor: z.string(),
  /** ISO 8601, UTC, when it was done (not when it was stored). */
  at: z.string(),
  /** For undo and redo: the command undone or redone. */
  of: z.string().nullable(),
  diff,
});
export type Command = z.infer<typeof command>;

/** A command as the journal stored it: numbered from 1 without gaps, hash-chained. */
export const journalRecord = command.extend({ seq: z.number().int().positive(), previousHash: sha256, hash: sha256 });
export type JournalRecord = z.infer<typeof journalRecord>;

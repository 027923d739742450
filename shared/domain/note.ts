// What readers say to each other about a case or a region of it: a comment, or a flag that asks a colleague to look.
// Notes teach nothing; they stay with the case.
import { z } from 'zod';

export const noteRow = z.object({
  table: z.literal('notes'),
  id: z.string(),
  caseId: z.string(),
  /** The region it is about, null for the whole case. */
  regionId: z.string().nullable(),
  kind: z.enum(['comment', 'flag']),
  /** Empty for a flag without words. */
  text: z.string(),
  author: z.string(),
  /** ISO 8601, UTC. */
  at: z.string(),
  /** Who settled it, null while it is open. */
  resolved: z.object({ by: z.string(), at: z.string() }).nullable(),
});
export type NoteRow = z.infer<typeof noteRow>;

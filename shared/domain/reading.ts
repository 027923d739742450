// One visit of one reader to one case: when, how long, on what. From these follow the time a case took, what is unread,
// and what the machine saved or cost; the journal keeps them beside the decisions they belong to.
import { z } from 'zod';

const seconds = z.number().nonnegative();
export const readingRow = z.object({
  table: z.literal('readings'),
  id: z.string(),
  caseId: z.string(),
  reader: z.string(),
  /** ISO 8601, UTC: from opening the case to leaving it. */
  from: z.string(),
  to: z.string(),
  /** Time with the case in front, pauses left out. */
  active: seconds,
  /** The same by region that was chosen; what was spent on none is the rest. */
  regions: z.record(z.string(), seconds),
  /** How often each command was given. */
  actions: z.record(z.string(), z.number().int().positive()),
  /** Key presses and clicks that did something. */
  keys: z.number().int().nonnegative(),
  clicks: z.number().int().nonnegative(),
  /** Whether proposals were in sight; a case read without the machine is what it is compared with. */
  assisted: z.boolean(),
});
export type ReadingRow = z.infer<typeof readingRow>;

// What a model version is measured on: tasks with a figure each, and the report, which follows from the predictions
// file alone (docs/tasks.md). A figure is missing (null) where there is nothing to measure.
import { z } from 'zod';
import { measure } from './model.ts';

export const taskName = z.enum(['retrieval', 'classification', 'proposals', 'vqa']);
export type TaskName = z.infer<typeof taskName>;

export const namedFigure = z.object({ name: z.string(), measure: measure.nullable() });
export type NamedFigure = z.infer<typeof namedFigure>;

export const taskReport = z.object({
  task: taskName,
  /** Lines of the predictions file, and the images and patients they are about. */
  items: z.number().int(), images: z.number().int(), patients: z.number().int(),
  figures: z.array(namedFigure),
  /** The same figures on parts of the set; a part with fewer than five patients says how many it has and gives no figure. */
  strata: z.array(z.object({ by: z.enum(['modality', 'device', 'site', 'size']), value: z.string(), items: z.number().int(), patients: z.number().int(), figures: z.array(namedFigure) })),
  /** Proposals only: mean score against the share that was right, in bins of equal count. */
  reliability: z.array(z.object({ count: z.number().int(), score: z.number(), right: z.number() })),
});
export type TaskReport = z.infer<typeof taskReport>;

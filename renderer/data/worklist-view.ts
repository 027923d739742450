// How a reader looks at the worklist: what is searched for, what is left out, in which order. The review follows the same
// view, so that "next" means the same everywhere. Views that were given a name are kept for the reader on this
// workstation, beside the theme; a view holds no case and nothing about one.
import { z } from 'zod';
import { caseStatus } from '../../shared/domain/case.ts';
import { strategy } from '../../shared/domain/priority.ts';

/** One choice of each; null is no choice. */
export const worklistFilters = z.object({
  status: caseStatus.nullable(),
  modality: z.string().nullable(),
  finding: z.string().nullable(),
  mark: z.enum(['flagged', 'commented', 'unread']).nullable(),
  signedOff: z.enum(['today', 'week', 'month']).nullable(),
  signedOffBy: z.string().nullable(),
  split: z.enum(['training', 'holdout']).nullable(),
  origin: z.enum(['patient', 'phantom']).nullable(),
});
export type WorklistFilters = z.infer<typeof worklistFilters>;
export type Facet = keyof WorklistFilters;
export const facets = worklistFilters.keyof().options;

export const column = z.enum(['title', 'modality', 'regions', 'state', 'when']);
export type Column = z.infer<typeof column>;

export const worklistView = z.object({
  search: z.string(),
  filters: worklistFilters,
  order: z.union([strategy, column]),
  /** The other way round; work begun, and what a person put first or last, keep their places in an order by value only. */
  reversed: z.boolean(),
  /** Of the images of one stack only the first in the order is listed; what is searched for or filtered by is asked of each. */
  stacked: z.boolean().default(true),
});
export type WorklistView = z.infer<typeof worklistView>;

export const noFilters: WorklistFilters = { status: null, modality: null, finding: null, mark: null, signedOff: null, signedOffBy: null, split: null, origin: null };
export const usualView: WorklistView = { search: '', filters: noFilters, order: 'expectedValue', reversed: false, stacked: true };

const named = z.array(z.object({ name: z.string().min(1), view: worklistView }));
export type NamedView = z.infer<typeof named>[number];
const keyOf = (workspace: string, reader: string): string => `regionmed-views ${workspace} ${reader}`;

export function namedViews(workspace: string, reader: string): NamedView[] {
  try { return named.parse(JSON.parse(localStorage.getItem(keyOf(workspace, reader)) ?? '[]')); } catch { return []; }
}
export const keepViews = (workspace: string, reader: string, views: readonly NamedView[]): void => localStorage.setItem(keyOf(workspace, reader), JSON.stringify(views));

// An example of a public annotated set, with what must be known of it beside the image: the set and its part, so that
// what is held out is never learnt from, and the licence, so that what was learnt from can be named.
import { z } from 'zod';
import { example } from '../../shared/domain/example.ts';

export const setExample = z.object({ set: z.string(), split: z.enum(['training', 'holdout']), licence: z.string(), source: z.string(), example });
export type SetExample = z.infer<typeof setExample>;

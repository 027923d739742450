// A region is a box on one case with words, and an outline where one was drawn. It keeps what was proposed beside what a
// person made of it, because the difference of the two is what the network learns from.
import { z } from 'zod';
import { attributes } from './attributes.ts';
import { box } from './geometry.ts';
import { shape } from './shape.ts';

/** Ignored: looked at and left open. It is neither a finding nor a mistake of the network, and nothing is learnt from it. */
export const verdict = z.enum(['proposed', 'accepted', 'edited', 'rejected', 'ignored', 'added']);
export type Verdict = z.infer<typeof verdict>;

export const regionRow = z.object({
  table: z.literal('regions'),
  id: z.string(),
  caseId: z.string(),
  box,
  /** The outline inside the box; the box itself where there is none. */
  shape: shape.optional(),
  /** The finding in a few words, such as "haemorrhage". */
  label: z.string(),
  caption: z.string(),
  /** What a person said of side and certainty; a sentence put together says the same. */
  attributes: attributes.optional(),
  verdict,
  /** Why it was rejected or ignored, in the site's or the reader's words. */
  reason: z.string().optional(),
  /** Where it came from; `truth` rows are imported ground truth, shown to nobody and read by evaluation only. */
  source: z.enum(['model', 'person', 'dataset', 'truth']),
  /** The proposal as it was made, null when a person drew the region. Score in [0, 1], null for data sets. */
  proposal: z.object({ box, shape: shape.optional(), label: z.string(), caption: z.string(), score: z.number().min(0).max(1).nullable(), model: z.string().nullable() }).nullable(),
  /** The reader had marked it before the proposal was shown. */
  unaided: z.boolean().optional(),
  /** A wrong proposal, put there to see whether readers look; nothing is learnt from it. */
  planted: z.boolean().optional(),
  /** The region on another slice that this one follows: the id of the track they share. See `trackOf`. */
  track: z.string().optional(),
  /** Computed between two slices, and nobody has looked at it yet. */
  interpolated: z.boolean().optional(),
  /** Order on the page: proposals by score, then what was added. */
  order: z.number(),
  /** What lies above on the image: higher is nearer; 0 where none is given. */
  depth: z.number().optional(),
});
export type RegionRow = z.infer<typeof regionRow>;

/** Regions that count as findings once a case is signed off. */
export const isFinding = (region: RegionRow): boolean =>
  region.source !== 'truth' && region.planted !== true && (region.verdict === 'accepted' || region.verdict === 'edited' || region.verdict === 'added');

/**
 * What the regions of one finding through the slices of a series share. A region is its own track until it follows
 * another's: so a track begins without a change to the slice where it begins, and undo on one slice leaves the others whole.
 */
export const trackOf = (region: Pick<RegionRow, 'id' | 'track'>): string => region.track ?? region.id;

/**
 * Whether it waits for a person. A proposal does; so does what was interpolated, because a case that is signed off says
 * that somebody looked at every region in it, and what a distance map drew is nobody's observation until then.
 */
export const isUndecided = (region: RegionRow): boolean => region.verdict === 'proposed' || region.interpolated === true;

// What is known of a finding beside its name and its box: which side of the patient it is on, and how sure somebody is.
// Only what is known is kept: no side is none said, no certainty is one that nobody doubted.
import { z } from 'zod';

/** The patient's, not the image's. */
export const side = z.enum(['left', 'right', 'both']);
export type Side = z.infer<typeof side>;
export const certainty = z.enum(['possible', 'probable', 'certain']);
/** How sure one is, in one word; what is certain is not said in a sentence. */
export type Certainty = z.infer<typeof certainty>;

export const attributes = z.object({ side: side.optional(), certainty: certainty.optional() });
export type Attributes = z.infer<typeof attributes>;

// What the inference engine answers. Images are named by their pixel blob; the engine reads the file from the
// workspace it was started with, pixels never cross a pipe.
import { z } from 'zod';
import { finding } from '../domain/caption.ts';
import { pixelFormat } from '../domain/case.ts';
import { box } from '../domain/geometry.ts';
import { point } from '../domain/shape.ts';

export const embedding = z.custom<Float32Array>((v) => v instanceof Float32Array);
const image = z.object({ pixels: pixelFormat, modality: z.string() });
export const proposedRegion = z.object({ box, score: z.number().min(0).max(1), label: z.string(), caption: z.string() });
export type ProposedRegion = z.infer<typeof proposedRegion>;
/** What the network thinks of its own proposal, in the figures of `explanation`: as it looked when it proposed, at the box before it was put right. */
const lookedAt = proposedRegion.extend({
  firstLook: z.number(), secondLook: z.number(),
  /** Of its names, in [0, 1]: 0 where one is certain. */
  entropy: z.number(),
  disagreement: z.number(),
});
/** A square grid over the image: `side` rows of `side` cells of `cell` image pixels, from the upper left corner; cells may lie beyond the image's edge. */
const heatMap = z.object({ side: z.number().int().positive(), cell: z.number().positive(), values: z.custom<Float32Array>((v) => v instanceof Float32Array) });
const named = z.object({ label: z.string(), probability: z.number() });
/** Why the network says what it says of a region. */
export const explanation = z.object({
  /** What the proposal head of the global branch says of this place, in [0, 1]: its best cell inside the box. */
  firstLook: z.number(),
  /** What the region branch says of the crop, in [0, 1]. */
  secondLook: z.number(),
  /** Both together, calibrated: the score. */
  score: z.number(),
  /** The finding that is explained. */
  label: z.string(),
  /**
   * What each token of the whole image adds to the cosine between the image and the words for this finding, less what it
   * adds to the words for none; the values sum to that difference. Null where an adopted encoder pools in its own way.
   */
  heat: heatMap.nullable(),
  /** The proposal head's probability, cell by cell. */
  objectness: heatMap,
  /** What cross-attention took of each token, summing to 1; null where the ROI processor asks for none. */
  surroundings: heatMap.nullable(),
  /** Mean opening of the gate in [0, 1]: how much of the surroundings went into the region. */
  gate: z.number(),
  /** From the region alone (strength 0) to the region as the network sees it (1). */
  context: z.array(z.object({ strength: z.number(), finding: z.number(), names: z.array(named) })),
  /** What each branch calls it, most probable first: the whole image by its own words, the region by its own. */
  global: z.array(named),
  region: z.array(named),
  /** Half the summed difference of the two lists, in [0, 1]: 0 where both branches say the same. */
  disagreement: z.number(),
});
export type Explanation = z.infer<typeof explanation>;

export const device = z.object({ name: z.enum(['cpu', 'dml', 'cuda', 'coreml', 'webgpu']), verified: z.boolean(), reason: z.string() });
export type Device = z.infer<typeof device>;

export const inferenceContract = {
  /** Loads a bundle (absolute folder) after checking every hash; answers at once when it is loaded already. */
  load: { input: z.object({ bundle: z.string() }), output: z.object({ version: z.string(), device }) },
  /** Regions above the bundle's threshold (or the one given), best first; scores are probabilities as the network states them. */
  propose: {
    input: z.object({ image, findings: z.array(finding).optional(), threshold: z.number().min(0).max(1).optional() }),
    output: z.object({ version: z.string(), threshold: z.number(), regions: z.array(lookedAt), caption: z.string(), /** The whole image's. */ embedding, milliseconds: z.number() }),
  },
  /** What a box a person drew probably shows: findings by zero-shot, best first, with a caption put together for each. */
  describe: {
    input: z.object({ image, box, findings: z.array(finding).optional() }),
    output: z.object({ suggestions: z.array(z.object({ label: z.string(), caption: z.string(), probability: z.number() })) }),
  },
  /** Why the model says what it says of a box; `label` names the finding whose heat is wanted, the model's own when left out. */
  explain: { input: z.object({ image, box, findings: z.array(finding).optional(), label: z.string().optional() }), output: explanation.extend({ version: z.string() }) },
  /** The outline of what lies under a point (image pixels), with its bounds; `expected` is about how large it is. */
  outline: { input: z.object({ image, point, expected: box.optional() }), output: z.object({ points: z.array(point).min(3), box }) },
  /** Answers to a question about the image or a region of it, best first. 'not-found' where nobody taught the model to answer. */
  answer: {
    input: z.object({ image, question: z.string().min(1), box: box.nullable() }),
    output: z.object({ answers: z.array(z.object({ answer: z.string(), probability: z.number() })) }),
  },
  /** Unit vectors of one dimension, so that a dot product is a cosine. */
  embedImage: { input: z.object({ image }), output: z.object({ embedding }) },
  embedRegions: { input: z.object({ image, boxes: z.array(box) }), output: z.object({ embeddings: z.array(embedding) }) },
  embedTexts: { input: z.object({ texts: z.array(z.string()) }), output: z.object({ embeddings: z.array(embedding) }) },
};
export type InferenceContract = typeof inferenceContract;
